//! Deviations that held-out rows confirm.
//!
//! A model fits the rows that also tell its noise, so its own deviations are too small. The rows are split into folds;
//! each fold is predicted by a model of the others; one factor on the deviations lets the central 80 % interval hold its
//! share of these errors, as in split conformal prediction (Lei et al., JASA 2018) with the deviation as the scale.

use archcast_sdk::{
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

/// Number of fits for so many rows: one of all rows, and one for each fold; below two folds there are none.
pub fn parts(rows: usize, folds: usize) -> usize {
    let folds = folds.min(rows);
    1 + if folds < 2 { 0 } else { folds }
}

/// The model of all rows (part 0), and the factor on its deviations by cross-fitting with so many folds (parts 1 and on);
/// 1 where there are fewer than two folds.
///
/// `fit` is given the part, the rows to learn from and those that are held out; it gives a model and the error of each
/// held-out row in deviations. Parts are fitted in parallel and draw their own random numbers.
///
/// # Errors
/// What `fit` gives; `numerical` where an error is not finite.
pub fn calibrated<M: Send>(
    rows: usize,
    folds: usize,
    cx: &Context<'_>,
    fit: impl Fn(usize, &[usize], &[usize]) -> Result<(M, Vec<f64>)> + Sync,
) -> Result<(M, f64)> {
    let parts = parts(rows, folds);
    let fold = fold_of_rows(rows, (parts - 1).max(1), &mut cx.rng());
    let fits = cx.parallel_map(parts, |part| -> Result<(Option<M>, Vec<f64>)> {
        // Part k leaves out fold k − 1.
        let (held, kept): (Vec<usize>, Vec<usize>) =
            (0..rows).partition(|&row| part > 0 && fold[row] + 1 == part);
        let (model, errors) = fit(part, &kept, &held)?;
        Ok(((part == 0).then_some(model), errors))
    });
    let (mut whole, mut errors) = (None, Vec::with_capacity(rows));
    for fit in fits {
        let (model, own) = fit?;
        whole = whole.or(model);
        errors.extend(own);
    }
    let factor = factor(errors);
    if !factor.is_finite() {
        return Err(Error::numerical("held-out predictions are not finite; give a smaller `learning_rate`"));
    }
    Ok((whole.ok_or_else(|| Error::internal("no model of all rows was fitted"))?, factor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn the_factor_lets_the_interval_hold_four_fifths_of_the_errors() {
        let errors: Vec<f64> = (1..=99).rev().map(f64::from).collect();
        assert!((factor(errors) - 80.0 / HALF_WIDTH).abs() < 1e-12);
        assert_eq!(factor(Vec::new()), 1.0);
        // Of few errors the greatest.
        assert!((factor(vec![3.0, 1.0]) - 3.0 / HALF_WIDTH).abs() < 1e-12);
    }

    #[test]
    fn folds_are_of_equal_size_and_drawn() {
        let services = LocalServices::new(0);
        let fold = fold_of_rows(10, 3, &mut Context::new(&services, &|_| None).rng());
        let sizes = [0, 1, 2].map(|own| fold.iter().filter(|&&fold| fold == own).count());
        assert_eq!(sizes, [4, 3, 3]);
        assert_ne!(fold[..4], [0, 1, 2, 0]);
    }

    #[test]
    fn every_row_is_held_out_once_and_the_model_is_of_all_rows() {
        let services = LocalServices::new(0).with_threads(3);
        let cx = Context::new(&services, &|_| None);
        for folds in [2, 3, 5, 100] {
            let seen = std::sync::Mutex::new(Vec::new());
            let fit = |part: usize, kept: &[usize], held: &[usize]| {
                assert!(held.iter().all(|row| !kept.contains(row)));
                assert_eq!((kept.len() + held.len(), held.is_empty()), (7, part == 0));
                seen.lock().unwrap().extend(held.to_vec());
                Ok((kept.to_vec(), vec![HALF_WIDTH; held.len()]))
            };
            let (model, factor) = calibrated(7, folds, &cx, fit).unwrap();
            assert_eq!((model, factor), ((0..7).collect(), 1.0));
            let mut seen = seen.into_inner().unwrap();
            seen.sort_unstable();
            assert_eq!(seen, (0..7).collect::<Vec<_>>());
        }
        for folds in [0, 1] {
            let alone = calibrated(7, folds, &cx, |_, kept, _| Ok((kept.len(), Vec::new()))).unwrap();
            assert_eq!(alone, (7, 1.0));
        }
        let endless = calibrated(7, 2, &cx, |_, _, held| Ok(((), vec![f64::INFINITY; held.len()])));
        assert!(endless.unwrap_err().message().contains("held-out predictions are not finite"));
    }
}
