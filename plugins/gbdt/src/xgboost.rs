//! XGBoost (Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016), version 1.6.2.
//!
//! Each round adds a tree of second-order gradients of the squared error. Splits are exact (`tree_method = "exact"`):
//! deterministic, and the rows are few. Exact splits know no categories in this version, so a categorical feature is
//! read as the numbers of its categories; LightGBM reads it as categories. Numbers are 32-bit.
//!
//! Cost: fit O(rounds · d · n log n), predict O(rounds · depth) a row. Deterministic under a seed, which only column
//! and row sampling draw from; seed 0 gives what the Python package gives.

mod native;
#[cfg(test)]
mod tests;

use crate::{
    early_stopping::{HoldOut, Watch},
    importance::shares,
    rows::{Queries, Training},
};
use archcast_sdk::prelude::*;
use native::{Booster, Matrix};

/// A fitted XGBoost model.
#[derive(Serialize, Deserialize)]
pub struct XGBoost {
    /// Number of features.
    width: usize,
    /// Saved as the library's own JSON.
    #[serde(with = "archcast_sdk::native_state")]
    booster: Booster,
}

/// Parameters of [`XGBoost`], by the library's names.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Trees, one a round; with early stopping the most that are tried.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub rounds: u32,
    /// Most levels of splits in a tree.
    #[schemars(range(min = 1, max = 30), extend("x-tune" = {"low": 1, "high": 14}))]
    pub max_depth: u32,
    /// Fewest rows in a leaf.
    #[schemars(range(min = 0.0), extend("x-tune" = {"low": 1, "high": 9, "integer": true}))]
    pub min_child_weight: f64,
    /// Share of each tree that is added.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-tune" = {"low": 0.001, "high": 0.5, "log": true}))]
    pub learning_rate: f64,
    /// Share of the features that a tree may split, drawn for each tree.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0, "x-tune" = {"low": 0.05, "high": 1.0}))]
    pub colsample_bytree: f64,
    /// Share of a tree's features that a level may split, drawn for each level.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0, "x-tune" = {"low": 0.05, "high": 1.0}))]
    pub colsample_bylevel: f64,
    /// Share of the rows that a tree learns from, drawn for each tree.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0))]
    pub subsample: f64,
    /// Squared penalty on the value of a leaf.
    #[schemars(range(min = 0.0))]
    pub lambda: f64,
    /// Absolute penalty on the value of a leaf.
    #[schemars(range(min = 0.0))]
    pub alpha: f64,
    /// Least gain of a split.
    #[schemars(range(min = 0.0))]
    pub gamma: f64,
    /// Where boosting starts, in the unit of the transformed target. The paper's 0.5 is half a standard deviation too
    /// high, and the shrunken leaves do not wash it out; 0 is the sound choice.
    #[schemars(range(min = -1e6, max = 1e6))]
    pub base_score: f64,
    /// Stop when the error on held-out rows has not fallen for so many rounds, then fit all rows with the best number
    /// of rounds. Left out, every round is run.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub early_stopping_rounds: Option<u32>,
    /// Share of the training rows that early stopping holds out.
    #[schemars(range(min = 0.01, max = 0.9))]
    pub validation_fraction: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            rounds: 500,
            max_depth: 6,
            min_child_weight: 1.0,
            learning_rate: 0.3,
            colsample_bytree: 1.0,
            colsample_bylevel: 1.0,
            subsample: 1.0,
            lambda: 1.0,
            alpha: 0.0,
            gamma: 0.0,
            base_score: 0.5,
            early_stopping_rounds: None,
            validation_fraction: 0.2,
        }
    }
}

/// Fewest rows.
const MINIMUM_ROWS: u32 = 2;

impl Params {
    /// As the library reads them.
    fn native(&self, seed: u64) -> Vec<(&'static str, String)> {
        let fixed = [
            ("booster", "gbtree"),
            ("objective", "reg:squarederror"),
            ("disable_default_eval_metric", "1"),
            ("tree_method", "exact"),
            ("nthread", "1"),
            ("verbosity", "0"),
        ];
        let numbers = [
            ("max_depth", f64::from(self.max_depth)),
            ("min_child_weight", self.min_child_weight),
            ("learning_rate", self.learning_rate),
            ("colsample_bytree", self.colsample_bytree),
            ("colsample_bylevel", self.colsample_bylevel),
            ("subsample", self.subsample),
            ("reg_lambda", self.lambda),
            ("reg_alpha", self.alpha),
            ("min_split_loss", self.gamma),
            ("base_score", self.base_score),
        ];
        let mut all: Vec<_> = fixed.map(|(name, value)| (name, value.to_owned())).to_vec();
        all.extend(numbers.map(|(name, value)| (name, value.to_string())));
        // The library's generator takes 32 bits; a positive number also reads as one.
        all.push(("seed", (seed & 0x7fff_ffff).to_string()));
        all
    }

    /// The number of rounds that early stopping finds.
    fn stop_early(&self, train: &Training, patience: u32, cx: &Context<'_>) -> Result<u32> {
        let parts = HoldOut::draw(train.rows.count, self.validation_fraction, MINIMUM_ROWS as usize, cx)?;
        let (learn, held) = (train.select(&parts.learn), train.select(&parts.held));
        let (learning, watched) = (Matrix::labelled(&learn)?, Matrix::of(&held.rows)?);
        let mut booster = Booster::new(&self.native(cx.seed()), &[&learning, &watched])?;
        let mut watch = Watch::new(patience);
        for round in 0..self.rounds {
            cx.check()?;
            cx.progress(0.5 * f64::from(round) / f64::from(self.rounds));
            booster.boost(&learning, round)?;
            let predictions = booster.predict(&watched)?;
            if !watch.go_on(predictions.into_iter().map(f64::from), &held.targets) {
                break;
            }
        }
        Ok(watch.best_rounds())
    }
}

impl Predictor for XGBoost {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("xgboost", Family::ModelBased)
        .summary("Gradient boosted trees with exact splits, by XGBoost.")
        .cite("Chen and Guestrin, XGBoost: A Scalable Tree Boosting System, KDD 2016")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(rounds d n log n), predict O(rounds depth) a row")
        .needs(&[Input::Features])
        .encoding("adjacency-one-hot")
        .minimum_rows(MINIMUM_ROWS)
        .gives(Gives::Value)
        .target_transform(TargetTransform::Standard)
        .score_form(ScoreForm::Standard)
        .native_libraries(&["XGBoost 1.6.2 (linked statically)"]);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let train = Training::of(train)?;
        let rounds = match params.early_stopping_rounds {
            Some(patience) => params.stop_early(&train, patience, cx)?,
            None => params.rounds,
        };
        let matrix = Matrix::labelled(&train)?;
        let mut booster = Booster::new(&params.native(cx.seed()), &[&matrix])?;
        let before = if params.early_stopping_rounds.is_some() { 0.5 } else { 0.0 };
        for round in 0..rounds {
            cx.check()?;
            cx.progress(before + (1.0 - before) * f64::from(round) / f64::from(rounds));
            booster.boost(&matrix, round)?;
        }
        Ok(Self { width: train.rows.width, booster: booster.finish()? })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        Queries::of(queries, self.width)?.answer(cx, |rows| {
            let values = self.booster.predict(&Matrix::of(&rows)?)?;
            Ok(values.into_iter().map(f64::from).collect())
        })
    }

    fn importance(&self) -> Option<Vec<f64>> {
        self.booster.gains(self.width).ok().map(shares)
    }
}
