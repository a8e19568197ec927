//! The two objectives of a sparse process with a free distribution over its inducing values, and their gradients.
//!
//! Inducing values are `u = L w` with `Kuu + jitter I = L Lᵀ` and `w ~ N(m, T Tᵀ)`, T lower; the prior of w is N(0, I).
//! With `A = L⁻¹ Kuf`: `fᵢ = Aᵢᵀ m`, `σᵢ² = max(kᵢᵢ − |Aᵢ|², 0) + |Tᵀ Aᵢ|²`, and
//! `KL = ½ (|T|² + mᵀm − dim − 2 Σ log Tⱼⱼ)`.

use super::Objective;
use crate::{
    Kernel,
    bound::{JITTER, inner, solve_lower, solve_upper, with_slopes},
    gp::Hyperparameters,
    likelihood::LOG_TWO_PI,
    linalg::{factor_with_jitter, product},
    metric::Metric,
};
use archcast_sdk::prelude::*;
use faer::{Mat, MatRef};

/// Hyperparameters in front of the free distribution.
const HYPERPARAMETERS: usize = 3;

/// All variables in one list: logarithms of signal variance, length-scale and noise; m; T row by row up to its diagonal,
/// of which the logarithm is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variables {
    pub list: Vec<f64>,
    size: usize,
}

impl Variables {
    /// The prior N(0, I) of `size` inducing values.
    pub(crate) fn new(start: Hyperparameters, size: usize) -> Self {
        let mut list = start.logarithms().to_vec();
        list.resize(HYPERPARAMETERS + size + size * (size + 1) / 2, 0.0);
        Self { list, size }
    }

    pub(crate) fn hyperparameters(&self) -> Hyperparameters {
        Hyperparameters::from_logarithms(&self.list[..HYPERPARAMETERS])
    }

    /// m.
    pub(crate) fn mean(&self) -> &[f64] {
        &self.list[HYPERPARAMETERS..HYPERPARAMETERS + self.size]
    }

    /// Place of an element of T in the list.
    fn place(&self, row: usize, column: usize) -> usize {
        HYPERPARAMETERS + self.size + row * (row + 1) / 2 + column
    }

    /// T.
    pub(crate) fn spread(&self) -> Mat<f64> {
        Mat::from_fn(self.size, self.size, |row, column| match row.cmp(&column) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.list[self.place(row, row)].exp(),
            std::cmp::Ordering::Greater => self.list[self.place(row, column)],
        })
    }
}

/// The rows of a step.
pub(crate) struct Batch<'a> {
    /// Squared distances of inducing rows.
    pub among: MatRef<'a, f64>,
    /// Squared distances of inducing rows and the rows of the batch.
    pub across: MatRef<'a, f64>,
    pub targets: &'a [f64],
    /// How many rows each row of the batch stands for.
    pub weight: f64,
}

/// What one row adds to the objective, with its derivatives by f, σ² and the noise.
fn term(objective: Objective, miss: f64, variance: f64, noise: f64) -> (f64, f64, f64, f64) {
    match objective {
        Objective::Predictive => {
            let all = variance + noise;
            let value = -0.5 * (LOG_TWO_PI + all.ln() + miss * miss / all);
            let by_variance = 0.5 * (miss * miss / (all * all) - 1.0 / all);
            (value, miss / all, by_variance, by_variance)
        }
        Objective::Elbo => {
            let square = miss * miss + variance;
            let value = -0.5 * (LOG_TWO_PI + noise.ln() + square / noise);
            (value, miss / noise, -0.5 / noise, 0.5 * (square / (noise * noise) - 1.0 / noise))
        }
    }
}

/// The objective on a batch and its gradient by all variables, reverse mode through A, f and σ².
///
/// # Errors
/// `numerical` where Kuu is not positive definite, `cancelled`.
pub(crate) fn slope(
    kernel: Kernel,
    objective: Objective,
    variables: &Variables,
    batch: &Batch<'_>,
    cx: &Context<'_>,
) -> Result<(f64, Vec<f64>)> {
    let found = variables.hyperparameters();
    let (m, n) = (batch.across.nrows(), batch.across.ncols());
    let (among, among_slopes) = with_slopes(kernel, found, batch.among);
    let (across, across_slopes) = with_slopes(kernel, found, batch.across);
    let mut raised = among.clone();
    for i in 0..m {
        raised[(i, i)] += JITTER;
    }
    let lower = factor_with_jitter(&raised, cx)?;
    let whitened = solve_lower(lower.as_ref(), across.clone());
    let (mean, spread) = (variables.mean(), variables.spread());
    let spread_whitened = product(spread.transpose(), whitened.as_ref());

    let (mut value, mut by_variance, mut by_noise) = (0.0, 0.0, 0.0);
    let (mut by_mean, mut by_function) = (vec![0.0; m], vec![0.0; n]);
    // What the objective gains by σ², for the part that T gives and for the part that the prior leaves.
    let (mut given, mut left) = (vec![0.0; n], vec![0.0; n]);
    for row in 0..n {
        let square = |matrix: &Mat<f64>| (0..m).map(|i| matrix[(i, row)] * matrix[(i, row)]).sum::<f64>();
        let rest = found.variance - square(&whitened);
        let function: f64 = (0..m).map(|i| whitened[(i, row)] * mean[i]).sum();
        let variance = rest.max(0.0) + square(&spread_whitened);
        let (gain, df, dv, ds) = term(objective, batch.targets[row] - function, variance, found.noise);
        value += batch.weight * gain;
        by_function[row] = batch.weight * df;
        given[row] = batch.weight * dv;
        left[row] = if rest > 0.0 { batch.weight * dv } else { 0.0 };
        by_variance += found.variance * left[row];
        by_noise += batch.weight * ds * found.noise;
        for (i, by_mean) in by_mean.iter_mut().enumerate() {
            *by_mean += whitened[(i, row)] * by_function[row];
        }
    }
    // T: 2 A diag(dσ²) (Tᵀ A)ᵀ.
    let scaled = Mat::from_fn(m, n, |i, row| 2.0 * given[row] * whitened[(i, row)]);
    let by_spread = product(scaled.as_ref(), spread_whitened.transpose());
    // A: m dfᵀ − 2 A diag(left) + 2 T (Tᵀ A) diag(given).
    let back = product(spread.as_ref(), spread_whitened.as_ref());
    let by_whitened = Mat::from_fn(m, n, |i, row| {
        mean[i] * by_function[row] - 2.0 * left[row] * whitened[(i, row)] + 2.0 * given[row] * back[(i, row)]
    });
    let by_across = solve_upper(lower.as_ref(), by_whitened);
    let by_among = through_factor(lower.as_ref(), &product(by_across.as_ref(), whitened.transpose()));
    by_variance += inner(by_across.as_ref(), across.as_ref()) + inner(by_among.as_ref(), among.as_ref());
    let by_length =
        inner(by_across.as_ref(), across_slopes.as_ref()) + inner(by_among.as_ref(), among_slopes.as_ref());

    let mut gradient = vec![0.0; variables.list.len()];
    gradient[..HYPERPARAMETERS].copy_from_slice(&[by_variance, by_length, by_noise]);
    let mut divergence = -(m as f64);
    for i in 0..m {
        gradient[HYPERPARAMETERS + i] = by_mean[i] - mean[i];
        divergence += mean[i] * mean[i] - 2.0 * spread[(i, i)].ln();
        for j in 0..=i {
            divergence += spread[(i, j)] * spread[(i, j)];
            let by_element = by_spread[(i, j)] - spread[(i, j)];
            // The list holds the logarithm of the diagonal, whose own derivative in KL is 1.
            gradient[variables.place(i, j)] =
                if i == j { by_element * spread[(i, i)] + 1.0 } else { by_element };
        }
    }
    Ok((value - 0.5 * divergence, gradient))
}

/// The lower factor L of Kuu at the places of inducing rows.
///
/// # Errors
/// `numerical` where it is not positive definite, `cancelled`.
pub(crate) fn factor(
    kernel: Kernel,
    found: Hyperparameters,
    metric: &Metric,
    basis: &[Vec<f64>],
    cx: &Context<'_>,
) -> Result<Mat<f64>> {
    let raised = Mat::from_fn(basis.len(), basis.len(), |i, j| {
        let value = found.variance * kernel.value(metric.squared(&basis[i], &basis[j]), found.length);
        if i == j { value + JITTER } else { value }
    });
    factor_with_jitter(&raised, cx)
}

/// The derivative by Kuu from `dF/dKuf Aᵀ`: the factor's is `−tril(dF/dKuf Aᵀ)`, carried back through the Cholesky
/// factorisation (Murray, Differentiation of the Cholesky decomposition, 2016, equation 10).
fn through_factor(lower: MatRef<'_, f64>, product_with_whitened: &Mat<f64>) -> Mat<f64> {
    let m = lower.nrows();
    let by_factor = Mat::from_fn(m, m, |i, j| if i >= j { -product_with_whitened[(i, j)] } else { 0.0 });
    let turned = product(lower.transpose(), by_factor.as_ref());
    let halved = Mat::from_fn(m, m, |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Less => 0.0,
        std::cmp::Ordering::Equal => 0.5 * turned[(i, i)],
        std::cmp::Ordering::Greater => turned[(i, j)],
    });
    let half = solve_upper(lower, halved);
    let whole = solve_upper(lower, half.transpose().to_owned());
    Mat::from_fn(m, m, |i, j| 0.5 * (whole[(i, j)] + whole[(j, i)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    const ROWS: [[f64; 3]; 5] =
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]];
    const TARGETS: [f64; 5] = [-1.2, 0.3, 0.8, -0.4, 0.5];
    const FIXED: Hyperparameters = Hyperparameters { variance: 1.5, length: 1.2, noise: 0.1 };

    fn squared(a: [f64; 3], b: [f64; 3]) -> f64 {
        (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum()
    }

    /// Inducing rows (0,0,1) and (1,1,0), m = (−0.5, 0.25), T = ((0.8, 0), (0.1, 0.6)).
    fn evaluate(objective: Objective, change: impl Fn(&mut Variables)) -> (f64, Vec<f64>) {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let basis = [ROWS[0], ROWS[3]];
        let among = Mat::from_fn(2, 2, |i, j| squared(basis[i], basis[j]));
        let across = Mat::from_fn(2, 5, |i, j| squared(basis[i], ROWS[j]));
        let mut variables = Variables::new(FIXED, 2);
        variables.list[3..].copy_from_slice(&[-0.5, 0.25, 0.8f64.ln(), 0.1, 0.6f64.ln()]);
        change(&mut variables);
        let batch = Batch { among: among.as_ref(), across: across.as_ref(), targets: &TARGETS, weight: 1.0 };
        slope(Kernel::Rbf, objective, &variables, &batch, &cx).unwrap()
    }

    // The worked example; pyro agrees on it.
    #[test]
    fn objectives_are_those_of_the_worked_example() {
        for (objective, want) in [(Objective::Predictive, -6.4326539432), (Objective::Elbo, -39.1971329883)] {
            let (value, _) = evaluate(objective, |_| ());
            assert!((value - want).abs() < 1e-8, "{objective:?} {value} {want}");
        }
    }

    #[test]
    fn gradients_are_those_of_finite_differences() {
        for objective in [Objective::Predictive, Objective::Elbo] {
            let (_, gradient) = evaluate(objective, |_| ());
            for (place, slope) in gradient.iter().enumerate() {
                let moved = |shift: f64| evaluate(objective, |variables| variables.list[place] += shift).0;
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((slope - difference).abs() < 1e-7, "{objective:?} {place} {slope} {difference}");
            }
        }
    }
}
