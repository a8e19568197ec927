//! Predicting from a fitted Gaussian process, many rows in bounded memory.
//!
//! With the lower factor L of the covariance of the basis (training or inducing rows) and `w = L⁻¹ k*`, the mean of the
//! latent function is `wᵀ m` and its variance `k** − |w|² + |R w|²`; the exact process has no R.
//!
//! Rows are solved in blocks of a fixed number, the last one padded with zeros, so that a row has the same bits alone and
//! among many, whatever the number of threads.

use crate::linalg::{dot, product};
use archcast_sdk::prelude::*;
use faer::{Mat, MatRef, Par, linalg::triangular_solve::solve_lower_triangular_in_place};
use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Rows of a block.
const BLOCK: usize = 64;

/// What is needed to predict.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Posterior {
    /// The lower factor, column by column.
    factor: Vec<f64>,
    mean: Vec<f64>,
    /// R, column by column.
    spread: Option<Vec<f64>>,
}

/// Mean and variance of the latent function.
pub(crate) type Latent = (f64, f64);

impl Posterior {
    /// Of a lower factor, the whitened mean, and R where there is one.
    pub(crate) fn new(factor: MatRef<'_, f64>, mean: Vec<f64>, spread: Option<MatRef<'_, f64>>) -> Self {
        Self { factor: columns(factor), mean, spread: spread.map(columns) }
    }

    /// Whether the parts fit together: a state that was tampered with does not.
    fn check(&self) -> Result<()> {
        let square = self.mean.len() * self.mean.len();
        if self.factor.len() != square || self.spread.as_ref().is_some_and(|spread| spread.len() != square) {
            return Err(Error::bad_data("the saved model is not whole; fit it again"));
        }
        Ok(())
    }

    /// Means and variances of the latent function; `None` where a row cannot be compared with the basis.
    /// `covariances` fills in the covariances of a row with each row of the basis, and gives the row's own variance.
    ///
    /// # Errors
    /// `cancelled`, `bad_data` for a state that is not whole.
    pub(crate) fn predict(
        &self,
        rows: usize,
        cx: &Context<'_>,
        covariances: impl Fn(usize, &mut [f64]) -> Option<f64> + Sync,
    ) -> Result<Vec<Option<Latent>>> {
        self.check()?;
        in_blocks(rows, cx, |asked| self.block(asked, &covariances))
    }

    fn block(
        &self,
        asked: Range<usize>,
        covariances: &impl Fn(usize, &mut [f64]) -> Option<f64>,
    ) -> Vec<Option<Latent>> {
        let n = self.mean.len();
        let mut whitened = vec![0.0; n * BLOCK];
        let mut own = Vec::with_capacity(asked.len());
        for (row, column) in asked.zip(whitened.chunks_exact_mut(n)) {
            let variance = covariances(row, column).filter(|variance| variance.is_finite());
            let sound = variance.filter(|_| column.iter().all(|value| value.is_finite()));
            if sound.is_none() {
                column.fill(0.0);
            }
            own.push(sound);
        }
        let factor = MatRef::from_column_major_slice(&self.factor, n, n);
        let block = faer::MatMut::from_column_major_slice_mut(&mut whitened, n, BLOCK);
        solve_lower_triangular_in_place(factor, block, Par::Seq);
        let spread: Option<Mat<f64>> = self.spread.as_ref().map(|spread| {
            let spread = MatRef::from_column_major_slice(spread, n, n);
            product(spread, MatRef::from_column_major_slice(&whitened, n, BLOCK))
        });
        let latent = |(place, own): (usize, Option<f64>)| {
            let column = &whitened[place * n..(place + 1) * n];
            let added = spread.as_ref().map_or(0.0, |spread| {
                let column: Vec<f64> = (0..n).map(|i| spread[(i, place)]).collect();
                dot(&column, &column)
            });
            let variance = (own? - dot(column, column)).max(0.0) + added;
            let mean = dot(column, &self.mean);
            (mean.is_finite() && variance.is_finite()).then_some((mean, variance))
        };
        own.into_iter().enumerate().map(latent).collect()
    }
}

fn columns(matrix: MatRef<'_, f64>) -> Vec<f64> {
    (0..matrix.ncols()).flat_map(|j| (0..matrix.nrows()).map(move |i| matrix[(i, j)])).collect()
}

/// What `body` gives for each block of rows, in the order of the rows.
///
/// # Errors
/// `cancelled`.
pub(crate) fn in_blocks<T: Send>(
    rows: usize,
    cx: &Context<'_>,
    body: impl Fn(Range<usize>) -> Vec<T> + Sync,
) -> Result<Vec<T>> {
    let blocks = rows.div_ceil(BLOCK);
    let done = AtomicUsize::new(0);
    let parts = cx.parallel_map(blocks, |block| {
        cx.check()?;
        let part = body(block * BLOCK..rows.min((block + 1) * BLOCK));
        cx.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / blocks as f64);
        Ok(part)
    });
    Ok(parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    fn posterior(n: usize) -> Posterior {
        let lower = |i: usize, j: usize| match i.cmp(&j) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 1.5 + (i % 3) as f64,
            std::cmp::Ordering::Greater => ((i * 31 + j * 17) % 23) as f64 / 230.0 - 0.05,
        };
        let factor = Mat::from_fn(n, n, lower);
        let mean = (0..n).map(|i| ((i * 7) % 11) as f64 / 10.0 - 0.5).collect();
        Posterior::new(factor.as_ref(), mean, Some((0.3 * &factor).as_ref()))
    }

    /// Covariances of query `row`, irregular numbers.
    fn fill(row: usize, column: &mut [f64]) -> Option<f64> {
        for (place, value) in column.iter_mut().enumerate() {
            *value = (((row + 1) * 7919 + place * 104_729) % 1009) as f64 / 1009.0;
        }
        Some(3000.0)
    }

    #[test]
    fn a_row_has_the_same_bits_at_any_place_of_a_block_and_on_any_number_of_threads() {
        for n in [1, 2, 5, 16, 33, 100, 130, 257] {
            let posterior = posterior(n);
            let ask = |threads: usize, rows: &[usize]| {
                let services = LocalServices::new(0).with_threads(threads);
                let cx = Context::new(&services, &|_| None);
                posterior.predict(rows.len(), &cx, |row, column| fill(rows[row], column)).unwrap()
            };
            let all: Vec<usize> = (0..150).collect();
            let expected = ask(1, &all);
            assert!(expected.iter().all(Option::is_some));
            assert_eq!(ask(3, &all), expected);
            for row in all {
                assert_eq!(ask(1, &[row])[0], expected[row], "{n} {row}");
            }
        }
    }

    #[test]
    fn mean_and_variance_are_those_of_the_formula() {
        let n = 5;
        let posterior = posterior(n);
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let (mean, variance) = posterior.predict(1, &cx, fill).unwrap()[0].unwrap();
        let mut k = [0.0; 5];
        fill(0, &mut k);
        let lower = |i: usize, j: usize| posterior.factor[j * n + i];
        let mut w = Vec::new();
        for (i, k) in k.iter().enumerate() {
            w.push((k - w.iter().enumerate().map(|(j, w)| lower(i, j) * w).sum::<f64>()) / lower(i, i));
        }
        let spread: Vec<f64> = (0..n).map(|i| (0..=i).map(|j| 0.3 * lower(i, j) * w[j]).sum()).collect();
        let square = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>();
        assert!((mean - w.iter().zip(&posterior.mean).map(|(a, b)| a * b).sum::<f64>()).abs() < 1e-13);
        assert!((variance - (3000.0 - square(&w) + square(&spread))).abs() < 1e-9);
    }

    #[test]
    fn a_row_that_cannot_be_compared_is_none_and_the_others_go_on() {
        let posterior = posterior(3);
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let answers = posterior.predict(3, &cx, |row, column| match row {
            0 => None,
            1 => {
                column.fill(f64::NAN);
                Some(1.0)
            }
            _ => fill(row, column),
        });
        let answers = answers.unwrap();
        assert!(answers[0].is_none() && answers[1].is_none() && answers[2].is_some());
    }
}
