//! The weighted mixture of parametric families (Domhan et al., IJCAI 2015) and its posterior.
//!
//! A curve of values in about 0 to 1 is `yₜ = Σ wₖ fₖ(t; θₖ) + ε`, `ε ~ N(0, σ²)`, with weights on the simplex. The
//! prior is uniform where it is not zero: weights are not negative (the last one is 1 minus the others), `0 < σ ≤ 1`,
//! each family keeps to 0 … 1.5 at the horizon T and rises. A free scale of weights that are normalised in the
//! likelihood, as in the paper, gives the same posterior of the mixture.
//!
//! Parameters in order: θ of each family, σ, the weights but for the last.

use crate::{
    extrapolation::{Forecast, LEVELS},
    families::{CurveFamily, Epochs, MOST, Theta},
    levenberg::{self, Residuals},
    stretch::{Ensemble, autocorrelation_time},
};
use archcast_sdk::{Rng, prelude::*, rand::RngExt as _};

/// Values that a family may have at the horizon.
const RANGE: std::ops::RangeInclusive<f64> = 0.0..=1.5;
/// Smallest deviation of noise that a start assumes.
const LEAST_NOISE: f64 = 1e-4;
/// How far walkers start from the least squares, as a part of each parameter.
const BALL: f64 = 0.1;
/// Attempts to place a walker where the prior is not zero; each is nearer to the least squares.
const ATTEMPTS: i32 = 40;

/// What the prior asks of a family.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Monotone {
    /// It nowhere falls from epoch 2 to the horizon.
    #[default]
    Strict,
    /// At the horizon it is not below epoch 2.
    Soft,
}

impl Monotone {
    fn allows(self, family: CurveFamily, theta: &Theta, (horizon, end): (f64, &Epochs)) -> bool {
        match self {
            // Signs first: they cost nothing.
            Self::Strict => family.rises(theta, horizon) && RANGE.contains(&family.at(theta, end)),
            Self::Soft => {
                let last = family.at(theta, end);
                RANGE.contains(&last) && last >= family.at(theta, &Epochs::one(2.0))
            }
        }
    }
}

/// How long the posterior is sampled.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Effort {
    pub(crate) walkers: usize,
    pub(crate) burn_in: usize,
    pub(crate) steps: usize,
}

/// How well the sampling of one row went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quality {
    /// Accepted moves as a part of all.
    pub(crate) acceptance: f64,
    /// Independent samples that the forecast's samples are worth.
    pub(crate) effective: f64,
}

/// The families that least squares could fit to a curve and the prior allows.
#[derive(Debug, Clone)]
pub(crate) struct Fits<'a> {
    y: &'a [f64],
    epochs: Epochs,
    horizon: f64,
    /// The horizon alone.
    end: Epochs,
    monotone: Monotone,
    fits: Vec<(CurveFamily, Theta)>,
    /// Deviation of the residuals of their equal-weight mean.
    noise: f64,
}

struct OneFamily<'a> {
    family: CurveFamily,
    epochs: &'a Epochs,
    y: &'a [f64],
}

impl OneFamily<'_> {
    fn theta(parameters: &[f64]) -> Theta {
        let mut theta = [0.0; MOST];
        theta.iter_mut().zip(parameters).for_each(|(place, value)| *place = *value);
        theta
    }
}

impl Residuals for OneFamily<'_> {
    fn points(&self) -> usize {
        self.y.len()
    }

    fn residuals(&self, parameters: &[f64], out: &mut [f64]) {
        out.iter_mut().zip(self.y).for_each(|(out, y)| *out = -y);
        self.family.add(&Self::theta(parameters), self.epochs, 1.0, out);
    }

    fn jacobian(&self, parameters: &[f64], out: &mut [f64]) {
        self.family.jacobian(&Self::theta(parameters), self.epochs, out);
    }
}

impl<'a> Fits<'a> {
    /// Fits each family from the paper's start; those that do not converge or that the prior forbids are left out.
    pub(crate) fn of(y: &'a [f64], families: &[CurveFamily], monotone: Monotone, horizon: f64) -> Self {
        let (epochs, end) = (Epochs::first(y.len()), Epochs::one(horizon));
        let fit = |&family: &CurveFamily| {
            let problem = OneFamily { family, epochs: &epochs, y };
            let theta = OneFamily::theta(&levenberg::minimise(&problem, family.start())?);
            monotone.allows(family, &theta, (horizon, &end)).then_some((family, theta))
        };
        let fits: Vec<(CurveFamily, Theta)> = families.iter().filter_map(fit).collect();
        let mut residuals: Vec<f64> = y.iter().map(|y| -y).collect();
        for (family, theta) in &fits {
            family.add(theta, &epochs, 1.0 / fits.len() as f64, &mut residuals);
        }
        let square = residuals.iter().map(|residual| residual * residual).sum::<f64>() / y.len() as f64;
        Self { y, epochs, horizon, end, monotone, fits, noise: square.sqrt() }
    }

    /// Whether no family is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.fits.is_empty()
    }

    /// The mean of the families at the horizon; the deviation is the noise and how far they disagree.
    pub(crate) fn equal_weights(&self) -> Forecast {
        let ends: Vec<f64> = self.fits.iter().map(|(family, theta)| family.at(theta, &self.end)).collect();
        let count = ends.len() as f64;
        let mean = ends.iter().sum::<f64>() / count;
        let spread = ends.iter().map(|end| (end - mean).powi(2)).sum::<f64>() / count;
        let deviation = (spread + self.noise * self.noise).sqrt().max(f64::MIN_POSITIVE);
        Forecast { mean, deviation, quantiles: Vec::new() }
    }

    /// The forecast of the posterior, sampled by [`Ensemble`], and how well that went. With `recency` the term of an
    /// epoch t in the likelihood counts `10^((t-1)/f)` times.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn sample(
        &self,
        effort: Effort,
        recency: bool,
        rng: &mut Rng,
        cx: &Context<'_>,
    ) -> Result<(Forecast, Quality)> {
        let mut posterior = Posterior::of(self, recency);
        let dimension = posterior.dimension();
        // The move needs two walkers for each dimension to reach everywhere.
        let walkers = effort.walkers.max(2 * dimension).next_multiple_of(2);
        let places = self.ball(walkers, &mut posterior, rng);
        let mut density = |x: &[f64]| posterior.log_density(x);
        let mut ensemble = Ensemble::new(places, dimension, &mut density);
        for _ in 0..effort.burn_in {
            cx.check()?;
            ensemble.step(&mut density, rng);
        }
        ensemble.take_acceptance();
        let steps = effort.steps.max(1);
        let mut now: Vec<(f64, f64)> = ensemble.walkers().map(|(walker, _)| self.forecast(walker)).collect();
        let (mut ends, mut noise) = (Vec::with_capacity(steps * walkers), 0.0);
        for _ in 0..steps {
            cx.check()?;
            ensemble.step(&mut density, rng);
            for (now, (walker, moved)) in now.iter_mut().zip(ensemble.walkers()) {
                if moved {
                    *now = self.forecast(walker);
                }
                ends.push(now.0);
                noise += now.1 * now.1;
            }
        }
        let effective = ends.len() as f64 / autocorrelation_time(&ends, walkers);
        let acceptance = ensemble.take_acceptance();
        let count = ends.len() as f64;
        let mean = ends.iter().sum::<f64>() / count;
        let variance = ends.iter().map(|end| (end - mean).powi(2)).sum::<f64>() / count + noise / count;
        ends.sort_unstable_by(f64::total_cmp);
        let quantile = |(level, _): (f64, &str)| {
            let place = level * (count - 1.0);
            let below = ends[place.floor() as usize];
            below + (place - place.floor()) * (ends[place.ceil() as usize] - below)
        };
        let quantiles = LEVELS.into_iter().map(quantile).collect();
        let deviation = variance.sqrt().max(f64::MIN_POSITIVE);
        Ok((Forecast { mean, deviation, quantiles }, Quality { acceptance, effective }))
    }

    /// Places around the least squares where the density is not zero: each parameter within a tenth of itself, or
    /// within what changes the curve by twice the noise where that is less.
    fn ball(&self, walkers: usize, posterior: &mut Posterior<'_, '_>, rng: &mut Rng) -> Vec<f64> {
        let noise = self.noise.clamp(LEAST_NOISE, 0.5);
        let (mut centre, mut reach) = (Vec::new(), Vec::new());
        for (family, theta) in &self.fits {
            let count = self.epochs.len();
            let mut columns = vec![0.0; count * MOST];
            family.jacobian(theta, &self.epochs, &mut columns);
            for (parameter, &value) in theta.iter().enumerate().take(family.parameters()) {
                let column = &columns[parameter * count..(parameter + 1) * count];
                let slope = column.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
                let own = BALL * value.abs().max(0.01);
                let by_curve = 2.0 * noise / slope;
                reach.push(if by_curve.is_finite() { own.min(by_curve) } else { own });
                centre.push(value);
            }
        }
        centre.push(noise);
        reach.push(BALL * noise);
        let share = 1.0 / self.fits.len() as f64;
        centre.extend(vec![share; self.fits.len() - 1]);
        reach.extend(vec![BALL * share; self.fits.len() - 1]);
        let mut places = Vec::with_capacity(walkers * centre.len());
        for _ in 0..walkers {
            let mut place = centre.clone();
            for attempt in 0..ATTEMPTS {
                let nearer = 0.8f64.powi(attempt);
                for ((value, centre), reach) in place.iter_mut().zip(&centre).zip(&reach) {
                    *value = centre + nearer * reach * rng.random_range(-1.0..=1.0);
                }
                if posterior.log_density(&place).is_finite() {
                    break;
                }
            }
            places.extend(place);
        }
        places
    }

    /// The mixture at the horizon, and σ.
    fn forecast(&self, parameters: &[f64]) -> (f64, f64) {
        let mut end = 0.0;
        let layout = self.layout(parameters);
        for ((family, theta), weight) in layout.families.zip(layout.weights) {
            end += weight * family.at(&theta, &self.end);
        }
        (end, layout.sigma)
    }

    fn layout<'p>(
        &'p self,
        parameters: &'p [f64],
    ) -> Layout<impl Iterator<Item = (CurveFamily, Theta)> + 'p, impl Iterator<Item = f64> + 'p> {
        let own: usize = self.fits.iter().map(|(family, _)| family.parameters()).sum();
        let (thetas, rest) = parameters.split_at(own.min(parameters.len()));
        let (sigma, weights) =
            rest.split_first().map_or((f64::NAN, rest), |(sigma, weights)| (*sigma, weights));
        let mut from = 0;
        let families = self.fits.iter().map(move |&(family, _)| {
            let to = from + family.parameters();
            let theta = OneFamily::theta(&thetas[from..to]);
            from = to;
            (family, theta)
        });
        let last = 1.0 - weights.iter().sum::<f64>();
        Layout { families, sigma, weights: weights.iter().copied().chain(std::iter::once(last)) }
    }
}

/// A vector of parameters, taken apart.
struct Layout<F, W> {
    families: F,
    sigma: f64,
    weights: W,
}

/// The density of the posterior, with room for the mixture's curve.
struct Posterior<'f, 'a> {
    fits: &'f Fits<'a>,
    /// How much each epoch counts in the likelihood.
    counts: Vec<f64>,
    total: f64,
    residuals: Vec<f64>,
    /// Room for powers of the epochs.
    powers: Vec<f64>,
}

impl<'f, 'a> Posterior<'f, 'a> {
    fn of(fits: &'f Fits<'a>, recency: bool) -> Self {
        let f = fits.y.len() as f64;
        let count = |epoch: usize| if recency { 10f64.powf(epoch as f64 / f) } else { 1.0 };
        let counts: Vec<f64> = (0..fits.y.len()).map(count).collect();
        Self {
            total: counts.iter().sum(),
            counts,
            residuals: vec![0.0; fits.y.len()],
            powers: vec![0.0; fits.y.len()],
            fits,
        }
    }

    fn dimension(&self) -> usize {
        let own: usize = self.fits.fits.iter().map(|(family, _)| family.parameters()).sum();
        own + self.fits.fits.len()
    }

    /// Its logarithm but for a constant of the prior; minus infinity where the prior is zero.
    fn log_density(&mut self, parameters: &[f64]) -> f64 {
        let fits = self.fits;
        let layout = fits.layout(parameters);
        let sigma = layout.sigma;
        if !(sigma > 0.0 && sigma <= 1.0) {
            return f64::NEG_INFINITY;
        }
        for ((family, theta), weight) in layout.families.zip(layout.weights) {
            if weight < 0.0 || !fits.monotone.allows(family, &theta, (fits.horizon, &fits.end)) {
                return f64::NEG_INFINITY;
            }
        }
        self.residuals.iter_mut().zip(fits.y).for_each(|(residual, y)| *residual = -y);
        let layout = fits.layout(parameters);
        for ((family, theta), weight) in layout.families.zip(layout.weights) {
            family.add_fast(&theta, &fits.epochs, weight, &mut self.residuals, &mut self.powers);
        }
        let square: f64 = self
            .counts
            .iter()
            .zip(&self.residuals)
            .map(|(count, residual)| count * residual * residual)
            .sum();
        let normal = 0.5 * (2.0 * std::f64::consts::PI).ln() + sigma.ln();
        let density = -self.total * normal - 0.5 * square / (sigma * sigma);
        if density.is_nan() { f64::NEG_INFINITY } else { density }
    }
}

#[cfg(test)]
mod tests;
