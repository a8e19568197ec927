//! Pearson's and Spearman's correlation.

use super::{Undefined, average_ranks};

/// Pearson's product-moment correlation, from -1 to 1, with its sign: a predictor that turns the order is worse than none.
///
/// # Errors
/// [`Undefined`], above all where all targets or all predictions are equal or one is not finite.
pub fn pearson(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    let rows = paired(targets, predictions)?;
    let finite = targets.iter().zip(predictions).position(|(y, p)| !(y.is_finite() && p.is_finite()));
    if let Some(row) = finite {
        return Err(Undefined::NotANumber { row });
    }
    let targets = centred(targets).ok_or(Undefined::ConstantTargets)?;
    let predictions = centred(predictions).ok_or(Undefined::ConstantPredictions)?;
    debug_assert_eq!(targets.len(), rows);
    let product: f64 = targets.iter().zip(&predictions).map(|(y, p)| y * p).sum();
    Ok(product.clamp(-1.0, 1.0))
}

/// Spearman's rank correlation, from -1 to 1: Pearson's correlation of the ranks, where equal values share the mean of
/// theirs. Infinities have their place in the order.
///
/// # Errors
/// [`Undefined`], above all where all targets or all predictions are equal.
pub fn spearman(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    paired(targets, predictions)?;
    if let Some(row) = targets.iter().zip(predictions).position(|(y, p)| y.is_nan() || p.is_nan()) {
        return Err(Undefined::NotANumber { row });
    }
    pearson(&average_ranks(targets), &average_ranks(predictions))
}

fn paired(targets: &[f64], predictions: &[f64]) -> Result<usize, Undefined> {
    match (targets.len(), predictions.len()) {
        (targets, predictions) if targets != predictions => Err(Undefined::Lengths { targets, predictions }),
        (rows @ ..2, _) => Err(Undefined::TooFewRows { rows, needed: 2 }),
        (rows, _) => Ok(rows),
    }
}

/// The deviations from the mean, scaled to a norm of 1; `None` where all values are equal. Scaling by the largest first
/// keeps squares of large and of small numbers in range.
fn centred(values: &[f64]) -> Option<Vec<f64>> {
    let (lowest, highest) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lowest, highest), &value| {
            (value.min(lowest), value.max(highest))
        });
    if lowest == highest {
        return None;
    }
    let scale = lowest.abs().max(highest.abs());
    let mean = values.iter().map(|value| value / scale).sum::<f64>() / values.len() as f64;
    let deviations: Vec<f64> = values.iter().map(|value| value / scale - mean).collect();
    let largest = deviations.iter().fold(0.0_f64, |largest, deviation| largest.max(deviation.abs()));
    let norm = deviations.iter().map(|deviation| (deviation / largest).powi(2)).sum::<f64>().sqrt();
    Some(deviations.iter().map(|deviation| deviation / largest / norm).collect())
}
