//! The reference's test vectors, values of scipy, and what the statistics owe to bad values.

use super::*;

mod bad_values;
mod comparisons;
mod peers;

const FIRST: [f64; 10] = [0.712, 0.698, 0.731, 0.705, 0.689, 0.744, 0.720, 0.701, 0.695, 0.728];
const SECOND: [f64; 10] = [0.701, 0.702, 0.714, 0.690, 0.683, 0.725, 0.722, 0.688, 0.687, 0.709];

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-11 * expected.abs().max(0.01), "{found} is not {expected}");
}

fn differences() -> Vec<f64> {
    FIRST.iter().zip(SECOND).map(|(first, second)| first - second).collect()
}

#[test]
fn paired_differences_agree_with_the_reference() {
    let paired = paired_difference(&FIRST, &SECOND, &Resamples::new(10, 1)).unwrap();
    close(paired.mean, 0.0102);
    close(paired.deviation.unwrap(), 0.00820298048815);
    let interval = paired.interval.unwrap();
    close(interval.lower, 0.00433194125826);
    close(interval.upper, 0.0160680587417);
    assert_eq!((paired.won, paired.lost), (0.8, 0.2));
}

#[test]
fn the_signed_rank_test_agrees_with_the_reference() {
    let test = wilcoxon_signed_rank(&differences());
    // Two differences are 0.019, so the exact p-value does not hold.
    assert!(!test.exact);
    assert_eq!((test.statistic, test.counted), (3.0, 10));
    // The normal distribution of statrs is good for 10 digits.
    assert!((test.p - 0.0143692894436).abs() < 1e-12);
    close(wilcoxon::exact_p(3.0, 10), 0.009765625);
}

#[test]
fn t_tests_agree_with_the_reference() {
    let plain = corrected_resampled_t(&differences(), 0.0).unwrap();
    close(plain.t, 3.93213566463);
    close(plain.p, 0.00344685057722);
    let corrected = corrected_resampled_t(&differences(), 2.0).unwrap();
    close(corrected.t, 0.858062348858);
    close(corrected.p, 0.413125074378);
}

#[test]
fn the_bootstrap_approaches_the_distribution_of_all_resamples() {
    let values = [0.02, -0.01, 0.03, 0.05];
    let resamples = Resamples::new(4, 7);
    let row = ndarray::ArrayView2::from_shape((1, 4), &values).unwrap();
    let means = resamples.means(row).into_raw_vec_and_offset().0;
    // The deviation of 256 equally likely means has the divisor n.
    assert!((standard_deviation(&means).unwrap() - 0.0108253175473).abs() < 2e-4);
    let above = means.iter().filter(|&&mean| mean > 1e-12).count() as f64 / means.len() as f64;
    assert!((above - 0.96484375).abs() < 6e-3, "{above}");
    let interval = bootstrap_interval(&values, 0.95, &resamples).unwrap();
    assert!(interval.lower.abs() < 1e-12 && (interval.upper - 0.0425).abs() < 1e-12, "{interval:?}");
}

#[test]
fn friedmans_test_agrees_with_the_reference() {
    let tables = [
        vec![0.71, 0.68, 0.70, 0.60],
        vec![0.65, 0.66, 0.66, 0.55],
        vec![0.80, 0.74, 0.79, 0.70],
        vec![0.52, 0.50, 0.55, 0.41],
        vec![0.63, 0.60, 0.61, 0.62],
        vec![0.77, 0.75, 0.70, 0.69],
    ];
    let test = friedman(&tables).unwrap();
    for (found, expected) in test.mean_ranks.iter().zip([1.5, 2.75, 25.0 / 12.0, 44.0 / 12.0]) {
        close(*found, expected);
    }
    close(test.chi_squared, 9.50847457627);
    close(test.chi_squared_p, 0.0232413758615);
    close(test.f, 5.59880239521);
    close(test.f_p, 0.00883842799831);
    assert!((critical_difference(4, 6).unwrap() - 1.91484322659).abs() < 1e-6);
}
