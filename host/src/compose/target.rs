//! The target on its way to a predictor and back: goal and transform.

use super::scores::moments;
use crate::table::Goal;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// Names of the transforms that there are.
pub const TRANSFORMS: [&str; 4] = ["none", "standard", "normal-score", "log-error"];

/// Smallest error that `log-error` tells apart, in the target's unit.
const SMALLEST_ERROR: f64 = 1e-4;

/// A transform of the target, fitted on training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// The target as it is.
    None,
    /// Minus the mean, over the population standard deviation (1 where the target is constant).
    Standard {
        /// Mean of the training targets, higher being better.
        mean: f64,
        /// Population standard deviation of the training targets.
        deviation: f64,
    },
    /// The normal quantile of the target's rank among training rows: `Φ⁻¹((rank - 1/2) / n)`, mean ranks for ties, linear
    /// between training targets and beyond them with the slope of the outer tenth. Van der Waerden, 1952.
    NormalScore {
        /// The different training targets in ascending order, higher being better, with their scores.
        knots: Vec<(f64, f64)>,
    },
    /// `-log(best - target)`, standardised, for a target that has a best value: an accuracy.
    LogError {
        /// The best value there can be: 100 for percent, 1 for a fraction.
        best: f64,
        /// Mean of the logarithms over training rows.
        mean: f64,
        /// Their population standard deviation.
        deviation: f64,
    },
}

/// How target values reach a predictor and how its outputs are turned back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// The goal in the table.
    pub goal: Goal,
    /// The transform.
    pub transform: Transform,
}

impl TargetScale {
    /// Learns the transform of this name from training targets. `best` is the best value that the target can have, where its
    /// unit says so. `None` where there is no transform of this name, or it needs a best value and there is none.
    pub fn fit(name: &str, goal: Goal, best: Option<f64>, targets: &[f64]) -> Option<Self> {
        let turned: Vec<f64> = targets.iter().map(|&target| goal.turn(target)).collect();
        let transform = match name {
            "" | "none" => Transform::None,
            "standard" => {
                let (mean, deviation) = moments(&turned);
                Transform::Standard { mean, deviation }
            }
            "normal-score" => Transform::NormalScore { knots: normal_scores(&turned) },
            "log-error" => {
                let best = best?;
                let logs: Vec<f64> = turned.iter().map(|&value| minus_log_error(best, value)).collect();
                let (mean, deviation) = moments(&logs);
                Transform::LogError { best, mean, deviation }
            }
            _ => return None,
        };
        Some(Self { goal, transform })
    }

    /// A target of the table as the predictor sees it: higher is better.
    pub fn forward(&self, target: f64) -> f64 {
        let turned = self.goal.turn(target);
        match &self.transform {
            Transform::None => turned,
            Transform::Standard { mean, deviation } => (turned - mean) / deviation,
            Transform::NormalScore { knots } => along(knots, turned, |knot| knot.0, |knot| knot.1),
            Transform::LogError { best, mean, deviation } => {
                (minus_log_error(*best, turned) - mean) / deviation
            }
        }
    }

    /// The predictor's `mean` as a target for which higher is better, in the target's unit.
    pub fn mean(&self, value: f64) -> f64 {
        match &self.transform {
            Transform::None => value,
            Transform::Standard { mean, deviation } => value * deviation + mean,
            Transform::NormalScore { knots } => along(knots, value, |knot| knot.1, |knot| knot.0),
            Transform::LogError { best, mean, deviation } => best - (-(value * deviation + mean)).exp(),
        }
    }

    /// The predictor's `std` at this `mean`, in the target's unit: half the distance between the images of one deviation above
    /// and one below.
    pub fn deviation(&self, mean: f64, deviation: f64) -> f64 {
        match self.transform {
            Transform::None => deviation,
            _ => (self.mean(mean + deviation) - self.mean(mean - deviation)) / 2.0,
        }
    }
}

fn minus_log_error(best: f64, value: f64) -> f64 {
    -(best - value).max(SMALLEST_ERROR).ln()
}

/// Each different value with the normal quantile of its mean rank.
fn normal_scores(values: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let normal = Normal::standard();
    let mut knots = Vec::new();
    let mut start = 0;
    for group in sorted.chunk_by(|a, b| a == b) {
        let rank = start as f64 + (group.len() as f64 + 1.0) / 2.0;
        knots.push((group[0], normal.inverse_cdf((rank - 0.5) / n)));
        start += group.len();
    }
    knots
}

/// The value at `at` of the line through the knots, from one of their coordinates to the other.
fn along(
    knots: &[(f64, f64)],
    at: f64,
    from: impl Fn(&(f64, f64)) -> f64,
    to: impl Fn(&(f64, f64)) -> f64,
) -> f64 {
    let (Some(first), Some(last)) = (knots.first(), knots.last()) else { return at };
    if knots.len() == 1 {
        return to(first);
    }
    let line =
        |a: &(f64, f64), b: &(f64, f64)| to(a) + (at - from(a)) * (to(b) - to(a)) / (from(b) - from(a));
    // The outer tenth on each side, at least one step of the line.
    let outer = (knots.len() / 10).max(1);
    if at < from(first) {
        let inner = &knots[outer];
        return to(first) + (at - from(first)) * (to(inner) - to(first)) / (from(inner) - from(first));
    }
    if at > from(last) {
        let inner = &knots[knots.len() - 1 - outer];
        return to(last) + (at - from(last)) * (to(last) - to(inner)) / (from(last) - from(inner));
    }
    let next = knots.partition_point(|knot| from(knot) < at).clamp(1, knots.len() - 1);
    line(&knots[next - 1], &knots[next])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_minimised_target_is_turned_and_turned_back() {
        let scale = TargetScale::fit("standard", Goal::Minimize, None, &[1.0, 3.0]).unwrap();
        assert!(scale.forward(1.0) > scale.forward(3.0));
        for target in [1.0, 3.0, 7.0] {
            assert!((scale.goal.turn(scale.mean(scale.forward(target))) - target).abs() < 1e-12);
        }
        assert_eq!(scale.deviation(0.0, 2.0), 2.0);
    }

    #[test]
    fn a_constant_target_has_a_finite_scale() {
        for name in TRANSFORMS {
            let scale = TargetScale::fit(name, Goal::Maximize, Some(100.0), &[5.0, 5.0]).unwrap();
            assert!(scale.forward(5.0).is_finite());
            assert!((scale.mean(scale.forward(5.0)) - 5.0).abs() < 1e-9, "{name}");
        }
    }

    // The worked example of five targets: numpy's ranks and scipy's norm.ppf.
    #[test]
    fn normal_scores_are_the_quantiles_of_ranks() {
        let targets = [60.0, 70.0, 72.0, 65.0, 71.0];
        let scale = TargetScale::fit("normal-score", Goal::Maximize, None, &targets).unwrap();
        let expected = [-1.28155157, 0.0, 1.28155157, -0.52440051, 0.52440051];
        for (target, expected) in targets.into_iter().zip(expected) {
            assert!((scale.forward(target) - expected).abs() < 5e-9);
        }
    }

    #[test]
    fn log_error_needs_a_best_value() {
        assert!(TargetScale::fit("log-error", Goal::Minimize, None, &[1.0]).is_none());
        let scale = TargetScale::fit("log-error", Goal::Maximize, Some(100.0), &[90.0, 99.0]).unwrap();
        // The middle of the logarithms is the geometric mean of the errors.
        assert!((scale.mean(0.0) - (100.0 - 10f64.sqrt())).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn every_transform_keeps_the_order_and_comes_back(
            targets in prop::collection::vec(1.0f64..99.0, 2..30),
            one in 1.0f64..99.0,
            other in 1.0f64..99.0,
        ) {
            for name in TRANSFORMS {
                let scale = TargetScale::fit(name, Goal::Maximize, Some(100.0), &targets).unwrap();
                let (low, high) = (one.min(other), one.max(other));
                prop_assert!(scale.forward(low) <= scale.forward(high) + 1e-9, "{}", name);
                if targets.iter().any(|target| target != &targets[0]) {
                    let back = scale.mean(scale.forward(one));
                    prop_assert!((back - one).abs() < 1e-6 * (1.0 + one.abs()), "{}: {} {}", name, one, back);
                }
                prop_assert!(scale.deviation(0.1, 0.5) >= 0.0);
            }
        }
    }
}
