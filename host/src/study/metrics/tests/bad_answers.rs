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

#[test]
fn a_trial_without_order_counts_as_zero_and_is_named() {
    let constant = TestAnswers { predictions: &[90.0; 12], ..ANSWERS };
    let refused = TestAnswers { predictions: &[f64::NAN; 12], ..ANSWERS };
    for metric in [Metric::KendallTau, Metric::SparseKendallTau(Rounded::Both), Metric::Spearman] {
        let values = [&ANSWERS, &constant, &refused].map(|answers| metric.of(answers));
        let first = values[0].unwrap();
        let trials = OverTrials::of(values).unwrap();
        assert_eq!(trials.values, [first, 0.0, 0.0]);
        let reason = Undefined::ConstantPredictions;
        assert_eq!(trials.without_order, [(1, reason), (2, reason)]);
    }
    let reason = Undefined::MissingPredictions { missing: 12, rows: 12 };
    let error = OverTrials::of([Metric::Rmse.of(&ANSWERS), Metric::Rmse.of(&refused)]).unwrap_err();
    assert_eq!(error, (1, reason));
}

#[test]
fn constant_predictions_give_the_expectation_of_a_draw() {
    let constant = TestAnswers { predictions: &[90.0; 12], ..ANSWERS };
    let of = |name: &str| name.parse::<Metric>().unwrap().of(&constant).unwrap();
    // A random row is among the best k with probability k/12, whatever the ties in the targets.
    assert!((of("precision@1") - 1.0 / 12.0).abs() < 1e-12);
    assert!((of("precision@6") - 0.5).abs() < 1e-12);
    let mean = TARGETS.iter().sum::<f64>() / 12.0;
    assert!((of("best-regret@1") - (93.1 - mean)).abs() < 1e-12);
    assert_eq!(of("best-regret@12"), 0.0);
    // 93.1 twice, 92.4 twice, 91.25, 91.2, 90.5 twice and four single rows.
    let ranks = 1 + 1 + 3 + 3 + 5 + 6 + 7 + 7 + 9 + 10 + 11 + 12;
    assert!((of("best-rank@1") - f64::from(ranks) / 144.0).abs() < 1e-12);
}

#[test]
fn more_rows_than_there_are_cannot_be_chosen() {
    for k in [0, 13, usize::MAX] {
        for metric in [Metric::PrecisionAt(k), Metric::BestRegretAt(k), Metric::BestRankAt(k)] {
            assert_eq!(metric.of(&ANSWERS), Err(Undefined::Choice { k, rows: 12 }));
        }
    }
}

#[test]
fn scores_have_an_order_and_no_error() {
    let scores = TestAnswers { gives: &Gives::Score, deviations: None, ..ANSWERS };
    assert!(Metric::KendallTau.of(&scores).is_ok() && Metric::PrecisionAt(10).of(&scores).is_ok());
    for name in ["sparse-kendall-tau", "mae", "rmse", "r2"] {
        let error = name.parse::<Metric>().unwrap().of(&scores).unwrap_err().to_string();
        assert_eq!(error, "the predictor gives score, and this metric needs values in the target's unit");
    }
    let values = TestAnswers { gives: &Gives::Value, ..ANSWERS };
    assert!(Metric::Rmse.of(&values).is_ok());
    let error = Metric::Nll.of(&values).unwrap_err().to_string();
    assert_eq!(error, "the predictor gives value, and this metric needs a mean and a standard deviation");
    let named = Gives::Named(vec!["latency".into()]);
    assert!(Metric::STANDARD.iter().all(|metric| !metric.applies_to(&named)));
}

#[test]
fn without_a_unit_there_is_no_step_to_round_to() {
    let seconds = Unit::Other("s".into());
    for unit in [None, Some(&seconds)] {
        let answers = TestAnswers { unit, ..ANSWERS };
        assert_eq!(Metric::SparseKendallTau(Rounded::Prediction).of(&answers), Err(Undefined::NoStep));
    }
}

#[test]
fn deviations_have_a_floor_from_the_training_targets() {
    let sure = [0.0; 12];
    let answers = TestAnswers { deviations: Some(&sure), training_spread: 2.0, ..ANSWERS };
    let floored = [2e-6; 12];
    let expected = TestAnswers { deviations: Some(&floored), training_spread: 0.0, ..ANSWERS };
    assert_eq!(Metric::Nll.of(&answers), Metric::Nll.of(&expected));
    for training_spread in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let answers = TestAnswers { training_spread, ..answers };
        assert_eq!(Metric::Crps.of(&answers), Err(Undefined::NoWidth { row: 0 }));
    }
    let bad = [1.0, -1.0, f64::NAN, f64::INFINITY, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let answers = TestAnswers { deviations: Some(&bad), ..ANSWERS };
    assert_eq!(Metric::Coverage(50).of(&answers), Err(Undefined::MissingDeviations { missing: 3, rows: 12 }));
    let answers = TestAnswers { deviations: Some(&bad[..3]), ..ANSWERS };
    assert_eq!(Metric::Crps.of(&answers), Err(Undefined::Deviations { predictions: 12, deviations: 3 }));
    let answers = TestAnswers { deviations: None, ..ANSWERS };
    assert_eq!(Metric::Crps.of(&answers), Err(Undefined::MissingDeviations { missing: 12, rows: 12 }));
    for percent in [0, 100, 255] {
        assert_eq!(Metric::Coverage(percent).of(&ANSWERS), Err(Undefined::Share { percent }));
        assert_eq!(Metric::IntervalWidth(percent).of(&ANSWERS), Err(Undefined::Share { percent }));
    }
}

/// Whatever the numbers, a metric has a finite value or says why it has none.
#[test]
fn no_answers_make_a_metric_panic_or_give_what_is_no_number() {
    let odd = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        5e-324,
        1e-300,
    ];
    let lists: Vec<Vec<f64>> = std::iter::once(vec![])
        .chain(odd.iter().map(|&one| vec![one]))
        .chain(odd.iter().flat_map(|&one| odd.iter().map(move |&two| vec![one, two])))
        .chain([vec![1.0; 3], vec![f64::MAX; 3], vec![f64::NAN; 3]])
        .chain([odd.to_vec(), vec![1.0, 2.0, f64::MAX]])
        .collect();
    let names = ["sparse-kendall-tau:both", "precision@1", "precision@2", "best-regret@1", "best-rank@2"];
    let metrics: Vec<Metric> =
        Metric::STANDARD.into_iter().chain(names.map(|name| name.parse().unwrap())).collect();
    for targets in &lists {
        for predictions in &lists {
            for deviations in [predictions, targets] {
                let answers = TestAnswers { targets, predictions, deviations: Some(deviations), ..ANSWERS };
                for metric in &metrics {
                    if let Ok(value) = metric.of(&answers) {
                        assert!(value.is_finite(), "{metric} of {answers:?} is {value}");
                    }
                }
            }
        }
    }
}
