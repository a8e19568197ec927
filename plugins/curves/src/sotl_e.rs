//! The sum of the last training losses (Ru et al., NeurIPS 2021, where it is called TSE-E).
//!
//! Mean training losses of the epochs l₁..l_f give `-Σ lₜ` over t from f - E + 1 to f; the paper takes E = 1.
//!
//! Cost: O(E) a row. Nothing is learnt.

use crate::{
    curve::{OnShort, Reading, score_rows},
    sotl::METRIC,
};
use archcast_sdk::prelude::*;

/// Which curve is read, and how much of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SotlE {
    reading: Reading,
    params: Params,
}

/// Parameters of [`SotlE`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Epochs that are added up, E in the paper: the last ones, or all where there are fewer.
    #[schemars(range(min = 1, max = 100_000), extend("x-tune" = {"low": 1, "high": 5}))]
    pub epochs: u32,
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShort,
}

impl Default for Params {
    fn default() -> Self {
        Self { epochs: 1, on_short: OnShort::Missing }
    }
}

impl Predictor for SotlE {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("sotl-e", Family::LearningCurve)
        .summary("The sum of the last training losses, negated.")
        .cite("Ru et al., Speedy Performance Estimation for Neural Architecture Search, NeurIPS 2021")
        .complexity("fit O(1), predict O(epochs) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: 1 }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Ok(Self { reading: Reading::of(train, METRIC)?, params: params.clone() })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        score_rows(&self.reading, self.params.on_short, queries, cx, |curve| {
            curve.iter().rev().take(self.params.epochs as usize).sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::tests::{info, predict};
    use archcast_sdk::header::Goal;

    #[test]
    fn every_law_holds() {
        archcast_sdk::conformance::check::<SotlE>();
    }

    #[test]
    fn the_last_losses_add_up_and_are_negated() {
        for (epochs, expected) in [(1, -1.4), (2, -2.9), (4, -6.7), (9, -6.7)] {
            let params = Params { epochs, ..Params::default() };
            let loss = info(Goal::Minimize, None);
            let predictions = predict::<SotlE>(&params, METRIC, loss, &[vec![2.1, 1.7, 1.5, 1.4]]);
            let score = predictions.get("score").unwrap()[0];
            assert!((score - expected).abs() < 1e-12, "{epochs}: {score}");
        }
    }
}
