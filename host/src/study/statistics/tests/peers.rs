use super::*;

// scipy.stats.wilcoxon, scipy 1.17.1.
#[test]
fn the_signed_rank_test_agrees_with_scipy_with_and_without_ties() {
    let difference = |trial: i32, shift: i32| f64::from(trial * 37 % 101 - shift) / 1000.0;
    let exact: Vec<f64> = (0..12).map(|trial| difference(trial, 45)).collect();
    let test = wilcoxon_signed_rank(&exact);
    assert_eq!((test.statistic, test.exact), (37.0, true));
    close(test.p, 0.90966796875);
    // 60 differences, one of them 0, ten sizes twice.
    let tied: Vec<f64> = (0..60).map(|trial| difference(trial, 40)).collect();
    let test = wilcoxon_signed_rank(&tied);
    assert_eq!((test.statistic, test.exact, test.counted), (583.0, false, 59));
    assert!((test.p - 0.022858234652659223).abs() < 1e-11, "{}", test.p);
}

#[test]
fn differences_that_differ_by_rounding_alone_are_tied() {
    let test = wilcoxon_signed_rank(&[0.3, 0.1 + 0.2, -0.1, 0.2]);
    assert!(!test.exact);
    assert_eq!(test, wilcoxon_signed_rank(&[0.3, 0.3, -0.1, 0.2]));
}

// scipy.stats.t.ppf, scipy 1.17.1.
#[test]
fn quantiles_of_students_t_agree_with_scipy() {
    for (count, level, expected) in [
        (5, 0.95, 2.7764451051977934),
        (10, 1.0 - 0.05 / 30.0, 4.421869045737846),
        (19, 0.975, 2.4450056165149445),
    ] {
        let values: Vec<f64> = (0..count).map(f64::from).collect();
        let error = standard_deviation(&values).unwrap() / f64::from(count).sqrt();
        close(student_t_interval(&values, level).unwrap().half_width() / error, expected);
    }
}

// statsmodels.stats.multitest.multipletests.
#[test]
fn holms_correction_agrees_with_statsmodels() {
    let adjusted = holm(&[0.04, 0.001, 0.03, 0.002, 0.5, 0.012]);
    for (found, expected) in adjusted.iter().zip([0.09, 0.006, 0.09, 0.01, 0.5, 0.048]) {
        close(*found, expected);
    }
}

// baycomp.SignedRankTest.probs, baycomp 1.0.3, 400,000 draws.
#[test]
fn the_bayesian_signed_rank_test_approaches_baycomp() {
    let differences = [0.0123, -0.0041, 0.0317, 0.0086, 0.0203, -0.0112, 0.0154, 0.0032];
    let found = bayesian_signed_rank(&differences, 0.01, 4).unwrap();
    assert!((found.better - 0.4553).abs() < 0.01, "{found:?}");
    assert!((found.equal - 0.5444).abs() < 0.01, "{found:?}");
    assert!((found.worse - 0.0003).abs() < 0.001, "{found:?}");
    let found = bayesian_signed_rank(&[0.0523, 0.0341, 0.0317, -0.0086, 0.0203, 0.0112], 0.01, 4).unwrap();
    assert!((found.better - 0.9583).abs() < 0.005 && found.worse == 0.0, "{found:?}");
}

// A quantile lies between two values as numpy's default says.
#[test]
fn percentiles_are_interpolated_linearly() {
    let interval = interval::percentile_interval(&mut [3.0, 1.0, 2.0, 10.0, 4.0], 0.8).unwrap();
    close(interval.lower, 1.4);
    close(interval.upper, 7.6);
    assert_eq!(interval::percentile_interval(&mut [], 0.8), None);
}
