//! Errors on the target's own scale.

use super::Undefined;

/// Mean absolute error, in the target's unit.
///
/// # Errors
/// [`Undefined`] where there is no row or the lengths differ.
pub fn mae(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    Ok(mean(residuals(targets, predictions, 1)?.map(f64::abs), targets.len()))
}

/// Root mean squared error, in the target's unit.
///
/// # Errors
/// [`Undefined`] where there is no row or the lengths differ.
pub fn rmse(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    Ok(mean(residuals(targets, predictions, 1)?.map(|residual| residual * residual), targets.len()).sqrt())
}

/// Coefficient of determination, 1 at best, 0 for the mean of the test targets, without lower bound.
///
/// # Errors
/// [`Undefined`] where there are fewer than 2 rows, the lengths differ or all targets are equal.
pub fn r2(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    let unexplained: f64 = residuals(targets, predictions, 2)?.map(|residual| residual * residual).sum();
    if targets.windows(2).all(|pair| pair[0] == pair[1]) {
        return Err(Undefined::NoVariance);
    }
    let centre = mean(targets.iter().copied(), targets.len());
    let total: f64 = targets.iter().map(|target| (target - centre).powi(2)).sum();
    Ok(1.0 - unexplained / total)
}

fn residuals<'a>(
    targets: &'a [f64],
    predictions: &'a [f64],
    needed: usize,
) -> Result<impl Iterator<Item = f64> + 'a, Undefined> {
    let rows = targets.len();
    if rows != predictions.len() {
        return Err(Undefined::Lengths { targets: rows, predictions: predictions.len() });
    }
    if rows < needed {
        return Err(Undefined::TooFewRows { rows, needed });
    }
    Ok(targets.iter().zip(predictions).map(|(target, prediction)| target - prediction))
}

fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.sum::<f64>() / count as f64
}
