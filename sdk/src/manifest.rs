//! The manifest of a plugin as the host reads it: the owned form of what [`Descriptor`](crate::Descriptor)s say.
//!
//! Unknown keys are ignored and unknown words become `Unknown`, so that a plugin of a later 1.x still lists.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything a library says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Manifest {
    /// Name of the plugin.
    pub name: String,
    /// Version of the plugin.
    pub version: String,
    /// One sentence.
    #[serde(default)]
    pub summary: String,
    /// ABI that it was built against.
    pub abi: String,
    /// SDK that it was built with.
    pub sdk: String,
    /// Target triple.
    pub target: String,
    /// Compiler.
    #[serde(default)]
    pub rustc: String,
    /// Panic strategy: `unwind` or `abort`.
    pub panic: String,
    /// `release` or `debug`.
    #[serde(default)]
    pub profile: String,
    /// Its predictors, in the order of their index at the boundary.
    pub predictors: Vec<PredictorInfo>,
}

/// What a predictor says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PredictorInfo {
    /// Name within the plugin.
    pub name: String,
    /// Its family.
    pub family: FamilyName,
    /// One sentence.
    #[serde(default)]
    pub summary: String,
    /// Papers, best first.
    #[serde(default)]
    pub cites: Vec<String>,
    /// Cost in rows and features, in words.
    #[serde(default)]
    pub complexity: String,
    /// Inputs without which it cannot run.
    #[serde(default)]
    pub needs: Vec<InputInfo>,
    /// Inputs that it uses where they are there.
    #[serde(default)]
    pub may_use: Vec<InputInfo>,
    /// Encoding of the features where the composition names none.
    #[serde(default)]
    pub encoding: String,
    /// Fewest labelled rows.
    #[serde(default)]
    pub minimum_rows: u32,
    /// What its outputs mean.
    pub gives: GivesName,
    /// Names of its outputs under default parameters.
    pub outputs: Vec<String>,
    /// Transform of the target that it prefers.
    #[serde(default)]
    pub target_transform: String,
    /// Form in which it wants other members' scores.
    #[serde(default)]
    pub score_form: String,
    /// Same data, parameters and seed give the same bits.
    pub deterministic: bool,
    /// A row's prediction does not depend on the other rows that are asked.
    pub row_independent: bool,
    /// Order of magnitude of one prediction: `micro`, `milli`, `seconds`.
    #[serde(default)]
    pub cost: String,
    /// `one` or `many`.
    #[serde(default)]
    pub threads: String,
    /// Devices that it can compute on.
    #[serde(default)]
    pub devices: Vec<String>,
    /// Native libraries that it links or loads.
    #[serde(default)]
    pub native_libraries: Vec<String>,
    /// Version of the saved state.
    #[serde(default)]
    pub state_version: u32,
}

/// A family by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FamilyName {
    /// Learns from architectures and their measured targets.
    ModelBased,
    /// Extrapolates or scores a partial learning curve.
    LearningCurve,
    /// Scores an untrained network.
    ZeroCost,
    /// Shares the weights of one supernet.
    WeightSharing,
    /// A family that this host does not know.
    #[serde(other)]
    Unknown,
}

impl fmt::Display for FamilyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ModelBased => "model-based",
            Self::LearningCurve => "learning-curve",
            Self::ZeroCost => "zero-cost",
            Self::WeightSharing => "weight-sharing",
            Self::Unknown => "unknown",
        })
    }
}

/// What outputs mean, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GivesName {
    /// Only the order means something; higher is better.
    Score,
    /// `mean`, in the target's unit.
    Value,
    /// `mean` and `std`, in the target's unit.
    Distribution,
    /// Its own names.
    Named,
    /// Something that this host does not know.
    #[serde(other)]
    Unknown,
}

impl fmt::Display for GivesName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Score => "score",
            Self::Value => "value",
            Self::Distribution => "distribution",
            Self::Named => "named",
            Self::Unknown => "unknown",
        })
    }
}

/// An input, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InputInfo {
    /// Numeric feature columns.
    Features,
    /// The decisions of the space.
    Genotypes,
    /// Token sequences.
    Sequences,
    /// The graph with every operation.
    FullGraph,
    /// The graph without dead parts.
    PrunedGraph,
    /// A learning curve.
    Curve {
        /// The metric that it reads by default.
        metric: String,
        /// Fewest epochs.
        shortest: u32,
    },
    /// A network file for each row.
    Networks,
    /// Rows without a target.
    Unlabelled {
        /// How many, as a multiple of the labelled rows.
        factor: u32,
    },
    /// Costs of each row.
    Costs,
    /// At least one of these.
    AnyOf {
        /// The inputs to choose from.
        of: Vec<InputInfo>,
    },
    /// An input that this host does not know.
    #[serde(other)]
    Unknown,
}

impl InputInfo {
    /// The inputs that this one can be met by: itself, or the alternatives of `any-of`, whatever their depth.
    pub fn alternatives(&self) -> Vec<&InputInfo> {
        match self {
            Self::AnyOf { of } => of.iter().flat_map(Self::alternatives).collect(),
            other => vec![other],
        }
    }
}

impl fmt::Display for InputInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Features => f.write_str("features"),
            Self::Genotypes => f.write_str("genotypes"),
            Self::Sequences => f.write_str("sequences"),
            Self::FullGraph => f.write_str("full graph"),
            Self::PrunedGraph => f.write_str("pruned graph"),
            Self::Curve { metric, shortest } => write!(f, "curve {metric} ({shortest}+ epochs)"),
            Self::Networks => f.write_str("networks"),
            Self::Unlabelled { factor } => write!(f, "unlabelled rows (×{factor})"),
            Self::Costs => f.write_str("costs"),
            Self::AnyOf { of } => {
                for (i, input) in of.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{input}")?;
                }
                Ok(())
            }
            Self::Unknown => f.write_str("something unknown to this host"),
        }
    }
}

impl PredictorInfo {
    /// All inputs that it needs or may use, alternatives one by one.
    pub fn inputs(&self) -> impl Iterator<Item = &InputInfo> {
        self.needs.iter().chain(&self.may_use).flat_map(InputInfo::alternatives)
    }

    /// The descriptor of a predictor type, in its owned form.
    pub fn of<P: crate::Predictor>() -> Self {
        let text = crate::export::descriptor_json(&P::DESCRIPTOR);
        serde_json::from_str(&text).expect("the SDK reads what it writes")
    }
}
