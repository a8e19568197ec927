//! Whether predicted normal distributions are as wide as their errors are large.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Residual, Undefined};

/// Share of the targets that lie in the central interval which should hold `percent` % of them, from 0 to 1.
///
/// # Errors
/// [`Undefined::Share`] where `percent` is not from 1 to 99.
pub fn coverage(percent: u8, rows: &[Residual]) -> Result<f64, Undefined> {
    let widest = half_width(percent)?;
    let inside = rows.iter().filter(|row| row.standard().abs() <= widest).count();
    Ok(inside as f64 / rows.len() as f64)
}

/// Mean width of the central interval that should hold `percent` % of the targets, in the target's unit; of two calibrated
/// predictors the narrower tells more.
///
/// # Errors
/// [`Undefined::Share`] where `percent` is not from 1 to 99.
pub fn interval_width(percent: u8, rows: &[Residual]) -> Result<f64, Undefined> {
    let width = 2.0 * half_width(percent)?;
    Ok(rows.iter().map(|row| width * row.deviation).sum::<f64>() / rows.len() as f64)
}

/// Share of errors within half the width of their interval.
pub(super) fn share_inside(rows: &[(f64, f64)]) -> f64 {
    let inside = rows.iter().filter(|(error, half)| error <= half).count();
    inside as f64 / rows.len() as f64
}

/// Mean width of intervals.
pub(super) fn mean_width(rows: &[(f64, f64)]) -> f64 {
    rows.iter().map(|(_, half)| 2.0 * half).sum::<f64>() / rows.len() as f64
}

/// Greatest distance between the distribution of the probability integral transforms Φ(z) and the uniform one, from 0 to
/// 1; 0 is perfectly calibrated.
pub fn pit_distance(rows: &[Residual]) -> f64 {
    let normal = Normal::standard();
    let mut transforms: Vec<f64> = rows.iter().map(|row| normal.cdf(row.standard())).collect();
    transforms.sort_unstable_by(f64::total_cmp);
    let count = transforms.len() as f64;
    let distances = transforms.iter().enumerate().map(|(index, transform)| {
        let (below, above) = (index as f64 / count, (index + 1) as f64 / count);
        (above - transform).max(transform - below)
    });
    distances.fold(0.0, f64::max)
}

/// Half the width of the interval, in standard deviations.
fn half_width(percent: u8) -> Result<f64, Undefined> {
    if !(1..=99).contains(&percent) {
        return Err(Undefined::Share { percent });
    }
    Ok(Normal::standard().inverse_cdf((1.0 + f64::from(percent) / 100.0) / 2.0))
}
