//! The normal distribution as natural gradient boosting sees it: parameters are the mean m and the logarithm l of the
//! deviation.
//!
//! The score is the negative logarithm of the likelihood, `½ ln 2π + l + ½ ((y − m) / eˡ)²`. Its gradient times the
//! inverse of the Fisher information, diag(e⁻²ˡ, 2), is the natural gradient `(m − y, ½ (1 − ((y − m) / eˡ)²))` (Duan et
//! al., ICML 2020, section 3.3).

/// Largest square of a row's error in deviations: a row that is far off leads, and does not overflow.
const FARTHEST: f64 = 1e6;
/// The logarithm of the deviation stays at most this far below that of the target, or above.
const BELOW: f64 = 12.0;
const ABOVE: f64 = 3.0;
/// Half the logarithm of 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;
/// Largest scale at which the line search still doubles.
const LARGEST_SCALE: f64 = 256.0;

/// Mean and logarithm of the deviation of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Normal {
    pub(crate) mean: f64,
    pub(crate) log: f64,
}

impl Normal {
    /// The negative logarithm of the likelihood of a target.
    pub(crate) fn score(self, target: f64) -> f64 {
        let error = (target - self.mean) * (-self.log).exp();
        HALF_LN_TAU + self.log + 0.5 * error * error
    }

    /// The natural gradient of the score for the mean and for the logarithm.
    pub(crate) fn gradient(self, target: f64) -> [f64; 2] {
        let error = (target - self.mean) * (-self.log).exp();
        [self.mean - target, 0.5 * (1.0 - (error * error).min(FARTHEST))]
    }

    /// A step against this direction.
    pub(crate) fn step(self, scale: f64, direction: [f64; 2]) -> Self {
        Self { mean: self.mean - scale * direction[0], log: self.log - scale * direction[1] }
    }

    /// The same with the logarithm kept within bounds about `start`.
    pub(crate) fn bounded(self, start: f64) -> Self {
        // Not `clamp`, which panics where a damaged state has no number at the start.
        Self { log: self.log.max(start - BELOW).min(start + ABOVE), ..self }
    }
}

/// The mean score of rows after a step of this scale.
fn mean_score(rows: &[(Normal, [f64; 2], f64)], scale: f64) -> f64 {
    let score =
        |(normal, direction, target): &(Normal, [f64; 2], f64)| normal.step(scale, *direction).score(*target);
    rows.iter().map(score).sum::<f64>() / rows.len() as f64
}

/// The mean length of directions, those of the mean in units of `deviation`.
pub(crate) fn mean_length(rows: &[(Normal, [f64; 2], f64)], deviation: f64) -> f64 {
    let length = |direction: &[f64; 2]| (direction[0] / deviation).hypot(direction[1]);
    rows.iter().map(|(_, direction, _)| length(direction)).sum::<f64>() / rows.len() as f64
}

/// The scale of the step along the directions of rows with these targets: doubled from 1 until the mean score is no
/// longer as good as before the step, then halved until it is better or steps are shorter than `tolerance`.
pub(crate) fn line_search(rows: &[(Normal, [f64; 2], f64)], length: f64, tolerance: f64) -> f64 {
    let before = mean_score(rows, 0.0);
    let mut scale = 1.0;
    let mut after = mean_score(rows, scale);
    while after.is_finite() && after <= before && scale <= LARGEST_SCALE {
        scale *= 2.0;
        after = mean_score(rows, scale);
    }
    while scale * length >= tolerance && !(after.is_finite() && after < before) {
        scale /= 2.0;
        after = mean_score(rows, scale);
    }
    scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_natural_gradient_is_the_slope_over_the_fisher_information() {
        for (mean, log, target) in [(0.3, -0.2, 1.0), (-2.0, 0.7, -2.5), (0.0, 0.0, 0.0)] {
            let score = |mean: f64, log: f64| Normal { mean, log }.score(target);
            let slope = [
                (score(mean + 1e-6, log) - score(mean - 1e-6, log)) / 2e-6,
                (score(mean, log + 1e-6) - score(mean, log - 1e-6)) / 2e-6,
            ];
            let natural = Normal { mean, log }.gradient(target);
            assert!((natural[0] - slope[0] * (2.0 * log).exp()).abs() < 1e-8);
            assert!((natural[1] - slope[1] / 2.0).abs() < 1e-8);
        }
    }

    #[test]
    fn a_row_far_off_neither_overflows_nor_leaves_the_bounds() {
        let far = Normal { mean: 1e300, log: -700.0 };
        assert_eq!(far.gradient(-1e300)[1], 0.5 * (1.0 - FARTHEST));
        assert_eq!(Normal { mean: 0.0, log: 1e9 }.bounded(2.0).log, 5.0);
        assert_eq!(Normal { mean: 0.0, log: -1e9 }.bounded(2.0).log, -10.0);
    }

    #[test]
    fn the_line_search_ends_whatever_the_scores_are() {
        let start = Normal { mean: 0.0, log: 0.0 };
        // Towards the target: doubled until the step is worse than none, then halved to a better one.
        let towards = [(start, [-1.0, 0.0], 10.0)];
        assert_eq!(line_search(&towards, 1.0, 1e-4), 16.0);
        // Away from it no step is better, and one that changes nothing is as good: doubled to the end, halved to nothing.
        assert!(line_search(&[(start, [1.0, 0.0], 10.0)], 1.0, 1e-4) < 1e-4);
        assert_eq!(line_search(&[(start, [0.0, 0.0], 10.0)], 0.0, 1e-4), 512.0);
        assert!(line_search(&[(start, [f64::MAX, f64::MAX], 1.0)], f64::MAX, 1e-4).is_finite());
    }
}
