//! Deviations that held-out rows confirm.
//!
//! A network fits the rows that also tell its noise, so its own deviations are too small. The rows are split into folds;
//! each fold is predicted by a model of the others; one factor on the deviations lets the central 80 % interval hold its
//! share of these errors, as in split conformal prediction (Lei et al., JASA 2018) with the deviation as the scale.

use archcast_sdk::{
    ndarray::Axis,
    prelude::*,
    rand::{Rng, RngExt as _},
};

/// The share of errors that the interval is to hold.
const SHARE: f64 = 0.8;
/// Half the width of that interval of a normal distribution, in deviations.
const HALF_WIDTH: f64 = 1.281_551_565_544_600_4;

/// The fold of each row, 0 to `folds`, as equal in size as can be.
fn fold_of_rows(rows: usize, folds: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut fold: Vec<usize> = (0..rows).map(|row| row % folds).collect();
    for place in (1..rows).rev() {
        fold.swap(place, rng.random_range(0..=place));
    }
    fold
}

/// The factor on deviations by which the interval holds its share of these errors in deviations; 1 of none.
fn factor(mut errors: Vec<f64>) -> f64 {
    errors.sort_by(f64::total_cmp);
    let Some(last) = errors.len().checked_sub(1) else { return 1.0 };
    // One more than there are: the next error is one of them.
    let place = (SHARE * (errors.len() + 1) as f64).ceil() as usize;
    errors[place.saturating_sub(1).min(last)] / HALF_WIDTH
}

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
    let folds = parts(targets.len(), folds) - 1;
    let fold = fold_of_rows(targets.len(), folds.max(1), &mut cx.rng());
    let fits = cx.parallel_map(folds + 1, |part| -> Result<(Option<M>, Vec<f64>)> {
        let Some(out) = part.checked_sub(1) else {
            return Ok((Some((recipe.fit)(0, rows, targets)?), Vec::new()));
        };
        let (held, kept): (Vec<usize>, Vec<usize>) = (0..targets.len()).partition(|&row| fold[row] == out);
        let known: Vec<f64> = kept.iter().map(|&row| targets[row]).collect();
        let model = (recipe.fit)(part as u64, rows.select(Axis(0), &kept).view(), &known)?;
        let answers = (recipe.ask)(&model, rows.select(Axis(0), &held).view());
        let error =
            |(&row, (mean, variance)): (&usize, (f64, f64))| (targets[row] - mean).abs() / variance.sqrt();
        Ok((None, held.iter().zip(answers).map(error).collect()))
    });
    let (mut whole, mut errors) = (None, Vec::with_capacity(targets.len()));
    for fit in fits {
        let (model, own) = fit?;
        whole = whole.or(model);
        errors.extend(own);
    }
    let factor = factor(errors);
    if !factor.is_finite() {
        return Err(Error::numerical("held-out predictions are not finite; lower the learning rate"));
    }
    Ok((whole.ok_or_else(|| Error::internal("no model of all rows was fitted"))?, factor))
}

/// Number of fits for so many rows: one of all rows, and one for each fold.
pub(crate) fn parts(rows: usize, folds: usize) -> usize {
    let folds = folds.min(rows);
    1 + if folds < 2 { 0 } else { folds }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn the_factor_lets_the_interval_hold_four_fifths_of_the_errors() {
        let errors: Vec<f64> = (1..=99).map(f64::from).collect();
        assert!((factor(errors) - 80.0 / HALF_WIDTH).abs() < 1e-12);
        assert_eq!(factor(Vec::new()), 1.0);
        // Of few errors the greatest.
        assert!((factor(vec![3.0, 1.0]) - 3.0 / HALF_WIDTH).abs() < 1e-12);
    }

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
