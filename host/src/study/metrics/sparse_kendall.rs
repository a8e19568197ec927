//! Kendall's tau after rounding, so that differences below the noise of training do not count.

use super::{Undefined, kendall_tau_b};
use crate::table::Unit;

/// What sparse Kendall tau rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Rounded {
    /// The predictions (Siems et al., NAS-Bench-301, 2020; White et al., How powerful are performance predictors in neural
    /// architecture search?, 2021).
    #[default]
    Prediction,
    /// The targets (close to Yu et al., Evaluating the search phase of neural architecture search, 2020, who cut off
    /// instead of rounding).
    Target,
    /// Both.
    Both,
}

impl Rounded {
    /// All of them.
    pub const ALL: [Rounded; 3] = [Rounded::Prediction, Rounded::Target, Rounded::Both];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Rounded::Prediction => "prediction",
            Rounded::Target => "target",
            Rounded::Both => "both",
        }
    }
}

/// Kendall's tau-b after rounding to 0.1 percentage points, from -1 to 1. A value halfway goes to the even step, as
/// numpy does it.
///
/// # Errors
/// [`Undefined`] where the unit is neither percent nor fraction, or tau has no value.
pub fn sparse_kendall_tau(
    targets: &[f64],
    predictions: &[f64],
    rounded: Rounded,
    unit: Option<&Unit>,
) -> Result<f64, Undefined> {
    let steps = match unit {
        Some(Unit::Percent) => 10.0,
        Some(Unit::Fraction) => 1000.0,
        Some(Unit::Other(_)) | None => return Err(Undefined::NoStep),
    };
    let round = |values: &[f64]| -> Vec<f64> {
        values.iter().map(|value| (value * steps).round_ties_even() / steps).collect()
    };
    match rounded {
        Rounded::Prediction => kendall_tau_b(targets, &round(predictions)),
        Rounded::Target => kendall_tau_b(&round(targets), predictions),
        Rounded::Both => kendall_tau_b(&round(targets), &round(predictions)),
    }
}
