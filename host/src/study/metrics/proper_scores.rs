//! Scores of predicted normal distributions that are best for the true one.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};
use std::f64::consts::PI;

use super::Residual;

/// Mean negative log likelihood, in nats; lower is better.
pub fn negative_log_likelihood(rows: &[Residual]) -> f64 {
    let each = |row: &Residual| (2.0 * PI).ln() / 2.0 + row.deviation.ln() + row.standard().powi(2) / 2.0;
    rows.iter().map(each).sum::<f64>() / rows.len() as f64
}

/// Mean continuous ranked probability score, in the target's unit; lower is better, and a distribution without width has
/// the absolute error (Gneiting and Raftery, Strictly proper scoring rules, prediction, and estimation, 2007, section
/// 4.2).
pub fn continuous_ranked_probability_score(rows: &[Residual]) -> f64 {
    let normal = Normal::standard();
    let each = |row: &Residual| {
        let z = row.standard();
        row.deviation * (z * (2.0 * normal.cdf(z) - 1.0) + 2.0 * normal.pdf(z) - 1.0 / PI.sqrt())
    };
    rows.iter().map(each).sum::<f64>() / rows.len() as f64
}
