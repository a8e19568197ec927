//! Kendall's rank correlation, the headline of every study.

use super::Undefined;

/// The pairs of rows, sorted by what the two orders say of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairCounts {
    /// Both orders agree.
    pub concordant: u64,
    /// The orders disagree.
    pub discordant: u64,
    /// Equal targets, different predictions.
    pub tied_targets: u64,
    /// Different targets, equal predictions.
    pub tied_predictions: u64,
    /// Equal targets and equal predictions.
    pub tied_both: u64,
}

/// Kendall's tau-b of predictions with targets, from -1 to 1: (C - D) / √((C + D + Ty)(C + D + Tp)), where pairs tied
/// in both count in neither factor. Takes O(n log n) time (Knight, A computer method for calculating Kendall's tau
/// with ungrouped data, 1966). Infinities have their place in the order, so a row without prediction can be given the
/// worst rank.
///
/// # Errors
/// [`Undefined`], above all where all targets or all predictions are equal. A study that averages over trials counts
/// such a trial as 0 and says so; leaving it out would favour unstable predictors.
pub fn kendall_tau_b(targets: &[f64], predictions: &[f64]) -> Result<f64, Undefined> {
    let counts = PairCounts::of(targets, predictions)?;
    let untied = counts.concordant + counts.discordant;
    if untied + counts.tied_predictions == 0 {
        return Err(Undefined::ConstantTargets);
    }
    if untied + counts.tied_targets == 0 {
        return Err(Undefined::ConstantPredictions);
    }
    // Two roots, because the product of the factors leaves the range in which whole numbers are exact.
    let difference = counts.concordant as f64 - counts.discordant as f64;
    let by_targets = ((untied + counts.tied_targets) as f64).sqrt();
    let by_predictions = ((untied + counts.tied_predictions) as f64).sqrt();
    Ok((difference / by_targets / by_predictions).clamp(-1.0, 1.0))
}

impl PairCounts {
    /// Counts the pairs in O(n log n) time.
    ///
    /// # Errors
    /// [`Undefined`] where the slices do not pair up, make no pair or hold a NaN.
    pub fn of(targets: &[f64], predictions: &[f64]) -> Result<PairCounts, Undefined> {
        let rows = targets.len();
        if rows != predictions.len() {
            return Err(Undefined::Lengths { targets: rows, predictions: predictions.len() });
        }
        if rows < 2 {
            return Err(Undefined::TooFewRows { rows, needed: 2 });
        }
        // Adding 0 turns -0 into 0: the two are equal, and must tie.
        let mut pairs: Vec<(f64, f64)> = targets
            .iter()
            .zip(predictions)
            .map(|(&target, &prediction)| (target + 0.0, prediction + 0.0))
            .collect();
        if let Some(row) = pairs.iter().position(|pair| pair.0.is_nan() || pair.1.is_nan()) {
            return Err(Undefined::NotANumber { row });
        }
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let same_targets = tied_pairs(&pairs, |pair| pair.0);
        let tied_both = tied_pairs(&pairs, |pair| pair);
        let mut predictions: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
        let discordant = sort_counting_swaps(&mut predictions);
        let same_predictions = tied_pairs(&predictions, |prediction| prediction);
        let (tied_targets, tied_predictions) = (same_targets - tied_both, same_predictions - tied_both);
        let concordant = pairs_of(rows as u64) - same_targets - tied_predictions - discordant;
        Ok(PairCounts { concordant, discordant, tied_targets, tied_predictions, tied_both })
    }
}

fn pairs_of(rows: u64) -> u64 {
    rows * rows.saturating_sub(1) / 2
}

/// Pairs with the same key in a slice where equal keys stand together.
fn tied_pairs<T: Copy, K: PartialEq>(sorted: &[T], key: impl Fn(T) -> K) -> u64 {
    sorted.chunk_by(|&a, &b| key(a) == key(b)).map(|run| pairs_of(run.len() as u64)).sum()
}

/// Merge sort from the bottom up; gives the number of pairs that stood in the wrong order. Equal values are in order.
fn sort_counting_swaps(values: &mut Vec<f64>) -> u64 {
    let count = values.len();
    let mut merged = vec![0.0; count];
    let mut swaps = 0;
    let mut width = 1;
    while width < count {
        for start in (0..count).step_by(2 * width) {
            let middle = (start + width).min(count);
            let end = (start + 2 * width).min(count);
            let (mut left, mut right) = (start, middle);
            for place in &mut merged[start..end] {
                if left < middle && (right == end || values[left] <= values[right]) {
                    *place = values[left];
                    left += 1;
                } else {
                    *place = values[right];
                    right += 1;
                    swaps += (middle - left) as u64;
                }
            }
        }
        std::mem::swap(values, &mut merged);
        width *= 2;
    }
    swaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    fn numbers(values: impl IntoIterator<Item = u32>) -> Vec<f64> {
        values.into_iter().map(f64::from).collect()
    }

    // tau-b is 54 / sqrt(65 x 63); this and the value for rounded predictions are those of scipy 1.17.
    #[test]
    fn ties_in_targets_and_predictions_count_as_tau_b_says() {
        let y = [91.2, 90.5, 93.1, 88.7, 90.5, 92.4, 85.0, 93.1, 89.9, 91.25, 70.3, 92.4];
        let p = [91.04, 90.46, 92.51, 89.15, 91.04, 92.46, 86.2, 92.49, 90.60, 90.65, 88.0, 91.95];
        let counts = PairCounts::of(&y, &p).unwrap();
        let expected =
            PairCounts { concordant: 58, discordant: 4, tied_targets: 3, tied_predictions: 1, tied_both: 0 };
        assert_eq!(counts, expected);
        close(kendall_tau_b(&y, &p).unwrap(), 0.843853015689);
        // Predictions rounded to 0.1.
        let p = [91.0, 90.5, 92.5, 89.2, 91.0, 92.5, 86.2, 92.5, 90.6, 90.6, 88.0, 92.0];
        close(kendall_tau_b(&y, &p).unwrap(), 0.822687661443);
    }

    // Values of scipy.stats.kendalltau, scipy 1.17.1.
    #[test]
    fn values_agree_with_scipy() {
        close(
            kendall_tau_b(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, 4.0, 7.0, 1.0, 0.0]).unwrap(),
            -0.4714045207910316,
        );
        let y = numbers([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]);
        let p = numbers([2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4]);
        close(kendall_tau_b(&y, &p).unwrap(), 0.14757295747452434);
        let y = numbers((0..1000).map(|i| i * 7919 % 1009));
        let p = numbers((0..1000).map(|i| i * 104_729 % 31 + i * 7919 % 1009 / 100));
        close(kendall_tau_b(&y, &p).unwrap(), 0.20423850517556263);
        let y = numbers((0..1000).map(|i| i * 7919 % 13));
        let p = numbers((0..1000).map(|i| i * 104_729 % 31 + i * 7919 % 13 / 2));
        close(kendall_tau_b(&y, &p).unwrap(), 0.13700091807812387);
    }

    #[test]
    fn the_same_order_is_one_and_the_opposite_minus_one() {
        assert_eq!(kendall_tau_b(&[1.0, 2.0, 3.0], &[10.0, 20.0, 30.0]), Ok(1.0));
        assert_eq!(kendall_tau_b(&[1.0, 2.0, 3.0], &[3.0, 2.0, f64::NEG_INFINITY]), Ok(-1.0));
    }

    #[test]
    fn equal_predictions_and_equal_targets_are_undefined_with_the_reason() {
        assert_eq!(kendall_tau_b(&[1.0, 2.0], &[0.0, -0.0]), Err(Undefined::ConstantPredictions));
        assert_eq!(kendall_tau_b(&[1.0, 1.0], &[0.0, 1.0]), Err(Undefined::ConstantTargets));
        assert_eq!(kendall_tau_b(&[1.0, 1.0], &[0.0, 0.0]), Err(Undefined::ConstantTargets));
    }

    #[test]
    fn what_cannot_be_ranked_is_refused() {
        assert_eq!(kendall_tau_b(&[1.0], &[1.0]), Err(Undefined::TooFewRows { rows: 1, needed: 2 }));
        assert_eq!(
            kendall_tau_b(&[1.0, 2.0], &[1.0]),
            Err(Undefined::Lengths { targets: 2, predictions: 1 })
        );
        assert_eq!(kendall_tau_b(&[1.0, 2.0], &[1.0, f64::NAN]), Err(Undefined::NotANumber { row: 1 }));
    }

    fn by_definition(y: &[f64], p: &[f64]) -> PairCounts {
        let mut counts =
            PairCounts { concordant: 0, discordant: 0, tied_targets: 0, tied_predictions: 0, tied_both: 0 };
        for i in 0..y.len() {
            for j in 0..i {
                match (y[i] == y[j], p[i] == p[j]) {
                    (true, true) => counts.tied_both += 1,
                    (true, false) => counts.tied_targets += 1,
                    (false, true) => counts.tied_predictions += 1,
                    (false, false) if (y[i] < y[j]) == (p[i] < p[j]) => counts.concordant += 1,
                    (false, false) => counts.discordant += 1,
                }
            }
        }
        counts
    }

    proptest! {
        #[test]
        fn counts_agree_with_the_definition(rows in prop::collection::vec((-5i32..5, -5i32..5), 2..80)) {
            let y: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let p: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
            prop_assert_eq!(PairCounts::of(&y, &p).unwrap(), by_definition(&y, &p));
        }

        #[test]
        fn tau_is_symmetric_and_turns_with_the_sign(rows in prop::collection::vec((-5i32..5, -5i32..5), 2..80)) {
            let y: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let p: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
            let turned: Vec<f64> = p.iter().map(|p| -p).collect();
            if let Ok(tau) = kendall_tau_b(&y, &p) {
                prop_assert!((kendall_tau_b(&p, &y).unwrap() - tau).abs() < 1e-15);
                prop_assert!((kendall_tau_b(&y, &turned).unwrap() + tau).abs() < 1e-15);
            }
        }
    }
}
