use super::*;

/// The metric of this name over the reference's rows has this value, to 12 digits.
fn gives(name: &str, expected: f64) {
    let metric: Metric = name.parse().unwrap();
    let found = metric.of(&ANSWERS).unwrap();
    assert!((found - expected).abs() < 1e-11 * expected.abs().max(0.1), "{name}: {found} is not {expected}");
}

#[test]
fn correlations_agree_with_the_reference() {
    gives("kendall-tau", 0.843853015689);
    gives("sparse-kendall-tau", 0.822687661443);
    gives("sparse-kendall-tau:prediction", 0.822687661443);
    gives("sparse-kendall-tau:target", 0.86638348749);
    gives("sparse-kendall-tau:both", 0.845556400634);
    gives("spearman", 0.948949544687);
    gives("pearson", 0.706038724367);
    let counts = PairCounts::of(&TARGETS, &PREDICTIONS).unwrap();
    let tau_a = (counts.concordant - counts.discordant) as f64 / 66.0;
    assert!((tau_a - 0.818181818182).abs() < 1e-12);
}

#[test]
fn errors_agree_with_the_reference() {
    gives("mae", 1.925);
    gives("rmse", 5.13993839133);
    gives("r2", 0.275733482083);
}

#[test]
fn the_rows_put_first_agree_with_the_reference() {
    gives("precision@1", 0.5);
    gives("precision@2", 1.0);
    gives("precision@3", 0.833333333333);
    gives("precision@5", 0.8);
    gives("precision@10", 1.0);
    gives("best-regret@1", 0.0);
    // Rank 1 of 12 rows.
    gives("best-rank@1", 1.0 / 12.0);
}

#[test]
fn distributions_agree_with_the_reference() {
    gives("nll", 2.40783377205);
    gives("crps", 1.63709944908);
    gives("coverage@50", 1.0 / 3.0);
    gives("coverage@80", 2.0 / 3.0);
    gives("coverage@90", 2.0 / 3.0);
    gives("coverage@95", 5.0 / 6.0);
    gives("interval-width@90", 2.49469466754);
    gives("pit-distance", 0.209940843136);
}

#[test]
fn fractions_are_rounded_to_a_thousandth() {
    let hundredth = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| value / 100.0).collect() };
    let (targets, predictions) = (hundredth(&TARGETS), hundredth(&PREDICTIONS));
    let answers =
        TestAnswers { targets: &targets, predictions: &predictions, unit: Some(&Unit::Fraction), ..ANSWERS };
    let tau = Metric::SparseKendallTau(Rounded::Target).of(&answers).unwrap();
    assert!((tau - 0.86638348749).abs() < 1e-11);
}

#[test]
fn intervals_that_are_given_take_the_place_of_normal_ones() {
    let targets = [1.0, 2.0, 3.0, 4.0];
    let halves = [(80, vec![0.5, 0.1, 2.0, 0.0])];
    let answers = TestAnswers {
        targets: &targets,
        predictions: &[1.5, 2.5, 2.5, 4.0],
        deviations: Some(&[1.0; 4]),
        half_widths: &halves,
        ..ANSWERS
    };
    let of = |name: &str| name.parse::<Metric>().unwrap().of(&answers);
    // Errors 0.5, 0.5, 0.5 and 0.
    assert_eq!((of("coverage@80").unwrap(), of("interval-width@80").unwrap()), (0.75, 1.3));
    assert_eq!(of("coverage@90").unwrap(), 1.0);
    let halves = [(80, vec![f64::NAN, 0.1, 2.0, 0.0])];
    let reason = Undefined::MissingDeviations { missing: 1, rows: 4 };
    let answers = TestAnswers { half_widths: &halves, ..answers };
    assert_eq!("coverage@80".parse::<Metric>().unwrap().of(&answers), Err(reason));
}
