//! Spaces of one cell with an operation on each edge: nas-bench-201 and its relatives.

#[cfg(test)]
mod canonical_tests;
mod cell;
mod declaration;
mod frame;
mod line_graph;
mod parse;
mod paths;
mod print;
mod published;
#[cfg(test)]
mod tables;

pub use cell::Cell;
pub use declaration::{EdgeOperations, TextForm};

use super::graph::label;
use super::kind::Kind;
use super::least_form::least_form;
use super::{Decision, Genotype, Graph, ParseError, Path, PathSpace};
use frame::Form;
use line_graph::line_graph;
use published::unique_string;

/// A space of one cell with an operation on each edge.
#[derive(Debug)]
pub struct EdgeSpace {
    cell: Cell,
    decisions: Vec<Decision>,
    forms: Vec<Form>,
    /// Every way from the input to the output, as the decisions along it.
    routes: Vec<Vec<usize>>,
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

    /// The least form of the pruned graph: identities expanded in sums with how often each term counts, dead operations
    /// gone.
    fn canonical(&self, genotype: &[u16]) -> String {
        least_form(&self.pruned_graph(genotype))
    }

    fn published_class(&self, genotype: &[u16]) -> Option<String> {
        Some(unique_string(&self.cell, genotype))
    }

    fn path_space(&self) -> Option<PathSpace> {
        Some(self.all_paths())
    }

    fn paths(&self, genotype: &[u16]) -> Vec<Path> {
        self.live_paths(genotype)
    }

    fn visit_paths(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        self.visit_live_paths(genotype, visit);
    }
}
