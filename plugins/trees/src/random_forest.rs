//! Random forest (Breiman, Machine Learning 2001) with the settings of NAS-Bench-301, which NASLib uses.
//!
//! Trees differ by the features that each node may look at; the prediction is the mean of their leaves' means. The
//! deviation follows Hutter, Xu, Hoos and Leyton-Brown, Artificial Intelligence 2014: the variance between trees, to
//! which the mean variance within leaves is added where rows are few (law of total variance).
//!
//! Cost: fit O(B k n log n) for B trees that look at k features a node, predict O(B log n) a row. One stream of random
//! numbers a tree, so the number of threads changes nothing.

use crate::{
    cart::{self, Limits, PURE},
    columns::Columns,
    moments::Moments,
    queries::{self, Rows},
    tree::Tree,
};
use archcast_sdk::{prelude::*, rand::RngExt as _};

/// Rows from which on the variance between trees alone is the better one.
const MANY_ROWS: usize = 50;
/// Smallest deviation, as a part of the target's: few trees that agree may all be wrong.
const LEAST: f64 = 0.05;
/// Trees between two reports.
const BLOCK: usize = 64;

/// A fitted forest.
#[derive(Debug, Serialize, Deserialize)]
pub struct RandomForest {
    /// Number of features.
    width: usize,
    members: Vec<Member>,
    /// Smallest deviation.
    least: f64,
    importance: Vec<f64>,
}

/// One tree.
#[derive(Debug, Serialize, Deserialize)]
struct Member {
    tree: Tree,
    /// Variance within each node, where it is a part of the deviation; otherwise empty.
    variances: Vec<f64>,
}

/// Parameters of [`RandomForest`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Trees.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-tune" = {"low": 16, "high": 128, "log": true}))]
    pub trees: u32,
    /// The part of the features that a node looks at, cut off to a whole number and at least one feature.
    #[schemars(range(min = 0.001, max = 1.0), extend("x-tune" = {"low": 0.1, "high": 0.9, "log": true}))]
    pub max_features: f64,
    /// Rows that each side of a split must have.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-tune" = {"low": 1, "high": 19}))]
    pub min_samples_leaf: u32,
    /// Rows that a node must have to be split.
    #[schemars(range(min = 2, max = 1_000_000), extend("x-tune" = {"low": 2, "high": 19}))]
    pub min_samples_split: u32,
    /// Splits between the root and a leaf at most; left out, there is no limit.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_depth: Option<u32>,
    /// Whether each tree sees as many rows as there are, drawn with replacement; otherwise it sees every row once. A row
    /// that is drawn twice counts as two.
    pub bootstrap: bool,
    /// What the deviation is made of.
    pub spread: Spread,
}

/// What the deviation of a forest is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Spread {
    /// `total` below 50 rows, `between` from there on.
    Auto,
    /// The variance of the trees' predictions.
    Between,
    /// The same and the mean variance within leaves.
    Total,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            trees: 116,
            max_features: 0.17055852159745608,
            min_samples_leaf: 2,
            min_samples_split: 2,
            max_depth: None,
            bootstrap: false,
            spread: Spread::Auto,
        }
    }
}

/// The mean of the importances of trees that have any, 1 together; 0 where no tree has.
fn mean_importance<'a>(importances: impl Iterator<Item = &'a Vec<f64>>, width: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for importance in importances {
        sums.iter_mut().zip(importance).for_each(|(sum, part)| *sum += part);
    }
    let total: f64 = sums.iter().sum();
    if total > 0.0 {
        sums.iter_mut().for_each(|sum| *sum /= total);
    }
    sums
}

impl Predictor for RandomForest {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("random-forest", Family::ModelBased)
        .summary("Mean and deviation of regression trees that each look at other features.")
        .cite("Breiman, Random Forests, Machine Learning 2001")
        .cite("Liaw and Wiener, Classification and Regression by randomForest, R News 2002")
        .cite("Hutter, Xu, Hoos and Leyton-Brown, Algorithm Runtime Prediction: Methods and Evaluation, Artificial Intelligence 2014")
        .complexity("fit O(B k n log n) for B trees and k features a node, predict O(B log n) a row")
        .needs(&[Input::Features])
        .encoding("adjacency-one-hot")
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let features = train.features()?;
        let targets = train.targets()?.to_vec();
        let n = targets.len();
        if n < 2 {
            return Err(Error::too_few_rows(n, 2));
        }
        let moments = Moments::of(&targets)?;
        let columns = Columns::of(&features);
        let limits = Limits {
            max_depth: params.max_depth.unwrap_or(u32::MAX),
            min_samples_split: params.min_samples_split as usize,
            min_samples_leaf: params.min_samples_leaf as usize,
            max_features: params.max_features,
            pure: PURE * moments.deviation * moments.deviation,
        };
        let total = match params.spread {
            Spread::Auto => n < MANY_ROWS,
            Spread::Between => false,
            Spread::Total => true,
        };
        let grow = |index: usize| {
            cx.check()?;
            let mut rng = cx.rng_for_part(index as u64);
            let rows: Vec<u32> = match params.bootstrap {
                true => (0..n).map(|_| rng.random_range(0..n as u32)).collect(),
                false => (0..n as u32).collect(),
            };
            cart::grow(&columns, &targets, rows, &limits, &mut rng, cx)
        };
        let trees = params.trees as usize;
        let width = columns.columns.len();
        let mut members = Vec::new();
        let mut importances = Vec::new();
        for start in (0..trees).step_by(BLOCK) {
            let block = cx.parallel_map(BLOCK.min(trees - start), |index| grow(start + index));
            for grown in block {
                let grown = grown?;
                let variances = if total { grown.variances } else { Vec::new() };
                members.push(Member { tree: grown.tree, variances });
                importances.extend(grown.importance);
            }
            cx.progress(members.len() as f64 / trees as f64);
        }
        let least = (LEAST * moments.deviation).max(moments.least);
        Ok(Self { width, members, least, importance: mean_importance(importances.iter(), width) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let asked = self.members.iter().map(|member| member.tree.width()).max().unwrap_or(0);
        queries::distribution(queries, (self.width, asked), cx, |rows| self.chunk(rows))
    }

    fn importance(&self) -> Option<Vec<f64>> {
        Some(self.importance.clone())
    }
}

impl RandomForest {
    /// Mean and deviation of each row.
    fn chunk(&self, rows: &Rows) -> Vec<(f64, f64)> {
        // Welford's sums: of equal trees the variance is 0 without rounding.
        let mut sums = vec![(0.0, 0.0, 0.0); rows.len()];
        for (index, member) in self.members.iter().enumerate() {
            for (row, (mean, squares, within)) in sums.iter_mut().enumerate() {
                let (leaf, value) = member.tree.leaf(rows.row(row));
                let step = value - *mean;
                *mean += step / (index + 1) as f64;
                *squares += step * (value - *mean);
                *within += member.variances.get(leaf).unwrap_or(&0.0);
            }
        }
        let trees = self.members.len().max(1) as f64;
        let deviation = |(mean, squares, within): (f64, f64, f64)| {
            (mean, f64::sqrt((squares + within) / trees).max(self.least))
        };
        sums.into_iter().map(deviation).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
