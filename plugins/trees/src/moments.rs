//! Mean and deviation of targets.

use archcast_sdk::prelude::*;

/// Smallest deviation that is given, as a part of the largest absolute target.
const LEAST: f64 = 1e-6;

/// Mean and population standard deviation of targets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moments {
    /// Their mean.
    pub(crate) mean: f64,
    /// Their population standard deviation; exactly 0 where all are the same.
    pub(crate) deviation: f64,
    /// The deviation of a prediction where all are the same: not 0, and far below any difference that matters.
    pub(crate) least: f64,
}

impl Moments {
    /// The moments of these targets.
    ///
    /// # Errors
    /// `numerical` where the variance of all rows together overflows.
    pub(crate) fn of(targets: &[f64]) -> Result<Self> {
        let mean = mean(targets.iter().copied());
        let squares: f64 = targets.iter().map(|target| (target - mean) * (target - mean)).sum();
        if !squares.is_finite() {
            return Err(Error::numerical("the variance of the target overflows; scale the target"));
        }
        let largest = targets.iter().map(|target| target.abs()).fold(0.0, f64::max);
        let least = LEAST * if largest > 0.0 { largest } else { 1.0 };
        let deviation = (squares / targets.len().max(1) as f64).sqrt();
        Ok(Self { mean, deviation, least: least.max(f64::MIN_POSITIVE) })
    }
}

/// The mean; of equal values that value without rounding, and 0 of none.
pub(crate) fn mean(mut values: impl Iterator<Item = f64>) -> f64 {
    let Some(first) = values.next() else { return 0.0 };
    let (sum, count) = values.fold((0.0, 1.0), |(sum, count), value| (sum + (value - first), count + 1.0));
    first + sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_population() {
        let moments = Moments::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((moments.mean, moments.deviation, moments.least), (5.0, 2.0, 9e-6));
    }

    #[test]
    fn equal_targets_have_no_deviation_whatever_their_rounding() {
        for n in [1, 3, 7, 1000] {
            let moments = Moments::of(&vec![0.1; n]).unwrap();
            assert_eq!((moments.mean, moments.deviation), (0.1, 0.0));
        }
        assert_eq!(Moments::of(&[0.0; 3]).unwrap().least, 1e-6);
    }

    #[test]
    fn a_variance_that_overflows_is_an_error() {
        let error = Moments::of(&[-1e200, 1e200]).unwrap_err();
        assert_eq!(error.message(), "the variance of the target overflows; scale the target");
    }
}
