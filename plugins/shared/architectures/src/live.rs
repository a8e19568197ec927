//! What of a network the output depends on and the input reaches.

use crate::{Network, Node, Operation};

/// Which parts of a network are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Those that a genotype names.
    All,
    /// Those that the output depends on and the input reaches.
    Live,
}

/// The live part of a network; `None` where the input does not reach the output.
///
/// Zeros pass through everything but a bias and are left out of sums. Rectifications and pools of one tensor become one.
pub fn live(network: &Network) -> Option<Network> {
    let reached = reached(&network.nodes);
    let needed = needed(&network.nodes, &reached)?;
    let mut nodes: Vec<Node> = Vec::with_capacity(network.nodes.len());
    // Where a node has gone.
    let mut place: Vec<Option<usize>> = vec![None; network.nodes.len()];
    for (index, node) in network.nodes.iter().enumerate().filter(|(index, _)| needed[*index]) {
        let is_sum = node.operation == Operation::Add;
        let read = node.inputs.iter().filter(|&&input| !is_sum || reached[input]);
        let inputs: Vec<usize> = read.filter_map(|&input| place[input]).collect();
        place[index] = match inputs[..] {
            [one] if is_sum => Some(one),
            _ => Some(shared(&mut nodes, node, &inputs).unwrap_or_else(|| {
                nodes.push(Node { operation: node.operation, inputs, shape: node.shape });
                nodes.len() - 1
            })),
        };
    }
    let stages = network.stages.iter().filter_map(|&stage| place[stage].filter(|_| reached[stage])).collect();
    Some(Network { nodes, stages })
}

/// For each node whether it depends on the input.
fn reached(nodes: &[Node]) -> Vec<bool> {
    let mut reached: Vec<bool> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let by_input = node.inputs.iter().any(|&input| reached[input]);
        reached.push(by_input || node.operation == Operation::Input);
    }
    reached
}

/// For each node whether the output depends on it through what the input reaches.
fn needed(nodes: &[Node], reached: &[bool]) -> Option<Vec<bool>> {
    let mut needed = vec![false; nodes.len()];
    *needed.last_mut()? = *reached.last()?;
    if !*reached.last()? {
        return None;
    }
    for (index, node) in nodes.iter().enumerate().rev().filter(|(_, node)| !node.inputs.is_empty()) {
        if needed[index] {
            let is_sum = node.operation == Operation::Add;
            node.inputs
                .iter()
                .filter(|&&input| !is_sum || reached[input])
                .for_each(|&input| needed[input] = true);
        }
    }
    Some(needed)
}

/// A node that computes the same without weights, if there is one.
fn shared(nodes: &mut [Node], node: &Node, inputs: &[usize]) -> Option<usize> {
    let weightless = matches!(
        node.operation,
        Operation::Relu { .. } | Operation::MaxPool(_) | Operation::AvgPool(_) | Operation::Shift
    );
    if !weightless {
        return None;
    }
    let place = nodes.iter().position(|have| {
        let same = match (have.operation, node.operation) {
            (Operation::Relu { .. }, Operation::Relu { .. }) => true,
            (have, operation) => have == operation,
        };
        same && have.inputs == inputs
    })?;
    if let Operation::Relu { uses } = &mut nodes[place].operation {
        *uses += 1;
    }
    Some(place)
}
