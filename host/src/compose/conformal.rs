//! Intervals around values, as wide as errors on held-out training rows were: cross-conformal prediction.
//!
//! Each training row is predicted by models of other folds, as stacking does it (by the member itself where it learns
//! nothing: split conformal prediction). Its score is the error, in the member's own deviations where it gives them.
//! Half the width of the interval of level p is the score of rank ⌈(n + 1) p⌉ of n, times the deviation of the row that
//! is asked. A level that n scores cannot tell is left out: 80 % takes 4 of them, 90 % takes 9, 95 % takes 19.
//!
//! Where rows are exchangeable, split intervals cover at least as often as they say (Vovk, Gammerman and Shafer,
//! Algorithmic Learning in a Random World, Springer 2005; scores in deviations: Lei et al., JASA 2018). Those of folds come
//! near it and are not proven to (Vovk, Annals of Mathematics and Artificial Intelligence 2015); the models of folds saw
//! fewer rows than the one that answers, so they rather are too wide.

use super::{folds::FEWEST_ROWS, node::Targets};
use archcast_sdk::Predictions;
use serde::{Deserialize, Serialize};

/// Levels of the intervals, in percent.
pub const LEVELS: [u8; 3] = [80, 90, 95];
/// Deviations count as at least this share of the targets' spread.
const LEAST_DEVIATION: f64 = 1e-6;

/// How wide intervals are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conformal {
    /// Held-out training rows behind it.
    pub rows: usize,
    /// Root mean squared error of held-out rows: the deviation of every row, where the member gives none.
    deviation: Option<f64>,
    /// The least deviation of a row.
    least: f64,
    /// Half the width of an interval in deviations, by its level in percent.
    factors: Vec<(u8, f64)>,
}

/// Name of the lower end of an interval.
pub fn lower(level: u8) -> String {
    format!("lower{level}")
}

/// Name of its upper end.
pub fn upper(level: u8) -> String {
    format!("upper{level}")
}

impl Conformal {
    /// Learns from what was told of training rows by models that did not see them.
    ///
    /// # Errors
    /// The number of rows with a value, where they are too few for any interval.
    pub fn fit(held_out: &Predictions, targets: &Targets) -> Result<Self, usize> {
        let means = held_out.get("mean").unwrap_or_default();
        let deviations = held_out.get("std");
        let truths = targets.turned();
        let errors: Vec<(f64, Option<f64>)> = (means.iter().zip(&truths).enumerate())
            .filter(|(row, (mean, _))| held_out.reason(*row).is_none() && mean.is_finite())
            .map(|(row, (mean, truth))| ((truth - mean).abs(), deviations.map(|all| all[row])))
            .collect();
        let rows = errors.len();
        if rows < FEWEST_ROWS {
            return Err(rows);
        }
        let square = errors.iter().map(|(error, _)| error * error).sum::<f64>() / rows as f64;
        let deviation = match deviations {
            Some(_) => None,
            None => Some(square.sqrt()),
        };
        let spread = super::scores::moments(&truths).1;
        let mut conformal = Self { rows, deviation, least: LEAST_DEVIATION * spread, factors: Vec::new() };
        let mut scores: Vec<f64> =
            errors.iter().map(|&(error, own)| error / conformal.deviation_of(own)).collect();
        scores.sort_unstable_by(f64::total_cmp);
        for level in LEVELS {
            let rank = ((rows + 1) * usize::from(level)).div_ceil(100);
            conformal.factors.extend(scores.get(rank.wrapping_sub(1)).map(|&factor| (level, factor)));
        }
        Ok(conformal)
    }

    /// The deviation of a row whose member says `own`.
    fn deviation_of(&self, own: Option<f64>) -> f64 {
        let given = self.deviation.or(own).filter(|deviation| deviation.is_finite()).unwrap_or(0.0);
        given.max(self.least)
    }

    /// Adds the ends of the intervals, `lower80` and `upper80` and so on, to predictions in the target's unit, and the
    /// deviation where the member gives none.
    pub fn add_to(&self, predictions: Predictions) -> Predictions {
        let Some(means) = predictions.get("mean").map(<[f64]>::to_vec) else { return predictions };
        let own = predictions.get("std").map(<[f64]>::to_vec);
        let deviation = |row: usize| self.deviation_of(own.as_ref().map(|own| own[row]));
        let deviations: Vec<f64> = (0..means.len()).map(deviation).collect();
        let mut predictions = predictions;
        if own.is_none() {
            predictions = predictions.output("std", deviations.clone());
        }
        for &(level, factor) in &self.factors {
            let end = |sign: f64| -> Vec<f64> {
                means
                    .iter()
                    .zip(&deviations)
                    .map(|(mean, deviation)| mean + sign * factor * deviation)
                    .collect()
            };
            predictions = predictions.output(lower(level), end(-1.0)).output(upper(level), end(1.0));
        }
        predictions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Goal;
    use proptest::prelude::*;

    fn targets(values: &[f64], goal: Goal) -> Targets {
        Targets { values: values.to_vec(), goal, best: None, info: None }
    }

    #[test]
    fn half_the_width_is_the_error_of_the_rank_that_the_level_asks_for() {
        // Errors 1 to 9: of nine, rank 8 is for 80 %, 9 for 90 %, and none is for 95 %.
        let truths: Vec<f64> = (1..=9).map(f64::from).collect();
        let conformal =
            Conformal::fit(&Predictions::values(vec![0.0; 9]), &targets(&truths, Goal::Maximize)).unwrap();
        let told = conformal.add_to(Predictions::values(vec![10.0]));
        let of = |name: &str| told.get(name).map(|values| values[0]);
        let near = |name: &str, want: f64| assert!((of(name).unwrap() - want).abs() < 1e-12, "{name}");
        near("lower80", 2.0);
        near("upper80", 18.0);
        near("upper90", 19.0);
        near("std", (285.0f64 / 9.0).sqrt());
        assert_eq!((of("lower95"), of("upper95")), (None, None));
        assert_eq!(told.outputs().next().unwrap().0, "mean");
    }

    #[test]
    fn a_member_that_gives_deviations_has_wider_intervals_where_it_is_less_sure() {
        let held_out = Predictions::distribution(vec![0.0; 4], vec![1.0, 1.0, 1.0, 0.5]);
        let conformal = Conformal::fit(&held_out, &targets(&[1.0, -2.0, 0.5, 1.5], Goal::Maximize)).unwrap();
        let told = conformal.add_to(Predictions::distribution(vec![5.0, 5.0], vec![2.0, 0.5]));
        // The largest of the four scores is 1.5 / 0.5.
        assert_eq!(told.get("upper80").unwrap(), [11.0, 6.5]);
        assert_eq!(told.get("std").unwrap(), [2.0, 0.5]);
    }

    #[test]
    fn a_goal_to_minimize_and_missing_rows_are_borne() {
        // A member's means are turned inside: higher is better.
        let held_out = Predictions::values(vec![-1.0, -2.0, -3.0, -4.0, 9.0]).missing(4, "no curve");
        let conformal =
            Conformal::fit(&held_out, &targets(&[1.5, 2.5, 3.5, 4.5, 0.0], Goal::Minimize)).unwrap();
        assert_eq!(conformal.rows, 4);
        assert_eq!(conformal.add_to(Predictions::values(vec![7.0])).get("upper80").unwrap(), [7.5]);
        assert_eq!(
            Conformal::fit(&Predictions::values(vec![1.0; 3]), &targets(&[1.0; 3], Goal::Maximize)),
            Err(3)
        );
    }

    #[test]
    fn targets_that_are_met_exactly_leave_intervals_without_width() {
        let conformal =
            Conformal::fit(&Predictions::values(vec![3.0; 5]), &targets(&[3.0; 5], Goal::Maximize)).unwrap();
        let told = conformal.add_to(Predictions::values(vec![3.0]));
        assert_eq!((told.get("lower80").unwrap()[0], told.get("upper80").unwrap()[0]), (3.0, 3.0));
    }

    proptest! {
        #[test]
        fn at_least_as_many_held_out_errors_lie_inside_as_the_level_says(
            truths in prop::collection::vec(-1e3f64..1e3, 4..60),
        ) {
            let told = Predictions::values(vec![0.0; truths.len()]);
            let conformal = Conformal::fit(&told, &targets(&truths, Goal::Maximize)).unwrap();
            let ends = conformal.add_to(Predictions::values(vec![0.0]));
            for level in LEVELS {
                let Some(end) = ends.get(&upper(level)).map(|ends| ends[0]) else { continue };
                let inside = truths.iter().filter(|truth| truth.abs() <= end * (1.0 + 1e-12)).count();
                prop_assert!(inside * 100 >= truths.len() * usize::from(level));
            }
        }
    }
}
