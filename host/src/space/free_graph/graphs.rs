//! Labelled graphs: inputs, operations, and one node for each output that is there.

use super::{Cell, Network};
use crate::space::Graph;
use crate::space::graph::{FIRST_OPERATION, INPUT, OUTPUT};

/// The first input, the first output, the operations, then the other inputs and the other outputs. Each has a name of
/// its own, since which state is read or written tells networks apart.
pub fn label_names(cell: &Cell) -> Vec<String> {
    let operations = cell.operations.iter().map(|operation| operation.name.clone());
    let mut names: Vec<String> = cell.inputs.iter().take(1).cloned().collect();
    names.extend(cell.outputs.iter().take(1).cloned());
    names.extend(operations);
    names.extend(cell.inputs.iter().skip(1).cloned());
    names.extend(cell.outputs.iter().skip(1).cloned());
    names
}

/// The inputs that `keep` names, the nodes in canonical order, and for each output a node that the one it names feeds.
/// An edge's position is the place among the inputs of an operation for which order matters, from 0.
pub fn graph(cell: &Cell, network: &Network, keep: impl Fn(usize) -> bool) -> Graph {
    let mut graph = Graph::default();
    let mut number = Vec::new();
    let add = |graph: &mut Graph, label: u32| {
        graph.labels.push(label);
        graph.parts.push(0);
        (graph.labels.len() - 1) as u32
    };
    for input in 0..cell.inputs.len() {
        // An input that is left out is read by no node, so its number is never asked for.
        number.push(if keep(input) { add(&mut graph, input_label(cell, input)) } else { 0 });
    }
    for node in &network.nodes {
        number.push(add(&mut graph, FIRST_OPERATION + node.operation as u32));
    }
    for (index, node) in network.nodes.iter().enumerate() {
        let ordered = cell.operations[node.operation].ordered;
        for (place, &input) in (0_u32..).zip(&node.inputs) {
            let position = if ordered { place } else { 0 };
            graph.edges.push([number[input], number[cell.inputs.len() + index], position]);
        }
    }
    for (output, &named) in network.outputs.iter().enumerate() {
        if let Some(named) = named {
            let target = add(&mut graph, output_label(cell, output));
            graph.edges.push([number[cell.inputs.len() + named], target, 0]);
        }
    }
    graph.edges.sort_unstable();
    graph
}

fn input_label(cell: &Cell, input: usize) -> u32 {
    if input == 0 { INPUT } else { FIRST_OPERATION + (cell.operations.len() + input - 1) as u32 }
}

fn output_label(cell: &Cell, output: usize) -> u32 {
    let before = cell.operations.len() + cell.inputs.len() - 1;
    if output == 0 { OUTPUT } else { FIRST_OPERATION + (before + output - 1) as u32 }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    fn labels(space: &Space, labels: &[u32]) -> Vec<String> {
        labels.iter().map(|&label| space.label_names()[label as usize].clone()).collect()
    }

    #[test]
    fn the_full_graph_has_every_input_and_the_pruned_one_those_that_are_read() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let text = r#"{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}"#;
        let cell = space.parse(text).unwrap();
        let full = space.full_graph(&cell);
        assert_eq!(
            labels(&space, &full.labels),
            ["x", "h_prev_0", "h_prev_1", "h_prev_2", "linear", "activation_tanh", "h_new_0"]
        );
        assert_eq!(full.edges, [[0, 4, 0], [1, 4, 0], [4, 5, 0], [5, 6, 0]]);
        let pruned = space.pruned_graph(&cell);
        assert_eq!(labels(&space, &pruned.labels), ["x", "h_prev_0", "linear", "activation_tanh", "h_new_0"]);
        assert_eq!(pruned.edges, [[0, 2, 0], [1, 2, 0], [2, 3, 0], [3, 4, 0]]);
        assert_eq!((pruned.labels[0], pruned.labels[4]), (0, 1));
    }

    #[test]
    fn inputs_of_blend_have_their_places_and_outputs_that_are_read_feed_both() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let text = r#"{"h_new_1":{"op":"linear","input":["x","h_prev_1"]},"a":{"op":"activation_sigm","input":["h_new_1"]},"h_new_0":{"op":"blend","input":["h_new_1","a","h_prev_0"]}}"#;
        let graph = space.pruned_graph(&space.parse(text).unwrap());
        assert_eq!(
            labels(&space, &graph.labels),
            ["x", "h_prev_0", "h_prev_1", "linear", "activation_sigm", "blend", "h_new_0", "h_new_1"]
        );
        assert_eq!(
            graph.edges,
            [[0, 3, 0], [1, 5, 2], [2, 3, 0], [3, 4, 0], [3, 5, 0], [3, 7, 0], [4, 5, 1], [5, 6, 0]]
        );
    }

    #[test]
    fn every_label_has_a_name_of_its_own() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let names = space.label_names();
        assert_eq!(names[..3], ["x", "h_new_0", "activation_sigm"]);
        assert_eq!(names[8..], ["blend", "h_prev_0", "h_prev_1", "h_prev_2", "h_new_1", "h_new_2"]);
        assert_eq!(space.most_nodes(), 31);
    }
}
