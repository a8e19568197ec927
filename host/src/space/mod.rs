//! Search spaces: a TOML declaration, and what follows from it.
//!
//! A space declares decisions. One architecture is a [`Genotype`], a row with one choice for each decision, and
//! many are a [`Pool`]. Text forms, graphs, sampling and enumeration are derived from the declaration.

mod builtin;
mod canonical_declaration;
mod chosen_wiring;
mod decision;
mod declaration;
pub(crate) mod digest;
mod edge_operations;
mod error;
mod flat;
mod free_graph;
mod graph;
mod input_choices;
mod kind;
mod layers;
mod least_form;
pub mod nearest;
mod node_operations;
mod operations;
mod path;
mod prune;
mod sample;
mod source;
mod template;
#[cfg(test)]
mod templates;

pub use decision::{Decision, Genotype, Pool};
pub use error::{ParseError, SpaceError};
pub use graph::Graph;
pub use kind::Genotypes;
pub use path::{Path, PathSpace};

use std::sync::Arc;

use crate::encoding::FeatureSpec;
use kind::Kind;
use rand::Rng;

/// A search space: its decisions, operations, topology and text form.
#[derive(Debug, Clone)]
pub struct Space {
    name: String,
    summary: String,
    cite: String,
    declaration: String,
    digest: String,
    kind: Arc<dyn Kind>,
}

impl PartialEq for Space {
    fn eq(&self, other: &Space) -> bool {
        self.digest == other.digest
    }
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

    /// The declaration as JSON on one line, without what does not change the space (comments, summary, citation).
    pub fn declaration(&self) -> &str {
        &self.declaration
    }

    /// SHA-256 of [`declaration`](Self::declaration) in lower-case hex: equal digests mean equal spaces.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The decisions in published order: the columns of a genotype.
    pub fn decisions(&self) -> &[Decision] {
        self.kind.decisions()
    }

    /// Whether a row is a genotype of this space: as many values as decisions, each a declared choice, and together an
    /// architecture.
    pub fn contains(&self, genotype: &[u16]) -> bool {
        self.has_choices(genotype) && self.kind.invalid(genotype).is_none()
    }

    /// Why a row is not a genotype of this space, in words that follow "is invalid: "; `None` where it is one.
    pub fn invalid(&self, genotype: &[u16]) -> Option<String> {
        if self.has_choices(genotype) {
            return self.kind.invalid(genotype);
        }
        Some(format!("it has no declared choice for each of the {} decisions", self.decisions().len()))
    }

    fn has_choices(&self, genotype: &[u16]) -> bool {
        let decisions = self.decisions();
        genotype.len() == decisions.len()
            && genotype.iter().zip(decisions).all(|(&value, decision)| decision.holds(value))
    }

    /// Reads the text form of one architecture, such as `|op~0|+|op~0|op~1|` or `421211`. Spaces around the text do not
    /// count.
    ///
    /// # Errors
    /// The first thing wrong, with the place of the character, counted from 1.
    pub fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        let trimmed = text.trim_start();
        let before = text.chars().count() - trimmed.chars().count();
        let trimmed = trimmed.trim_end();
        if trimmed.is_empty() {
            return Err(ParseError::Empty { example: self.print(&self.kind.example()) });
        }
        let genotype = self.kind.parse(trimmed).map_err(|error| error.moved(before))?;
        match self.kind.invalid(&genotype) {
            Some(reason) => Err(ParseError::Invalid { reason }),
            None => Ok(genotype),
        }
    }

    /// The architecture in the published text form, such as `|none~0|+|none~0|none~1|+|none~0|none~1|none~2|`.
    ///
    /// # Panics
    /// If the row is not of this space ([`contains`](Self::contains)).
    pub fn print(&self, genotype: &[u16]) -> String {
        self.require(genotype);
        self.kind.print(genotype)
    }

    /// Some architecture: what a message shows as the form to follow.
    pub fn example(&self) -> Genotype {
        self.kind.example()
    }

    /// Number of genotypes, different networks or not; `None` where it is not known or more than a `u128` holds.
    pub fn size(&self) -> Option<u128> {
        self.kind.size()
    }

    /// Every genotype once; `None` where there is no end of them.
    pub fn enumerate(&self) -> Option<Genotypes<'_>> {
        self.kind.enumerate()
    }

    /// One genotype of each class of identical networks ([`canonical`](Self::canonical)); `None` where there are too
    /// many to walk through.
    pub fn representatives(&self) -> Option<Genotypes<'_>> {
        self.kind.representatives()
    }

    /// One genotype by chance, as the field samples this space: in most spaces each is equally likely.
    pub fn sample<R: Rng>(&self, rng: &mut R) -> Genotype {
        self.kind.sample(rng)
    }

    /// Another architecture near this one, as the field mutates in this space; never the same genotype, unless the
    /// space holds only one.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn mutate<R: Rng>(&self, genotype: &[u16], rng: &mut R) -> Genotype {
        self.require(genotype);
        self.kind.mutate(genotype, rng)
    }

    /// The architectures one step away, each once and never the genotype itself.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        self.require(genotype);
        self.kind.neighbours(genotype)
    }

    /// A text that is equal for two genotypes exactly where they are the same network. Rows that share it are not split
    /// between training and test.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn canonical(&self, genotype: &[u16]) -> String {
        self.require(genotype);
        self.kind.canonical(genotype)
    }

    /// The class by a published rule that is not the exact one, where the space has such a rule.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn published_class(&self, genotype: &[u16]) -> Option<String> {
        self.require(genotype);
        self.kind.published_class(genotype)
    }

    /// The vocabulary of node labels: `input`, `output`, then the operations. It belongs to the space, and is the
    /// same whatever the rows at hand hold.
    pub fn label_names(&self) -> Vec<String> {
        self.kind.label_names()
    }

    /// The parts of a graph, such as the two cells of darts.
    pub fn part_names(&self) -> Vec<String> {
        self.kind.part_names()
    }

    /// The most nodes that a full graph has.
    pub fn most_nodes(&self) -> usize {
        self.kind.most_nodes()
    }

    /// The graph of every operation, zero and identity included: what graph networks and sequences read. For a cell
    /// with operations on its edges this is the line graph: input, one node for each decision in order, output.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn full_graph(&self, genotype: &[u16]) -> Graph {
        self.require(genotype);
        self.kind.full_graph(genotype)
    }

    /// The graph of the operations that matter: zero operations removed, identities contracted exactly (each of its
    /// inputs feeds each of its readers, and a source that is then counted twice has two edges), dead parts gone.
    /// Empty where nothing leads from input to output. What Weisfeiler-Lehman kernels read.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        self.require(genotype);
        self.kind.pruned_graph(genotype)
    }

    /// What paths from input to output can be, where the space has a path encoding.
    pub fn path_space(&self) -> Option<PathSpace> {
        self.kind.path_space()
    }

    /// The different paths of an architecture, dead ones left out.
    ///
    /// # Panics
    /// If the row is not of this space.
    pub fn paths(&self, genotype: &[u16]) -> Vec<Path> {
        self.require(genotype);
        self.kind.paths(genotype)
    }

    /// Calls `visit` with block and operations of every path, a path perhaps more than once. Whether the choices make an
    /// architecture together is not looked at: that would take as long as the visit.
    ///
    /// # Panics
    /// If the row has no declared choice for each decision.
    pub fn visit_paths(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        assert!(self.has_choices(genotype), "{genotype:?} is not a genotype of {}", self.name);
        self.kind.visit_paths(genotype, visit);
    }

    /// The columns of the adjacency one-hot encoding.
    pub fn one_hot_features(&self) -> Vec<FeatureSpec> {
        self.kind.one_hot_features()
    }

    /// Writes one row of the adjacency one-hot encoding into zeros; NaN says that a column does not apply.
    ///
    /// # Panics
    /// If the row is not of this space, or `row` is not as wide as there are columns.
    pub fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        self.require(genotype);
        self.kind.one_hot(genotype, row);
    }

    /// The columns of the adjacency categorical encoding.
    pub fn categorical_features(&self) -> Vec<FeatureSpec> {
        self.kind.categorical_features()
    }

    /// Writes one row of the adjacency categorical encoding; NaN says that a column does not apply.
    ///
    /// # Panics
    /// If the row is not of this space, or `row` is not as wide as there are columns.
    pub fn categorical(&self, genotype: &[u16], row: &mut [f64]) {
        self.require(genotype);
        self.kind.categorical(genotype, row);
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
