//! Mean and standard deviation.

/// The mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation with the divisor n - 1; `None` of fewer than 2 values.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    let (centre, degrees) = (mean(values)?, values.len().checked_sub(1).filter(|&degrees| degrees > 0)?);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    Some((squares / degrees as f64).sqrt())
}
