//! LightGBM (Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NeurIPS 2017), version 4.7.0.
//!
//! Each round grows a tree leaf by leaf on histograms of the features. Of few rows the paper's setting makes little:
//! a round sees four fifths of them and a leaf keeps five, so that under 10 rows every prediction is equal; `adapt`
//! asks for smaller leaves. A categorical feature is split by sets of its categories.
//!
//! Cost: fit O(rounds · d · (n + bins)), predict O(rounds · depth) a row. Deterministic under a seed, which column and
//! row sampling draw from; seed 0 gives what the Python package gives without a seed.

mod native;
#[cfg(test)]
mod tests;

use crate::{
    early_stopping::{HoldOut, Watch},
    importance::shares,
    rows::{Queries, Training},
};
use archcast_sdk::prelude::*;
use native::{Booster, Data, Training as Boosting};

/// A fitted LightGBM model.
#[derive(Serialize, Deserialize)]
pub struct LightGbm {
    /// Number of features.
    width: usize,
    /// Saved as the library's own text.
    #[serde(with = "archcast_sdk::native_state")]
    booster: Booster,
}

/// Parameters of [`LightGbm`], by the library's names.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Trees, one a round; with early stopping the most that are tried.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub rounds: u32,
    /// Most leaves of a tree.
    #[schemars(range(min = 2, max = 131_072), extend("x-tune" = {"low": 10, "high": 99}))]
    pub num_leaves: u32,
    /// Share of each tree that is added.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0, "x-tune" = {"low": 0.001, "high": 0.1, "log": true}))]
    pub learning_rate: f64,
    /// Share of the features that a tree may split, drawn for each tree.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0, "x-tune" = {"low": 0.1, "high": 1.0}))]
    pub feature_fraction: f64,
    /// Fewest rows in a leaf.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub min_data_in_leaf: u32,
    /// Lower `min_data_in_leaf` to an eighth of the rows where that is less, but not below 1.
    pub adapt: bool,
    /// Share of the rows that trees learn from.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0))]
    pub bagging_fraction: f64,
    /// Rounds after which the rows are drawn anew; 0 for all rows always.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub bagging_freq: u32,
    /// Absolute penalty on the value of a leaf.
    #[schemars(range(min = 0.0))]
    pub lambda_l1: f64,
    /// Squared penalty on the value of a leaf.
    #[schemars(range(min = 0.0))]
    pub lambda_l2: f64,
    /// Most histogram bins of a feature.
    #[schemars(range(min = 2, max = 65_535))]
    pub max_bin: u32,
    /// Fewest rows in a bin: rarer values are merged.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub min_data_in_bin: u32,
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
            num_leaves: 31,
            learning_rate: 0.05,
            feature_fraction: 0.9,
            min_data_in_leaf: 5,
            adapt: false,
            bagging_fraction: 0.8,
            bagging_freq: 5,
            lambda_l1: 0.0,
            lambda_l2: 0.0,
            max_bin: 255,
            min_data_in_bin: 3,
            early_stopping_rounds: None,
            validation_fraction: 0.2,
        }
    }
}

/// Fewest rows.
const MINIMUM_ROWS: u32 = 10;

/// Most categories of a feature that are tried one against the others, as an encoding as one-hot would.
const ONE_AGAINST_OTHERS: u32 = 16;

impl Params {
    /// As the library reads them, for so many rows.
    fn native(&self, train: &Training, seed: u64) -> String {
        let rows = u32::try_from(train.rows.count).unwrap_or(u32::MAX);
        let leaf = match self.adapt {
            true => self.min_data_in_leaf.min((rows / 8).max(1)),
            false => self.min_data_in_leaf,
        };
        let mut words = vec![
            "boosting=gbdt objective=regression metric=none".to_owned(),
            "num_threads=1 deterministic=true force_col_wise=true verbosity=-1".to_owned(),
            format!("num_leaves={} learning_rate={}", self.num_leaves, self.learning_rate),
            format!("feature_fraction={} min_data_in_leaf={leaf}", self.feature_fraction),
            format!("bagging_fraction={} bagging_freq={}", self.bagging_fraction, self.bagging_freq),
            format!("lambda_l1={} lambda_l2={}", self.lambda_l1, self.lambda_l2),
            format!("max_bin={} min_data_in_bin={}", self.max_bin, self.min_data_in_bin),
        ];
        if !train.categorical.is_empty() {
            let list: Vec<String> = train.categorical.iter().map(usize::to_string).collect();
            words.push(format!("categorical_feature={}", list.join(",")));
            // The library's own 100 rows for each set of categories would leave small tables unsplit.
            words.push(format!("max_cat_to_onehot={ONE_AGAINST_OTHERS} min_data_per_group={leaf}"));
        }
        if seed != 0 {
            // The library's seed has 32 bits and a sign.
            words.push(format!("seed={}", seed & 0x7fff_ffff));
        }
        words.join(" ")
    }

    /// The number of rounds that early stopping finds.
    fn stop_early(&self, train: &Training, patience: u32, cx: &Context<'_>) -> Result<u32> {
        let parts = HoldOut::draw(train.rows.count, self.validation_fraction, MINIMUM_ROWS as usize, cx)?;
        let (learn, held) = (train.select(&parts.learn), train.select(&parts.held));
        let parameters = self.native(&learn, cx.seed());
        let learning = Data::new(&learn, &parameters, None)?;
        let watched = Data::new(&held, &parameters, Some(&learning))?;
        let mut boosting = Boosting::new(&learning, Some(&watched), &parameters)?;
        let mut watch = Watch::new(patience);
        for round in 0..self.rounds {
            cx.check()?;
            cx.progress(0.5 * f64::from(round) / f64::from(self.rounds));
            boosting.boost()?;
            if !watch.go_on(boosting.watched()?.into_iter(), &held.targets) {
                break;
            }
        }
        Ok(watch.best_rounds())
    }
}

impl Predictor for LightGbm {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("lightgbm", Family::ModelBased)
        .summary("Gradient boosted trees on histograms, grown leaf by leaf, by LightGBM.")
        .cite("Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 2017")
        .cite("Luo et al., Neural Architecture Search with GBDT, 2020")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(rounds d (n + bins)), predict O(rounds depth) a row")
        .needs(&[Input::Features])
        .encoding("adjacency-one-hot")
        .minimum_rows(MINIMUM_ROWS)
        .gives(Gives::Value)
        .target_transform(TargetTransform::Standard)
        .score_form(ScoreForm::Standard)
        .native_libraries(&["LightGBM 4.7.0 (linked statically)"]);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let train = Training::of(train)?;
        let rounds = match params.early_stopping_rounds {
            Some(patience) => params.stop_early(&train, patience, cx)?,
            None => params.rounds,
        };
        let parameters = params.native(&train, cx.seed());
        let data = Data::new(&train, &parameters, None)?;
        let mut boosting = Boosting::new(&data, None, &parameters)?;
        let before = if params.early_stopping_rounds.is_some() { 0.5 } else { 0.0 };
        for round in 0..rounds {
            cx.check()?;
            cx.progress(before + (1.0 - before) * f64::from(round) / f64::from(rounds));
            boosting.boost()?;
        }
        Ok(Self { width: train.rows.width, booster: boosting.finish()? })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        Queries::of(queries, self.width)?.answer(cx, |rows| self.booster.predict(&rows))
    }

    fn importance(&self) -> Option<Vec<f64>> {
        self.booster.gains().ok().map(shares)
    }
}
