//! How a member's score reaches another member: as it is, as its place among training rows, or standardised.

use serde::{Deserialize, Serialize};

/// The form of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreForm {
    /// As the member gives it.
    Raw,
    /// The share of training rows that it beats, from 0 to 1; equal ones count half.
    Rank,
    /// Minus the mean, over the population standard deviation of training rows.
    Standard,
}

impl ScoreForm {
    /// The form of that name, as descriptors write it.
    pub fn named(name: &str) -> Option<ScoreForm> {
        match name {
            "raw" => Some(ScoreForm::Raw),
            "rank" => Some(ScoreForm::Rank),
            "standard" => Some(ScoreForm::Standard),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            ScoreForm::Raw => "raw",
            ScoreForm::Rank => "rank",
            ScoreForm::Standard => "standard",
        }
    }
}

/// A form with what it learnt of the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMap {
    /// As it is.
    Raw,
    /// The sorted scores of training rows.
    Rank(Vec<f64>),
    /// Mean and deviation of the scores of training rows.
    Standard {
        /// Mean.
        mean: f64,
        /// Population standard deviation; 1 where all scores are equal.
        deviation: f64,
    },
}

impl ScoreMap {
    /// Learns a form from the scores of training rows, missing ones (NaN) left out.
    pub fn fit(form: ScoreForm, scores: &[f64]) -> ScoreMap {
        let mut known: Vec<f64> = scores.iter().copied().filter(|score| !score.is_nan()).collect();
        match form {
            ScoreForm::Raw => ScoreMap::Raw,
            ScoreForm::Rank => {
                known.sort_by(f64::total_cmp);
                ScoreMap::Rank(known)
            }
            ScoreForm::Standard => {
                let (mean, deviation) = moments(&known);
                ScoreMap::Standard { mean, deviation }
            }
        }
    }

    /// A score in this form. NaN stays NaN.
    pub fn apply(&self, score: f64) -> f64 {
        if score.is_nan() {
            return score;
        }
        match self {
            ScoreMap::Raw => score,
            ScoreMap::Rank(sorted) if sorted.is_empty() => 0.5,
            ScoreMap::Rank(sorted) => {
                let below = sorted.partition_point(|&have| have < score);
                let up_to = sorted.partition_point(|&have| have <= score);
                (below + up_to) as f64 / (2 * sorted.len()) as f64
            }
            ScoreMap::Standard { mean, deviation } => (score - mean) / deviation,
        }
    }
}

/// Mean and population standard deviation, the latter 1 where the values are equal. Scaled by the largest value, since
/// scores can be so large that their squares have no place.
pub fn moments(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let scale = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if scale == 0.0 {
        return (0.0, 1.0);
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / scale).sum::<f64>() / n;
    let variance = values.iter().map(|value| (value / scale - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt() * scale;
    (mean * scale, if deviation > 0.0 && deviation.is_finite() { deviation } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rank_is_the_share_of_training_rows_that_are_beaten() {
        let map = ScoreMap::fit(ScoreForm::Rank, &[3.0, 1.0, f64::NAN, 2.0, 2.0]);
        assert_eq!([0.0, 1.0, 2.0, 2.5, 9.0].map(|score| map.apply(score)), [0.0, 0.125, 0.5, 0.75, 1.0]);
        assert!(map.apply(f64::NAN).is_nan());
    }

    #[test]
    fn scores_of_1e200_are_standardised() {
        let map = ScoreMap::fit(ScoreForm::Standard, &[1e200, 3e200]);
        assert!((map.apply(3e200) - 1.0).abs() < 1e-12);
        assert_eq!(ScoreMap::fit(ScoreForm::Standard, &[5.0, 5.0]).apply(6.0), 1.0);
    }

    proptest! {
        #[test]
        fn no_form_turns_an_order_around(
            scores in prop::collection::vec(-1e300f64..1e300, 0..20),
            a in -1e300f64..1e300,
            b in -1e300f64..1e300,
        ) {
            for form in [ScoreForm::Raw, ScoreForm::Rank, ScoreForm::Standard] {
                let map = ScoreMap::fit(form, &scores);
                prop_assert!(map.apply(a.min(b)) <= map.apply(a.max(b)));
            }
        }
    }
}
