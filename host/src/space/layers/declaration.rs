//! The keys of a sequence of layers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{LayerSpace, Plan};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// A sequence of layers, each one choice of the same blocks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    /// How many layers each stage has, in order.
    pub stages: Vec<Stage>,
    /// The block that passes its input on unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Where it does so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_in: Option<IdentityIn>,
    pub text: Vec<String>,
    pub block: Vec<Block>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit: Vec<Limit>,
}

/// How many layers a stage has.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged, expecting = "a stage is a number of layers, or { from = 2, to = 4 }")]
pub enum Stage {
    Fixed(u16),
    Between(Between),
}

/// The fewest and the most layers of a stage.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Between {
    pub from: u16,
    pub to: u16,
}

impl Stage {
    /// The fewest and the most layers.
    pub fn bounds(self) -> (u16, u16) {
        match self {
            Stage::Fixed(layers) => (layers, layers),
            Stage::Between(Between { from, to }) => (from, to),
        }
    }
}

/// Which layers the identity does nothing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityIn {
    /// All of them.
    Everywhere,
    /// All but the first of each stage, which does something with any block, such as striding.
    InsideStages,
}

/// What a layer can be.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub name: String,
    /// The character that stands for it in `{symbols}`; its number from 0 if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<char>,
    /// Properties that limits count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub has: Vec<String>,
}

/// How many layers may be of one block, or of blocks with one property.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u16>,
}

impl Declaration for Layers {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let plan = Plan::new(self)?;
        Ok(Arc::new(LayerSpace::new(plan, self)?))
    }
}
