//! The keys of a graph that is free but for its size.

use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Cell, FreeGraphSpace};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// Attempts at drawing a first architecture before a declaration is refused.
const MOST_ATTEMPTS: usize = 10_000;

/// A graph of operations between named inputs and named outputs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeGraph {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    /// Most nodes with an operation.
    pub capacity: usize,
    pub inputs: Vec<String>,
    /// Outputs, the one that must be there first; a cell has as many as it needs, from the first on.
    pub outputs: Vec<String>,
    /// (output, input): what the output becomes at the next step. Such a pair is there as a whole or not at all.
    #[serde(default)]
    pub carried: Vec<(String, String)>,
    pub operations: Vec<DeclaredOperation>,
    pub sampling: DeclaredSampling,
}

/// One operation.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredOperation {
    pub name: String,
    /// Fewest and most inputs.
    pub inputs: (usize, usize),
    /// Whether the order of inputs matters.
    #[serde(default)]
    pub ordered: bool,
}

/// How architectures are drawn by chance.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredSampling {
    pub nodes: usize,
    pub outputs: usize,
    pub most: usize,
    #[serde(default)]
    pub activations: Vec<String>,
    pub draws: Vec<DeclaredDraw>,
}

/// One thing that can be drawn.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredDraw {
    pub operation: String,
    pub inputs: usize,
    pub weight: u32,
    pub reads: Vec<Reads>,
    /// Whether one of the activations follows.
    #[serde(default)]
    pub activated: bool,
}

/// What a drawn node may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// Every input.
    Inputs,
    /// The inputs that carry an output over.
    Carried,
    /// The activations drawn so far.
    Activations,
    /// All nodes drawn so far.
    Nodes,
}

impl Declaration for FreeGraph {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let cell = Cell::new(self)?;
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        // Sampling draws until an attempt succeeds: that one can is shown here, once.
        let example = (0..MOST_ATTEMPTS).find_map(|_| cell.attempt(&mut rng));
        let Some(example) = example else {
            return Err(vec![format!(
                "`sampling` gave no valid architecture in {MOST_ATTEMPTS} attempts; \
                 raise `most`, or let `draws` read every input"
            )]);
        };
        Ok(Arc::new(FreeGraphSpace { decisions: cell.decisions(), cell, example }))
    }
}
