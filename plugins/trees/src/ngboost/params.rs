//! Parameters of NGBoost: a preset, and what overrides it.

use archcast_sdk::prelude::*;

/// Parameters of [`NgBoost`](super::NgBoost). What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Rounds of boosting, each with a tree for the mean and one for the deviation: 60 in `calibrated`, 505 in
    /// `naslib`.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-tune" = {"low": 128, "high": 512, "log": true, "integer": true}))]
    pub trees: Option<u32>,
    /// The part of each step that is taken: 0.03 in `calibrated`, 0.08127 in `naslib`.
    #[schemars(range(min = 1e-6, max = 1.0), extend("x-tune" = {"low": 0.001, "high": 0.1, "log": true}))]
    pub learning_rate: Option<f64>,
    /// Splits between the root of a tree and a leaf at most: 10 in `calibrated`, 6 in `naslib`.
    #[schemars(range(min = 1, max = 1000), extend("x-tune" = {"low": 1, "high": 24, "integer": true}))]
    pub max_depth: Option<u32>,
    /// The part of the features that a node looks at, cut off to a whole number and at least one feature: 0.79205
    /// in both presets.
    #[schemars(range(min = 0.001, max = 1.0), extend("x-tune" = {"low": 0.1, "high": 1.0}))]
    pub max_features: Option<f64>,
    /// The part of the rows that a round sees, cut off to a whole number and at least one row: 0.5 in both presets.
    #[schemars(range(min = 0.001, max = 1.0), extend("x-tune" = {"low": 0.1, "high": 1.0}))]
    pub minibatch_fraction: Option<f64>,
    /// Rows that each side of a split must have: in `calibrated` 2, or 1 below 12 training rows; in `naslib` 1. More than
    /// a third of the training rows less one, but not less than 2, is cut down to that: a tree could split nothing else.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-tune" = {"low": 2, "high": 19, "integer": true}))]
    pub min_samples_leaf: Option<u32>,
    /// Rows that a node must have to be split: 2 in both presets. It is cut down as `min_samples_leaf` is.
    #[schemars(range(min = 2, max = 1_000_000), extend("x-tune" = {"low": 2, "high": 19, "integer": true}))]
    pub min_samples_split: Option<u32>,
}

/// A set of parameters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Few rounds of small steps along deep trees, with two rows or more in each leaf: deviations fit the errors.
    #[default]
    Calibrated,
    /// The setting of NASLib and of the study, from NAS-Bench-301. Its trees fit single rows, so that deviations fall to
    /// nothing: use its mean only.
    Naslib,
}

/// All parameters of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) trees: u32,
    pub(crate) learning_rate: f64,
    pub(crate) max_depth: u32,
    pub(crate) max_features: f64,
    pub(crate) minibatch_fraction: f64,
    pub(crate) min_samples_leaf: u32,
    pub(crate) min_samples_split: u32,
}

impl Preset {
    /// Its parameters for so many training rows.
    fn settings(self, rows: usize) -> Settings {
        match self {
            Self::Calibrated => Settings {
                trees: 60,
                learning_rate: 0.03,
                // From some 200 rows on, trees of depth 6 leave out what few rounds cannot make up for.
                max_depth: 10,
                max_features: 0.7920456318712875,
                minibatch_fraction: 0.5,
                // Half of the rows make a batch: three leaves can be had from 12 rows on.
                min_samples_leaf: if rows < 12 { 1 } else { 2 },
                min_samples_split: 2,
            },
            Self::Naslib => Settings {
                trees: 505,
                learning_rate: 0.08127053060223186,
                max_depth: 6,
                max_features: 0.7920456318712875,
                minibatch_fraction: 0.5,
                min_samples_leaf: 1,
                min_samples_split: 2,
            },
        }
    }
}

impl Params {
    /// The preset's parameters for so many training rows, with those that are given.
    pub(crate) fn settings(&self, rows: usize) -> Settings {
        let preset = self.preset.settings(rows);
        let most = u32::try_from((rows / 3).saturating_sub(1).max(2)).unwrap_or(u32::MAX);
        Settings {
            trees: self.trees.unwrap_or(preset.trees),
            learning_rate: self.learning_rate.unwrap_or(preset.learning_rate),
            max_depth: self.max_depth.unwrap_or(preset.max_depth),
            max_features: self.max_features.unwrap_or(preset.max_features),
            minibatch_fraction: self.minibatch_fraction.unwrap_or(preset.minibatch_fraction),
            min_samples_leaf: self.min_samples_leaf.map_or(preset.min_samples_leaf, |given| given.min(most)),
            min_samples_split: self
                .min_samples_split
                .map_or(preset.min_samples_split, |given| given.min(most)),
        }
    }
}
