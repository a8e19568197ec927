//! The curve where training was stopped, the baseline of every extrapolator (Zhou et al., CVPR 2020; Egele et al. 2024
//! find no extrapolator better in hyperparameter optimisation).
//!
//! Epochs y₁..y_f give `mean(y_{f-k+1}..y_f)` with a window of k, which is y_f for k = 1; `best` takes the best such
//! mean that was seen at any epoch instead. `at_most_half` takes `min(k, max(1, f/2))` in place of k. Losses are negated.
//!
//! Cost: O(f) a row. Nothing is learnt.

use crate::curve::{OnShort, Reading, score_rows};
use archcast_sdk::prelude::*;

/// How a curve is read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stopped {
    reading: Reading,
    params: Params,
}

/// Parameters of both predictors.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Epochs that the score is the mean of: the last ones, or all where there are fewer. Where epochs are noisy,
    /// some 5 (and not more than half of what is seen) order architectures better than 1.
    #[schemars(range(min = 1, max = 100_000), extend("x-tune" = {"low": 1, "high": 5}))]
    pub window: u32,
    /// Takes at most half of the epochs that are seen as the window: early in a training its mean would be that of
    /// networks that have learnt little.
    pub at_most_half: bool,
    /// Takes the best mean of a window that was seen so far in place of the last.
    pub best: bool,
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShort,
}

impl Default for Params {
    fn default() -> Self {
        Self { window: 1, at_most_half: false, best: false, on_short: OnShort::Missing }
    }
}

impl Stopped {
    /// Chooses the curve.
    pub(crate) fn fit(params: &Params, train: &Dataset<'_>, metric: &str) -> Result<Self> {
        Ok(Self { reading: Reading::of(train, metric)?, params: params.clone() })
    }

    /// The score of every row.
    pub(crate) fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let turn = |value: f64| self.reading.goal.turn(value);
        score_rows(&self.reading, self.params.on_short, queries, cx, |curve| {
            let longest = if self.params.at_most_half { curve.len() / 2 } else { curve.len() };
            let window = (self.params.window as usize).clamp(1, longest.max(1));
            let mut means = curve.windows(window).map(|seen| seen.iter().sum::<f64>() / window as f64);
            let chosen = match self.params.best {
                true => means.reduce(|best, mean| if turn(mean) > turn(best) { mean } else { best }),
                false => means.next_back(),
            };
            chosen.unwrap_or(f64::NAN)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Params;
    use crate::{
        curve::{
            OnShort,
            tests::{info, predict},
        },
        early_stop_accuracy::EarlyStopAccuracy,
        early_stop_loss::EarlyStopLoss,
    };
    use archcast_sdk::header::Goal;

    fn accuracy(params: &Params, curve: &[f64]) -> f64 {
        let accuracies = info(Goal::Maximize, Some("percent"));
        predict::<EarlyStopAccuracy>(params, "val_acc", accuracies, &[curve.to_vec()]).get("score").unwrap()
            [0]
    }

    fn loss(params: &Params, curve: &[f64]) -> f64 {
        let losses = info(Goal::Minimize, None);
        predict::<EarlyStopLoss>(params, "val_loss", losses, &[curve.to_vec()]).get("score").unwrap()[0]
    }

    #[test]
    fn the_score_is_the_last_value_and_a_loss_is_negated() {
        assert_eq!(accuracy(&Params::default(), &[30.0, 50.0, 45.0]), 45.0);
        assert_eq!(loss(&Params::default(), &[2.0, 1.0, 1.5]), -1.5);
    }

    #[test]
    fn a_window_is_the_mean_of_the_last_epochs_or_of_all_where_there_are_fewer() {
        let params = Params { window: 2, ..Params::default() };
        assert_eq!(accuracy(&params, &[30.0, 50.0, 46.0]), 48.0);
        let params = Params { window: 100, ..Params::default() };
        assert_eq!(loss(&params, &[2.0, 1.0, 1.5]), -1.5);
    }

    #[test]
    fn a_window_is_at_most_half_of_what_is_seen_where_it_should_be() {
        let params = Params { window: 2, at_most_half: true, ..Params::default() };
        assert_eq!(accuracy(&params, &[30.0, 50.0, 46.0]), 46.0);
        assert_eq!(accuracy(&params, &[10.0, 30.0, 50.0, 46.0]), 48.0);
        assert_eq!(accuracy(&params, &[30.0]), 30.0);
    }

    #[test]
    fn best_takes_the_best_window_the_right_way_up() {
        let params = Params { best: true, ..Params::default() };
        assert_eq!(accuracy(&params, &[30.0, 50.0, 45.0]), 50.0);
        assert_eq!(loss(&params, &[2.0, 1.0, 1.5]), -1.0);
        let params = Params { window: 2, ..params };
        assert_eq!(accuracy(&params, &[50.0, 40.0, 48.0]), 45.0);
    }

    #[test]
    fn a_short_row_is_missing_and_the_others_go_on() {
        let curves = [vec![2.0, 1.0, 0.5], vec![2.0, 0.1], vec![]];
        let losses = info(Goal::Minimize, None);
        let predictions = predict::<EarlyStopLoss>(&Params::default(), "val_loss", losses.clone(), &curves);
        assert_eq!(predictions.get("score").unwrap()[0], -0.5);
        assert_eq!(predictions.reason(1), Some("its curve ends at epoch 2 of 3: it diverged or was stopped"));
        assert_eq!(predictions.reason(2), Some("it has no curve"));
        let params = Params { on_short: OnShort::Last, ..Params::default() };
        let predictions = predict::<EarlyStopLoss>(&params, "val_loss", losses, &curves);
        assert_eq!(predictions.get("score").unwrap()[1], -0.1);
        assert_eq!(predictions.reason(2), Some("it has no curve"));
    }

    #[test]
    fn another_curve_takes_the_place_of_the_default_one() {
        let losses = info(Goal::Minimize, None);
        let predictions =
            predict::<EarlyStopAccuracy>(&Params::default(), "perplexity", losses, &[vec![90.0, 80.0]]);
        assert_eq!(predictions.get("score").unwrap(), [-80.0]);
    }

    #[test]
    fn sums_that_overflow_are_missing() {
        let params = Params { window: 2, ..Params::default() };
        let losses = info(Goal::Minimize, None);
        let predictions = predict::<EarlyStopLoss>(&params, "val_loss", losses, &[vec![1.7e308, 1.7e308]]);
        assert!(predictions.reason(0).unwrap().contains("overflows"));
    }
}
