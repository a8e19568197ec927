//! What a model file says of itself.

use super::{
    Combiner, Conformal, FittedCombiner, ParameterFile, TargetScale,
    features::Part,
    node::{FittedKind, FittedNode},
    tune::Tuned,
};
use crate::table::{DataSpec, Goal};
use archcast_sdk::{header::FeatureInfo, manifest::InputInfo};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a model file says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelHeader {
    /// Version of archcast that made it.
    pub archcast: String,
    /// Place of the member that answers.
    pub answer: usize,
    /// The seed of the fit.
    pub seed: u64,
    /// How the table was read; paths are absolute.
    pub data: DataSpec,
    /// SHA-256 of the table's content.
    pub table_digest: String,
    /// Name of the search space.
    pub space: Option<String>,
    /// SHA-256 of the space's declaration.
    pub space_digest: Option<String>,
    /// Which way the target is better.
    pub goal: Goal,
    /// Whether a row's answer depends on that row alone.
    pub row_independent: bool,
    /// Identities of the training rows, hexadecimal, in the order in which they trained.
    pub training: Vec<String>,
    /// Digests of the canonical texts of the training rows' architectures, hexadecimal and sorted: rows that are the same
    /// network as one that trained are not unseen.
    #[serde(default)]
    pub training_networks: Vec<String>,
    /// The members, each after those that it reads.
    pub nodes: Vec<NodeHeader>,
    /// What a user should know of the fit.
    pub warnings: Vec<String>,
    /// How wide the intervals are, where the member that answers gives some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
}

/// A member of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeHeader {
    /// Its place in the plan.
    pub place: usize,
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: NodeHeaderKind,
}

/// What a member of a model does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeHeaderKind {
    /// Runs a predictor.
    Use(Box<UseHeader>),
    /// Reads a column.
    Column {
        /// The column.
        column: String,
        /// 1 where higher is better, else -1.
        sign: f64,
    },
    /// Combines others.
    Combine {
        /// How, with what it learnt.
        combiner: FittedCombiner,
        /// The members' places.
        members: Vec<usize>,
        /// For each whether it may miss a row.
        optional: Vec<bool>,
    },
}

/// A fitted predictor of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UseHeader {
    /// `plugin/name`.
    pub predictor: String,
    /// Version of the plugin.
    pub plugin_version: String,
    /// The parameters that it was fitted with.
    pub params: Value,
    /// How they were chosen, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuned: Option<Tuned>,
    /// The seed of its fit.
    pub seed: u64,
    /// Goal and transform of the target.
    pub scale: TargetScale,
    /// What its feature matrix is made of.
    pub(super) parts: Vec<Part>,
    /// Its feature columns.
    pub features: Vec<FeatureInfo>,
    /// The curves that it is handed.
    pub curves: Vec<String>,
    /// Inputs that it needs or may use.
    pub(super) inputs: Vec<InputInfo>,
    /// Files that its parameters name.
    pub files: Vec<ParameterFile>,
    /// Bytes of its state in the file; 0 before it is saved.
    pub(super) state: u64,
}

impl NodeHeader {
    /// The header of a fitted member and its predictor's state.
    pub(super) fn of(place: usize, node: &FittedNode, state: u64) -> Self {
        let kind = match &node.kind {
            FittedKind::Use(used) => NodeHeaderKind::Use(Box::new(UseHeader { state, ..used.about.clone() })),
            FittedKind::Column { column, sign } => {
                NodeHeaderKind::Column { column: column.clone(), sign: *sign }
            }
            FittedKind::Combine { combiner, members, optional } => NodeHeaderKind::Combine {
                combiner: combiner.clone(),
                members: members.clone(),
                optional: optional.clone(),
            },
        };
        Self { place, name: node.name.clone(), kind }
    }
}

impl ModelHeader {
    /// The member that answers.
    pub fn member(&self) -> &str {
        self.nodes.iter().find(|node| node.place == self.answer).map_or("", |node| &node.name)
    }

    /// What the member that answers is: its predictor, its column, or how it combines which members.
    pub fn description(&self) -> String {
        let name = |place: &usize| {
            self.nodes.iter().find(|node| node.place == *place).map_or("?", |node| &node.name[..])
        };
        match self.nodes.iter().find(|node| node.place == self.answer).map(|node| &node.kind) {
            Some(NodeHeaderKind::Use(used)) => used.predictor.clone(),
            Some(NodeHeaderKind::Column { column, .. }) => format!("column {column}"),
            Some(NodeHeaderKind::Combine { combiner, members, .. }) => {
                let members: Vec<&str> = members.iter().map(name).collect();
                match combiner {
                    // Of the members that were not selected the model keeps nothing.
                    FittedCombiner::Select(chosen) => {
                        format!("selected: {}", members.get(*chosen).unwrap_or(&"?"))
                    }
                    _ => format!("{} of {}", combiner.kind().name(), members.join(", ")),
                }
            }
            None => String::new(),
        }
    }

    /// The curves that any member reads.
    pub fn curves(&self) -> Vec<String> {
        let of = |node: &NodeHeader| match &node.kind {
            NodeHeaderKind::Use(used) => used.curves.clone(),
            _ => Vec::new(),
        };
        let mut curves: Vec<String> = self.nodes.iter().flat_map(of).collect();
        curves.sort();
        curves.dedup();
        curves
    }

    /// The predictor of the member that answers, where it is one.
    pub fn predictor(&self) -> Option<&UseHeader> {
        self.nodes.iter().find(|node| node.place == self.answer).and_then(|node| match &node.kind {
            NodeHeaderKind::Use(used) => Some(&**used),
            _ => None,
        })
    }
}

impl FittedCombiner {
    /// How it combines.
    pub fn kind(&self) -> Combiner {
        match self {
            FittedCombiner::Mean => Combiner::Mean,
            FittedCombiner::Median => Combiner::Median,
            FittedCombiner::RankMean(_) => Combiner::RankMean,
            FittedCombiner::Weighted { .. } => Combiner::Weighted,
            FittedCombiner::Cascade { .. } => Combiner::Cascade,
            FittedCombiner::Select(_) => Combiner::Select,
        }
    }
}
