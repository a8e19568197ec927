//! What a metric compares.

use super::Undefined;
use crate::{compose::Gives, table::Unit};

/// Standard deviations are at least this share of the spread of the training targets; else a single row can make the
/// negative log likelihood infinite.
const LEAST_DEVIATION: f64 = 1e-6;

/// The targets of a test set and what a predictor says of them. Higher is better in both: values whose goal is
/// `minimize` are turned.
#[derive(Debug, Clone, Copy)]
pub struct TestAnswers<'a> {
    /// True values, in the target's unit; all finite.
    pub targets: &'a [f64],
    /// Predictions of the same rows: scores, or means in the target's unit. One that is not finite is missing.
    pub predictions: &'a [f64],
    /// Standard deviations of a new observation, noise included, in the target's unit.
    pub deviations: Option<&'a [f64]>,
    /// Half the widths of intervals around the predictions, by their level in percent; a level that is not here is that of
    /// the normal distribution.
    pub half_widths: &'a [(u8, Vec<f64>)],
    /// What the predictions mean.
    pub gives: &'a Gives,
    /// Unit of the target.
    pub unit: Option<&'a Unit>,
    /// Standard deviation of the training targets, the scale of the least deviation that counts; 0 where unknown.
    pub training_spread: f64,
}

impl TestAnswers<'_> {
    /// Rows without a finite prediction.
    pub fn missing(&self) -> usize {
        self.predictions.iter().filter(|prediction| !prediction.is_finite()).count()
    }

    /// The predictions for ranking, where missing ones share the worst rank: leaving them out would reward a predictor
    /// for refusing hard rows.
    ///
    /// # Errors
    /// [`Undefined`] where the lengths differ or a target is not finite.
    pub fn ranked(&self) -> Result<Vec<f64>, Undefined> {
        self.check()?;
        let worst = |&value: &f64| if value.is_finite() { value } else { f64::NEG_INFINITY };
        Ok(self.predictions.iter().map(worst).collect())
    }

    /// The predictions where every row has one.
    ///
    /// # Errors
    /// [`Undefined`] where the lengths differ, a target is not finite or a prediction is missing.
    pub fn whole(&self) -> Result<&[f64], Undefined> {
        self.check()?;
        match self.missing() {
            0 => Ok(self.predictions),
            missing => Err(Undefined::MissingPredictions { missing, rows: self.predictions.len() }),
        }
    }

    /// The residuals (target - mean) and the standard deviations of every row, the deviations at least 1e-6 of the
    /// spread of the training targets.
    ///
    /// # Errors
    /// [`Undefined`] where the lengths differ or a number is missing.
    pub fn residuals(&self) -> Result<Vec<Residual>, Undefined> {
        let means = self.whole()?;
        let rows = means.len();
        let deviations = self.deviations.ok_or(Undefined::MissingDeviations { missing: rows, rows })?;
        if deviations.len() != rows {
            return Err(Undefined::Deviations { predictions: rows, deviations: deviations.len() });
        }
        if rows == 0 {
            return Err(Undefined::TooFewRows { rows, needed: 1 });
        }
        let missing =
            deviations.iter().filter(|&&deviation| !(0.0..f64::INFINITY).contains(&deviation)).count();
        if missing > 0 {
            return Err(Undefined::MissingDeviations { missing, rows });
        }
        let spread = if self.training_spread.is_finite() { self.training_spread.max(0.0) } else { 0.0 };
        let least = LEAST_DEVIATION * spread;
        let rows = self.targets.iter().zip(means).zip(deviations).enumerate();
        rows.map(|(row, ((target, mean), &deviation))| match deviation.max(least) {
            0.0 => Err(Undefined::NoWidth { row }),
            deviation => Ok(Residual { residual: target - mean, deviation }),
        })
        .collect()
    }

    /// The errors and half the widths of the intervals of so many percent, where the predictor gives such intervals.
    ///
    /// # Errors
    /// As [`residuals`](Self::residuals).
    pub fn interval(&self, percent: u8) -> Result<Option<Vec<(f64, f64)>>, Undefined> {
        let Some((_, half_widths)) = self.half_widths.iter().find(|(level, _)| *level == percent) else {
            return Ok(None);
        };
        let means = self.whole()?;
        let missing = half_widths.iter().filter(|half| !half.is_finite()).count();
        match half_widths.len() == means.len() && missing == 0 && !means.is_empty() {
            true => {
                let errors = self.targets.iter().zip(means).map(|(target, mean)| (target - mean).abs());
                Ok(Some(errors.zip(half_widths.iter().copied()).collect()))
            }
            false => Err(Undefined::MissingDeviations { missing, rows: means.len() }),
        }
    }

    fn check(&self) -> Result<(), Undefined> {
        if self.targets.len() != self.predictions.len() {
            let (targets, predictions) = (self.targets.len(), self.predictions.len());
            return Err(Undefined::Lengths { targets, predictions });
        }
        match self.targets.iter().position(|target| !target.is_finite()) {
            Some(row) => Err(Undefined::Target { row }),
            None => Ok(()),
        }
    }
}

/// How far a target lies from the predicted normal distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual {
    /// Target - mean.
    pub residual: f64,
    /// Standard deviation, above 0.
    pub deviation: f64,
}

impl Residual {
    /// The residual in standard deviations.
    pub fn standard(self) -> f64 {
        self.residual / self.deviation
    }
}
