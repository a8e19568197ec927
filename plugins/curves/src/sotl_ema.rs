//! The sum of training losses in which recent epochs weigh more (Ru et al., NeurIPS 2021, where it is called TSE-EMA).
//!
//! Mean training losses of the epochs l₁..l_f give `-Σ γ^(f-t) lₜ`. With `preset = "naslib"` it is what NASLib
//! computes: the sum over all epochs of `emaₜ = 0.01 emaₜ₋₁ + 0.99 lₜ`, which is within 1 % of the plain sum.
//!
//! Cost: O(f) a row. Nothing is learnt.

use crate::{
    curve::{OnShort, Reading, score_rows},
    sotl::METRIC,
};
use archcast_sdk::prelude::*;

/// Which curve is read, and how epochs weigh.
#[derive(Debug, Serialize, Deserialize)]
pub struct SotlEma {
    reading: Reading,
    params: Params,
}

/// Whose formula is used.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// The sum in which each epoch weighs `gamma` times the one after it.
    #[default]
    Paper,
    /// The sum of moving averages with 0.99 on the new value; `gamma` is not used.
    Naslib,
}

/// Parameters of [`SotlEma`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Weight of an epoch relative to the one after it: 1 is the plain sum, 0 the last epoch alone.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-tune" = {"low": 0.5, "high": 1.0}))]
    pub gamma: f64,
    /// Whose formula is used.
    pub preset: Preset,
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShort,
}

impl Default for Params {
    fn default() -> Self {
        Self { gamma: 0.9, preset: Preset::Paper, on_short: OnShort::Missing }
    }
}

impl Predictor for SotlEma {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("sotl-ema", Family::LearningCurve)
        .summary("The sum of training losses in which recent epochs weigh more, negated.")
        .cite("Ru et al., Speedy Performance Estimation for Neural Architecture Search, NeurIPS 2021")
        .complexity("fit O(1), predict O(epochs) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: 1 }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Ok(Self { reading: Reading::of(train, METRIC)?, params: params.clone() })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let Params { gamma, preset, on_short } = self.params;
        score_rows(&self.reading, on_short, queries, cx, |curve| match preset {
            Preset::Paper => curve.iter().fold(0.0, |sum, loss| gamma * sum + loss),
            Preset::Naslib => {
                let mut mean = curve.first().copied().unwrap_or(0.0);
                let step = |loss: &f64| {
                    mean = 0.01 * mean + 0.99 * loss;
                    mean
                };
                curve.iter().map(step).sum()
            }
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
        archcast_sdk::conformance::check::<SotlEma>();
    }

    fn score(params: &Params) -> f64 {
        let loss = info(Goal::Minimize, None);
        let predictions = predict::<SotlEma>(params, METRIC, loss, &[vec![2.1, 1.7, 1.5, 1.4]]);
        predictions.get("score").unwrap()[0]
    }

    #[test]
    fn recent_losses_weigh_more() {
        assert!((score(&Params::default()) + 5.6579).abs() < 1e-12);
        let of = |gamma| score(&Params { gamma, ..Params::default() });
        assert_eq!(of(0.0), -1.4);
        assert!((of(1.0) + 6.7).abs() < 1e-12);
    }

    #[test]
    fn the_preset_is_what_naslib_computes() {
        let params = Params { preset: Preset::Naslib, ..Params::default() };
        // The moving averages are 2.1, 1.704, 1.50204, 1.4010204.
        assert!((score(&params) + 6.7070604).abs() < 1e-12);
    }
}
