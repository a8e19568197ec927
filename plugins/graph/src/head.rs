//! Bayesian linear regression on what a network knows of an architecture (BONAS, section 3.2; Bishop, Pattern
//! Recognition and Machine Learning, section 3.5).
//!
//! Targets are `t = Φ w + ε` with w ~ N(0, I/α) and ε ~ N(0, I/β); a column of ones stands behind Φ. The precisions climb
//! the marginal likelihood by MacKay's rule, each round at the cost of the width alone: ΦᵀΦ is diagonal in its own
//! directions.

use archcast_sdk::prelude::*;
use faer::{Mat, Side};

/// Where both precisions begin.
const START: f64 = 1e-5;
/// Most rounds, and the relative change at which they end.
const ROUNDS: (usize, f64) = (200, 1e-5);
/// Bounds of α, and of β for targets of variance 1.
const ALPHA: (f64, f64) = (1e-8, 1e8);
const BETA: (f64, f64) = (1e-8, 1e6);

/// A fitted regression, in the directions of ΦᵀΦ.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Directions as columns: (width + 1)², row by row.
    directions: Vec<f64>,
    /// How much the training rows tell along each direction.
    values: Vec<f64>,
    /// Mean of the weights along each direction.
    weights: Vec<f64>,
    alpha: f64,
    beta: f64,
}

impl Head {
    /// Learns targets from rows × width.
    ///
    /// # Errors
    /// `numerical` where a row is not finite or the decomposition does not converge.
    pub(crate) fn fit(rows: ArrayView2<'_, f32>, targets: &[f64]) -> Result<Self> {
        if rows.iter().any(|value| !value.is_finite()) {
            return Err(Error::numerical(
                "what the network knows of a row overflows; give a smaller `learning_rate`",
            ));
        }
        let size = rows.ncols() + 1;
        let at = |row: usize, column: usize| match column {
            _ if column + 1 == size => 1.0,
            _ => f64::from(rows[[row, column]]),
        };
        let phi = Mat::from_fn(rows.nrows(), size, at);
        let eigen = (phi.transpose() * &phi)
            .self_adjoint_eigen(Side::Lower)
            .map_err(|_| Error::numerical("the regression on what the network knows did not converge"))?;
        let values: Vec<f64> = eigen.S().column_vector().iter().map(|value| value.max(0.0)).collect();
        let vectors = eigen.U();
        let along = |direction: usize| -> f64 {
            let of = |row: usize| {
                (0..size).map(|column| phi[(row, column)] * vectors[(column, direction)]).sum::<f64>()
            };
            targets.iter().enumerate().map(|(row, target)| target * of(row)).sum()
        };
        let along: Vec<f64> = (0..size).map(along).collect();
        let directions = (0..size * size).map(|place| vectors[(place / size, place % size)]).collect();
        let mut head = Self { directions, values, weights: vec![0.0; size], alpha: START, beta: START };
        head.climb(&along, targets);
        Ok(head)
    }

    /// Finds precisions and weights, from Φᵀ t along each direction.
    fn climb(&mut self, along: &[f64], targets: &[f64]) {
        let square = targets.iter().map(|target| target * target).sum::<f64>();
        let most = BETA.1 * targets.len() as f64 / square.max(f64::MIN_POSITIVE);
        self.set_weights(along);
        for _ in 0..ROUNDS.0 {
            let told = |value: &f64| self.beta * value / (self.alpha + self.beta * value);
            let known: f64 = self.values.iter().map(told).sum();
            let length: f64 = self.weights.iter().map(|weight| weight * weight).sum();
            let parts = self.weights.iter().zip(along).zip(&self.values);
            let fitted: f64 =
                parts.map(|((weight, along), value)| weight * (2.0 * along - weight * value)).sum();
            let misfit = (square - fitted).max(0.0);
            let rest = (targets.len() as f64 - known).max(0.0);
            // Both quotients can be 0/0: of no weights, and where all rows are met. The largest precision is meant.
            let quotient = |above: f64, below: f64, most: f64| if below > 0.0 { above / below } else { most };
            let alpha = quotient(known, length, ALPHA.1).clamp(ALPHA.0, ALPHA.1);
            let beta = quotient(rest, misfit, most).clamp(BETA.0.min(most), most);
            let still = |old: f64, new: f64| (new - old).abs() <= ROUNDS.1 * new;
            let done = still(self.alpha, alpha) && still(self.beta, beta);
            (self.alpha, self.beta) = (alpha, beta);
            self.set_weights(along);
            if done {
                break;
            }
        }
    }

    fn set_weights(&mut self, along: &[f64]) {
        let parts = self.weights.iter_mut().zip(along).zip(&self.values);
        parts.for_each(|((weight, along), value)| {
            *weight = self.beta * along / (self.alpha + self.beta * value)
        });
    }

    /// Whether it is a regression on rows of this width.
    pub(crate) fn is_sound(&self, width: usize) -> bool {
        let size = width + 1;
        self.directions.len() == size * size && self.values.len() == size && self.weights.len() == size
    }

    /// Mean and variance, with the noise, of the target of a row.
    pub(crate) fn moments(&self, row: ArrayView1<'_, f32>) -> (f64, f64) {
        let size = self.weights.len();
        let mut along = vec![0.0; size];
        let values = row.iter().map(|&value| f64::from(value)).chain([1.0]);
        for (value, directions) in values.zip(self.directions.chunks_exact(size)) {
            along.iter_mut().zip(directions).for_each(|(along, direction)| *along += value * direction);
        }
        let mut moments = (0.0, 1.0 / self.beta);
        for ((along, weight), value) in along.iter().zip(&self.weights).zip(&self.values) {
            moments.0 += along * weight;
            moments.1 += along * along / (self.alpha + self.beta * value);
        }
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows, targets that are linear in them but for a wave, and a query.
    fn example() -> (Array2<f32>, Vec<f64>, Array1<f32>) {
        let value = |row: usize, column: usize| {
            ((row * row + column * column * row) as f64 + 1.3 * column as f64).sin()
        };
        let rows = Array2::from_shape_fn((8, 3), |(row, column)| value(row, column) as f32);
        let target = |row: usize| {
            value(row, 0) - 2.0 * value(row, 1) + 0.5 * value(row, 2) + 0.7 + 0.2 * (5.0 * row as f64).cos()
        };
        (rows, (0..8).map(target).collect(), Array1::from(vec![0.2, -0.5, 0.9]))
    }

    // scikit-learn's BayesianRidge with flat priors, to the last digit.
    #[test]
    fn precisions_and_predictions_are_those_of_others() {
        let (rows, targets, query) = example();
        let head = Head::fit(rows.view(), &targets).unwrap();
        assert!(
            (head.alpha / 0.6392716967 - 1.0).abs() < 1e-5 && (head.beta / 29.8541552766 - 1.0).abs() < 1e-5
        );
        let (mean, variance) = head.moments(query.view());
        assert!((mean - 2.4738012234).abs() < 1e-5 && (variance / 0.0564145887 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn rows_that_are_met_exactly_and_rows_that_tell_nothing_are_sound() {
        let (rows, ..) = example();
        let exact: Vec<f64> = rows.rows().into_iter().map(|row| f64::from(row[0]) + 1.0).collect();
        let head = Head::fit(rows.view(), &exact).unwrap();
        let (mean, variance) = head.moments(rows.row(2));
        assert!((mean - exact[2]).abs() < 1e-3 && variance > 0.0 && variance < 1e-3, "{mean} {variance}");
        let nothing = Head::fit(Array2::zeros((4, 3)).view(), &[1.0, -1.0, 1.0, -1.0]).unwrap();
        let (mean, variance) = nothing.moments(Array1::zeros(3).view());
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 0.5, "{mean} {variance}");
        let few = Head::fit(rows.slice(archcast_sdk::ndarray::s![..2, ..]), &[1.0, 2.0]).unwrap();
        assert!(few.is_sound(3) && !few.is_sound(4));
        assert!(
            [few.moments(rows.row(5)).0, few.moments(rows.row(5)).1].iter().all(|value| value.is_finite())
        );
    }

    #[test]
    fn rows_that_are_not_finite_are_refused() {
        assert!(Head::fit(Array2::from_elem((2, 1), f32::NAN).view(), &[0.0, 1.0]).is_err());
    }
}
