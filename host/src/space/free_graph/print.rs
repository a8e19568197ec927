//! From genotype to text.

use super::cell::node_name;
use super::{FreeGraphSpace, Network};

impl FreeGraphSpace {
    /// The object of nodes that the text form is, in the order of the nodes. Nodes that are no output are called `n0`,
    /// `n1`, ... as in the names of decisions.
    pub(super) fn write(&self, network: &Network) -> String {
        let inputs = self.cell.inputs.len();
        let name = |id: usize| match id.checked_sub(inputs) {
            None => quoted(&self.cell.inputs[id]),
            Some(index) => match network.outputs.iter().position(|&output| output == Some(index)) {
                Some(output) => quoted(&self.cell.outputs[output]),
                None => quoted(&node_name(index)),
            },
        };
        let node = |(index, node): (usize, &super::Node)| {
            let read: Vec<String> = node.inputs.iter().map(|&input| name(input)).collect();
            let operation = quoted(&self.cell.operations[node.operation].name);
            format!("{}:{{\"op\":{operation},\"input\":[{}]}}", name(inputs + index), read.join(","))
        };
        let nodes: Vec<String> = network.nodes.iter().enumerate().map(node).collect();
        format!("{{{}}}", nodes.join(","))
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
