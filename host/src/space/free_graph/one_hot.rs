//! A graph as a row of fixed width.
//!
//! Nodes stand in slots in canonical order, and the last node, always an output, in the last slot, so that what is
//! read last has one place in all networks. Slots between are all zero. The columns are
//! 1. for each slot, what it reads: one column for each input and each slot before it. An entry is 1, or 1/k for the
//!    k-th input of an operation for which order matters, so different networks have different rows;
//! 2. for each slot one indicator for each operation, then one for each output that the node can be.
//!
//! With I inputs, C slots, K operations and O outputs that is C * I + C * (C - 1) / 2 + C * (K + O) columns. It holds
//! what the encoding of NAS-Bench-NLP in NASLib does, without the columns that are zero in every network, without
//! fillers that look like inputs, and with an output's name.

use super::cell::node_name;
use super::{Cell, Network};
use crate::encoding::{FeatureKind, FeatureSpec};

/// The columns, named `(n0,n1)`, `n1=linear` and `n1=h_new_0`.
pub fn features(cell: &Cell) -> Vec<FeatureSpec> {
    let slots: Vec<String> = (0..cell.capacity).map(|slot| slot_name(cell, slot)).collect();
    let mut names = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        let sources = cell.inputs.iter().chain(&slots[..index]);
        names.extend(sources.map(|source| format!("({source},{slot})")));
    }
    for slot in &slots {
        let operations = cell.operations.iter().map(|operation| &operation.name);
        names.extend(operations.chain(&cell.outputs).map(|name| format!("{slot}={name}")));
    }
    names.into_iter().map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
}

/// Writes one network into zeros.
pub fn write(cell: &Cell, network: &Network, row: &mut [f64]) {
    let (inputs, last) = (cell.inputs.len(), network.nodes.len().saturating_sub(1));
    let slot = |index: usize| if index == last { cell.capacity - 1 } else { index };
    let width = cell.operations.len() + cell.outputs.len();
    for (index, node) in network.nodes.iter().enumerate() {
        for (place, &read) in node.inputs.iter().enumerate() {
            let source = read.checked_sub(inputs).map_or(read, |index| inputs + slot(index));
            let order = if cell.operations[node.operation].ordered { place + 1 } else { 1 };
            row[first_edge(cell, slot(index)) + source] = 1.0 / order as f64;
        }
        row[first_edge(cell, cell.capacity) + width * slot(index) + node.operation] = 1.0;
    }
    for (output, &named) in network.outputs.iter().enumerate() {
        if let Some(named) = named {
            let first = first_edge(cell, cell.capacity) + width * slot(named);
            row[first + cell.operations.len() + output] = 1.0;
        }
    }
}

/// The first column of what a slot reads.
fn first_edge(cell: &Cell, slot: usize) -> usize {
    slot * cell.inputs.len() + slot * slot.saturating_sub(1) / 2
}

fn slot_name(cell: &Cell, slot: usize) -> String {
    if slot + 1 == cell.capacity { "last".to_owned() } else { node_name(slot) }
}

#[cfg(test)]
mod tests {
    use crate::encoding::Encoding;
    use crate::space::Space;

    /// Names and values of the columns that are not zero.
    fn columns(text: &str) -> Vec<(String, f64)> {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let features = Encoding::AdjacencyOneHot.features(&space);
        let mut row = vec![0.0; features.len()];
        space.one_hot(&space.parse(text).unwrap(), &mut row);
        let named = features.into_iter().map(|feature| feature.name).zip(row);
        named.filter(|(_, value)| *value != 0.0).collect()
    }

    #[test]
    fn row_1000000_has_six_columns_of_612() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let text = r#"{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}"#;
        let mut row = vec![0.0; space.one_hot_features().len()];
        space.one_hot(&space.parse(text).unwrap(), &mut row);
        assert_eq!(row.len(), 24 * 4 + 24 * 23 / 2 + 24 * (7 + 3));
        let ones: Vec<usize> = (0..row.len()).filter(|&column| row[column] == 1.0).collect();
        assert_eq!(ones, [0, 1, 349, 377, 603, 609]);
        let names: Vec<String> = columns(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["(x,n0)", "(h_prev_0,n0)", "(n0,last)", "n0=linear", "last=activation_tanh", "last=h_new_0"]
        );
    }

    #[test]
    fn the_order_of_what_blend_reads_is_in_its_row() {
        let text = r#"{"a":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"blend","input":["a","h_prev_0","x"]}}"#;
        let read: Vec<(String, f64)> =
            columns(text).into_iter().filter(|(name, _)| name.ends_with(",last)")).collect();
        let entry = |name: &str, value: f64| (name.to_owned(), value);
        assert_eq!(
            read,
            [entry("(x,last)", 1.0 / 3.0), entry("(h_prev_0,last)", 0.5), entry("(n0,last)", 1.0)]
        );
    }

    #[test]
    fn categorical_columns_of_what_is_absent_do_not_apply() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let text = r#"{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}"#;
        let mut row = vec![0.0; 99];
        space.categorical(&space.parse(text).unwrap(), &mut row);
        assert_eq!(row[..3], [6.0, 1.0, 2.0]);
        assert!(row[3].is_nan());
        assert_eq!(row[4..6], [2.0, 5.0]);
        assert_eq!(row[96], 2.0);
        assert_eq!(row.iter().filter(|value| value.is_nan()).count(), 99 - 6);
    }
}
