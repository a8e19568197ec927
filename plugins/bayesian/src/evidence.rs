//! The Bayesian linear model and its marginal likelihood (Bishop, Pattern Recognition and Machine Learning, chapter 3).
//!
//! Targets are `z = P w + ε` with an n × d design P, weights w ~ N(0, I/α) and noise ε ~ N(0, I/β): α and β are
//! precisions. With the thin singular value decomposition `P = U W Vᵀ` and `u = Uᵀ z` the marginal likelihood costs
//! O(rank) an evaluation and holds no determinant that could overflow.

use archcast_sdk::prelude::*;
use faer::MatRef;
use std::f64::consts::TAU;

/// Bounds of the logarithms of α and β.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub alpha: (f64, f64),
    pub beta: (f64, f64),
}

/// Distance of two neighbours of the grid over log(α/β).
const STEP: f64 = 0.25;
/// Refinements of the best place of the grid; each shrinks the interval by the golden ratio.
const REFINEMENTS: usize = 60;

/// The precisions of the weights and of the noise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Precisions {
    pub alpha: f64,
    pub beta: f64,
}

impl Precisions {
    /// From the logarithms of α and β.
    pub(crate) fn from_logarithms(alpha: f64, beta: f64) -> Self {
        Self { alpha: alpha.exp(), beta: beta.exp() }
    }
}

/// A design matrix and its targets along the singular directions.
#[derive(Debug, Clone)]
pub(crate) struct Spectrum {
    rows: usize,
    /// Singular values that are not zero but for rounding.
    pub singular: Vec<f64>,
    /// The targets along the left singular vectors.
    pub projected: Vec<f64>,
    /// Squared length of the targets across all of these.
    rest: f64,
    /// The right singular vectors, d × rank, row by row.
    pub directions: Vec<f64>,
}

impl Spectrum {
    /// Of an n × d design and n targets.
    ///
    /// # Errors
    /// `numerical` where the design holds a number that is not finite, or the decomposition does not converge.
    pub(crate) fn of(design: MatRef<'_, f64>, targets: &[f64]) -> Result<Self> {
        if !design.is_all_finite() {
            return Err(Error::numerical("the features overflow; scale them"));
        }
        let svd = design.thin_svd().map_err(|_| {
            Error::numerical("the singular value decomposition of the features did not converge")
        })?;
        let all = svd.S().column_vector();
        let largest = all.iter().copied().fold(0.0, f64::max);
        let tolerance = largest * f64::EPSILON * design.nrows().max(design.ncols()) as f64;
        let singular: Vec<f64> = all.iter().copied().filter(|&value| value > tolerance).collect();
        let along = |j: usize| svd.U().col(j).iter().zip(targets).map(|(u, z)| u * z).sum::<f64>();
        let projected: Vec<f64> = (0..singular.len()).map(along).collect();
        let square = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
        let rest = (square(targets) - square(&projected)).max(0.0);
        let v = svd.V();
        let directions =
            (0..design.ncols()).flat_map(|k| (0..singular.len()).map(move |j| v[(k, j)])).collect();
        Ok(Self { rows: targets.len(), singular, projected, rest, directions })
    }

    /// `Σ uᵢ² / (1 + wᵢ²/κ)` with what lies across, and `Σ log(1 + wᵢ²/κ)`, for the ratio κ = α/β.
    fn sums(&self, ratio: f64) -> (f64, f64) {
        let (mut misfit, mut volume) = (self.rest, 0.0);
        for (w, u) in self.singular.iter().zip(&self.projected) {
            let gain = w * w / ratio;
            misfit += u * u / (1.0 + gain);
            volume += gain.ln_1p();
        }
        (misfit, volume)
    }

    /// The logarithm of the marginal likelihood, `log N(z; 0, I/β + P Pᵀ/α)`.
    pub(crate) fn log_likelihood(&self, precisions: Precisions) -> f64 {
        let Precisions { alpha, beta } = precisions;
        let (misfit, volume) = self.sums(alpha / beta);
        -0.5 * (beta * misfit + volume + self.rows as f64 * (TAU.ln() - beta.ln()))
    }

    /// The precisions of greatest marginal likelihood between the bounds.
    ///
    /// For a given ratio κ = α/β the best β is known: n over the misfit. One variable is left, whose whole range is
    /// searched by a grid and golden sections, so that no start decides which maximum is found.
    pub(crate) fn most_likely(&self, bounds: Bounds) -> Precisions {
        let best_at = |log_ratio: f64| {
            let (misfit, _) = self.sums(log_ratio.exp());
            let low = bounds.beta.0.max(bounds.alpha.0 - log_ratio);
            let high = bounds.beta.1.min(bounds.alpha.1 - log_ratio);
            // No misfit at all wants the largest β; rounding can make the ends of an empty range cross.
            let log_beta = (self.rows as f64 / misfit).ln().min(high).max(low);
            let precisions = Precisions::from_logarithms(log_ratio + log_beta, log_beta);
            (self.log_likelihood(precisions), precisions)
        };
        let (from, to) = (bounds.alpha.0 - bounds.beta.1, bounds.alpha.1 - bounds.beta.0);
        let steps = ((to - from) / STEP).ceil() as usize;
        let place = |step: usize| (from + STEP * step as f64).min(to);
        let mut best = (0, best_at(from).0);
        for step in 1..=steps {
            let value = best_at(place(step)).0;
            if value > best.1 {
                best = (step, value);
            }
        }
        let (mut low, mut high) = (place(best.0.saturating_sub(1)), place((best.0 + 1).min(steps)));
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
        let (mut at_left, mut at_right) = (best_at(left).0, best_at(right).0);
        for _ in 0..REFINEMENTS {
            if at_left >= at_right {
                (high, right, at_right) = (right, left, at_left);
                left = high - golden * (high - low);
                at_left = best_at(left).0;
            } else {
                (low, left, at_left) = (left, right, at_right);
                right = low + golden * (high - low);
                at_right = best_at(right).0;
            }
        }
        // The grid's own place stands at the end of the range, where golden sections only come near.
        let ends = [best_at((low + high) / 2.0), best_at(place(best.0))];
        if ends[1].0 > ends[0].0 { ends[1].1 } else { ends[0].1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    const WIDE: Bounds = Bounds { alpha: (-12.0, 12.0), beta: (-8.0, 12.0) };

    /// The worked example: a line through five points.
    fn example() -> Spectrum {
        let design = Mat::from_fn(5, 2, |i, j| if j == 0 { 1.0 } else { i as f64 });
        Spectrum::of(design.as_ref(), &[0.2, 0.9, 1.1, 2.3, 2.6]).unwrap()
    }

    #[test]
    fn the_likelihood_and_its_slope_are_those_of_the_closed_form() {
        let spectrum = example();
        let at = |alpha: f64, beta: f64| spectrum.log_likelihood(Precisions { alpha, beta });
        assert!((at(0.5, 4.0) + 5.678_283_922_7).abs() < 1e-10);
        let shift = 1e-5_f64;
        let by_alpha = (at(0.5 * shift.exp(), 4.0) - at(0.5 * (-shift).exp(), 4.0)) / (2.0 * shift);
        let by_beta = (at(0.5, 4.0 * shift.exp()) - at(0.5, 4.0 * (-shift).exp())) / (2.0 * shift);
        assert!((by_alpha - 0.856_111_663_3).abs() < 1e-9, "{by_alpha}");
        assert!((by_beta - 1.172_098_621_1).abs() < 1e-9, "{by_beta}");
    }

    #[test]
    fn the_greatest_likelihood_is_that_of_the_worked_example() {
        let spectrum = example();
        let found = spectrum.most_likely(WIDE);
        // A search by values alone finds the place to half their digits.
        assert!((found.alpha - 4.493_429_5).abs() < 1e-5, "{found:?}");
        assert!((found.beta - 17.078_959).abs() < 1e-5, "{found:?}");
        assert!((spectrum.log_likelihood(found) + 3.376_421_685_6).abs() < 1e-10);
    }

    #[test]
    fn bounds_are_kept_to() {
        let spectrum = example();
        let narrow = Bounds { alpha: (-1.0, 0.5), beta: (0.0, 2.0) };
        let found = spectrum.most_likely(narrow);
        // Both precisions want to be greater than they may.
        assert!((found.alpha.ln() - 0.5).abs() < 1e-6 && (found.beta.ln() - 2.0).abs() < 1e-6, "{found:?}");
        // Targets that lie on the line exactly have no noise.
        let design = Mat::from_fn(5, 1, |i, _| i as f64 - 2.0);
        let exact = Spectrum::of(design.as_ref(), &[-2.0, -1.0, 0.0, 1.0, 2.0]).unwrap();
        assert!((exact.most_likely(WIDE).beta.ln() - 12.0).abs() < 1e-6);
        // Features that say nothing leave all to the noise.
        let nothing = Spectrum::of(Mat::zeros(4, 2).as_ref(), &[1.0, -1.0, 1.0, -1.0]).unwrap();
        assert!(nothing.singular.is_empty());
        assert!((nothing.most_likely(WIDE).beta - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_design_that_is_not_finite_is_refused() {
        let design = Mat::from_fn(2, 1, |i, _| if i == 0 { f64::INFINITY } else { 1.0 });
        assert!(Spectrum::of(design.as_ref(), &[0.0, 1.0]).is_err());
    }
}
