//! Confidence intervals of means.

use ndarray::ArrayView2;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Resamples, mean, standard_deviation};

/// Of fewer trials the percentile bootstrap is too narrow.
pub const FEWEST_FOR_BOOTSTRAP: usize = 20;

/// From where to where a mean may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Interval {
    /// Half the distance of the ends.
    pub fn half_width(self) -> f64 {
        (self.upper - self.lower) / 2.0
    }

    /// Whether a value lies in it, the ends included.
    pub fn contains(self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}

/// The interval that holds the mean with confidence `level` (0.95): Student's t below [`FEWEST_FOR_BOOTSTRAP`] trials, the
/// percentile bootstrap from there on. `None` where there are fewer than 2 trials, or not as many as were resampled.
pub fn mean_interval(values: &[f64], level: f64, resamples: &Resamples) -> Option<Interval> {
    if values.len() < FEWEST_FOR_BOOTSTRAP {
        student_t_interval(values, level)
    } else {
        bootstrap_interval(values, level, resamples)
    }
}

/// mean ± t(level, n - 1) s / √n; `None` of fewer than 2 values.
pub fn student_t_interval(values: &[f64], level: f64) -> Option<Interval> {
    let (centre, deviation) = (mean(values)?, standard_deviation(values)?);
    let count = values.len() as f64;
    let student = StudentsT::new(0.0, 1.0, count - 1.0).ok()?;
    let quantile = student.inverse_cdf(0.5 + level.clamp(0.0, 1.0) / 2.0);
    let half = if deviation == 0.0 { 0.0 } else { quantile * deviation / count.sqrt() };
    Some(Interval { lower: centre - half, upper: centre + half })
}

/// The percentile interval of the resampled means; `None` where there are fewer than 2 trials, or not as many as were
/// resampled.
pub fn bootstrap_interval(values: &[f64], level: f64, resamples: &Resamples) -> Option<Interval> {
    if values.len() < 2 || values.len() != resamples.trials() {
        return None;
    }
    let row = ArrayView2::from_shape((1, values.len()), values).ok()?;
    let mut means = resamples.means(row).into_raw_vec_and_offset().0;
    percentile_interval(&mut means, level)
}

/// The central interval of `values` that holds `level` of them, with linear interpolation; it changes their order.
/// `None` of nothing.
pub(super) fn percentile_interval(values: &mut [f64], level: f64) -> Option<Interval> {
    let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
    Some(Interval { lower: percentile(values, tail)?, upper: percentile(values, 1.0 - tail)? })
}

/// The value below which `share` of the values lie, with linear interpolation; it changes their order.
fn percentile(values: &mut [f64], share: f64) -> Option<f64> {
    let place = share.clamp(0.0, 1.0) * values.len().checked_sub(1)? as f64;
    let below = place.floor();
    let (_, &mut value, above) = values.select_nth_unstable_by(below as usize, f64::total_cmp);
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(value);
    Some(value + (place - below) * (next - value))
}
