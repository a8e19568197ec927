//! The sum of training losses (Ru et al., NeurIPS 2021, where it is called TSE).
//!
//! Mean training losses of the epochs l₁..l_f give `-Σ lₜ`. They are those that were measured while training went on:
//! with validation losses the sum is the weaker SoVL. A curve that is to be maximised is not negated.
//!
//! Cost: O(f) a row. Nothing is learnt.

use crate::curve::{OnShort, Reading, score_rows};
use archcast_sdk::prelude::*;

/// The curve that the sums read by default.
pub(crate) const METRIC: &str = "train_loss";

/// Which curve is read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sotl {
    reading: Reading,
    params: Params,
}

/// Parameters of [`Sotl`].
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShort,
}

impl Predictor for Sotl {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("sotl", Family::LearningCurve)
        .summary("The sum of training losses, negated.")
        .cite("Ru et al., Speedy Performance Estimation for Neural Architecture Search, NeurIPS 2021")
        .complexity("fit O(1), predict O(epochs) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: 1 }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Ok(Self { reading: Reading::of(train, METRIC)?, params: params.clone() })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        score_rows(&self.reading, self.params.on_short, queries, cx, |curve| curve.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::tests::{info, predict};
    use archcast_sdk::header::Goal;

    #[test]
    fn every_law_holds() {
        archcast_sdk::conformance::check::<Sotl>();
    }

    #[test]
    fn losses_add_up_and_are_negated() {
        let losses = vec![2.1, 1.7, 1.5, 1.4];
        let loss = info(Goal::Minimize, None);
        let predictions = predict::<Sotl>(&Params::default(), METRIC, loss, std::slice::from_ref(&losses));
        assert!((predictions.get("score").unwrap()[0] + 6.7).abs() < 1e-12);
        let accuracy = info(Goal::Maximize, None);
        let predictions = predict::<Sotl>(&Params::default(), "val_acc", accuracy, &[losses]);
        assert!((predictions.get("score").unwrap()[0] - 6.7).abs() < 1e-12);
    }

    #[test]
    fn a_row_with_fewer_epochs_does_not_win_by_a_shorter_sum() {
        let curves = [vec![2.0, 1.0, 0.5], vec![2.0, 1.0]];
        let loss = info(Goal::Minimize, None);
        let predictions = predict::<Sotl>(&Params::default(), METRIC, loss.clone(), &curves);
        assert!(predictions.reason(1).unwrap().contains("ends at epoch 2 of 3"));
        let params = Params { on_short: OnShort::Last };
        let predictions = predict::<Sotl>(&params, METRIC, loss, &curves);
        assert_eq!(predictions.get("score").unwrap(), [-3.5, -4.0]);
    }
}
