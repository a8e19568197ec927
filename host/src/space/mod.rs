//! Search spaces: a TOML declaration, and what follows from it.
//!
//! A space declares decisions. One architecture is a [`Genotype`], a row with one choice for each decision, and
//! many are a [`Pool`]. Text forms, graphs, sampling and enumeration are derived from the declaration.

mod builtin;
mod canonical;
mod decision;
mod declaration;
pub(crate) mod digest;
mod edge_cell;
mod error;
mod graph;
pub mod nearest;
mod parse;
mod print;
mod prune;
mod sample;
mod source;

pub use decision::{Decision, Genotype, Pool};
pub use error::{ParseError, SpaceError};
pub use graph::Graph;
pub use sample::Enumerate;

use declaration::TextForm;
use edge_cell::EdgeCell;

/// A search space: its decisions, operations, topology and text form.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    name: String,
    summary: String,
    cite: String,
    canonical: String,
    digest: String,
    decisions: Vec<Decision>,
    topology: Topology,
}

/// How the decisions make a network; one variant for each `kind` of declaration.
#[derive(Debug, Clone, PartialEq)]
enum Topology {
    /// One operation on each edge of a cell.
    EdgeOperations { cell: EdgeCell, text: Vec<TextForm> },
}

impl Space {
    /// Name, such as `nas-bench-201`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line on what the space holds; may be empty.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// Where it was published; may be empty.
    pub fn cite(&self) -> &str {
        &self.cite
    }

    /// The declaration in its canonical form: JSON on one line, without what does not change the space (comments,
    /// summary, citation).
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of [`canonical`](Self::canonical) in lower-case hex: equal digests mean equal spaces.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The decisions in published order: the columns of a genotype.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// Whether a row is a genotype of this space: as many values as decisions, each a declared choice.
    pub fn contains(&self, genotype: &[u16]) -> bool {
        genotype.len() == self.decisions.len()
            && genotype.iter().zip(&self.decisions).all(|(&value, decision)| decision.holds(value))
    }

    /// 128 bits that tell a network of this space apart wherever it stands.
    pub fn identity<'a>(&self, genotype: impl Iterator<Item = &'a u16>) -> u128 {
        let bytes: Vec<u8> = genotype.flat_map(|value| value.to_le_bytes()).collect();
        digest::sha256_u128(&[b"genotype\0", self.digest.as_bytes(), &bytes])
    }

    /// Stops on a row of another space. Rows come from [`parse`](Self::parse), sampling or enumeration, so this is
    /// a mistake of the calling code, never of a user's file.
    #[track_caller]
    fn require(&self, genotype: &[u16]) {
        assert!(self.contains(genotype), "{genotype:?} is not a genotype of {}", self.name);
    }
}
