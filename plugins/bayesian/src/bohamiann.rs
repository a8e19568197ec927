//! BOHAMIANN: a Bayesian neural network, sampled (Springenberg, Klein, Falkner and Hutter, Bayesian Optimization with
//! Robust Bayesian Neural Networks, NeurIPS 2016).
//!
//! Two tanh layers give the mean of the standardised target; the noise has one variance, whose logarithm λ is sampled with
//! the weights. Priors: weights and biases normal around 0, λ ~ N(log 0.01, 1). The chain is that of the module `sampler`. Means
//! of the kept networks make the mean; their spread and noise the variance, which a factor from cross-fitting widens, see
//! the module `calibration`: the chain of a usual length does not leave the neighbourhood of its start.
//!
//! White et al. (NeurIPS 2021) run pybnn for 100 steps, 10 of them burn-in, with a weight prior divided by the number of
//! weights, a noise prior that wants a variance of 1e-6, and printing that resets the chain every tenth step. This
//! predictor takes 2,000 steps and proper priors, and nothing that watches the chain changes it. `preset = "naslib"` has
//! that schedule and those priors, and no cross-fit.
//!
//! Cost: fit `(folds + 1) · steps · 20` passes of a network; predict one pass of each kept network a row.

use crate::{
    calibration::{self, Recipe},
    example,
    inputs::Inputs,
    preset::Preset,
    progress::Progress,
    queries::ask,
    sampler::Sampler,
};
use archcast_networks::{Activation, Batches, Feedforward, Layout, initialise::Initial};
use archcast_scaling::{TargetScale, calibration::parts};
use archcast_sdk::{ndarray::Axis, prelude::*};
use rand_distr::{Distribution as _, StandardNormal};

/// Rows of a batch.
const BATCH: usize = 20;
/// Hidden layers.
const LAYERS: usize = 2;
/// Noise variance that a chain starts from, of a target with variance 1.
const FIRST_NOISE: f64 = 1e-3;
/// Prior of the noise variance: its centre, and the deviation of its logarithm.
const NOISE: (f64, f64) = (1e-2, 1.0);
/// The same in the preset `naslib`.
const NASLIB_NOISE: (f64, f64) = (1e-6, 0.1);

/// Networks of a chain.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bohamiann {
    inputs: Inputs,
    scale: TargetScale,
    widths: Vec<usize>,
    /// None where all targets are equal.
    kept: Vec<Sample>,
    /// Factor on the deviations.
    factor: f64,
}

/// A kept network and its noise.
#[derive(Debug, Serialize, Deserialize)]
struct Sample {
    parameters: Vec<f64>,
    noise: f64,
}

/// Parameters of [`Bohamiann`]. What is left out comes from the preset.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out, and the prior of the noise, come from.
    pub preset: Preset,
    /// Units of each of the two hidden layers.
    #[schemars(range(min = 1, max = 1000), extend("x-tune" = {"low": 20, "high": 100}))]
    pub units: usize,
    /// Steps of the chain: 2,000 in `archcast`, 100 in `naslib`.
    #[schemars(range(min = 1, max = 100_000), extend("x-tune" = {"low": 1000, "high": 20_000, "log": true}))]
    pub steps: Option<usize>,
    /// Share of the steps, at the start, that adapts the sampler and of which no network is kept: 0.25 in `archcast`, 0.1
    /// in `naslib`.
    #[schemars(range(min = 0.0, max = 0.9))]
    pub burn_in: Option<f64>,
    /// Most networks that are kept, evenly over the steps after the burn-in: 30 in `archcast`, 18 in `naslib`.
    #[schemars(range(min = 1, max = 1000))]
    pub networks: Option<usize>,
    /// Step size.
    #[schemars(range(min = 1e-6, max = 1.0), extend("x-tune" = {"low": 1e-3, "high": 3e-2, "log": true}))]
    pub learning_rate: f64,
    /// Part of the momentum that a step takes away.
    #[schemars(range(min = 1e-3, max = 1.0), extend("x-tune" = {"low": 0.01, "high": 0.1, "log": true}))]
    pub friction: f64,
    /// Standard deviation of weights and biases in the prior: 1 in `archcast`, the root of their number in `naslib`.
    #[schemars(range(min = 1e-3, max = 1e3), extend("x-tune" = {"low": 0.1, "high": 10.0, "log": true}))]
    pub prior_scale: Option<f64>,
    /// Folds of the cross-fit that scales the deviation, at most one for each row: 5 in `archcast`, 0 in `naslib`. Below 2
    /// the deviation stays that of the chain.
    #[schemars(range(max = 100))]
    pub folds: Option<usize>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            preset: Preset::Archcast,
            units: 50,
            steps: None,
            burn_in: None,
            networks: None,
            learning_rate: 0.01,
            friction: 0.05,
            prior_scale: None,
            folds: None,
        }
    }
}

/// What is given, and the preset for the rest.
struct Settings {
    steps: usize,
    burn_in: f64,
    networks: usize,
    learning_rate: f64,
    friction: f64,
    /// Nothing where it is the root of the number of parameters.
    prior_scale: Option<f64>,
    /// Prior of the noise variance: its centre, and the deviation of its logarithm.
    noise: (f64, f64),
    folds: usize,
}

impl Params {
    fn settings(&self) -> Settings {
        let (steps, burn_in, networks, prior_scale, noise, folds) = match self.preset {
            Preset::Archcast => (2000, 0.25, 30, Some(1.0), NOISE, 5),
            Preset::Naslib => (100, 0.1, 18, None, NASLIB_NOISE, 0),
        };
        Settings {
            steps: self.steps.unwrap_or(steps),
            burn_in: self.burn_in.unwrap_or(burn_in),
            networks: self.networks.unwrap_or(networks),
            learning_rate: self.learning_rate,
            friction: self.friction,
            prior_scale: self.prior_scale.or(prior_scale),
            noise,
            folds: self.folds.unwrap_or(folds),
        }
    }
}

impl Settings {
    /// Steps of the burn-in, and steps from one kept network to the next.
    fn schedule(&self) -> (usize, usize) {
        let burn_in = ((self.burn_in * self.steps as f64) as usize).min(self.steps.saturating_sub(1));
        (burn_in, (self.steps - burn_in).div_ceil(self.networks.max(1)))
    }
}

fn network(widths: &[usize]) -> (Feedforward, usize) {
    let mut layout = Layout::default();
    let network = Feedforward::new(&mut layout, widths, Activation::Tanh);
    (network, layout.length())
}

/// The negative log posterior of weights and log noise (the last parameter), up to a constant.
struct Posterior<'a> {
    network: &'a Feedforward,
    prior_scale: f64,
    /// Prior of the noise variance: its centre, and the deviation of its logarithm.
    noise: (f64, f64),
    /// Training rows in all.
    rows: usize,
}

impl Posterior<'_> {
    /// The estimate from a batch, and its gradient.
    fn slope(
        &self,
        parameters: &[f64],
        rows: ArrayView2<'_, f64>,
        targets: ArrayView1<'_, f64>,
        gradient: &mut [f64],
    ) -> f64 {
        gradient.fill(0.0);
        let (Some((&log_noise, weights)), Some((by_noise, by_weights))) =
            (parameters.split_last(), gradient.split_last_mut())
        else {
            return 0.0;
        };
        let trace = self.network.forward(weights, rows);
        let Some(output) = trace.output() else { return 0.0 };
        // The batch stands for all rows.
        let share = self.rows as f64 / targets.len() as f64;
        let precision = (-log_noise).exp();
        let mut value = 0.0;
        let mut slope = output.clone();
        for (slope, target) in slope.iter_mut().zip(targets) {
            let error = *slope - target;
            value += share * 0.5 * (error * error * precision + log_noise);
            *by_noise += share * 0.5 * (1.0 - error * error * precision);
            *slope = share * error * precision;
        }
        self.network.backward(weights, rows, &trace, slope, by_weights);
        let tightness = 1.0 / (self.prior_scale * self.prior_scale);
        for (by, weight) in by_weights.iter_mut().zip(weights) {
            value += 0.5 * tightness * weight * weight;
            *by += tightness * weight;
        }
        let away = (log_noise - self.noise.0.ln()) / self.noise.1;
        *by_noise += away / self.noise.1;
        value + 0.5 * away * away
    }
}

/// The kept networks of a chain.
///
/// # Errors
/// `numerical` where parameters are not finite; `cancelled`.
fn chain(
    settings: &Settings,
    widths: &[usize],
    (rows, targets): (ArrayView2<'_, f64>, &[f64]),
    (part, progress): (u64, &Progress),
    cx: &Context<'_>,
) -> Result<Vec<Sample>> {
    let (network, length) = network(widths);
    let mut rng = cx.rng_for_part(part);
    let mut parameters = vec![0.0; length + 1];
    network.initialise(Initial::Torch, &mut parameters, &mut rng);
    parameters[length] = FIRST_NOISE.ln();
    let targets = Array1::from(targets.to_vec());
    let prior_scale = settings.prior_scale.unwrap_or_else(|| (parameters.len() as f64).sqrt());
    let posterior = Posterior { network: &network, prior_scale, noise: settings.noise, rows: targets.len() };
    let mut sampler = Sampler::new(parameters.len(), settings.learning_rate, settings.friction);
    let mut batches = Batches::new(targets.len(), BATCH);
    let mut gradient = vec![0.0; parameters.len()];
    let (burn_in, apart) = settings.schedule();
    let mut kept = Vec::new();
    let mut step = 0;
    while step < settings.steps {
        let epoch: Vec<Vec<usize>> = batches.epoch(&mut rng).map(<[usize]>::to_vec).collect();
        for batch in epoch.iter().take(settings.steps - step) {
            cx.check()?;
            step += 1;
            let (some, known) = (rows.select(Axis(0), batch), targets.select(Axis(0), batch));
            let value = posterior.slope(&parameters, some.view(), known.view(), &mut gradient);
            sampler.step(&mut parameters, &gradient, step <= burn_in, || StandardNormal.sample(&mut rng));
            if !value.is_finite() || parameters.iter().any(|value| !value.is_finite()) {
                return Err(Error::numerical(format!(
                    "the chain left the finite numbers in step {step} at learning rate {}; lower `learning_rate`, or scale the features",
                    settings.learning_rate
                )));
            }
            if step > burn_in && (step - burn_in).is_multiple_of(apart) {
                let noise = parameters[length].exp();
                kept.push(Sample { parameters: parameters[..length].to_vec(), noise });
            }
            progress.step(cx);
        }
    }
    Ok(kept)
}

/// Mean and variance of the mixture of the kept networks, for each row.
fn mixture(widths: &[usize], kept: &[Sample], rows: ArrayView2<'_, f64>) -> Vec<(f64, f64)> {
    let (network, _) = network(widths);
    let count = kept.len().max(1) as f64;
    let noise = kept.iter().map(|sample| sample.noise).sum::<f64>() / count;
    let answers: Vec<Array2<f64>> =
        kept.iter().map(|sample| network.predict(&sample.parameters, rows)).collect();
    let moments = |row: usize| {
        let own = || answers.iter().filter_map(|answer| answer.get((row, 0)));
        let mean = own().sum::<f64>() / count;
        (mean, noise + own().map(|value| (value - mean).powi(2)).sum::<f64>() / count)
    };
    (0..rows.nrows()).map(moments).collect()
}

impl Predictor for Bohamiann {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("bohamiann", Family::ModelBased)
        .summary("Bayesian neural network, sampled by adaptive stochastic-gradient Hamiltonian Monte Carlo.")
        .cite("Springenberg et al., Bayesian Optimization with Robust Bayesian Neural Networks, NeurIPS 2016")
        .cite("Chen et al., Stochastic Gradient Hamiltonian Monte Carlo, ICML 2014")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit (folds + 1) · steps · 20 passes of a network of w units a layer, O(w²) each; predict O(k w²) a row for k kept networks")
        .needs(&[Input::Features])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let inputs = Inputs::of(train)?;
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        let mut widths = vec![inputs.len()];
        widths.extend([params.units; LAYERS]);
        widths.push(1);
        if scale.is_constant() {
            return Ok(Self { inputs, scale, widths, kept: Vec::new(), factor: 1.0 });
        }
        let rows = inputs.rows(train.features()?.values());
        let settings = params.settings();
        let progress = Progress::of(settings.steps * parts(targets.len(), settings.folds));
        let recipe = Recipe {
            fit: |part, rows: ArrayView2<'_, f64>, targets: &[f64]| {
                chain(&settings, &widths, (rows, targets), (part, &progress), cx)
            },
            ask: |kept: &Vec<Sample>, rows: ArrayView2<'_, f64>| mixture(&widths, kept, rows),
        };
        let (kept, factor) = calibration::fit(rows.view(), &targets, settings.folds, &recipe, cx)?;
        cx.log(
            Level::Debug,
            format!("{} networks, factor of cross-fitting on the deviations {factor:.4}", kept.len()),
        );
        Ok(Self { inputs, scale, widths, kept, factor })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let moments = |rows: ArrayView2<'_, f64>| {
            let answers = mixture(&self.widths, &self.kept, rows).into_iter();
            answers.map(|(mean, variance)| (mean, self.factor * self.factor * variance)).collect()
        };
        ask(queries, &self.inputs, self.scale, moments, cx)
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let params = Params { units: 8, steps: Some(400), folds: Some(2), ..Params::default() };
        Some(Example { data: example::rows(n, seed), params })
    }
}

#[cfg(test)]
mod tests;
