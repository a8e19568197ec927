use super::*;
use archcast_sdk::{LocalServices, rand::SeedableRng as _};

const CURVE: [f64; 10] = [0.30, 0.42, 0.50, 0.55, 0.58, 0.60, 0.62, 0.63, 0.64, 0.645];

fn theta(values: &[f64]) -> Theta {
    OneFamily::theta(values)
}

/// The mixture of the numpy example.
fn example() -> Fits<'static> {
    Fits {
        y: &CURVE,
        epochs: Epochs::first(10),
        horizon: 100.0,
        end: Epochs::one(100.0),
        monotone: Monotone::Strict,
        fits: vec![
            (CurveFamily::Mmf, theta(&[0.75, 0.1, 0.5, 0.8])),
            (CurveFamily::LogLogLinear, theta(&[0.25, 1.35])),
            (CurveFamily::Hill3, theta(&[0.8, 0.7, 1.8])),
            (CurveFamily::LogPower, theta(&[0.8, 0.7, -0.8])),
        ],
        noise: 0.02,
    }
}

/// Weights 1, 0.5, 1.5 and 1, which are 4 together.
const PARAMETERS: [f64; 16] =
    [0.75, 0.1, 0.5, 0.8, 0.25, 1.35, 0.8, 0.7, 1.8, 0.8, 0.7, -0.8, 0.02, 0.25, 0.125, 0.375];

#[test]
fn the_log_posterior_and_the_mixture_are_those_of_numpy() {
    let fits = example();
    let mut posterior = Posterior::of(&fits, false);
    assert_eq!(posterior.dimension(), 16);
    assert!((posterior.log_density(&PARAMETERS) - 18.475444082232).abs() < 1e-9);
    assert!((fits.forecast(&PARAMETERS).0 - 0.7698663318).abs() < 1e-10);
}

#[test]
fn the_prior_is_zero_beyond_its_bounds() {
    let fits = example();
    let mut posterior = Posterior::of(&fits, false);
    // A deviation of 0 and above 1, a negative weight and a last one that is, a family that falls, one above 1.5.
    for (place, value) in [(12, 0.0), (12, 1.1), (13, -0.1), (13, 0.6), (3, -0.8), (6, 5.0), (2, -0.5)] {
        let mut parameters = PARAMETERS;
        parameters[place] = value;
        assert_eq!(posterior.log_density(&parameters), f64::NEG_INFINITY, "{place} {value}");
    }
}

#[test]
fn least_squares_find_a_curve_of_their_own_family() {
    let truth = theta(&[0.8, 0.7, 1.8]);
    let y = CurveFamily::Hill3.values(&truth, &Epochs::first(15));
    let fits = Fits::of(&y, &[CurveFamily::Hill3], Monotone::Strict, 100.0);
    assert!((fits.equal_weights().mean - CurveFamily::Hill3.at(&truth, &Epochs::one(100.0))).abs() < 1e-6);
    assert!(fits.equal_weights().deviation < 1e-6);
}

#[test]
fn a_falling_curve_leaves_no_family() {
    let y = [0.6, 0.5, 0.42, 0.38, 0.3, 0.2];
    assert!(Fits::of(&y, &CurveFamily::KEPT, Monotone::Strict, 100.0).is_empty());
}

/// The posterior of a single family that is linear in its two parameters, with σ integrated over, by a grid.
#[test]
fn the_sampled_posterior_is_that_of_a_grid() {
    let y = [0.16, 0.37, 0.49, 0.53, 0.545, 0.56, 0.58, 0.60];
    let fits = Fits::of(&y, &[CurveFamily::Ilog2], Monotone::Strict, 50.0);
    let mut posterior = Posterior::of(&fits, false);
    let ([c, a, ..], noise) = (fits.fits[0].1, fits.noise);
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    let peak = posterior.log_density(&[c, a, noise]);
    let steps = 120;
    for i in 0..=steps {
        for j in 0..=steps {
            for k in 1..=steps {
                let across = |step: usize| 2.0 * step as f64 / f64::from(steps as u32) - 1.0;
                let point = [
                    c + 12.0 * noise * across(i),
                    a + 12.0 * noise * across(j),
                    8.0 * noise * k as f64 / steps as f64,
                ];
                let weight = (posterior.log_density(&point) - peak).exp();
                let end = CurveFamily::Ilog2.at(&theta(&point[..2]), &fits.end);
                sum += weight;
                first += weight * end;
                second += weight * (end * end + point[2] * point[2]);
            }
        }
    }
    let (mean, deviation) = (first / sum, (second / sum - (first / sum).powi(2)).sqrt());
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let effort = Effort { walkers: 40, burn_in: 500, steps: 3000 };
    let (told, quality) = fits.sample(effort, false, &mut Rng::seed_from_u64(3), &cx).unwrap();
    assert!(quality.effective > 1000.0 && (0.3..0.9).contains(&quality.acceptance), "{quality:?}");
    let error = 4.0 * deviation / quality.effective.sqrt();
    assert!((told.mean - mean).abs() < error, "{told:?} {mean} ± {error}");
    assert!((told.deviation / deviation - 1.0).abs() < 0.1, "{told:?} {deviation}");
    assert!(told.quantiles[0] < told.quantiles[1] && told.quantiles[1] < told.quantiles[2]);
}

#[test]
fn walkers_start_where_the_density_is_not_zero() {
    let fits = Fits::of(&CURVE, &CurveFamily::KEPT, Monotone::Strict, 100.0);
    let mut posterior = Posterior::of(&fits, false);
    let places = fits.ball(36, &mut posterior, &mut Rng::seed_from_u64(0));
    for place in places.chunks_exact(posterior.dimension()) {
        assert!(posterior.log_density(place).is_finite(), "{place:?}");
    }
}

#[test]
fn recent_epochs_count_more_where_that_is_asked_for() {
    let fits = example();
    let (plain, weighted) = (Posterior::of(&fits, false), Posterior::of(&fits, true));
    assert!((plain.total - 10.0).abs() < 1e-12);
    assert!((weighted.counts[9] / weighted.counts[0] - 10f64.powf(0.9)).abs() < 1e-12);
}
