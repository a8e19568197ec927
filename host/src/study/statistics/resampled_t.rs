//! The t test for trials whose rows overlap.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{mean, standard_deviation};

/// A t test of paired differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResampledT {
    /// The statistic; infinite where all differences are the same and not 0.
    pub t: f64,
    /// Degrees of freedom.
    pub degrees: usize,
    /// Two-sided p-value.
    pub p: f64,
}

/// The corrected resampled t test of paired differences from trials that draw training and test rows from one table: the
/// variance of the mean is (1/n + `test_to_train`) s², with the number of test rows over that of training rows (Nadeau
/// and Bengio, Inference for the generalization error, 2003). A `test_to_train` of 0 is the plain paired t test. `None`
/// of fewer than 2 differences, or where the ratio is negative or not finite.
pub fn corrected_resampled_t(differences: &[f64], test_to_train: f64) -> Option<ResampledT> {
    let (centre, deviation) = (mean(differences)?, standard_deviation(differences)?);
    if !(0.0..f64::INFINITY).contains(&test_to_train) {
        return None;
    }
    let degrees = differences.len() - 1;
    let error = deviation * (1.0 / differences.len() as f64 + test_to_train).sqrt();
    let t = if centre == 0.0 { 0.0 } else { centre / error };
    let student = StudentsT::new(0.0, 1.0, degrees as f64).ok()?;
    let p = if t.is_finite() { (2.0 * student.sf(t.abs())).min(1.0) } else { 0.0 };
    Some(ResampledT { t, degrees, p })
}
