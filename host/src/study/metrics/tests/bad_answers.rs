use super::*;

#[test]
fn missing_predictions_share_the_worst_rank_and_have_no_error() {
    let targets = [4.0, 3.0, 2.0, 1.0];
    let missing = [4.0, 3.0, f64::NAN, f64::INFINITY];
    let tied = [4.0, 3.0, 0.0, 0.0];
    let with_missing = TestAnswers { targets: &targets, predictions: &missing, deviations: None, ..ANSWERS };
    let with_tied = TestAnswers { predictions: &tied, ..with_missing };
    assert_eq!(with_missing.missing(), 2);
    for name in
        ["kendall-tau", "sparse-kendall-tau", "spearman", "precision@3", "best-regret@3", "best-rank@1"]
    {
        let metric: Metric = name.parse().unwrap();
        assert_eq!(metric.of(&with_missing), metric.of(&with_tied), "{name}");
        assert!(metric.of(&with_missing).is_ok(), "{name}");
    }
    for metric in [Metric::Mae, Metric::Rmse, Metric::R2, Metric::Pearson, Metric::Nll] {
        let reason = Undefined::MissingPredictions { missing: 2, rows: 4 };
        assert_eq!(metric.of(&with_missing), Err(reason), "{metric}");
    }
}
