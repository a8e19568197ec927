//! Titsias' lower bound on the marginal likelihood by inducing rows (Titsias, AISTATS 2009).
//!
//! With `Kuu + jitter I = L Lᵀ`, `A = L⁻¹ Kuf / s`, `I + A Aᵀ = LB LBᵀ` and `c = LB⁻¹ A z / s` (s² the noise):
//! `F = −(n/2) log 2π − Σ log LBᵢᵢ − (n/2) log s² − zᵀz / 2s² + ½ cᵀc − tr(Kff − Q) / 2s²`, where `Q = s² Aᵀ A`. Without
//! the trace it is the likelihood of the deterministic training conditional (DTC; Quiñonero-Candela and Rasmussen, JMLR
//! 2005). With every row an inducing row F is the exact likelihood.
//!
//! Training rows are worked through in chunks of a fixed number, whose sums are added in order.

use crate::{
    Kernel,
    gp::Hyperparameters,
    likelihood::LOG_TWO_PI,
    linalg::{dot, factor, factor_with_jitter, product},
    metric::Metric,
    optimise::Slope,
};
use archcast_sdk::prelude::*;
use faer::{Mat, MatRef, Par, linalg::triangular_solve};

/// Added to the diagonal of Kuu.
pub(crate) const JITTER: f64 = 1e-6;
/// Training rows of a chunk.
const CHUNK: usize = 1024;

/// Training rows and inducing rows as the bound needs them.
pub(crate) struct Bound<'a> {
    kernel: Kernel,
    /// Squared distances of inducing rows.
    among: Mat<f64>,
    /// Squared distances of inducing rows (m) and the training rows of a chunk, with their targets.
    chunks: Vec<(Mat<f64>, &'a [f64])>,
    rows: usize,
}

/// The bound at some hyperparameters with what a posterior and a gradient need.
pub(crate) struct Evaluated {
    /// The lower factor L of Kuu.
    pub factor: Mat<f64>,
    /// The lower factor LB.
    pub inner: Mat<f64>,
    /// c.
    pub projected: Vec<f64>,
    /// `tr(Kff − Q)`.
    pub trace: f64,
    /// F.
    pub value: f64,
    /// A of each chunk.
    scaled: Vec<Mat<f64>>,
    /// `A Aᵀ`.
    square: Mat<f64>,
    /// `A z`.
    moved: Vec<f64>,
}

/// The kernel at squared distances, and its derivative by the logarithm of the length-scale.
pub(crate) fn with_slopes(
    kernel: Kernel,
    found: Hyperparameters,
    squared: MatRef<'_, f64>,
) -> (Mat<f64>, Mat<f64>) {
    let mut values = Mat::zeros(squared.nrows(), squared.ncols());
    let mut slopes = Mat::zeros(squared.nrows(), squared.ncols());
    for j in 0..squared.ncols() {
        for i in 0..squared.nrows() {
            let (value, slope) = kernel.with_slope(squared[(i, j)], found.length);
            values[(i, j)] = found.variance * value;
            slopes[(i, j)] = found.variance * slope;
        }
    }
    (values, slopes)
}

/// `L⁻¹ X` for a lower L.
pub(crate) fn solve_lower(lower: MatRef<'_, f64>, mut x: Mat<f64>) -> Mat<f64> {
    triangular_solve::solve_lower_triangular_in_place(lower, x.as_mut(), Par::Seq);
    x
}

/// `L⁻ᵀ X` for a lower L.
pub(crate) fn solve_upper(lower: MatRef<'_, f64>, mut x: Mat<f64>) -> Mat<f64> {
    triangular_solve::solve_upper_triangular_in_place(lower.transpose(), x.as_mut(), Par::Seq);
    x
}

/// Sum of the products of the elements of two matrices.
pub(crate) fn inner(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> f64 {
    (0..a.ncols()).map(|j| (0..a.nrows()).map(|i| a[(i, j)] * b[(i, j)]).sum::<f64>()).sum()
}

fn column(values: &[f64]) -> Mat<f64> {
    Mat::from_fn(values.len(), 1, |i, _| values[i])
}

fn list(column: &Mat<f64>) -> Vec<f64> {
    (0..column.nrows()).map(|i| column[(i, 0)]).collect()
}

/// Squared distances of each of some places (rows) and others (columns).
pub(crate) fn squared_distances(metric: &Metric, these: &[&[f64]], others: &[Vec<f64>]) -> Mat<f64> {
    Mat::from_fn(these.len(), others.len(), |i, j| metric.squared(these[i], &others[j]))
}

impl<'a> Bound<'a> {
    /// Of training rows and their targets, with those at `inducing` as inducing rows.
    ///
    /// # Errors
    /// `numerical` where a distance overflows; `cancelled`.
    pub(crate) fn new(
        kernel: Kernel,
        (metric, places): (&Metric, &[Vec<f64>]),
        inducing: &[usize],
        targets: &'a [f64],
        cx: &Context<'_>,
    ) -> Result<Self> {
        let basis: Vec<&[f64]> = inducing.iter().map(|&row| &places[row][..]).collect();
        let among = Mat::from_fn(basis.len(), basis.len(), |i, j| metric.squared(basis[i], basis[j]));
        let mut chunks = Vec::new();
        for (places, targets) in places.chunks(CHUNK).zip(targets.chunks(CHUNK)) {
            cx.check()?;
            let squared = squared_distances(metric, &basis, places);
            if !squared.norm_max().is_finite() {
                let what = "the distance of two training rows overflows; scale the features";
                return Err(Error::numerical(what));
            }
            chunks.push((squared, targets));
        }
        Ok(Self { kernel, among, chunks, rows: targets.len() })
    }

    /// The bound at these hyperparameters.
    ///
    /// # Errors
    /// `numerical` where a matrix is not positive definite, `cancelled`.
    pub(crate) fn evaluate(&self, found: Hyperparameters, cx: &Context<'_>) -> Result<Evaluated> {
        let (n, m, noise) = (self.rows as f64, self.among.nrows(), found.noise);
        let (mut covariance, _) = with_slopes(self.kernel, found, self.among.as_ref());
        for i in 0..m {
            covariance[(i, i)] += JITTER;
        }
        let lower = factor_with_jitter(&covariance, cx)?;
        let parts = cx.parallel_map(self.chunks.len(), |chunk| {
            cx.check()?;
            let (squared, targets) = &self.chunks[chunk];
            let (covariances, _) = with_slopes(self.kernel, found, squared.as_ref());
            let mut scaled = solve_lower(lower.as_ref(), covariances);
            scaled *= faer::Scale(1.0 / noise.sqrt());
            let square = product(scaled.as_ref(), scaled.transpose());
            let moved = product(scaled.as_ref(), column(targets).as_ref());
            Ok((scaled, square, moved, dot(targets, targets)))
        });
        let (mut square, mut moved) = (Mat::zeros(m, m), Mat::zeros(m, 1));
        let (mut scaled, mut targets_squared) = (Vec::new(), 0.0);
        for part in parts {
            let (part, part_square, part_moved, part_targets) = part?;
            scaled.push(part);
            square += part_square;
            moved += part_moved;
            targets_squared += part_targets;
        }
        let inner_matrix = &square + Mat::<f64>::identity(m, m);
        let inner = factor(inner_matrix, cx)?.ok_or_else(|| {
            Error::numerical("the covariance of the inducing rows is not positive definite")
        })?;
        let mut projected = solve_lower(inner.as_ref(), moved.clone());
        projected *= faer::Scale(1.0 / noise.sqrt());
        let projected = list(&projected);
        let logarithms: f64 = (0..m).map(|i| inner[(i, i)].ln()).sum();
        let conditional = -0.5 * n * (LOG_TWO_PI + noise.ln()) - logarithms - targets_squared / (2.0 * noise)
            + 0.5 * dot(&projected, &projected);
        let explained: f64 = (0..m).map(|i| square[(i, i)]).sum::<f64>() * noise;
        let trace = n * found.variance - explained;
        let value = conditional - trace / (2.0 * noise);
        let moved = list(&moved);
        Ok(Evaluated { factor: lower, inner, projected, trace, value, scaled, square, moved })
    }

    /// `−F` with its gradient by the logarithms of the hyperparameters.
    ///
    /// With `C = LB⁻¹ A`, `a = (z − Cᵀ C z) / s²` and `H = a aᵀ + Cᵀ C / s²`: `dF/dKuf = Kuu⁻¹ Kuf H` and
    /// `dF/dKuu = −½ Kuu⁻¹ Kuf H Kfu Kuu⁻¹`.
    ///
    /// # Errors
    /// As [`Bound::evaluate`].
    pub(crate) fn slope(&self, at: &[f64], cx: &Context<'_>) -> Result<Slope> {
        let found = Hyperparameters::from_logarithms(at);
        let done = self.evaluate(found, cx)?;
        let (n, m, noise) = (self.rows as f64, self.among.nrows(), found.noise);
        // C z, A Cᵀ and A a need no training rows any more.
        let central = column(&done.projected.iter().map(|c| c * noise.sqrt()).collect::<Vec<_>>());
        let crossed = solve_lower(done.inner.as_ref(), done.square.clone()).transpose().to_owned();
        let taken = product(crossed.as_ref(), central.as_ref());
        let along = Mat::from_fn(m, 1, |i, _| (done.moved[i] - taken[(i, 0)]) / noise);
        let parts = cx.parallel_map(self.chunks.len(), |chunk| {
            cx.check()?;
            let (squared, targets) = &self.chunks[chunk];
            let (values, slopes) = with_slopes(self.kernel, found, squared.as_ref());
            let small = solve_lower(done.inner.as_ref(), done.scaled[chunk].clone());
            let fitted = product(small.transpose(), central.as_ref());
            let rest: Vec<f64> =
                targets.iter().enumerate().map(|(i, z)| (z - fitted[(i, 0)]) / noise).collect();
            let mut spread = product(crossed.as_ref(), small.as_ref());
            for j in 0..spread.ncols() {
                for i in 0..m {
                    spread[(i, j)] = spread[(i, j)] / noise + along[(i, 0)] * rest[j];
                }
            }
            let mut across = solve_upper(done.factor.as_ref(), spread);
            across *= faer::Scale(noise.sqrt());
            let by_variance = inner(across.as_ref(), values.as_ref());
            let by_length = inner(across.as_ref(), slopes.as_ref());
            Ok((by_variance, by_length, dot(&rest, &rest), small.squared_norm_l2()))
        });
        let (mut by_variance, mut by_length, mut rest, mut inside) = (0.0, 0.0, 0.0, 0.0);
        for part in parts {
            let part = part?;
            by_variance += part.0;
            by_length += part.1;
            rest += part.2;
            inside += part.3;
        }
        let crossed_square = product(crossed.as_ref(), crossed.transpose());
        let core = Mat::from_fn(m, m, |i, j| along[(i, 0)] * along[(j, 0)] + crossed_square[(i, j)] / noise);
        let half = solve_upper(done.factor.as_ref(), core);
        let mut among = solve_upper(done.factor.as_ref(), half.transpose().to_owned());
        among *= faer::Scale(-0.5 * noise);
        let (values, slopes) = with_slopes(self.kernel, found, self.among.as_ref());
        by_variance += inner(among.as_ref(), values.as_ref()) - n * found.variance / (2.0 * noise);
        by_length += inner(among.as_ref(), slopes.as_ref());
        let by_noise = 0.5 * (rest - n / noise + inside / noise) + done.trace / (2.0 * noise * noise);
        Ok((-done.value, vec![-by_variance, -by_length, -noise * by_noise]))
    }
}

#[cfg(test)]
mod tests;
