//! What a data set says of itself: the JSON header that comes with the columns.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Facts about the rows that are not columns. Everything is optional: absent means unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Header {
    /// The search space that the genotypes belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space: Option<SpaceInfo>,
    /// The target that the rows were labelled with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetInfo>,
    /// The feature columns, in the order of the feature matrix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<FeatureInfo>,
    /// The learning curves by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub curves: BTreeMap<String, CurveInfo>,
    /// The final epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
    /// Epochs seen: no curve is longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<u32>,
    /// Vocabulary of the token sequences, of the space and never of the rows at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequences: Option<SequenceInfo>,
    /// Vocabulary of the graphs' node labels and parts, of the space and never of the rows at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graphs: Option<GraphInfo>,
    /// What a later host says that this SDK does not know.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// A search space, by name and digest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SpaceInfo {
    /// Its name.
    pub name: String,
    /// SHA-256 of its declaration.
    pub digest: String,
    /// Its decisions, in the order of the genotype.
    pub decisions: Vec<DecisionInfo>,
}

/// One decision of a space.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionInfo {
    /// Its name, e.g. `0-1`.
    pub name: String,
    /// Names of the values 0, 1, …
    pub choices: Vec<String>,
}

/// The target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TargetInfo {
    /// Name of its column.
    pub name: String,
    /// `percent`, `fraction`, or free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The goal in the table. At the boundary higher is always better: the host has turned what is to be minimised.
    pub goal: Goal,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// Higher is better.
    #[default]
    Maximize,
    /// Lower is better.
    Minimize,
}

impl Goal {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maximize => "maximize",
            Self::Minimize => "minimize",
        }
    }

    /// A value on the scale on which higher is better; the same again turns it back.
    pub fn turn(self, value: f64) -> f64 {
        match self {
            Self::Maximize => value,
            Self::Minimize => -value,
        }
    }
}

/// One feature column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureInfo {
    /// Its name, e.g. `0-1=nor_conv_3x3`.
    pub name: String,
    /// What its numbers are.
    #[serde(default)]
    pub kind: FeatureKind,
    /// Where it comes from.
    #[serde(default)]
    pub role: Role,
}

/// What a feature's numbers are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeatureKind {
    /// Numbers on a scale.
    #[default]
    Number,
    /// Ordered levels 0, 1, …
    Ordinal,
    /// Categories 0, 1, … without an order.
    Categorical,
}

/// Where a feature comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An encoding of the architecture, by its name.
    Encoding(String),
    /// A column of the table.
    #[default]
    Column,
    /// The score of another member, by its name.
    Member(String),
}

/// A learning curve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CurveInfo {
    /// Which way is better.
    pub goal: Goal,
    /// `percent`, `fraction`, or free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Token sequences of a space.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SequenceInfo {
    /// Names of the tokens 0, 1, …
    pub vocabulary: Vec<String>,
    /// Longest sequence of the space.
    pub length: u32,
    /// Token that fills shorter sequences.
    pub padding: u32,
}

/// Graphs of a space.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GraphInfo {
    /// Names of the node labels 0, 1, …
    pub labels: Vec<String>,
    /// Names of the parts 0, 1, … (the two cells of darts).
    pub parts: Vec<String>,
}
