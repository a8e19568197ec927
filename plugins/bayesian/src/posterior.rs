//! Predictions of Bayesian linear models that share one design matrix.

use crate::evidence::{Precisions, Spectrum};
use archcast_sdk::prelude::*;

/// Linear models under one or more pairs of precisions, in the singular directions of their design.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Posterior {
    /// The right singular vectors, d × rank, row by row.
    directions: Vec<f64>,
    singular: Vec<f64>,
    models: Vec<Model>,
}

/// One linear model.
#[derive(Debug, Serialize, Deserialize)]
struct Model {
    precisions: Precisions,
    /// Mean of the weights in the singular directions.
    weights: Vec<f64>,
}

impl Posterior {
    /// The models of these precisions, at least one.
    pub(crate) fn new(spectrum: Spectrum, precisions: &[Precisions]) -> Self {
        let model = |&precisions: &Precisions| {
            let Precisions { alpha, beta } = precisions;
            let weight = |(w, u): (&f64, &f64)| beta * w * u / (alpha + beta * w * w);
            let weights = spectrum.singular.iter().zip(&spectrum.projected).map(weight).collect();
            Model { precisions, weights }
        };
        let models = precisions.iter().map(model).collect();
        Self { models, directions: spectrum.directions, singular: spectrum.singular }
    }

    /// Number of singular directions.
    pub(crate) fn rank(&self) -> usize {
        self.singular.len()
    }

    /// Adds `value` of column k of the design to a row's coordinates in the singular directions.
    pub(crate) fn add(&self, column: usize, value: f64, along: &mut [f64]) {
        let rank = self.rank();
        for (sum, direction) in along.iter_mut().zip(&self.directions[column * rank..(column + 1) * rank]) {
            *sum += value * direction;
        }
    }

    /// Mean and variance, with the noise, of a row of these coordinates and this squared length. Where there are
    /// several models, the mean and variance of their mixture.
    pub(crate) fn moments(&self, along: &[f64], squared: f64) -> (f64, f64) {
        let inside: f64 = along.iter().map(|value| value * value).sum();
        let outside = (squared - inside).max(0.0);
        let each: Vec<(f64, f64)> =
            self.models.iter().map(|model| self.model(model, along, outside)).collect();
        let count = each.len().max(1) as f64;
        let mean = each.iter().map(|(mean, _)| mean).sum::<f64>() / count;
        let spread = each.iter().map(|(own, variance)| (own - mean).powi(2) + variance).sum::<f64>() / count;
        (mean, spread)
    }

    fn model(&self, model: &Model, along: &[f64], outside: f64) -> (f64, f64) {
        let Precisions { alpha, beta } = model.precisions;
        let (mut mean, mut variance) = (0.0, 1.0 / beta + outside / alpha);
        for ((value, w), weight) in along.iter().zip(&self.singular).zip(&model.weights) {
            mean += value * weight;
            variance += value * value / (alpha + beta * w * w);
        }
        (mean, variance)
    }

    /// Mean weights of the d columns, averaged over the models.
    #[cfg(test)]
    fn weights(&self) -> Vec<f64> {
        let rank = self.rank();
        let one = |column: &[f64]| -> f64 {
            let of = |model: &Model| column.iter().zip(&model.weights).map(|(v, w)| v * w).sum::<f64>();
            self.models.iter().map(of).sum::<f64>() / self.models.len() as f64
        };
        self.directions.chunks_exact(rank).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    fn ask(posterior: &Posterior, row: &[f64]) -> (f64, f64) {
        let mut along = vec![0.0; posterior.rank()];
        for (column, &value) in row.iter().enumerate() {
            posterior.add(column, value, &mut along);
        }
        posterior.moments(&along, row.iter().map(|v| v * v).sum())
    }

    fn near(have: &[f64], want: &[f64], tolerance: f64) {
        assert_eq!(have.len(), want.len());
        for (have, want) in have.iter().zip(want) {
            assert!((have - want).abs() < tolerance, "{have} {want}");
        }
    }

    // numpy's closed form.
    #[test]
    fn a_line_is_predicted_as_by_the_closed_form() {
        let design = Mat::from_fn(5, 2, |i, j| if j == 0 { 1.0 } else { i as f64 });
        let spectrum = Spectrum::of(design.as_ref(), &[0.2, 0.9, 1.1, 2.3, 2.6]).unwrap();
        let posterior = Posterior::new(spectrum, &[Precisions { alpha: 0.5, beta: 4.0 }]);
        near(&posterior.weights(), &[0.181_786_842_9, 0.616_834_243_0], 1e-9);
        let (mean, variance) = ask(&posterior, &[1.0, 1.5]);
        near(&[mean, variance], &[1.107_038_207_4, 0.303_576_558_5], 1e-9);
        let (mean, variance) = ask(&posterior, &[1.0, 6.0]);
        near(&[mean, variance], &[3.882_792_301_1, 0.684_932_490_7], 1e-9);
    }

    #[test]
    fn a_row_off_the_seen_directions_keeps_the_variance_of_the_prior() {
        let design = Mat::from_fn(2, 3, |i, j| if i == j { 1.0 } else { 0.0 });
        let spectrum = Spectrum::of(design.as_ref(), &[1.0, -1.0]).unwrap();
        let posterior = Posterior::new(spectrum, &[Precisions { alpha: 2.0, beta: 10.0 }]);
        let (mean, variance) = ask(&posterior, &[0.0, 0.0, 3.0]);
        near(&[mean, variance], &[0.0, 0.1 + 9.0 / 2.0], 1e-12);
    }

    /// Features tanh(W u + b) of the worked example, without a constant column.
    fn features(u: [f64; 2]) -> [f64; 3] {
        let w = [[0.5, -0.3], [0.2, 0.8], [-0.6, 0.1]];
        let b = [0.1, -0.2, 0.05];
        std::array::from_fn(|k| (w[k][0] * u[0] + w[k][1] * u[1] + b[k]).tanh())
    }

    #[test]
    fn one_head_and_a_mixture_of_two_are_those_of_the_worked_example() {
        let points = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.5, 0.5]];
        let z = [70.0, 74.0, 81.0, 90.0, 78.0].map(|y: f64| (y - 78.6) / 6.8);
        let design = Mat::from_fn(5, 3, |i, j| features(points[i])[j]);
        near(&features(points[3]), &[0.291_312_612_5, 0.664_036_770_3, -0.421_899_005_3], 1e-9);
        let spectrum = Spectrum::of(design.as_ref(), &z).unwrap();
        let pairs = [Precisions { alpha: 1.0, beta: 1000.0 }, Precisions { alpha: 0.5, beta: 20.0 }];
        near(&pairs.map(|pair| spectrum.log_likelihood(pair)), &[-233.402_272_25, -17.848_475_09], 1e-7);
        let queries = [[1.0, 0.5], [0.0, 0.5]].map(features);
        let expected = [
            (&pairs[..1], [0.421_431_434_3, -0.375_445_368_1], [0.001_471_163_7, 0.001_449_408_2]),
            (&pairs[1..], [0.470_195_765_8, 0.157_331_235_9], [0.072_935_698_7, 0.059_190_356_6]),
            (&pairs[..], [0.445_813_600_1, -0.109_057_066_1], [0.037_797_921_2, 0.101_282_609_8]),
        ];
        for (pairs, means, variances) in expected {
            let posterior = Posterior::new(spectrum.clone(), pairs);
            let answers = queries.map(|query| ask(&posterior, &query));
            near(&answers.map(|(mean, _)| mean), &means, 1e-8);
            near(&answers.map(|(_, variance)| variance), &variances, 1e-9);
        }
        let both = Posterior::new(spectrum, &pairs[..1]);
        near(&both.weights(), &[-9.090_543_517, 0.316_776_847_4, -8.950_898_277_4], 1e-7);
    }
}
