//! Architectures as graphs with the operations on the nodes.

/// Label of the node that holds the network's or the cell's input.
pub(super) const INPUT: u32 = 0;
/// Label of the node that holds its output.
pub(super) const OUTPUT: u32 = 1;
/// Label of the first operation; the others follow in the order of their digits.
pub(super) const FIRST_OPERATION: u32 = 2;

/// A directed graph of operations. Node k's label indexes [`Space::label_names`](super::Space::label_names).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// One label for each node: the input first, the operations in the order of their decisions, the output last.
    pub labels: Vec<u32>,
    /// The part that each node belongs to, such as the first or second cell; 0 in a space of one cell.
    pub parts: Vec<u32>,
    /// Edges as [source, target, position], sorted by source and target. The position is the place among the inputs
    /// of a target for which order matters, and 0 where inputs are summed. The same edge twice means that its source
    /// is counted twice.
    pub edges: Vec<[u32; 3]>,
}

impl Graph {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether nothing is left: no path leads from input to output.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// The label of an operation's digit.
pub(super) fn label(digit: u16) -> u32 {
    FIRST_OPERATION + u32::from(digit)
}
