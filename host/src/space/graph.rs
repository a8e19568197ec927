//! Architectures as graphs with the operations on the nodes.

use super::edge_cell::EdgeCell;
use super::{Space, Topology};

/// Label of the node that holds the network's or the cell's input.
pub(super) const INPUT: u32 = 0;
/// Label of the node that holds its output.
pub(super) const OUTPUT: u32 = 1;
/// Label of the first operation; the others follow in the order of their digits.
const FIRST_OPERATION: u32 = 2;

/// A directed graph of operations. Node k's label indexes [`Space::label_names`].
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

impl Space {
    /// The vocabulary of node labels: `input`, `output`, then the operations. It belongs to the space, and is the
    /// same whatever the rows at hand hold.
    pub fn label_names(&self) -> Vec<String> {
        let Topology::EdgeOperations { cell, .. } = &self.topology;
        let ends = ["input".to_owned(), "output".to_owned()];
        ends.into_iter().chain(cell.operations.iter().cloned()).collect()
    }

    /// The graph of every operation, zero and identity included: what graph networks and sequences read. For a cell
    /// with operations on its edges this is the line graph: input, one node for each decision in order, output.
    ///
    /// # Panics
    /// If the row is not of this space ([`contains`](Self::contains)).
    pub fn full_graph(&self, genotype: &[u16]) -> Graph {
        self.require(genotype);
        let Topology::EdgeOperations { cell, .. } = &self.topology;
        line_graph(cell, genotype)
    }
}

/// The label of an operation's digit.
pub(super) fn label(digit: u16) -> u32 {
    FIRST_OPERATION + u32::from(digit)
}

fn line_graph(cell: &EdgeCell, genotype: &[u16]) -> Graph {
    let mut labels = vec![INPUT];
    labels.extend(genotype.iter().map(|&digit| label(digit)));
    labels.push(OUTPUT);
    let output = (labels.len() - 1) as u32;
    let mut edges = Vec::new();
    for (source, &(from, to)) in (1_u32..).zip(&cell.edges) {
        if from == 0 {
            edges.push([0, source, 0]);
        }
        for (target, &(next, _)) in (1_u32..).zip(&cell.edges) {
            if next == to {
                edges.push([source, target, 0]);
            }
        }
        if to == cell.output() {
            edges.push([source, output, 0]);
        }
    }
    edges.sort_unstable();
    Graph { parts: vec![0; labels.len()], labels, edges }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_graph_is_the_line_graph_in_published_order() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let graph = space.full_graph(&[4, 2, 1, 2, 1, 1]);
        // input, avg_pool, conv1x1, skip, conv1x1, skip, skip, output
        assert_eq!(graph.labels, [0, 6, 4, 3, 4, 3, 3, 1]);
        assert_eq!(graph.parts, [0; 8]);
        let ends: Vec<(u32, u32)> = graph.edges.iter().map(|edge| (edge[0], edge[1])).collect();
        assert_eq!(ends, [(0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)]);
    }

    #[test]
    fn labels_have_names() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let names = space.label_names();
        assert_eq!(
            names,
            ["input", "output", "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
        );
    }
}
