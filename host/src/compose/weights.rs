//! Non-negative weights by least squares.

/// Pull towards equal weights, as a share of the mean square of the columns: noisy weights cost more than they bring.
const PULL: f64 = 0.01;
const MOST_SWEEPS: usize = 10_000;

/// The weights `w ≥ 0` that minimise `Σ (y - Σ w x)² + λ Σ (w - 1/m)²` over rows without a missing value (NaN), scaled to sum
/// to 1; equal where nothing can be learnt. Coordinate descent, which ends at the one minimum of this convex problem.
/// Breiman, Stacked Regressions, Machine Learning 1996.
pub fn non_negative_weights(columns: &[Vec<f64>], targets: &[f64]) -> Vec<f64> {
    let count = columns.len();
    let equal = 1.0 / count.max(1) as f64;
    let rows: Vec<usize> = (0..targets.len())
        .filter(|&row| targets[row].is_finite() && columns.iter().all(|column| column[row].is_finite()))
        .collect();
    let inner = |a: &[f64], b: &[f64]| rows.iter().map(|&row| a[row] * b[row]).sum::<f64>();
    let gram: Vec<Vec<f64>> = columns.iter().map(|a| columns.iter().map(|b| inner(a, b)).collect()).collect();
    let with_target: Vec<f64> = columns.iter().map(|column| inner(column, targets)).collect();
    let trace: f64 = (0..count).map(|index| gram[index][index]).sum();
    let pull = PULL * trace * equal;
    if rows.is_empty() || !(pull > 0.0 && pull.is_finite()) {
        return vec![equal; count];
    }
    let mut weights = vec![equal; count];
    for _ in 0..MOST_SWEEPS {
        let mut moved: f64 = 0.0;
        for index in 0..count {
            let others: f64 = (0..count).map(|other| gram[index][other] * weights[other]).sum::<f64>()
                - gram[index][index] * weights[index];
            let best = (with_target[index] - others + pull * equal) / (gram[index][index] + pull);
            let best = best.max(0.0);
            moved = moved.max((best - weights[index]).abs());
            weights[index] = best;
        }
        if moved < 1e-12 {
            break;
        }
    }
    let sum: f64 = weights.iter().sum();
    match sum > 0.0 && sum.is_finite() {
        true => weights.into_iter().map(|weight| weight / sum).collect(),
        false => vec![equal; count],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_is_right_gets_nearly_all_of_the_weight() {
        let targets: Vec<f64> = (0..50).map(f64::from).collect();
        let wrong: Vec<f64> = targets.iter().map(|target| -target).collect();
        let weights = non_negative_weights(&[targets.clone(), wrong], &targets);
        assert!(weights[0] > 0.98 && weights[1] >= 0.0, "{weights:?}");
    }

    #[test]
    fn equal_members_get_equal_weights_and_missing_rows_are_left_out() {
        let mut column: Vec<f64> = (0..20).map(f64::from).collect();
        let targets = column.clone();
        column[3] = f64::NAN;
        let weights = non_negative_weights(&[column.clone(), column], &targets);
        assert!((weights[0] - 0.5).abs() < 1e-9, "{weights:?}");
    }

    #[test]
    fn where_nothing_can_be_learnt_weights_are_equal() {
        assert_eq!(non_negative_weights(&[vec![0.0; 3], vec![0.0; 3]], &[1.0, 2.0, 3.0]), [0.5, 0.5]);
        assert_eq!(non_negative_weights(&[vec![], vec![]], &[]), [0.5, 0.5]);
    }
}
