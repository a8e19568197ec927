//! The rows that a predictor puts first. Equal values at the cut are drawn by lot, and a metric is the expectation over
//! the lots; the order of the file never decides.

use super::Undefined;

/// Share of the `k` best predicted rows that are among the `k` best true ones, from 0 to 1.
///
/// # Errors
/// [`Undefined`] where `k` is 0 or above the number of rows, the lengths differ or a number is NaN.
pub fn precision_at(k: usize, targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    check(k, targets, predictions)?;
    let (true_cut, cut) = (Cut::of(k, targets), Cut::of(k, predictions));
    let rows = targets.iter().zip(predictions);
    Ok(rows.map(|(&y, &p)| true_cut.membership(y) * cut.membership(p)).sum::<f64>() / k as f64)
}

/// How far the best of the `k` best predicted rows stays behind the best row, in the target's unit; 0 at best.
///
/// # Errors
/// [`Undefined`] where `k` is 0 or above the number of rows, the lengths differ or a number is NaN.
pub fn best_regret_at(k: usize, targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    check(k, targets, predictions)?;
    let best = targets.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(best_of_top(k, targets, predictions).iter().map(|&(target, chance)| chance * (best - target)).sum())
}

/// True rank of the best of the `k` best predicted rows, as a share of all rows: 1 / n where the best row is among them.
/// Equal targets share the best of their ranks.
///
/// # Errors
/// [`Undefined`] where `k` is 0 or above the number of rows, the lengths differ or a number is NaN.
pub fn best_rank_at(k: usize, targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    check(k, targets, predictions)?;
    let mut sorted = targets.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |target: f64| sorted.len() - sorted.partition_point(|&other| other <= target) + 1;
    let ranks = best_of_top(k, targets, predictions).into_iter();
    Ok(ranks.map(|(target, chance)| chance * rank(target) as f64).sum::<f64>() / targets.len() as f64)
}

fn check(k: usize, targets: &[f64], predictions: &[f64]) -> Result<(), Undefined> {
    let rows = targets.len();
    if rows != predictions.len() {
        return Err(Undefined::Lengths { targets: rows, predictions: predictions.len() });
    }
    if !(1..=rows).contains(&k) {
        return Err(Undefined::Choice { k, rows });
    }
    match targets.iter().zip(predictions).position(|(y, p)| y.is_nan() || p.is_nan()) {
        Some(row) => Err(Undefined::NotANumber { row }),
        None => Ok(()),
    }
}

/// Where the best `k` of some values end.
struct Cut {
    /// The `k`-th largest value.
    value: f64,
    /// Places left for rows with exactly this value.
    places: usize,
    /// Rows with exactly this value, at least as many as places.
    equal: usize,
}

impl Cut {
    fn of(k: usize, values: &[f64]) -> Cut {
        let mut sorted = values.to_vec();
        let (_, &mut value, _) = sorted.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
        let above = values.iter().filter(|&&other| other > value).count();
        Cut { value, places: k - above, equal: values.iter().filter(|&&other| other == value).count() }
    }

    /// How likely a row with this value is among the best.
    fn membership(&self, value: f64) -> f64 {
        if value > self.value {
            1.0
        } else if value == self.value {
            self.places as f64 / self.equal as f64
        } else {
            0.0
        }
    }
}

/// The targets that the best of the `k` best predicted rows can have, each with its probability.
fn best_of_top(k: usize, targets: &[f64], predictions: &[f64]) -> Vec<(f64, f64)> {
    let cut = Cut::of(k, predictions);
    let rows = || targets.iter().zip(predictions);
    let sure = rows().filter(|row| *row.1 > cut.value).map(|row| *row.0).fold(f64::NEG_INFINITY, f64::max);
    let mut drawn: Vec<f64> = rows().filter(|row| *row.1 == cut.value).map(|row| *row.0).collect();
    drawn.sort_unstable_by(|a, b| b.total_cmp(a));
    // The best of `places` rows drawn from these is the j-th best where the j - 1 better ones were not drawn:
    // C(equal - j, places - 1) / C(equal, places), here from one j to the next.
    let (equal, places) = (cut.equal, cut.places);
    let mut chance = places as f64 / equal as f64;
    let mut chances = Vec::with_capacity(equal);
    for (index, &target) in drawn.iter().enumerate().take(equal - places + 1) {
        chances.push((target.max(sure), chance));
        let (left, more) = (equal - index - 1, places - 1);
        chance *= if left > 0 { (left - more) as f64 / left as f64 } else { 0.0 };
    }
    chances
}
