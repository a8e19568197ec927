//! The Bayesian signed-rank test: better, worse or practically equal.

use std::f64::consts::TAU;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws from the posterior distribution.
const DRAWS: usize = 50_000;

/// How likely the first of two predictors is better, practically equal or worse. Say so from 0.95 on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// The first is better.
    pub better: f64,
    /// The two are practically equal.
    pub equal: f64,
    /// The first is worse.
    pub worse: f64,
}

/// The Bayesian signed-rank test of the differences first - second over several tables, where differences up to `equal`
/// (0.01 for Kendall's tau) to either side are practically none (Benavoli et al., Time for a change: a tutorial for
/// comparing multiple classifiers through Bayesian analysis, 2017): Dirichlet weights of the differences and of a
/// pseudo-difference 0 of strength 0.5; each of 50,000 draws votes for the region with the greatest weight of mean
/// differences of pairs. The same seed gives the same. `None` where a difference is not finite, there is none, or `equal`
/// is negative or not finite.
pub fn bayesian_signed_rank(differences: &[f64], equal: f64, seed: u64) -> Option<Equivalence> {
    let usable = !differences.is_empty()
        && differences.iter().all(|difference| difference.is_finite())
        && (0.0..f64::INFINITY).contains(&equal);
    if !usable {
        return None;
    }
    // The pseudo-difference is marked by its strength.
    let mut sorted: Vec<(f64, bool)> = differences.iter().map(|&difference| (difference, false)).collect();
    sorted.push((0.0, true));
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of each difference, from which partner on the mean of the two is not left of the region, and right of it.
    let halves: Vec<f64> = sorted.iter().map(|row| row.0 / 2.0).collect();
    let partners: Vec<(usize, usize)> = halves
        .iter()
        .map(|half| {
            let inside = halves.partition_point(|other| half + other < -equal);
            (inside, halves.partition_point(|other| half + other <= equal))
        })
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = vec![0.0; sorted.len()];
    let mut sums = vec![0.0; sorted.len() + 1];
    let (mut better, mut even, mut worse) = (0_usize, 0_usize, 0_usize);
    for _ in 0..DRAWS {
        // Gamma variates, whose shares are Dirichlet; only the shares of the regions are compared, so the total stays.
        for (weight, &(_, pseudo)) in weights.iter_mut().zip(&sorted) {
            *weight = if pseudo { half_gamma(&mut rng) } else { exponential(&mut rng) };
        }
        for (place, weight) in weights.iter().enumerate() {
            sums[place + 1] = sums[place] + weight;
        }
        let total = sums[weights.len()];
        let (mut left, mut right) = (0.0, 0.0);
        for (weight, &(inside, above)) in weights.iter().zip(&partners) {
            left += weight * sums[inside];
            right += weight * (total - sums[above]);
        }
        let inside = total * total - left - right;
        if right > left && right > inside {
            better += 1;
        } else if left > right && left > inside {
            worse += 1;
        } else {
            even += 1;
        }
    }
    let share = |votes: usize| votes as f64 / DRAWS as f64;
    Some(Equivalence { better: share(better), equal: share(even), worse: share(worse) })
}

/// From above 0 to 1.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

/// Gamma of shape 1.
fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    -uniform(rng).ln()
}

/// Gamma of shape 1/2: half the square of a standard normal variate, by the method of Box and Muller.
fn half_gamma(rng: &mut ChaCha8Rng) -> f64 {
    exponential(rng) * (TAU * uniform(rng)).cos().powi(2)
}
