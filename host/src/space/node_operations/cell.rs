//! What a cell with operations on its nodes may hold, and how its choices lie in a genotype: one bit for each pair of
//! nodes, row by row of the upper triangle of the adjacency matrix, then one digit for each inner node.

use super::dag::{Dag, MOST_NODES, pairs};
use super::declaration::NodeOperations;
use crate::space::{Decision, Genotype};

/// Most operations: the text form writes each as one digit.
const MOST_OPERATIONS: usize = 10;

/// The limits of a cell, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Most nodes: 0 is the input, the last is the output.
    pub nodes: usize,
    /// Most edges of a cell without its dead nodes.
    pub most_edges: usize,
    /// Operations in the order of their digits.
    pub operations: Vec<String>,
}

impl Cell {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &NodeOperations) -> Result<Cell, Vec<String>> {
        let mut reasons = Vec::new();
        let nodes = usize::from(declared.nodes);
        let most_edges = usize::from(declared.most_edges);
        // Two nodes, or one edge, would leave a single network, and nothing to mutate to.
        if !(3..=MOST_NODES).contains(&nodes) {
            reasons.push(format!("`nodes` is {nodes}; a cell has 3 to {MOST_NODES}"));
        } else if !(2..=pairs(nodes).count()).contains(&most_edges) {
            let all = pairs(nodes).count();
            reasons.push(format!("`most_edges` is {most_edges}; a cell of {nodes} nodes has 2 to {all}"));
        }
        check_operations(&declared.operations, &mut reasons);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(Cell { nodes, most_edges, operations: declared.operations.clone() })
    }

    /// The edges in the order of their matrix, then the inner nodes.
    pub fn decisions(&self) -> Vec<Decision> {
        let edges = pairs(self.nodes).map(|(from, to)| Decision {
            name: format!("({from},{to})"),
            choices: vec!["0".to_owned(), "1".to_owned()],
        });
        let nodes =
            self.inner().map(|node| Decision { name: format!("v{node}"), choices: self.operations.clone() });
        edges.chain(nodes).collect()
    }

    /// The nodes between input and output.
    pub fn inner(&self) -> std::ops::Range<usize> {
        1..self.nodes - 1
    }

    /// Number of pairs of nodes: the first decisions of a genotype.
    pub fn bits(&self) -> usize {
        self.nodes * (self.nodes - 1) / 2
    }

    /// The edges that a genotype chooses, dead ones included.
    pub fn dag(&self, genotype: &[u16]) -> Dag {
        Dag::new(self.nodes, &genotype[..self.bits()])
    }

    /// The operations that a genotype chooses, one for each inner node.
    pub fn chosen<'a>(&self, genotype: &'a [u16]) -> &'a [u16] {
        &genotype[self.bits()..]
    }

    /// The genotype of a cell that may have fewer nodes: its output becomes the last node, and the nodes that it
    /// lacks have no edges and operation 0.
    pub fn genotype(&self, dag: &Dag, operations: &[u16]) -> Genotype {
        let last = dag.nodes() - 1;
        let mut bits = vec![0; self.bits()];
        for (bit, (from, to)) in bits.iter_mut().zip(pairs(self.nodes)) {
            let to = match to {
                to if to == self.nodes - 1 => last,
                to if to >= last => continue,
                to => to,
            };
            *bit = u16::from(from < last && dag.has(from, to));
        }
        bits.extend(operations);
        bits.resize(self.bits() + self.nodes - 2, 0);
        bits
    }
}

fn check_operations(operations: &[String], reasons: &mut Vec<String>) {
    let count = operations.len();
    if !(1..=MOST_OPERATIONS).contains(&count) {
        reasons.push(format!("{count} operations; a space has 1 to {MOST_OPERATIONS}, written as one digit"));
    }
    for (index, operation) in operations.iter().enumerate() {
        if operation.is_empty() || operation.trim() != operation {
            reasons.push(format!("operation `{operation}` is empty or has spaces around it"));
        }
        if operations[..index].contains(operation) {
            reasons.push(format!("operation `{operation}` is declared twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/nas-bench-101.toml");

    fn reasons(text: &str) -> Vec<String> {
        match Space::from_toml(text, "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons,
            other => panic!("expected reasons, got {other:?}"),
        }
    }

    #[test]
    fn decisions_are_the_edges_row_by_row_and_then_the_nodes() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let names: Vec<&str> = space.decisions().iter().map(|decision| decision.name.as_str()).collect();
        assert_eq!(names.len(), 26);
        assert_eq!(names[..7], ["(0,1)", "(0,2)", "(0,3)", "(0,4)", "(0,5)", "(0,6)", "(1,2)"]);
        assert_eq!(names[20..], ["(5,6)", "v1", "v2", "v3", "v4", "v5"]);
        assert_eq!(space.decisions()[0].choices, ["0", "1"]);
        assert_eq!(space.decisions()[25].choices, ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"]);
    }

    #[test]
    fn a_cell_of_too_few_or_too_many_nodes_is_refused() {
        let of = |nodes: u16| reasons(&TEXT.replace("nodes      = 7", &format!("nodes = {nodes}")));
        assert_eq!(of(2), ["`nodes` is 2; a cell has 3 to 10"]);
        assert_eq!(of(65_535), ["`nodes` is 65535; a cell has 3 to 10"]);
    }

    #[test]
    fn edges_that_no_cell_could_use_up_are_refused() {
        let of = |edges: u16| reasons(&TEXT.replace("most_edges = 9", &format!("most_edges = {edges}")));
        assert_eq!(of(1), ["`most_edges` is 1; a cell of 7 nodes has 2 to 21"]);
        assert_eq!(of(22), ["`most_edges` is 22; a cell of 7 nodes has 2 to 21"]);
    }

    #[test]
    fn every_mistake_in_the_operations_is_named() {
        let found = reasons(&TEXT.replace("\"maxpool3x3\"", "\" pool\", \"conv1x1-bn-relu\""));
        assert_eq!(
            found,
            [
                "operation ` pool` is empty or has spaces around it",
                "operation `conv1x1-bn-relu` is declared twice"
            ]
        );
        let none = reasons(&TEXT.replace("\"conv3x3-bn-relu\", \"conv1x1-bn-relu\", \"maxpool3x3\"", ""));
        assert_eq!(none, ["0 operations; a space has 1 to 10, written as one digit"]);
    }
}
