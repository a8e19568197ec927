//! The affine-invariant ensemble sampler with the stretch move (Goodman and Weare, Comm. App. Math. Comp. Sci. 2010;
//! Foreman-Mackey et al., PASP 2013: emcee), and the autocorrelation of what it gives.
//!
//! A walker x moves along the line through a walker y of the other half to `y + z (x - y)`, where z has the density
//! `∝ 1/√z` on 1/a to a = 2; it is accepted with probability `min(1, z^(d-1) p(new) / p(old))`.

use archcast_sdk::{
    Rng,
    rand::{Rng as _, RngExt as _},
};

/// Longest and inverse of the shortest stretch.
const STRETCH: f64 = 2.0;
/// Lags that count for the autocorrelation time: up to this many times itself (Sokal's window, as in emcee).
const WINDOW: f64 = 5.0;

/// Walkers with the logarithm of their density.
#[derive(Debug, Clone)]
pub(crate) struct Ensemble {
    dimension: usize,
    /// One walker after the other.
    places: Vec<f64>,
    densities: Vec<f64>,
    /// Whether each walker went elsewhere in the last step.
    moved: Vec<bool>,
    accepted: u64,
    proposed: u64,
}

impl Ensemble {
    /// Walkers at these places, an even number of them.
    pub(crate) fn new(places: Vec<f64>, dimension: usize, density: &mut impl FnMut(&[f64]) -> f64) -> Self {
        let densities: Vec<f64> = places.chunks_exact(dimension).map(density).collect();
        Self { dimension, places, moved: vec![false; densities.len()], densities, accepted: 0, proposed: 0 }
    }

    /// The walkers, and whether each went elsewhere in the last step.
    pub(crate) fn walkers(&self) -> impl Iterator<Item = (&[f64], bool)> {
        self.places.chunks_exact(self.dimension).zip(self.moved.iter().copied())
    }

    /// Accepted moves as a part of all since the start or since the last time this was asked.
    pub(crate) fn take_acceptance(&mut self) -> f64 {
        let share = self.accepted as f64 / self.proposed.max(1) as f64;
        (self.accepted, self.proposed) = (0, 0);
        share
    }

    /// Moves every walker once, first one half against the other, then the other way.
    pub(crate) fn step(&mut self, density: &mut impl FnMut(&[f64]) -> f64, rng: &mut Rng) {
        let (d, half) = (self.dimension, self.densities.len() / 2);
        let mut proposal = vec![0.0; d];
        for walker in 0..2 * half {
            let others = if walker < half { half } else { 0 };
            let other = others + below(half, rng);
            let u: f64 = rng.random();
            let z = ((STRETCH - 1.0) * u + 1.0).powi(2) / STRETCH;
            for (place, value) in proposal.iter_mut().enumerate() {
                let (x, y) = (self.places[walker * d + place], self.places[other * d + place]);
                *value = y + z * (x - y);
            }
            let new = density(&proposal);
            let gain = (d as f64 - 1.0) * z.ln() + new - self.densities[walker];
            self.proposed += 1;
            let chance: f64 = rng.random();
            self.moved[walker] = gain >= 0.0 || chance < gain.exp();
            if self.moved[walker] {
                self.accepted += 1;
                self.densities[walker] = new;
                self.places[walker * d..(walker + 1) * d].copy_from_slice(&proposal);
            }
        }
    }
}

/// A whole number from 0 to below `count`.
fn below(count: usize, rng: &mut Rng) -> usize {
    ((u128::from(rng.next_u64()) * count as u128) >> 64) as usize
}

/// Steps after which a walker has forgotten where it was: the integrated autocorrelation time of a quantity, averaged
/// over walkers; `series` holds all walkers of one step after the other. At least 1, and NaN where nothing moves.
pub(crate) fn autocorrelation_time(series: &[f64], walkers: usize) -> f64 {
    let walkers = walkers.max(1);
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let centred: Vec<f64> = series.iter().map(|value| value - mean).collect();
    // All walkers at once: the product of the series with itself, so many steps later.
    let lagged = |lag: usize| product(&centred, centred.get(lag * walkers..).unwrap_or(&[]));
    let variance = lagged(0);
    if variance == 0.0 {
        return f64::NAN;
    }
    let mut time = 1.0;
    for lag in 1..series.len() / walkers {
        time += 2.0 * lagged(lag) / variance;
        if lag as f64 >= WINDOW * time {
            break;
        }
    }
    time.max(1.0)
}

/// The product of two vectors as far as the shorter goes, in independent lanes.
fn product(a: &[f64], b: &[f64]) -> f64 {
    let shorter = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..shorter].as_chunks::<8>(), b[..shorter].as_chunks::<8>());
    let mut lanes = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::rand::SeedableRng as _;

    /// A Gaussian with this mean and inverse covariance.
    const MEAN: [f64; 2] = [1.0, -3.0];
    const COVARIANCE: [[f64; 2]; 2] = [[4.0, 1.2], [1.2, 0.5]];

    fn gaussian(x: &[f64]) -> f64 {
        let (a, b) = (x[0] - MEAN[0], x[1] - MEAN[1]);
        let [[p, q], [_, r]] = COVARIANCE;
        -0.5 * (r * a * a - 2.0 * q * a * b + p * b * b) / (p * r - q * q)
    }

    fn sampled(
        density: impl Fn(&[f64]) -> f64,
        dimension: usize,
        steps: usize,
        start: impl Fn(f64) -> f64,
    ) -> (Vec<Vec<f64>>, f64) {
        let mut rng = Rng::seed_from_u64(5);
        let mut density = |x: &[f64]| density(x);
        let places = (0..40 * dimension).map(|_| start(rng.random())).collect();
        let mut ensemble = Ensemble::new(places, dimension, &mut density);
        (0..500).for_each(|_| ensemble.step(&mut density, &mut rng));
        ensemble.take_acceptance();
        let mut kept = Vec::new();
        for _ in 0..steps {
            ensemble.step(&mut density, &mut rng);
            kept.extend(ensemble.walkers().map(|(walker, _)| walker.to_vec()));
        }
        (kept, ensemble.take_acceptance())
    }

    #[test]
    fn a_gaussian_has_its_mean_and_covariance() {
        let (kept, acceptance) = sampled(gaussian, 2, 4000, |u| u - 0.5);
        assert!((0.5..0.9).contains(&acceptance), "{acceptance}");
        let mean = |of: &dyn Fn(&[f64]) -> f64| kept.iter().map(|x| of(x)).sum::<f64>() / kept.len() as f64;
        let first: Vec<f64> = kept.iter().map(|x| x[0]).collect();
        let time = autocorrelation_time(&first, 40);
        // Of two dimensions emcee needs some 20 to 40 steps.
        assert!((5.0..60.0).contains(&time), "{time}");
        let error = (time / kept.len() as f64).sqrt();
        for (place, want) in MEAN.into_iter().enumerate() {
            let have = mean(&|x| x[place]);
            let allowed = 4.0 * error * COVARIANCE[place][place].sqrt();
            assert!((have - want).abs() < allowed, "{have} {want} ± {allowed}");
        }
        for i in 0..2 {
            for j in 0..2 {
                let have = mean(&|x| (x[i] - MEAN[i]) * (x[j] - MEAN[j]));
                let allowed = 8.0 * error * (COVARIANCE[i][i] * COVARIANCE[j][j]).sqrt();
                assert!((have - COVARIANCE[i][j]).abs() < allowed, "{i} {j}: {have} ± {allowed}");
            }
        }
    }

    #[test]
    fn a_density_with_an_edge_keeps_to_its_side() {
        // The exponential distribution: mean 1, second moment 2.
        let density = |x: &[f64]| if x[0] < 0.0 { f64::NEG_INFINITY } else { -x[0] };
        let (kept, _) = sampled(density, 1, 4000, |u| u);
        assert!(kept.iter().all(|x| x[0] >= 0.0));
        let mean = kept.iter().map(|x| x[0]).sum::<f64>() / kept.len() as f64;
        let square = kept.iter().map(|x| x[0] * x[0]).sum::<f64>() / kept.len() as f64;
        assert!((mean - 1.0).abs() < 0.05 && (square - 2.0).abs() < 0.2, "{mean} {square}");
    }

    #[test]
    fn the_autocorrelation_time_of_a_known_process_is_found() {
        // x ← φ x + noise has the time (1 + φ) / (1 - φ).
        let mut rng = Rng::seed_from_u64(1);
        let mut walkers = [0.0; 20];
        let mut series = Vec::new();
        for _ in 0..5000 {
            for x in &mut walkers {
                let noise: f64 = rng.random::<f64>() - 0.5;
                *x = 0.8 * *x + noise;
                series.push(*x);
            }
        }
        let time = autocorrelation_time(&series, 20);
        assert!((time - 9.0).abs() < 0.5, "{time}");
        assert!(autocorrelation_time(&[1.0; 40], 4).is_nan());
    }
}
