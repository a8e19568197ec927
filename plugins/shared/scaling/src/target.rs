//! The target at mean 0 and standard deviation 1.

use crate::moments;
use archcast_sdk::prelude::*;

/// Mean and population standard deviation of the training targets.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TargetScale {
    mean: f64,
    deviation: f64,
}

impl TargetScale {
    /// The scale that leaves targets as they are.
    pub const UNIT: Self = Self { mean: 0.0, deviation: 1.0 };

    /// The scale of these targets.
    ///
    /// # Errors
    /// `too_few_rows` below two targets; `numerical` where their variance overflows.
    pub fn of(targets: ArrayView1<'_, f64>) -> Result<Self> {
        if targets.len() < 2 {
            return Err(Error::too_few_rows(targets.len(), 2));
        }
        let (mean, deviation) = moments(targets);
        if !(deviation * deviation * targets.len() as f64).is_finite() || !mean.is_finite() {
            return Err(Error::numerical("the variance of the target overflows; scale the target"));
        }
        Ok(Self { mean, deviation })
    }

    /// The scale of these targets, and the targets in it.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn fit(targets: ArrayView1<'_, f64>) -> Result<(Self, Vec<f64>)> {
        let scale = Self::of(targets)?;
        Ok((scale, targets.iter().map(|&target| scale.scaled(target)).collect()))
    }

    /// A target in this scale; 0 where all training targets are equal.
    pub fn scaled(&self, target: f64) -> f64 {
        if self.is_constant() { 0.0 } else { (target - self.mean) / self.deviation }
    }

    /// Whether all training targets are equal.
    pub fn is_constant(&self) -> bool {
        self.deviation <= 0.0
    }

    /// A mean in the target's unit.
    pub fn mean(&self, scaled: f64) -> f64 {
        self.mean + self.deviation * scaled
    }

    /// The standard deviation in the target's unit of a variance in this scale.
    pub fn deviation(&self, variance: f64) -> f64 {
        self.deviation * variance.max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_come_back_and_equal_ones_have_no_deviation() {
        let targets = Array1::from(vec![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        let (scale, scaled) = TargetScale::fit(targets.view()).unwrap();
        assert_eq!((scale.mean, scale.deviation), (5.0, 2.0));
        assert_eq!((scaled[7], scale.scaled(9.0)), (2.0, 2.0));
        assert_eq!((scale.mean(-1.0), scale.deviation(4.0)), (3.0, 4.0));
        assert_eq!((TargetScale::UNIT.mean(81.0), TargetScale::UNIT.scaled(81.0)), (81.0, 81.0));
        let (scale, scaled) = TargetScale::fit(Array1::from_elem(7, 0.1).view()).unwrap();
        assert!(scale.is_constant() && scaled == [0.0; 7] && scale.scaled(0.1) == 0.0);
        assert_eq!((scale.mean(3.0), scale.deviation(3.0)), (0.1, 0.0));
    }

    #[test]
    fn one_target_and_targets_that_overflow_are_refused() {
        let error = TargetScale::of(Array1::from_elem(1, 0.1).view()).unwrap_err();
        assert_eq!(error.message(), "1 labelled rows, but this predictor needs at least 2 labelled rows");
        assert!(TargetScale::of(Array1::from(vec![1e308, -1e308]).view()).is_err());
    }
}
