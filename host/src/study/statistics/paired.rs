//! Two predictors on the same trials.

use super::{Interval, Resamples, Wilcoxon, mean, mean_interval, standard_deviation, wilcoxon_signed_rank};

/// How the first of two predictors differs from the second over the same trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// Mean of the differences first - second.
    pub mean: f64,
    /// Their standard deviation; `None` of one trial.
    pub deviation: Option<f64>,
    /// The 95 % interval of the mean difference; `None` of one trial.
    pub interval: Option<Interval>,
    /// Share of trials in which the first is higher.
    pub won: f64,
    /// Share of trials in which the second is higher.
    pub lost: f64,
    /// The second opinion, robust to a single collapsed trial.
    pub wilcoxon: Wilcoxon,
}

/// Compares two predictors, values of which higher is better, over the same trials. `None` where they have different
/// numbers of trials, or not as many as were resampled, or none.
pub fn paired_difference(first: &[f64], second: &[f64], resamples: &Resamples) -> Option<Paired> {
    if first.len() != second.len() || first.len() != resamples.trials() {
        return None;
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
    Some(Paired {
        mean: mean(&differences)?,
        deviation: standard_deviation(&differences),
        interval: mean_interval(&differences, 0.95, resamples),
        won: share(&differences, |difference| difference > 0.0),
        lost: share(&differences, |difference| difference < 0.0),
        wilcoxon: wilcoxon_signed_rank(&differences),
    })
}

/// The share of values that fit.
pub(super) fn share(values: &[f64], fits: impl Fn(f64) -> bool) -> f64 {
    values.iter().filter(|&&value| fits(value)).count() as f64 / values.len() as f64
}
