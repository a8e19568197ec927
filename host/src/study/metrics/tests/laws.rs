use proptest::prelude::*;

use super::*;

/// Rows of small whole numbers, so that many are equal.
fn rows() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-6i8..6, -6i8..6), 2..40)
        .prop_map(|rows| rows.into_iter().map(|(y, p)| (f64::from(y), f64::from(p))).collect())
}

fn values(rows: &[(f64, f64)]) -> (Vec<f64>, Vec<f64>) {
    rows.iter().copied().unzip()
}

/// The mean over all sets of k rows that may be the best by `predictions` of what `measure` says of them.
fn over_all_choices(k: usize, predictions: &[f64], measure: impl Fn(&[usize]) -> f64) -> f64 {
    let rows = predictions.len();
    let (mut sum, mut count) = (0.0, 0);
    for set in 0_u32..1 << rows {
        let (inside, outside): (Vec<usize>, Vec<usize>) = (0..rows).partition(|row| set >> row & 1 == 1);
        let best = inside.len() == k
            && inside
                .iter()
                .all(|&chosen| outside.iter().all(|&left| predictions[chosen] >= predictions[left]));
        if best {
            sum += measure(&inside);
            count += 1;
        }
    }
    sum / f64::from(count)
}

proptest! {
    #[test]
    fn ranks_alone_decide_the_rank_metrics(rows in rows(), k in 1usize..8) {
        let (targets, predictions) = values(&rows);
        // Monotone, and so that equal values stay equal.
        let bent: Vec<f64> = predictions.iter().map(|p| p.powi(3) * 7.0 - 1e6).collect();
        prop_assert_eq!(kendall_tau_b(&targets, &predictions), kendall_tau_b(&targets, &bent));
        prop_assert_eq!(spearman(&targets, &predictions), spearman(&targets, &bent));
        prop_assert_eq!(precision_at(k, &targets, &predictions), precision_at(k, &targets, &bent));
        prop_assert_eq!(best_regret_at(k, &targets, &predictions), best_regret_at(k, &targets, &bent));
        prop_assert_eq!(best_rank_at(k, &targets, &predictions), best_rank_at(k, &targets, &bent));
    }

    #[test]
    fn the_order_of_the_file_decides_nothing(rows in rows(), k in 1usize..8, turn in 0usize..40) {
        let (targets, predictions) = values(&rows);
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        let (other_targets, other_predictions) = values(&turned);
        for metric in [
            Metric::KendallTau, Metric::Spearman, Metric::Pearson, Metric::Mae, Metric::Rmse, Metric::R2,
            Metric::PrecisionAt(k), Metric::BestRegretAt(k), Metric::BestRankAt(k),
        ] {
            let of = |targets: &[f64], predictions: &[f64]| {
                metric.of(&TestAnswers { targets, predictions, deviations: None, ..ANSWERS })
            };
            match (of(&targets, &predictions), of(&other_targets, &other_predictions)) {
                (Ok(one), Ok(other)) => prop_assert!((one - other).abs() < 1e-9, "{metric}: {one}, {other}"),
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    #[test]
    fn correlations_are_symmetric_and_turn_with_the_sign(rows in rows()) {
        let (targets, predictions) = values(&rows);
        let turned: Vec<f64> = predictions.iter().map(|p| -p).collect();
        for correlation in [pearson, spearman] {
            if let Ok(value) = correlation(&targets, &predictions) {
                prop_assert!((-1.0..=1.0).contains(&value));
                prop_assert!((correlation(&predictions, &targets).unwrap() - value).abs() < 1e-12);
                prop_assert!((correlation(&targets, &turned).unwrap() + value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn metrics_of_the_rows_put_first_are_means_over_all_choices(
        rows in prop::collection::vec((-2i8..3, -2i8..3), 1..7),
        k in 1usize..7,
    ) {
        let k = 1 + (k - 1) % rows.len();
        let (targets, predictions): (Vec<f64>, Vec<f64>) =
            rows.into_iter().map(|(y, p)| (f64::from(y), f64::from(p))).unzip();
        let best = targets.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let top = |set: &[usize]| set.iter().map(|&row| targets[row]).fold(f64::NEG_INFINITY, f64::max);
        let regret = over_all_choices(k, &predictions, |set| best - top(set));
        prop_assert!((best_regret_at(k, &targets, &predictions).unwrap() - regret).abs() < 1e-12);
        let rank = over_all_choices(k, &predictions, |set| {
            (1 + targets.iter().filter(|&&target| target > top(set)).count()) as f64 / targets.len() as f64
        });
        prop_assert!((best_rank_at(k, &targets, &predictions).unwrap() - rank).abs() < 1e-12);
        let precision = over_all_choices(k, &predictions, |set| {
            over_all_choices(k, &targets, |best| set.iter().filter(|row| best.contains(row)).count() as f64 / k as f64)
        });
        prop_assert!((precision_at(k, &targets, &predictions).unwrap() - precision).abs() < 1e-12);
    }
}
