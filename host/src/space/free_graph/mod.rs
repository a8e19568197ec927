//! Spaces of graphs that are free but for their size: the recurrent cells of nas-bench-nlp and their relatives.

mod cell;
mod declaration;
mod flaw;
mod graphs;
mod network;
mod one_hot;
mod order;
mod parse;
mod places;
mod print;
mod sample;
mod step;
#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use declaration::{DeclaredOperation, FreeGraph, Reads};
pub use network::{Network, Node};

use cell::node_name;
use rand::Rng;

use super::kind::{Genotypes, Kind};
use super::{Decision, Genotype, Graph, ParseError};
use crate::encoding::FeatureSpec;

/// A space of graphs of operations between named inputs and outputs. A row is an architecture only where its nodes are
/// in canonical order, so each network has exactly one genotype and the printed text is its canonical form.
#[derive(Debug)]
pub struct FreeGraphSpace {
    cell: Cell,
    decisions: Vec<Decision>,
    example: Genotype,
}

impl FreeGraphSpace {
    /// The network of a genotype of this space.
    fn network(&self, genotype: &[u16]) -> Network {
        let empty = Network { nodes: Vec::new(), outputs: vec![None; self.cell.outputs.len()] };
        self.cell.network(genotype).unwrap_or(empty)
    }
}

impl Cell {
    /// The genotype of a network, if it is an architecture.
    fn genotype(&self, network: &Network) -> Option<Genotype> {
        match self.flaw(network, &node_name) {
            Some(_) => None,
            None => self.canonical(network).map(|network| self.row(&network)),
        }
    }
}

impl Kind for FreeGraphSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        let network = match self.cell.network(genotype) {
            Ok(network) => network,
            Err(reason) => return Some(reason),
        };
        if let Some(flaw) = self.cell.flaw(&network, &node_name) {
            return Some(flaw.what + &flaw.mend);
        }
        match self.cell.canonical(&network) {
            None => Some(parse::TOO_ALIKE.to_owned()),
            Some(canonical) if canonical == network => None,
            Some(canonical) => Some(format!(
                "its nodes are not in canonical order; the row of this network is that of `{}`",
                self.write(&canonical)
            )),
        }
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        self.read(text)
    }

    fn print(&self, genotype: &[u16]) -> String {
        self.write(&self.network(genotype))
    }

    fn example(&self) -> Genotype {
        self.example.clone()
    }

    fn size(&self) -> Option<u128> {
        None
    }

    fn enumerate(&self) -> Option<Genotypes<'_>> {
        None
    }

    fn sample(&self, rng: &mut dyn Rng) -> Genotype {
        self.draw(rng)
    }

    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        self.mutant(genotype, rng)
    }

    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        self.one_step_away(genotype)
    }

    fn label_names(&self) -> Vec<String> {
        graphs::label_names(&self.cell)
    }

    fn most_nodes(&self) -> usize {
        self.cell.inputs.len() + self.cell.capacity + self.cell.outputs.len()
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        graphs::graph(&self.cell, &self.network(genotype), |_| true)
    }

    fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        let network = self.network(genotype);
        graphs::graph(&self.cell, &network, |input| {
            network.nodes.iter().any(|node| node.inputs.contains(&input))
        })
    }

    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        one_hot::features(&self.cell)
    }

    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        one_hot::write(&self.cell, &self.network(genotype), row);
    }

    fn categorical(&self, genotype: &[u16], row: &mut [f64]) {
        for (cell, &value) in row.iter_mut().zip(genotype) {
            *cell = if value == 0 { f64::NAN } else { f64::from(value) };
        }
    }
}
