//! Losses, each a mean over all entries, with their slopes by the predictions.

use crate::Real;
use ndarray::{Array2, ArrayView2, Zip};
use serde::{Deserialize, Serialize};

/// What is minimised of a prediction p and a target t.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Loss {
    /// `(p − t)²`.
    Squared,
    /// `|p − t|`.
    Absolute,
    /// `|p − t| / |t − b|`, the relative error to a bound b that no target reaches: errors near it weigh most (White et
    /// al., AAAI 2021, in accuracies).
    Bounded(f64),
}

impl Loss {
    /// The loss and its slope by each prediction.
    pub fn slope<F: Real>(
        self,
        predictions: ArrayView2<'_, F>,
        targets: ArrayView2<'_, F>,
    ) -> (F, Array2<F>) {
        let mut slope = Array2::zeros(predictions.raw_dim());
        let share = F::of(1.0 / predictions.len().max(1) as f64);
        let mut loss = F::zero();
        Zip::from(&mut slope).and(&predictions).and(&targets).for_each(|slope, &prediction, &target| {
            let error = prediction - target;
            let (value, by) = match self {
                Self::Squared => (error * error, error + error),
                Self::Absolute => (error.abs(), sign(error)),
                Self::Bounded(bound) => {
                    let scale = (target - F::of(bound)).abs();
                    (error.abs() / scale, sign(error) / scale)
                }
            };
            loss += value * share;
            *slope = by * share;
        });
        (loss, slope)
    }
}

/// -1, 0 or 1.
pub fn sign<F: Real>(value: F) -> F {
    if value == F::zero() { F::zero() } else { value.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::{assert_gradient, near};
    use ndarray::array;

    #[test]
    fn losses_and_slopes_are_those_of_torch() {
        let (p, t) = (array![[0.2], [-1.0], [3.0]], array![[0.0], [1.0], [1.0]]);
        let (loss, slope) = Loss::Squared.slope(p.view(), t.view());
        near([&loss], &[2.68], 1e-14);
        near(slope.iter(), &[0.4 / 3.0, -4.0 / 3.0, 4.0 / 3.0], 1e-14);
        let (loss, slope) = Loss::Absolute.slope(p.view(), t.view());
        near([&loss], &[1.4], 1e-14);
        near(slope.iter(), &[1.0 / 3.0, -1.0 / 3.0, 1.0 / 3.0], 1e-14);
        assert_eq!(Loss::Absolute.slope(t.view(), t.view()).1, array![[0.0], [0.0], [0.0]]);
    }

    #[test]
    fn the_bounded_loss_is_the_relative_error_and_its_slope_that_of_differences() {
        let targets = array![[90.0], [95.0]];
        let loss = |p: &[f64]| {
            let p = ArrayView2::from_shape((2, 1), p).unwrap();
            Loss::Bounded(95.5).slope(p, targets.view())
        };
        let at = [85.0, 95.25];
        near([&loss(&at).0], &[(5.0 / 5.5 + 0.25 / 0.5) / 2.0], 1e-14);
        assert_gradient(&at, loss(&at).1.as_slice().unwrap(), |p| loss(p).0);
    }
}
