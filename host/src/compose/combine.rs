//! Combinations of members: what they learn on training rows, and how they answer.

use super::{
    scores::{ScoreForm, ScoreMap},
    weights::non_negative_weights,
};
use archcast_sdk::Predictions;
use serde::{Deserialize, Serialize};

/// How members are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Combiner {
    /// The mean of values in the target's unit.
    Mean,
    /// The median of values in the target's unit.
    Median,
    /// The mean of each member's rank among its scores for training rows.
    RankMean,
    /// A weighted mean: weights as given, or learnt on training rows.
    Weighted,
    /// Each member keeps the best share for the next.
    Cascade,
    /// One of the members.
    Select,
}

impl Combiner {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Combiner::Mean => "mean",
            Combiner::Median => "median",
            Combiner::RankMean => "rank-mean",
            Combiner::Weighted => "weighted",
            Combiner::Cascade => "cascade",
            Combiner::Select => "select",
        }
    }
}

/// A combination that learnt what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FittedCombiner {
    /// Mean of values.
    Mean,
    /// Median of values.
    Median,
    /// Mean of ranks; each member's distribution.
    RankMean(Vec<ScoreMap>),
    /// Weighted mean of values (`Raw`) or of ranks.
    Weighted {
        /// The weights, which sum to 1.
        weights: Vec<f64>,
        /// The form in which members come in.
        maps: Vec<ScoreMap>,
    },
    /// Ranks of each member, and the share that all but the last keep.
    Cascade {
        /// Each member's distribution.
        maps: Vec<ScoreMap>,
        /// Share.
        keep: f64,
    },
    /// The member with this place.
    Select(usize),
}

/// The primary output of a member for each row: NaN where it is missing.
pub fn primary(predictions: &Predictions) -> Vec<f64> {
    let first = predictions.outputs().next().map(|(_, values)| values.to_vec()).unwrap_or_default();
    let reason = |row: usize| predictions.reason(row).is_some();
    first.into_iter().enumerate().map(|(row, value)| if reason(row) { f64::NAN } else { value }).collect()
}

impl FittedCombiner {
    /// The rank maps of members, from their honest scores for training rows.
    pub fn rank_maps(scores: &[Predictions]) -> Vec<ScoreMap> {
        scores.iter().map(|scores| ScoreMap::fit(ScoreForm::Rank, &primary(scores))).collect()
    }

    /// A weighted combination with weights as given, or learnt from honest scores for training rows and the targets, higher
    /// being better.
    pub fn weighted(
        given: Option<Vec<f64>>,
        on_values: bool,
        scores: &[Predictions],
        targets: &[f64],
    ) -> Self {
        let maps = match on_values {
            true => vec![ScoreMap::Raw; scores.len()],
            false => Self::rank_maps(scores),
        };
        let weights = match given {
            Some(weights) => weights,
            None => {
                let columns: Vec<Vec<f64>> = scores
                    .iter()
                    .zip(&maps)
                    .map(|(scores, map)| primary(scores).into_iter().map(|score| map.apply(score)).collect())
                    .collect();
                let targets: Vec<f64> = match on_values {
                    true => targets.to_vec(),
                    false => {
                        let map = ScoreMap::fit(ScoreForm::Rank, targets);
                        targets.iter().map(|&target| map.apply(target)).collect()
                    }
                };
                non_negative_weights(&columns, &targets)
            }
        };
        let sum: f64 = weights.iter().sum();
        let weights = weights.into_iter().map(|weight| weight / sum).collect();
        FittedCombiner::Weighted { weights, maps }
    }

    /// Whether an answer depends on which other rows are asked.
    pub fn row_independent(&self) -> bool {
        !matches!(self, FittedCombiner::Cascade { .. })
    }

    /// Combines predictions of the members for the same rows, in their order; a member that is `None` is left out. A row that
    /// a member misses is missing, unless that member is optional.
    pub fn combine(&self, rows: usize, members: &[Option<&Predictions>], optional: &[bool]) -> Predictions {
        let missing = self.missing(rows, members, optional);
        let of = |member: usize, row: usize| -> Option<f64> {
            let predictions = members.get(member).copied().flatten()?;
            if predictions.reason(row).is_some() {
                return None;
            }
            predictions.outputs().next().map(|(_, values)| values[row])
        };
        let each = |row: usize| (0..members.len()).filter_map(move |member| of(member, row));
        let mut answer = match self {
            FittedCombiner::Mean => mixture(rows, members, &vec![1.0; members.len()]),
            FittedCombiner::Median => {
                Predictions::values((0..rows).map(|row| median(each(row).collect())).collect::<Vec<_>>())
            }
            FittedCombiner::RankMean(maps) => {
                let score = |row: usize| {
                    let ranks: Vec<f64> = (0..members.len())
                        .filter_map(|member| Some(maps.get(member)?.apply(of(member, row)?)))
                        .collect();
                    ranks.iter().sum::<f64>() / ranks.len() as f64
                };
                Predictions::scores((0..rows).map(score).collect::<Vec<_>>())
            }
            FittedCombiner::Weighted { weights, maps } => {
                if maps.iter().all(|map| *map == ScoreMap::Raw) {
                    mixture(rows, members, weights)
                } else {
                    let score = |row: usize| {
                        let (mut sum, mut total) = (0.0, 0.0);
                        for member in 0..members.len() {
                            if let Some(value) = of(member, row) {
                                sum += weights[member] * maps[member].apply(value);
                                total += weights[member];
                            }
                        }
                        if total > 0.0 { sum / total } else { 0.5 }
                    };
                    Predictions::scores((0..rows).map(score).collect::<Vec<_>>())
                }
            }
            FittedCombiner::Select(chosen) => {
                members.get(*chosen).copied().flatten().cloned().unwrap_or_default()
            }
            // The engine runs cascades, since later members see only some of the rows.
            FittedCombiner::Cascade { .. } => Predictions::scores(vec![f64::NAN; rows]),
        };
        for (row, reason) in missing.into_iter().enumerate() {
            if let Some(reason) = reason {
                answer.set_missing(row, reason);
            }
        }
        answer
    }

    fn missing(
        &self,
        rows: usize,
        members: &[Option<&Predictions>],
        optional: &[bool],
    ) -> Vec<Option<String>> {
        let chosen = |member: usize| !matches!(self, FittedCombiner::Select(chosen) if *chosen != member);
        (0..rows)
            .map(|row| {
                let mut present = false;
                let mut first = None;
                for (member, predictions) in members.iter().enumerate() {
                    let Some(predictions) = predictions.filter(|_| chosen(member)) else { continue };
                    match predictions.reason(row) {
                        None => present = true,
                        Some(reason) if !optional[member] => return Some(reason.to_owned()),
                        Some(reason) => first = first.or(Some(reason.to_owned())),
                    }
                }
                if present { None } else { Some(first.unwrap_or_else(|| "no member scores it".to_owned())) }
            })
            .collect()
    }
}

/// Weighted mean of values, and the deviation of the mixture where every member gives one.
fn mixture(rows: usize, members: &[Option<&Predictions>], weights: &[f64]) -> Predictions {
    let present: Vec<(&Predictions, f64)> =
        members.iter().zip(weights).filter_map(|(member, &weight)| Some(((*member)?, weight))).collect();
    let with_deviation = present.iter().all(|(member, _)| member.get("std").is_some());
    let (mut means, mut deviations) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    for row in 0..rows {
        let (mut total, mut mean, mut square) = (0.0, 0.0, 0.0);
        let here = present.iter().filter(|(member, weight)| member.reason(row).is_none() && *weight > 0.0);
        for (member, weight) in here.clone() {
            total += weight;
            mean += weight * member.get("mean").map_or(f64::NAN, |values| values[row]);
        }
        mean /= total;
        for (member, weight) in here {
            let value = member.get("mean").map_or(f64::NAN, |values| values[row]);
            let deviation = member.get("std").map_or(0.0, |values| values[row]);
            square += weight * (deviation * deviation + (value - mean) * (value - mean));
        }
        means.push(mean);
        deviations.push((square / total).sqrt());
    }
    match with_deviation && !present.is_empty() {
        true => Predictions::distribution(means, deviations),
        false => Predictions::values(means),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => values[middle - 1] / 2.0 + values[middle] / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(combiner: &FittedCombiner, a: Predictions, b: Predictions, optional: bool) -> Predictions {
        combiner.combine(a.rows(), &[Some(&a), Some(&b)], &[optional, optional])
    }

    #[test]
    fn deviations_combine_as_a_mixture() {
        let told = both(
            &FittedCombiner::Mean,
            Predictions::distribution(vec![1.0], vec![2.0]),
            Predictions::distribution(vec![3.0], vec![4.0]),
            false,
        );
        // Variance of an equal mixture: the mean of 4 and 16, and of the squared distances to 2.
        assert_eq!((told.get("mean").unwrap()[0], told.get("std").unwrap()[0]), (2.0, 11f64.sqrt()));
        let told = both(
            &FittedCombiner::Mean,
            Predictions::distribution(vec![1.0], vec![2.0]),
            Predictions::values(vec![3.0]),
            false,
        );
        assert!(told.get("std").is_none());
    }

    #[test]
    fn a_row_that_a_member_misses_is_missing_unless_the_member_is_optional() {
        let a = Predictions::values(vec![1.0, 0.0]).missing(1, "its curve is too short");
        let b = Predictions::values(vec![3.0, 5.0]);
        let told = both(&FittedCombiner::Mean, a.clone(), b.clone(), false);
        assert_eq!((told.get("mean").unwrap()[0], told.reason(1)), (2.0, Some("its curve is too short")));
        let told = both(&FittedCombiner::Mean, a, b, true);
        assert_eq!((told.get("mean").unwrap(), told.reason(1)), (&[2.0, 5.0][..], None));
    }

    #[test]
    fn ranks_are_taken_among_training_rows() {
        let training =
            [Predictions::scores(vec![1.0, 2.0, 3.0]), Predictions::scores(vec![1e60, 2e60, 3e60])];
        let maps = FittedCombiner::RankMean(FittedCombiner::rank_maps(&training));
        let told =
            both(&maps, Predictions::scores(vec![9.0, 2.0]), Predictions::scores(vec![0.0, 2e60]), false);
        assert_eq!(told.get("score").unwrap(), [0.5, 0.5]);
    }

    #[test]
    fn the_median_of_two_is_between_them() {
        let told = both(
            &FittedCombiner::Median,
            Predictions::values(vec![1.0]),
            Predictions::values(vec![4.0]),
            false,
        );
        assert_eq!(told.get("mean").unwrap(), [2.5]);
    }
}
