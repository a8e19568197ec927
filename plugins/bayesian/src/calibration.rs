//! Deviations that held-out rows confirm, for models of rows × inputs.

use archcast_scaling::calibration::calibrated;
use archcast_sdk::{ndarray::Axis, prelude::*};

/// How to fit and ask a model of rows × inputs.
pub(crate) struct Recipe<F, A> {
    /// Fits part number p of the work to rows and targets; parts draw their own random numbers.
    pub fit: F,
    /// Mean and variance of each row.
    pub ask: A,
}

/// The model of all rows (part 0), and the factor on its deviations by cross-fitting with so many folds (parts 1 and on);
/// 1 where there are fewer than two folds.
///
/// # Errors
/// What `fit` gives.
pub(crate) fn fit<M, F, A>(
    rows: ArrayView2<'_, f64>,
    targets: &[f64],
    folds: usize,
    recipe: &Recipe<F, A>,
    cx: &Context<'_>,
) -> Result<(M, f64)>
where
    M: Send,
    F: Fn(u64, ArrayView2<'_, f64>, &[f64]) -> Result<M> + Sync,
    A: Fn(&M, ArrayView2<'_, f64>) -> Vec<(f64, f64)> + Sync,
{
    calibrated(targets.len(), folds, cx, |part, kept, held| {
        if held.is_empty() {
            return Ok(((recipe.fit)(part as u64, rows, targets)?, Vec::new()));
        }
        let known: Vec<f64> = kept.iter().map(|&row| targets[row]).collect();
        let model = (recipe.fit)(part as u64, rows.select(Axis(0), kept).view(), &known)?;
        let answers = (recipe.ask)(&model, rows.select(Axis(0), held).view());
        let error =
            |(&row, (mean, variance)): (&usize, (f64, f64))| (targets[row] - mean).abs() / variance.sqrt();
        Ok((model, held.iter().zip(answers).map(error).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    /// Half the width of the interval in deviations.
    const HALF_WIDTH: f64 = 1.281_551_565_544_600_4;

    #[test]
    fn every_row_is_predicted_once_by_a_model_that_has_not_seen_it() {
        let services = LocalServices::new(0).with_threads(3);
        let cx = Context::new(&services, &|_| None);
        let rows = Array2::from_shape_fn((7, 1), |(row, _)| row as f64);
        let targets: Vec<f64> = (0..7).map(|row| row as f64).collect();
        let recipe = Recipe {
            fit: |_, rows: ArrayView2<'_, f64>, targets: &[f64]| {
                assert_eq!(rows.column(0).to_vec(), targets);
                Ok(targets.to_vec())
            },
            // A row that was seen would have an infinite error.
            ask: |seen: &Vec<f64>, rows: ArrayView2<'_, f64>| {
                let own = |row: &f64| (row - HALF_WIDTH, if seen.contains(row) { 0.0 } else { 1.0 });
                rows.column(0).iter().map(own).collect()
            },
        };
        for folds in [2, 3, 5, 100] {
            let (model, factor) = fit(rows.view(), &targets, folds, &recipe, &cx).unwrap();
            assert_eq!(model, targets);
            assert!((factor - 1.0).abs() < 1e-12, "{factor}");
        }
        for folds in [0, 1] {
            assert_eq!(fit(rows.view(), &targets, folds, &recipe, &cx).unwrap().1, 1.0);
        }
    }
}
