//! DNGO: Bayesian linear regression on what the last hidden layer of a neural network learnt (Snoek et al., Scalable
//! Bayesian Optimization Using Deep Neural Networks, ICML 2015).
//!
//! A network with tanh layers is trained on the standardised target by squared error. Its last hidden layer, with a
//! constant column, is the design of a Bayesian linear model, whose precisions maximise the marginal likelihood or are
//! sampled from their posterior, see the module `evidence`. The layer was fitted to the same targets, so the deviations of
//! that model are too small: a factor from cross-fitting widens them, see the module `calibration`. On darts, whose rows
//! have many columns, from 100 labels it widens them too far: the 80 % interval holds nearly every target.
//!
//! White et al. (NeurIPS 2021) run pybnn's version. It departs from the paper, and this predictor follows neither in
//! full: no input warping, no quadratic prior mean, no tuning of the widths (as pybnn); 200 epochs with decoupled weight
//! decay in place of 500 without, no batch left out, a constant column, and a likelihood whose norm is squared.
//! `preset = "naslib"` is NASLib's training with sampled precisions and no cross-fit; column and likelihood stay right.
//!
//! Cost: fit `(folds + 1) · epochs · n` passes of a network and a head O(n w²) of w units; predict one pass and O(w²) a
//! row.

use crate::{
    calibration::{self, Recipe},
    evidence::{Bounds, Precisions, Spectrum},
    example,
    inputs::Inputs,
    posterior::Posterior,
    preset::Preset,
    progress::Progress,
    queries::ask,
    stretch::walk,
};
use archcast_networks::{Activation, Feedforward, Layout, Loss, Passes, Rule, Training, initialise::Initial};
use archcast_scaling::{TargetScale, calibration::parts};
use archcast_sdk::{Rng, prelude::*};
use faer::Mat;
use rand_distr::{Distribution as _, StandardNormal};

/// Where the logarithms of the precisions may lie.
const BOUNDS: Bounds = Bounds { alpha: (-10.0, 10.0), beta: (-10.0, 10.0) };
/// Rows of a batch.
const BATCH: usize = 10;
/// Samples of the precisions, each the end of a walker.
const WALKERS: usize = 20;
/// Steps of each walker.
const WALK: usize = 4000;
/// Mean of the prior of the logarithm of the noise variance; deviation 1, as that of log α around 0.
const NOISE_CENTRE: f64 = -3.0;

/// A fitted network with its linear models.
#[derive(Debug, Serialize, Deserialize)]
pub struct Dngo {
    inputs: Inputs,
    scale: TargetScale,
    /// Nothing where all targets are equal.
    fitted: Option<Fitted>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Fitted {
    widths: Vec<usize>,
    member: Member,
    /// Factor on the deviations.
    factor: f64,
}

/// A trained network and the models on its last hidden layer.
#[derive(Debug, Serialize, Deserialize)]
struct Member {
    parameters: Vec<f32>,
    posterior: Posterior,
}

/// Parameters of [`Dngo`]. What is left out comes from the preset.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Units of each hidden layer.
    #[schemars(range(min = 1, max = 1000), extend("x-tune" = {"low": 25, "high": 200, "log": true}))]
    pub units: usize,
    /// Hidden layers.
    #[schemars(range(min = 1, max = 10), extend("x-tune" = {"low": 2, "high": 4}))]
    pub layers: usize,
    /// Passes over the training rows: 200 in `archcast`, 500 in `naslib`.
    #[schemars(range(min = 1, max = 100_000), extend("x-tune" = {"low": 50, "high": 1000, "log": true}))]
    pub epochs: Option<usize>,
    /// Learning rate of Adam.
    #[schemars(range(min = 1e-6, max = 1.0), extend("x-tune" = {"low": 1e-3, "high": 3e-2, "log": true}))]
    pub learning_rate: f64,
    /// Decoupled weight decay, the part of a weight that a step at learning rate 1 would take away: 0.01 in `archcast`, 0
    /// in `naslib`.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-tune" = {"low": 1e-4, "high": 1e-1, "log": true}))]
    pub weight_decay: Option<f64>,
    /// How the precisions of the linear model are found: `ml` in `archcast`, `mcmc` in `naslib`.
    pub head: Option<Head>,
    /// Folds of the cross-fit that scales the deviation, at most one for each row: 5 in `archcast`, 0 in `naslib`. Below 2
    /// the deviation stays that of the linear model.
    #[schemars(range(max = 100))]
    pub folds: Option<usize>,
}

/// How the precisions of the linear model are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// One pair, of greatest marginal likelihood.
    Ml,
    /// 20 pairs, sampled from their posterior under log-normal priors.
    Mcmc,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            preset: Preset::Archcast,
            units: 50,
            layers: 3,
            epochs: None,
            learning_rate: 0.01,
            weight_decay: None,
            head: None,
            folds: None,
        }
    }
}

/// What is given, and the preset for the rest.
struct Settings {
    training: Training,
    head: Head,
    folds: usize,
}

impl Params {
    fn settings(&self) -> Settings {
        let (epochs, decay, head, folds) = match self.preset {
            Preset::Archcast => (200, 0.01, Head::Ml, 5),
            Preset::Naslib => (500, 0.0, Head::Mcmc, 0),
        };
        let training = Training {
            loss: Loss::Squared,
            passes: Passes {
                rule: Rule::adam_w(self.weight_decay.unwrap_or(decay)),
                rate: self.learning_rate,
                cosine: false,
                epochs: self.epochs.unwrap_or(epochs),
                batch: BATCH,
                whole_batches: self.preset == Preset::Naslib,
            },
            output_penalty: 0.0,
        };
        Settings { training, head: self.head.unwrap_or(head), folds: self.folds.unwrap_or(folds) }
    }
}

fn network(widths: &[usize]) -> (Feedforward, usize) {
    let mut layout = Layout::default();
    let network = Feedforward::new(&mut layout, widths, Activation::Tanh);
    (network, layout.length())
}

/// Samples of the precisions: the ends of the walkers.
///
/// # Errors
/// `cancelled`.
fn sample(spectrum: &Spectrum, rng: &mut Rng, cx: &Context<'_>) -> Result<Vec<Precisions>> {
    // The walkers' axes: log α and the logarithm of the noise variance.
    let precisions = |at: [f64; 2]| Precisions::from_logarithms(at[0], -at[1]);
    let density = |at: [f64; 2]| {
        let inside = (BOUNDS.alpha.0..=BOUNDS.alpha.1).contains(&at[0])
            && (BOUNDS.beta.0..=BOUNDS.beta.1).contains(&-at[1]);
        match inside {
            true => {
                let prior = -0.5 * (at[0] * at[0] + (at[1] - NOISE_CENTRE).powi(2));
                spectrum.log_likelihood(precisions(at)) + prior
            }
            false => f64::NEG_INFINITY,
        }
    };
    let start = |_| {
        let mut normal = || -> f64 { StandardNormal.sample(rng) };
        let at: [f64; 2] = [normal(), NOISE_CENTRE + normal()];
        [at[0].clamp(BOUNDS.alpha.0, BOUNDS.alpha.1), at[1].clamp(-BOUNDS.beta.1, -BOUNDS.beta.0)]
    };
    let mut walkers: Vec<[f64; 2]> = (0..WALKERS).map(start).collect();
    walk(&mut walkers, WALK, density, rng, cx)?;
    Ok(walkers.into_iter().map(precisions).collect())
}

impl Member {
    /// Trains on rows × inputs.
    fn fit(
        settings: &Settings,
        widths: &[usize],
        (rows, targets): (ArrayView2<'_, f64>, &[f64]),
        (part, progress): (u64, &Progress),
        cx: &Context<'_>,
    ) -> Result<Self> {
        let (network, length) = network(widths);
        let mut rng = cx.rng_for_part(part);
        let mut parameters = vec![0.0; length];
        network.initialise(Initial::Torch, &mut parameters, &mut rng);
        let narrow = rows.mapv(|value| value as f32);
        let wanted = Array2::from_shape_fn((targets.len(), 1), |(row, _)| targets[row] as f32);
        let training = &settings.training;
        let watch = |epoch: usize, loss: Option<f64>| -> Result<()> {
            cx.check()?;
            let Some(loss) = loss else { return Ok(()) };
            progress.step(cx);
            if loss.is_finite() {
                return Ok(());
            }
            Err(Error::numerical(format!(
                "the loss is not finite in epoch {} at learning rate {}; lower `learning_rate`, or scale the features",
                epoch + 1,
                training.passes.rate
            )))
        };
        training.run(&network, &mut parameters, (narrow.view(), wanted.view()), &mut rng, watch)?;
        let hidden = network.last_hidden(&parameters, narrow.view());
        let design = Mat::from_fn(hidden.nrows(), hidden.ncols() + 1, |row, column| {
            hidden.get((row, column)).map_or(1.0, |&value| f64::from(value))
        });
        let spectrum = Spectrum::of(design.as_ref(), targets)?;
        let found = match settings.head {
            Head::Ml => vec![spectrum.most_likely(BOUNDS)],
            Head::Mcmc => sample(&spectrum, &mut rng, cx)?,
        };
        Ok(Self { parameters, posterior: Posterior::new(spectrum, &found) })
    }

    /// Mean and variance of each row.
    fn ask(&self, widths: &[usize], rows: ArrayView2<'_, f64>) -> Vec<(f64, f64)> {
        let hidden = network(widths).0.last_hidden(&self.parameters, rows.mapv(|value| value as f32).view());
        let moments = |row: ArrayView1<'_, f32>| {
            let mut along = vec![0.0; self.posterior.rank()];
            let mut squared = 1.0;
            for (unit, value) in row.iter().map(|&value| f64::from(value)).enumerate() {
                self.posterior.add(unit, value, &mut along);
                squared += value * value;
            }
            self.posterior.add(row.len(), 1.0, &mut along);
            self.posterior.moments(&along, squared)
        };
        hidden.rows().into_iter().map(moments).collect()
    }
}

impl Predictor for Dngo {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("dngo", Family::ModelBased)
        .summary("Bayesian linear regression on the last hidden layer of a neural network; on large spaces its deviations are too wide.")
        .cite("Snoek et al., Scalable Bayesian Optimization Using Deep Neural Networks, ICML 2015")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit (folds + 1) · epochs · n passes of a network of w units a layer, O(w²) each; predict O(w²) a row")
        .needs(&[Input::Features])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let inputs = Inputs::of(train)?;
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        if scale.is_constant() {
            return Ok(Self { inputs, scale, fitted: None });
        }
        let rows = inputs.rows(train.features()?.values());
        let mut widths = vec![inputs.len()];
        widths.extend(std::iter::repeat_n(params.units, params.layers));
        widths.push(1);
        let settings = params.settings();
        let folds = settings.folds;
        let progress = Progress::of(settings.training.passes.epochs * parts(targets.len(), folds));
        let recipe = Recipe {
            fit: |part, rows: ArrayView2<'_, f64>, targets: &[f64]| {
                Member::fit(&settings, &widths, (rows, targets), (part, &progress), cx)
            },
            ask: |member: &Member, rows: ArrayView2<'_, f64>| member.ask(&widths, rows),
        };
        let (member, factor) = calibration::fit(rows.view(), &targets, folds, &recipe, cx)?;
        cx.log(Level::Debug, format!("factor of cross-fitting on the deviations {factor:.4}"));
        Ok(Self { inputs, scale, fitted: Some(Fitted { widths, member, factor }) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let moments = |rows: ArrayView2<'_, f64>| match &self.fitted {
            None => vec![(0.0, 0.0); rows.nrows()],
            Some(Fitted { widths, member, factor }) => {
                let answers = member.ask(widths, rows).into_iter();
                answers.map(|(mean, variance)| (mean, factor * factor * variance)).collect()
            }
        };
        ask(queries, &self.inputs, self.scale, moments, cx)
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let params = Params { units: 10, layers: 2, epochs: Some(40), folds: Some(2), ..Params::default() };
        Some(Example { data: example::rows(n, seed), params })
    }
}

#[cfg(test)]
mod tests;
