//! One metric over the trials of a study.

use super::Undefined;

/// The values of one metric over trials, in the trials' order.
#[derive(Debug, Clone, PartialEq)]
pub struct OverTrials {
    /// A value for every trial; a trial that gave no order counts as 0.
    pub values: Vec<f64>,
    /// The trials that count as 0 because they have no value, from 0, and why.
    pub without_order: Vec<(usize, Undefined)>,
}

impl OverTrials {
    /// Gathers the trials. None is left out: that would break the pairing with other predictors and favour unstable ones.
    ///
    /// # Errors
    /// The first trial that has no value and cannot count as 0, and why.
    pub fn of(
        trials: impl IntoIterator<Item = Result<f64, Undefined>>,
    ) -> Result<OverTrials, (usize, Undefined)> {
        let (mut values, mut without_order) = (Vec::new(), Vec::new());
        for (trial, value) in trials.into_iter().enumerate() {
            match value {
                Ok(value) => values.push(value),
                Err(reason) => {
                    values.push(reason.counts_as().ok_or((trial, reason))?);
                    without_order.push((trial, reason));
                }
            }
        }
        Ok(OverTrials { values, without_order })
    }
}
