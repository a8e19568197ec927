//! The anchor: what is believed of an architecture by its scores alone.
//!
//! Which groups of scores tell something is not known: a proxy that is good in one space says nothing in another. The anchor
//! is the mean over hypotheses, each an average of some groups, by what the training rows say of each (Hoeting et al.,
//! Bayesian Model Averaging: A Tutorial, Statistical Science 1999). A hypothesis of correlation ρ between its average and
//! the target has the normal likelihood; ρ is as likely anywhere within [`CORRELATIONS`], and no hypothesis has ρ < 0.

use super::groups::{Kind, Layout, Row};
use archcast_scaling::moments;
use archcast_sdk::prelude::*;

/// Correlations of a hypothesis with the target: from, to, and at how many places the likelihood is read.
const CORRELATIONS: (f64, f64, u32) = (0.3, 0.98, 35);
/// Beside learning curves, how far it is believed before any row is seen that proxies tell something that these do not.
const PROXIES_TOO: f64 = 0.3;
/// How far it is believed before any row is seen that no group tells anything.
const NOTHING: f64 = 0.002;

/// The mean over hypotheses of which groups tell something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Anchor {
    pub hypotheses: Vec<Hypothesis>,
}

/// The weighted average of some groups, standardised on training rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Hypothesis {
    /// How far it is believed, of 1.
    pub share: f64,
    /// Weight of each group of the layout.
    pub weights: Vec<f64>,
    mean: f64,
    deviation: f64,
}

/// Weights of the training side, the validation side and the proxies.
type Sides = [f64; 3];

impl Anchor {
    /// Of the groups that are `present`, `late` in a training, by training rows with standardised targets.
    pub(crate) fn of(layout: &Layout, present: &[bool], late: f64, rows: &[Row], targets: &[f64]) -> Self {
        let has = |wanted: Kind| {
            layout.groups.iter().zip(present).any(|(group, &there)| there && group.kind == wanted)
        };
        let believed = beliefs(has(Kind::Training), has(Kind::Validation), has(Kind::Proxies), late);
        let mut hypotheses: Vec<Hypothesis> = (believed.into_iter())
            .map(|(share, [training, validation, proxies])| {
                let weight = |kind: Kind| match kind {
                    Kind::Training => training,
                    Kind::Validation => validation,
                    Kind::Proxies => proxies,
                    Kind::Kernel | Kind::Encoding => 0.0,
                };
                let groups = layout.groups.iter().zip(present);
                let weights = groups.map(|(group, &there)| f64::from(there) * weight(group.kind));
                Hypothesis::new(share, weights.collect(), rows)
            })
            .collect();
        let told = hypotheses.iter().map(|hypothesis| {
            let products = rows.iter().zip(targets).map(|(row, target)| hypothesis.at(row) * target);
            hypothesis.share.ln() + gain(products.sum::<f64>() / rows.len() as f64, rows.len())
        });
        let told: Vec<f64> = told.collect();
        let total = sum_of_exponentials(told.iter().copied().chain([NOTHING.ln()]));
        for (hypothesis, told) in hypotheses.iter_mut().zip(told) {
            hypothesis.share = (told - total).exp();
        }
        Self { hypotheses }
    }

    /// The anchor of a row; 0, the mean, where it has no group that counts.
    pub(crate) fn at(&self, row: &Row) -> f64 {
        self.hypotheses.iter().map(|hypothesis| hypothesis.share * hypothesis.at(row)).sum()
    }

    /// How far it is believed that some group tells something, of 1.
    pub(crate) fn trust(&self) -> f64 {
        self.hypotheses.iter().map(|hypothesis| hypothesis.share).sum()
    }
}

/// Hypotheses of which groups tell something, each with its belief before any row is seen.
///
/// Of learning curves all count, early in a training both sides alike, from half of the epochs on the validation side
/// alone. Beside them proxies count for half at the start and for nothing then.
fn beliefs(training: bool, validation: bool, proxies: bool, late: f64) -> Vec<(f64, Sides)> {
    let checked = match (training, validation) {
        (true, true) => late.max(0.5),
        (_, true) => 1.0,
        (_, false) => 0.0,
    };
    match (training || validation, proxies) {
        (true, true) => {
            let too = 0.5 * (1.0 - late);
            let curves = 1.0 - too;
            vec![
                (1.0 - PROXIES_TOO - NOTHING, [1.0 - checked, checked, 0.0]),
                (PROXIES_TOO, [curves * (1.0 - checked), curves * checked, too]),
            ]
        }
        (true, false) => vec![(1.0 - NOTHING, [1.0 - checked, checked, 0.0])],
        (false, true) => vec![(1.0 - NOTHING, [0.0, 0.0, 1.0])],
        (false, false) => Vec::new(),
    }
}

impl Hypothesis {
    fn new(share: f64, weights: Vec<f64>, rows: &[Row]) -> Self {
        let mut hypothesis = Self { share, weights, mean: 0.0, deviation: 0.0 };
        let raw: Vec<f64> = rows.iter().filter_map(|row| hypothesis.average(row)).collect();
        (hypothesis.mean, hypothesis.deviation) = moments(ArrayView1::from(&raw[..]));
        hypothesis
    }

    /// The weighted mean over the groups that the row has.
    fn average(&self, row: &Row) -> Option<f64> {
        let having =
            self.weights.iter().zip(&row.means).filter_map(|(&weight, mean)| Some((weight, (*mean)?)));
        let (sum, total) = having.fold((0.0, 0.0), |(sum, total), (w, mean)| (sum + w * mean, total + w));
        (total > 0.0).then(|| sum / total)
    }

    /// The standardised average of a row; 0 where it has no group that counts.
    pub(crate) fn at(&self, row: &Row) -> f64 {
        match self.average(row).filter(|_| self.deviation > 0.0) {
            Some(average) => (average - self.mean) / self.deviation,
            None => 0.0,
        }
    }
}

/// Logarithm of how many times likelier pairs of standardised numbers of this correlation are under a hypothesis than under
/// that of no correlation.
fn gain(correlation: f64, rows: usize) -> f64 {
    let (from, to, count) = CORRELATIONS;
    let at = |place: u32| {
        let supposed = from + (to - from) * f64::from(place) / f64::from(count - 1);
        let free = 1.0 - supposed * supposed;
        let squares = 1.0 - 2.0 * supposed * correlation + supposed * supposed;
        // The trapezoidal rule counts its ends by half.
        let part: f64 = if place == 0 || place == count - 1 { 0.5 } else { 1.0 };
        part.ln() - 0.5 * rows as f64 * (free.ln() + squares / free - 1.0)
    };
    sum_of_exponentials((0..count).map(at)) - f64::from(count - 1).ln()
}

/// `ln Σ exp(x)`.
fn sum_of_exponentials(logarithms: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logarithms.clone().fold(f64::NEG_INFINITY, f64::max);
    largest + logarithms.map(|logarithm| (logarithm - largest).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beliefs_are_those_of_the_epochs_seen() {
        let near = |late: f64, expected: &[Sides]| {
            let believed = beliefs(true, true, true, late);
            assert_eq!(believed.len(), expected.len());
            for ((_, sides), expected) in believed.iter().zip(expected) {
                sides.iter().zip(expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-12, "{sides:?}"));
            }
        };
        near(0.0, &[[0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]);
        near(0.5, &[[0.5, 0.5, 0.0], [0.375, 0.375, 0.25]]);
        near(1.0, &[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]);
        assert_eq!(beliefs(true, false, false, 1.0), [(0.998, [1.0, 0.0, 0.0])]);
        assert_eq!(beliefs(false, false, true, 0.0), [(0.998, [0.0, 0.0, 1.0])]);
        for (training, validation, proxies) in [(true, true, true), (false, true, true), (false, false, true)]
        {
            let total: f64 = beliefs(training, validation, proxies, 0.3).iter().map(|(share, _)| share).sum();
            assert!((total - 0.998).abs() < 1e-12);
        }
    }

    // By scipy's quad.
    #[test]
    fn what_rows_say_is_the_mean_likelihood_over_the_correlations() {
        let expected = [
            (0.6, 5, 2.00611),
            (0.6, 25, 106.90332),
            (0.0, 25, 0.02926415),
            (-0.5, 10, 0.01263213),
            (0.9, 10, 832.0996),
        ];
        for (correlation, rows, likelier) in expected {
            let found = gain(correlation, rows).exp();
            assert!((found / likelier - 1.0).abs() < 0.01, "{correlation} {rows}: {found}");
        }
        assert!(gain(1.0, 1_000_000).is_finite() && gain(-1.0, 1_000_000).is_finite());
    }
}
