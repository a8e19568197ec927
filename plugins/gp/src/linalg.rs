//! Cholesky factors in panels, so that a large factorisation is cancelled in time.
//!
//! Everything runs on the calling thread: the bits do not depend on the number of threads.

use archcast_sdk::prelude::*;
use faer::{
    Accum, Mat, MatRef, Par, Side,
    linalg::{
        matmul::matmul, solvers::Llt, triangular_inverse::invert_lower_triangular,
        triangular_solve::solve_lower_triangular_in_place,
    },
    prelude::{Reborrow, ReborrowMut},
};

/// Columns between two looks at whether to end.
const PANEL: usize = 256;
/// Largest power of ten that the jitter is raised by.
const LAST_POWER: i32 = 6;

/// The lower factor L of a symmetric n × n matrix, `L Lᵀ`, of which the lower triangle is read; `None` where it is not
/// positive definite.
///
/// # Errors
/// `cancelled`.
pub(crate) fn factor(mut matrix: Mat<f64>, cx: &Context<'_>) -> Result<Option<Mat<f64>>> {
    let n = matrix.nrows();
    for from in (0..n).step_by(PANEL) {
        cx.check()?;
        let to = n.min(from + PANEL);
        let (done, mut panel) = matrix.as_mut().split_at_col_mut(from);
        let mut panel = panel.rb_mut().get_mut(from.., ..to - from);
        if from > 0 {
            let done = done.rb().get(from.., ..);
            matmul(&mut panel, Accum::Add, done, done.get(..to - from, ..).transpose(), -1.0, Par::Seq);
        }
        let Ok(block) = Llt::new(panel.rb().get(..to - from, ..), Side::Lower) else { return Ok(None) };
        let (mut top, mut rest) = panel.split_at_row_mut(to - from);
        solve_lower_triangular_in_place(block.L(), rest.rb_mut().transpose_mut(), Par::Seq);
        top.copy_from(block.L());
    }
    for column in 1..n {
        matrix.as_mut().col_mut(column).get_mut(..column).fill(0.0);
    }
    Ok((0..n).all(|i| matrix[(i, i)].is_finite() && matrix[(i, i)] > 0.0).then_some(matrix))
}

/// The same; a matrix that is not positive definite gets `1e-8 · 10^k` of its mean diagonal added, k = 0, …, 6.
///
/// # Errors
/// `numerical` where that is not enough; `cancelled`.
pub(crate) fn factor_with_jitter(matrix: &Mat<f64>, cx: &Context<'_>) -> Result<Mat<f64>> {
    if let Some(factor) = factor(matrix.clone(), cx)? {
        return Ok(factor);
    }
    let n = matrix.nrows();
    let mean = (0..n).map(|i| matrix[(i, i)]).sum::<f64>() / n as f64;
    for power in 0..=LAST_POWER {
        let mut raised = matrix.clone();
        for i in 0..n {
            raised[(i, i)] += 1e-8 * 10f64.powi(power) * mean;
        }
        if let Some(factor) = self::factor(raised, cx)? {
            return Ok(factor);
        }
    }
    Err(Error::numerical(
        "the covariance of the training rows is not positive definite; raise the noise or drop repeated rows",
    ))
}

/// The inverse of a lower triangular matrix.
///
/// # Errors
/// `cancelled`.
pub(crate) fn inverse_factor(factor: MatRef<'_, f64>, cx: &Context<'_>) -> Result<Mat<f64>> {
    let n = factor.nrows();
    let mut inverse = Mat::zeros(n, n);
    for from in (0..n).step_by(PANEL) {
        cx.check()?;
        let to = n.min(from + PANEL);
        let panel = inverse.as_mut().get_mut(from.., from..to);
        let (mut top, mut rest) = panel.split_at_row_mut(to - from);
        invert_lower_triangular(top.rb_mut(), factor.get(from..to, from..to), Par::Seq);
        matmul(&mut rest, Accum::Replace, factor.get(to.., from..to), top.rb(), -1.0, Par::Seq);
        solve_lower_triangular_in_place(factor.get(to.., to..), rest, Par::Seq);
    }
    Ok(inverse)
}

/// The lower triangle, with the diagonal, of `(L Lᵀ)⁻¹` from `L⁻¹`; what is above it is not to be read.
///
/// # Errors
/// `cancelled`.
pub(crate) fn inverse_from(inverse_factor: MatRef<'_, f64>, cx: &Context<'_>) -> Result<Mat<f64>> {
    let n = inverse_factor.nrows();
    let mut inverse = Mat::zeros(n, n);
    for from in (0..n).step_by(PANEL) {
        cx.check()?;
        let to = n.min(from + PANEL);
        let below = inverse_factor.get(from.., from..);
        let panel = inverse.as_mut().get_mut(from.., from..to);
        matmul(panel, Accum::Replace, below.transpose(), below.get(.., ..to - from), 1.0, Par::Seq);
    }
    Ok(inverse)
}

/// `a · b` on the calling thread.
pub(crate) fn product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Mat<f64> {
    let mut out = Mat::zeros(a.nrows(), b.ncols());
    matmul(&mut out, Accum::Replace, a, b, 1.0, Par::Seq);
    out
}

/// Sum of the products of two columns' numbers, in one fixed order.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four sums side by side run at the speed of the vector units, and their order is that of the code.
    let mut lanes = [0.0; 4];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    /// Positive definite, of any size.
    fn matrix(n: usize) -> Mat<f64> {
        Mat::from_fn(n, n, |i, j| {
            (-(i as f64 - j as f64).powi(2) / 50.0).exp() + if i == j { 0.5 } else { 0.0 }
        })
    }

    #[test]
    fn factors_and_inverses_multiply_back_whatever_the_number_of_panels() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        for n in [1, 5, PANEL, PANEL + 1, 2 * PANEL + 77] {
            let matrix = matrix(n);
            let lower = factor(matrix.clone(), &cx).unwrap().unwrap();
            let back = product(lower.as_ref(), lower.transpose());
            assert!((&back - &matrix).norm_max() < 1e-12, "{n}");
            let inverse_factor = inverse_factor(lower.as_ref(), &cx).unwrap();
            let unit = product(inverse_factor.as_ref(), lower.as_ref());
            assert!((unit - Mat::<f64>::identity(n, n)).norm_max() < 1e-12, "{n}");
            let mut inverse = inverse_from(inverse_factor.as_ref(), &cx).unwrap();
            for j in 0..n {
                for i in 0..j {
                    inverse[(i, j)] = inverse[(j, i)];
                }
            }
            let unit = product(inverse.as_ref(), matrix.as_ref());
            assert!((unit - Mat::<f64>::identity(n, n)).norm_max() < 1e-11, "{n}");
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_told_or_mended() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        for n in [3, PANEL + 3] {
            let ones = Mat::full(n, n, 1.0);
            assert!(factor(&ones - 0.1 * Mat::<f64>::identity(n, n), &cx).unwrap().is_none());
            let mended = factor_with_jitter(&ones, &cx).unwrap();
            assert!((product(mended.as_ref(), mended.transpose()) - &ones).norm_max() < 1e-6);
        }
        assert!(factor_with_jitter(&Mat::full(2, 2, f64::NAN), &cx).is_err());
        assert!(factor_with_jitter(&Mat::full(2, 2, -1.0), &cx).is_err());
    }

    #[test]
    fn a_large_factorisation_is_cancelled() {
        let services = LocalServices::new(0);
        services.cancel();
        let cx = Context::new(&services, &|_| None);
        assert!(factor(matrix(3), &cx).is_err());
    }
}
