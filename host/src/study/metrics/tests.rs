//! The reference's test vectors, and what every metric owes to bad answers.

use super::*;
use crate::{compose::Gives, table::Unit};

mod bad_answers;
mod laws;
mod names;
mod vectors;

/// The reference's rows: percent accuracies.
const TARGETS: [f64; 12] = [91.2, 90.5, 93.1, 88.7, 90.5, 92.4, 85.0, 93.1, 89.9, 91.25, 70.3, 92.4];
const PREDICTIONS: [f64; 12] =
    [91.04, 90.46, 92.51, 89.15, 91.04, 92.46, 86.2, 92.49, 90.60, 90.65, 88.0, 91.95];
const DEVIATIONS: [f64; 12] = [0.3, 0.4, 0.5, 0.6, 0.3, 0.4, 2.0, 0.5, 0.4, 0.3, 3.0, 0.4];

/// The reference's rows as a distribution.
const ANSWERS: TestAnswers = TestAnswers {
    targets: &TARGETS,
    predictions: &PREDICTIONS,
    deviations: Some(&DEVIATIONS),
    half_widths: &[],
    gives: &Gives::Distribution,
    unit: Some(&Unit::Percent),
    training_spread: 5.0,
};
