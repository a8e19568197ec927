//! What a kind of declaration knows of its architectures.

use std::collections::HashSet;
use std::fmt;

use rand::{Rng, RngExt};

use super::prune::pruned;
use super::sample::{Counting, below};
use super::{Decision, Genotype, Graph, ParseError, Path, PathSpace};
use crate::encoding::{FeatureKind, FeatureSpec};

/// Genotypes one after the other.
pub type Genotypes<'a> = Box<dyn Iterator<Item = Genotype> + 'a>;

/// The most genotypes that are walked through to find one of each class.
pub(super) const MOST_WALKED: u128 = 1 << 24;

/// One kind of declaration, such as operations on the edges of a cell. Everything that a space derives from a genotype
/// is here; what has a body serves spaces whose decisions are independent of each other.
///
/// Genotypes that come in are of the space (`Space` checks it), unless a method says otherwise.
pub(super) trait Kind: fmt::Debug + Send + Sync {
    /// The decisions in published order: the columns of a genotype.
    fn decisions(&self) -> &[Decision];

    /// Why a row of declared choices is no architecture; `None` where it is one. The row has as many values as
    /// decisions, each a declared choice.
    fn invalid(&self, _genotype: &[u16]) -> Option<String> {
        None
    }

    /// Reads a text form. The text is trimmed and not empty; positions in errors count its characters from 1.
    fn parse(&self, text: &str) -> Result<Genotype, ParseError>;

    /// The published text form. Reading it gives the genotype back.
    fn print(&self, genotype: &[u16]) -> String;

    /// Some architecture: what a message shows as the form to follow.
    fn example(&self) -> Genotype {
        vec![0; self.decisions().len()]
    }

    /// Number of valid genotypes, different networks or not; `None` where it is not known or more than a `u128` holds.
    fn size(&self) -> Option<u128> {
        self.decisions()
            .iter()
            .try_fold(1_u128, |size, decision| size.checked_mul(decision.choices.len() as u128))
    }

    /// Every valid genotype once; `None` where there is no end of them. The default counts, the last decision fastest.
    fn enumerate(&self) -> Option<Genotypes<'_>> {
        Some(Box::new(Counting::new(self.decisions()).filter(|row| self.invalid(row).is_none())))
    }

    /// One genotype of each class of identical networks, the first of each in the order of `enumerate`; `None` where
    /// there are too many to walk.
    fn representatives(&self) -> Option<Genotypes<'_>> {
        if self.size()? > MOST_WALKED {
            return None;
        }
        let mut seen = HashSet::new();
        let all = self.enumerate()?;
        Some(Box::new(all.filter(move |genotype| seen.insert(self.canonical(genotype)))))
    }

    /// One genotype by chance, as the field samples this space. The default is uniform over valid genotypes.
    fn sample(&self, rng: &mut dyn Rng) -> Genotype {
        loop {
            let genotype: Genotype =
                self.decisions().iter().map(|decision| below(rng, decision.choices.len())).collect();
            if self.invalid(&genotype).is_none() {
                return genotype;
            }
        }
    }

    /// Another architecture near this one, never the same genotype. The default changes one decision, drawn
    /// uniformly, to another choice, drawn uniformly, until the result is valid.
    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let open: Vec<usize> =
            (0..genotype.len()).filter(|&index| self.decisions()[index].choices.len() > 1).collect();
        if open.is_empty() {
            return genotype.to_vec();
        }
        loop {
            let index = open[rng.random_range(0..open.len())];
            let step = 1 + below(rng, self.decisions()[index].choices.len() - 1);
            let count = self.decisions()[index].choices.len() as u16;
            let mut child = genotype.to_vec();
            child[index] = (child[index] + step) % count;
            if self.invalid(&child).is_none() {
                return child;
            }
        }
    }

    /// The architectures one step away, each once and never the genotype itself. The default is every valid row that
    /// differs in one decision, in the order of decisions and choices.
    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        let mut neighbours = Vec::new();
        for (index, decision) in self.decisions().iter().enumerate() {
            for value in (0..decision.choices.len() as u16).filter(|&value| value != genotype[index]) {
                let mut neighbour = genotype.to_vec();
                neighbour[index] = value;
                if self.invalid(&neighbour).is_none() {
                    neighbours.push(neighbour);
                }
            }
        }
        neighbours
    }

    /// A text that is equal for two genotypes exactly where they are the same network, as far as this kind can tell.
    /// The default tells every genotype apart.
    fn canonical(&self, genotype: &[u16]) -> String {
        self.print(genotype)
    }

    /// The class by a published rule that is not the exact one, where there is such a rule.
    fn published_class(&self, _genotype: &[u16]) -> Option<String> {
        None
    }

    /// Names of node labels: `input`, `output`, then the operations. They belong to the space, not to the rows at hand.
    fn label_names(&self) -> Vec<String>;

    /// Names of the parts of a graph, such as two cells.
    fn part_names(&self) -> Vec<String> {
        vec!["cell".to_owned()]
    }

    /// The most nodes that a full graph of this space has.
    fn most_nodes(&self) -> usize;

    /// The graph of every operation, zero and identity included.
    fn full_graph(&self, genotype: &[u16]) -> Graph;

    /// Labels of the operation that passes nothing on and of the one that passes its input on unchanged.
    fn zero_and_identity(&self) -> (Option<u32>, Option<u32>) {
        (None, None)
    }

    /// The graph of the operations that matter.
    fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        let (zero, identity) = self.zero_and_identity();
        pruned(self.full_graph(genotype), zero, identity)
    }

    /// What paths from input to output can be, where a space has such an encoding.
    fn path_space(&self) -> Option<PathSpace> {
        None
    }

    /// The different paths of an architecture that are not dead; empty where [`path_space`](Self::path_space) is
    /// `None`.
    fn paths(&self, _genotype: &[u16]) -> Vec<Path> {
        Vec::new()
    }

    /// Calls `visit` with block and operations of every path, a path perhaps more than once, in any order: what
    /// [`paths`](Self::paths) says, without making a list.
    fn visit_paths(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        for path in self.paths(genotype) {
            visit(path.block, &path.operations);
        }
    }

    /// The columns of the adjacency one-hot encoding. The default has one indicator for each choice of each decision.
    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        let choices = self.decisions().iter().flat_map(|decision| {
            decision.choices.iter().map(move |choice| format!("{}={choice}", decision.name))
        });
        choices.map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
    }

    /// Writes one row of the adjacency one-hot encoding, as wide as [`one_hot_features`](Self::one_hot_features) and
    /// filled with zeros; NaN says that a column does not apply to this architecture.
    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        let mut first = 0;
        for (&value, decision) in genotype.iter().zip(self.decisions()) {
            row[first + usize::from(value)] = 1.0;
            first += decision.choices.len();
        }
    }

    /// The columns of the adjacency categorical encoding. The default has one for each decision.
    fn categorical_features(&self) -> Vec<FeatureSpec> {
        let names = self.decisions().iter().map(|decision| decision.name.clone());
        names.map(|name| FeatureSpec { name, kind: FeatureKind::Categorical }).collect()
    }

    /// Writes one row of the adjacency categorical encoding; NaN says that a column does not apply.
    fn categorical(&self, genotype: &[u16], row: &mut [f64]) {
        for (cell, &value) in row.iter_mut().zip(genotype) {
            *cell = f64::from(value);
        }
    }
}
