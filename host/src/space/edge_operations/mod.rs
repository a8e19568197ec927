//! Spaces of one cell with an operation on each edge: nas-bench-201 and its relatives.

mod cell;
mod declaration;
mod frame;
mod line_graph;
mod parse;
mod print;
#[cfg(test)]
mod tables;

pub use cell::Cell;
pub use declaration::{EdgeOperations, TextForm};

use super::graph::label;
use super::kind::Kind;
use super::{Decision, Genotype, Graph, ParseError};
use frame::Form;
use line_graph::line_graph;

/// A space of one cell with an operation on each edge.
#[derive(Debug)]
pub struct EdgeSpace {
    cell: Cell,
    decisions: Vec<Decision>,
    forms: Vec<Form>,
}

impl Kind for EdgeSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        self.read(text)
    }

    fn print(&self, genotype: &[u16]) -> String {
        self.write(genotype)
    }

    fn label_names(&self) -> Vec<String> {
        let ends = ["input".to_owned(), "output".to_owned()];
        ends.into_iter().chain(self.cell.operations.iter().cloned()).collect()
    }

    fn most_nodes(&self) -> usize {
        self.decisions.len() + 2
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        line_graph(&self.cell, genotype)
    }

    fn zero_and_identity(&self) -> (Option<u32>, Option<u32>) {
        (self.cell.zero.map(label), self.cell.identity.map(label))
    }
}
