//! The exact marginal likelihood of a Gaussian process (Rasmussen and Williams, Gaussian Processes for Machine Learning,
//! MIT Press 2006, equations 2.30, 5.8, 5.9, 5.12).
//!
//! With `Ky = L Lᵀ` and `α = Ky⁻¹ z`: `log p(z) = −½ zᵀα − Σ log Lᵢᵢ − (n/2) log 2π`, and its derivative by a
//! hyperparameter θ is `½ tr((α αᵀ − Ky⁻¹) dKy/dθ)`.

use crate::linalg::{dot, factor_with_jitter, inverse_factor, inverse_from};
use archcast_sdk::{ErrorKind, prelude::*};
use faer::{Mat, Par, linalg::triangular_solve};

/// log 2π.
pub(crate) const LOG_TWO_PI: f64 = 1.837_877_066_409_345_5;

/// A factorised covariance with the targets solved.
pub(crate) struct Solved {
    /// The lower factor L.
    pub factor: Mat<f64>,
    /// `L⁻¹ z`.
    pub whitened: Vec<f64>,
    /// `Ky⁻¹ z`.
    pub weights: Vec<f64>,
    /// `log p(z)`.
    pub likelihood: f64,
}

/// `(α αᵀ − Ky⁻¹) / 2`: its products with dKy/dθ add up to the derivative of the likelihood.
pub(crate) struct Sensitivity {
    weights: Vec<f64>,
    inverse: Mat<f64>,
}

impl Solved {
    /// Of the covariance of the observations (the lower triangle counts).
    ///
    /// # Errors
    /// `numerical` where it is not positive definite, `cancelled`.
    pub(crate) fn new(covariance: &Mat<f64>, targets: &[f64], cx: &Context<'_>) -> Result<Self> {
        let factor = factor_with_jitter(covariance, cx)?;
        let mut column = Mat::from_fn(targets.len(), 1, |i, _| targets[i]);
        triangular_solve::solve_lower_triangular_in_place(factor.as_ref(), column.as_mut(), Par::Seq);
        let whitened: Vec<f64> = (0..targets.len()).map(|i| column[(i, 0)]).collect();
        triangular_solve::solve_upper_triangular_in_place(factor.transpose(), column.as_mut(), Par::Seq);
        let weights: Vec<f64> = (0..targets.len()).map(|i| column[(i, 0)]).collect();
        let logarithms: f64 = (0..targets.len()).map(|i| factor[(i, i)].ln()).sum();
        let likelihood =
            -0.5 * dot(&whitened, &whitened) - logarithms - 0.5 * targets.len() as f64 * LOG_TWO_PI;
        Ok(Self { factor, whitened, weights, likelihood })
    }

    /// How the likelihood answers to changes of the covariance.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn sensitivity(&self, cx: &Context<'_>) -> Result<Sensitivity> {
        let inverse_factor = inverse_factor(self.factor.as_ref(), cx)?;
        let inverse = inverse_from(inverse_factor.as_ref(), cx)?;
        Ok(Sensitivity { weights: self.weights.clone(), inverse })
    }
}

impl Sensitivity {
    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.weights.len()
    }

    /// Its diagonal element.
    pub(crate) fn diagonal(&self, row: usize) -> f64 {
        0.5 * (self.weights[row] * self.weights[row] - self.inverse[(row, row)])
    }

    /// The sum of its two elements of a pair, `row` below `column`.
    pub(crate) fn pair(&self, row: usize, column: usize) -> f64 {
        self.weights[row] * self.weights[column] - self.inverse[(row, column)]
    }

    /// Its trace: the derivative by what is added to the whole diagonal.
    pub(crate) fn trace(&self) -> f64 {
        (0..self.rows()).map(|row| self.diagonal(row)).sum()
    }
}

/// `None` where a computation broke down, so that a search walks around it; other errors go on.
///
/// # Errors
/// All that are not `numerical`.
pub(crate) fn unless_numerical<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::Numerical => Ok(None),
        Err(error) => Err(error),
    }
}
