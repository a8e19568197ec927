//! Wilcoxon's signed-rank test.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::study::metrics::average_ranks;

/// Up to so many differences the p-value is exact, where no two are equally large.
const LARGEST_EXACT: usize = 25;

/// Differences whose sizes differ by less, in shares of the largest one, are equally large: they differ by rounding.
const SAME_SIZE: f64 = 1e-12;

/// What the test says: whether paired differences tend to be of one sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wilcoxon {
    /// The smaller of the sums of ranks of positive and of negative differences.
    pub statistic: f64,
    /// Two-sided p-value.
    pub p: f64,
    /// Whether it is exact; else it is that of a normal distribution.
    pub exact: bool,
    /// Differences that count: those that are not 0.
    pub counted: usize,
}

/// Wilcoxon's signed-rank test of finite paired differences (Individual comparisons by ranking methods, 1945). Zeros are dropped.
/// The p-value is exact for up to 25 differences of different sizes, else normal with the corrections for ties and for
/// continuity. Where nothing is left, p is 1.
pub fn wilcoxon_signed_rank(differences: &[f64]) -> Wilcoxon {
    let counted: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    let largest = counted.iter().fold(0.0_f64, |largest, difference| largest.max(difference.abs()));
    let sizes =
        without_rounding(counted.iter().map(|difference| difference.abs()).collect(), SAME_SIZE * largest);
    let ranks = average_ranks(&sizes);
    let sum = |positive: bool| -> f64 {
        ranks.iter().zip(&counted).filter(|(_, d)| (**d > 0.0) == positive).map(|(rank, _)| rank).sum()
    };
    let statistic = sum(true).min(sum(false));
    let ties = tie_correction(&sizes);
    let exact = counted.len() <= LARGEST_EXACT && ties == 0.0;
    let p = if exact { exact_p(statistic, counted.len()) } else { normal_p(statistic, counted.len(), ties) };
    Wilcoxon { statistic, p, exact, counted: counted.len() }
}

/// Makes sizes equal that differ by less than `step` from the smallest of their group.
fn without_rounding(mut sizes: Vec<f64>, step: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_unstable_by(|&a, &b| sizes[a].total_cmp(&sizes[b]));
    let mut smallest = f64::NEG_INFINITY;
    for place in order {
        if sizes[place] - smallest < step {
            sizes[place] = smallest;
        } else {
            smallest = sizes[place];
        }
    }
    sizes
}

/// The sum of t³ - t over groups of t equal sizes.
fn tie_correction(sizes: &[f64]) -> f64 {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(|group| group.len() as f64).map(|ties| ties.powi(3) - ties).sum()
}

/// Two-sided p-value of the smaller rank sum over all signs of `count` different sizes.
pub(super) fn exact_p(statistic: f64, count: usize) -> f64 {
    // How many sets of the ranks 1 to count have each sum.
    let mut sets = vec![0.0; count * (count + 1) / 2 + 1];
    sets[0] = 1.0;
    for rank in 1..=count {
        for sum in (rank..sets.len()).rev() {
            sets[sum] += sets[sum - rank];
        }
    }
    let small: f64 = sets.iter().take(statistic as usize + 1).sum();
    (2.0 * small / 2.0_f64.powi(count as i32)).min(1.0)
}

/// Two-sided p-value of the smaller rank sum by the normal distribution.
pub(super) fn normal_p(statistic: f64, count: usize, ties: f64) -> f64 {
    let count = count as f64;
    let centre = count * (count + 1.0) / 4.0;
    let variance = count * (count + 1.0) * (2.0 * count + 1.0) / 24.0 - ties / 48.0;
    let distance = (centre - statistic - 0.5).max(0.0);
    (2.0 * Normal::standard().sf(distance / variance.sqrt())).min(1.0)
}
