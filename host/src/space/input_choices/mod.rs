//! Spaces of cells whose nodes choose which earlier nodes they read: darts and its relatives.

mod canonical;
mod cell_graph;
mod cells;
mod declaration;
mod encoding;
mod parse;
mod print;
mod walk;

pub use cells::Cells;
pub use declaration::{InputChoices, TextForm};

use std::iter::successors;

use rand::Rng;

use super::graph::label;
use super::kind::{Genotypes, Kind};
use super::prune::pruned_between;
use super::{Decision, Genotype, Graph, ParseError, Path, PathSpace};
use crate::encoding::FeatureSpec;

/// A space of cells whose nodes choose what they read.
#[derive(Debug)]
pub struct InputSpace {
    cells: Cells,
    decisions: Vec<Decision>,
    text: Vec<TextForm>,
}

impl Kind for InputSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        for (cell, values) in self.cells.names.iter().zip(genotype.chunks(self.cells.cell_len())) {
            for (node, pairs) in (self.cells.inputs..).zip(self.cells.reads_of(values)) {
                if !pairs.is_sorted_by(|[one, _], [other, _]| one < other) {
                    return Some(format!(
                        "the nodes that node {node} of `{cell}` reads do not rise; sort its pairs by the node read, \
                         each of them once"
                    ));
                }
            }
        }
        None
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        self.read(text)
    }

    fn print(&self, genotype: &[u16]) -> String {
        self.write(genotype)
    }

    fn example(&self) -> Genotype {
        self.cells.first()
    }

    fn size(&self) -> Option<u128> {
        self.cells.count()
    }

    fn enumerate(&self) -> Option<Genotypes<'_>> {
        Some(Box::new(successors(Some(self.cells.first()), |genotype| self.cells.following(genotype))))
    }

    fn sample(&self, rng: &mut dyn Rng) -> Genotype {
        self.cells.drawn(rng)
    }

    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        self.cells.mutant(genotype, rng)
    }

    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        self.cells.nearby(genotype)
    }

    fn canonical(&self, genotype: &[u16]) -> String {
        self.write(&self.cells.least(genotype))
    }

    fn label_names(&self) -> Vec<String> {
        self.cells.label_names()
    }

    fn part_names(&self) -> Vec<String> {
        self.cells.names.clone()
    }

    fn most_nodes(&self) -> usize {
        self.cells.names.len() * self.cells.graph_nodes()
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        self.cells.graph(genotype)
    }

    fn zero_and_identity(&self) -> (Option<u32>, Option<u32>) {
        (None, self.cells.identity.map(label))
    }

    fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        let (zero, identity) = self.zero_and_identity();
        pruned_between(self.full_graph(genotype), &self.cells.input_labels(), zero, identity)
    }

    fn path_space(&self) -> Option<PathSpace> {
        Some(self.cells.path_space())
    }

    fn paths(&self, genotype: &[u16]) -> Vec<Path> {
        self.cells.node_paths(genotype)
    }

    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        self.cells.edge_features()
    }

    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        self.cells.write_edges(genotype, row);
    }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    #[test]
    fn pairs_out_of_order_and_equal_inputs_are_no_genotype() {
        let space = Space::builtin("darts").unwrap();
        let mut genotype: Vec<u16> = [0, 0, 1, 0].repeat(8);
        assert!(space.contains(&genotype));
        genotype[16] = 1;
        genotype[18] = 0;
        assert_eq!(
            space.invalid(&genotype).unwrap(),
            "the nodes that node 2 of `reduce` reads do not rise; sort its pairs by the node read, each of them once"
        );
        genotype[16] = 0;
        assert!(!space.contains(&genotype));
        genotype[18] = 2;
        assert!(space.invalid(&genotype).unwrap().starts_with("it has no declared choice"));
    }
}
