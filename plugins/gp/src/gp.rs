//! Gaussian process regression (Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006).
//!
//! The target, standardised, is `f(x) + ε`: f has mean 0 and the covariance `v k(d/l)` of two rows at distance d, ε has
//! the variance s². Signal variance v, length-scale l and noise s² maximise the marginal likelihood (type II), searched
//! with analytic gradients from several starts; the best is kept. The deviation is that of an observation.
//! The kernel is Matérn 5/2 where none is given: it does as well as the squared exponential, or a little better.
//!
//! White et al. (NeurIPS 2021) run the process of pyro. It departs from the textbook, and this predictor does not follow:
//! at the state of the paper v and l are one draw of their prior; later they take 200 steps of Adam, which does not
//! converge, towards the maximum a posteriori under log-normal priors; it gives means without deviations. `prior =
//! "lognormal"` puts the same priors on v and l, and `preset = "naslib"` is that later state.
//!
//! Cost: fit O(n³) an evaluation, some thirty for each start; predict O(n d + n²) a row. Deterministic; draws no random
//! numbers but for the start of the preset `naslib`.

use crate::{
    Kernel, Preset,
    adam::descend,
    likelihood::{LOG_TWO_PI, Sensitivity, Solved, unless_numerical},
    metric::{Distances, Metric},
    optimise::{Minimum, Slope, minimise},
    posterior::{Latent, Posterior},
};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use faer::Mat;
use rand_distr::{Distribution as _, StandardNormal};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Length-scales that the search starts from.
pub(crate) const STARTS: [f64; 3] = [0.5, 2.0, 8.0];
/// Bounds of signal variance, length-scale, noise variance.
pub(crate) const BOUNDS: [(f64, f64); 3] = [(1e-3, 1e3), (0.1, 100.0), (1e-6, 10.0)];
/// Step size of Adam in the preset `naslib`.
const RATE: f64 = 0.01;
/// Rows from which a fit takes minutes.
const MANY: usize = 4000;

/// A fitted Gaussian process.
#[derive(Debug, Serialize, Deserialize)]
pub struct Gp {
    kernel: Kernel,
    metric: Metric,
    places: Vec<Vec<f64>>,
    scale: TargetScale,
    found: Hyperparameters,
    /// Nothing where all targets are equal.
    posterior: Option<Posterior>,
}

/// Signal variance, length-scale and noise variance.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Hyperparameters {
    pub variance: f64,
    pub length: f64,
    pub noise: f64,
}

/// Parameters of [`Gp`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// How the covariance of two rows falls with their distance: `matern-5-2` in `archcast`, `rbf` in `naslib`.
    #[schemars(extend("x-tune" = {"choices": ["rbf", "matern-3-2", "matern-5-2", "exponential"]}))]
    pub kernel: Option<Kernel>,
    /// Prior on signal variance and length-scale: `none` in `archcast`, `lognormal` in `naslib`.
    pub prior: Option<Prior>,
    /// Length-scale that the search starts from; left out, it starts from 0.5, 2 and 8, in `naslib` from a draw of the
    /// prior.
    #[schemars(range(min = 0.1, max = 100.0), extend("x-tune" = {"low": 0.1, "high": 100.0, "log": true}))]
    pub length_scale: Option<f64>,
    /// Signal variance that the search starts from, of a target with variance 1: 1 in `archcast`, a draw of the prior in
    /// `naslib`.
    #[schemars(range(min = 1e-3, max = 1e3))]
    pub variance: Option<f64>,
    /// Noise variance that the search starts from, of a target with variance 1: 0.1 in `archcast`, 1 in `naslib`.
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-tune" = {"low": 1e-4, "high": 1.0, "log": true}))]
    pub noise: Option<f64>,
    /// Most steps of the search from each start: 100 in `archcast`, in `naslib` 200, of Adam; 0 keeps the start.
    #[schemars(range(max = 1000))]
    pub steps: Option<u32>,
}

/// What is believed of signal variance and length-scale before the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prior {
    /// Nothing: the marginal likelihood alone.
    None,
    /// Log-normal with mean 0 and deviation 1 of the logarithm.
    Lognormal,
}

/// What is given, and the preset for the rest.
struct Settings {
    preset: Preset,
    kernel: Kernel,
    prior: Prior,
    starts: Vec<Hyperparameters>,
    steps: usize,
}

impl Params {
    fn settings(&self, cx: &Context<'_>) -> Settings {
        let (kernel, prior, noise, steps) = match self.preset {
            Preset::Archcast => (Kernel::Matern52, Prior::None, 0.1, 100),
            Preset::Naslib => (Kernel::Rbf, Prior::Lognormal, 1.0, 200),
        };
        let mut rng = cx.rng();
        let mut draw = || -> f64 {
            let normal: f64 = StandardNormal.sample(&mut rng);
            normal.exp()
        };
        let (variance, lengths) = match self.preset {
            Preset::Archcast => (1.0, STARTS.to_vec()),
            Preset::Naslib => (draw(), vec![draw()]),
        };
        let variance = self.variance.unwrap_or(variance);
        let noise = self.noise.unwrap_or(noise);
        let lengths = self.length_scale.map_or(lengths, |length| vec![length]);
        Settings {
            preset: self.preset,
            kernel: self.kernel.unwrap_or(kernel),
            prior: self.prior.unwrap_or(prior),
            starts: lengths.into_iter().map(|length| Hyperparameters { variance, length, noise }).collect(),
            steps: self.steps.unwrap_or(steps) as usize,
        }
    }
}

impl Hyperparameters {
    /// From the logarithms that the search moves.
    pub(crate) fn from_logarithms(at: &[f64]) -> Self {
        match *at {
            [variance, length, noise] => {
                Self { variance: variance.exp(), length: length.exp(), noise: noise.exp() }
            }
            _ => Self { variance: f64::NAN, length: f64::NAN, noise: f64::NAN },
        }
    }

    /// The logarithms that the search moves.
    pub(crate) fn logarithms(self) -> [f64; 3] {
        [self.variance.ln(), self.length.ln(), self.noise.ln()]
    }
}

/// Bounds of the logarithms.
pub(crate) fn log_bounds() -> [(f64, f64); 3] {
    BOUNDS.map(|(low, high)| (low.ln(), high.ln()))
}

/// The training rows as the likelihood needs them.
struct Exact<'a> {
    kernel: Kernel,
    prior: Prior,
    distances: &'a Distances,
    targets: &'a [f64],
}

impl Exact<'_> {
    fn solve(&self, found: Hyperparameters, cx: &Context<'_>) -> Result<Solved> {
        let n = self.distances.rows();
        let table: Vec<f64> = (self.distances.values.iter())
            .map(|&squared| found.variance * self.kernel.value(squared, found.length))
            .collect();
        let mut covariance = Mat::zeros(n, n);
        let mut pairs = self.distances.index.iter();
        for column in 0..n {
            covariance[(column, column)] = found.variance + found.noise;
            for (row, &index) in (column + 1..n).zip(&mut pairs) {
                covariance[(row, column)] = table[index as usize];
            }
        }
        Solved::new(&covariance, self.targets, cx)
    }

    /// The negative log likelihood (less the logarithm of the prior) with its gradient by the logarithms.
    fn slope(&self, at: &[f64], cx: &Context<'_>) -> Result<Slope> {
        let found = Hyperparameters::from_logarithms(at);
        let solved = self.solve(found, cx)?;
        let sensitivity = solved.sensitivity(cx)?;
        let by_distance = self.by_distance(&sensitivity);
        let trace = sensitivity.trace();
        let (mut variance, mut length) = (found.variance * trace, 0.0);
        for (&squared, weight) in self.distances.values.iter().zip(by_distance) {
            let (value, slope) = self.kernel.with_slope(squared, found.length);
            variance += weight * found.variance * value;
            length += weight * found.variance * slope;
        }
        let mut gradient = vec![-variance, -length, -found.noise * trace];
        let mut value = -solved.likelihood;
        if self.prior == Prior::Lognormal {
            // The density of the variable itself, not of its logarithm.
            for (place, logarithm) in at.iter().take(2).enumerate() {
                value += logarithm + 0.5 * logarithm * logarithm + 0.5 * LOG_TWO_PI;
                gradient[place] += 1.0 + logarithm;
            }
        }
        Ok((value, gradient))
    }

    /// The sensitivities of all pairs, added up by distance.
    fn by_distance(&self, sensitivity: &Sensitivity) -> Vec<f64> {
        let mut sums = vec![0.0; self.distances.values.len()];
        let mut pairs = self.distances.index.iter();
        for column in 0..sensitivity.rows() {
            for (row, &index) in (column + 1..sensitivity.rows()).zip(&mut pairs) {
                sums[index as usize] += sensitivity.pair(row, column);
            }
        }
        sums
    }
}

/// The best of the searches from these starts, the first where two are equal. `slope` gives what is minimised;
/// `progress` is told the share that is done.
///
/// # Errors
/// `numerical` where no search could begin, and what `slope` gives.
pub(crate) fn search(
    starts: &[Hyperparameters],
    steps: usize,
    slope: impl Fn(&[f64]) -> Result<Slope> + Sync,
    progress: impl Fn(f64) + Sync,
    cx: &Context<'_>,
) -> Result<Minimum> {
    let made = AtomicUsize::new(0);
    let all = (starts.len() * steps).max(1) as f64;
    let ends = cx.parallel_map(starts.len(), |start| {
        let evaluate = |at: &[f64]| unless_numerical(slope(at));
        let after = |_| progress((made.fetch_add(1, Ordering::Relaxed) + 1) as f64 / all);
        minimise(&starts[start].logarithms(), &log_bounds(), steps, evaluate, after)
    });
    let mut best: Option<Minimum> = None;
    let mut broken = None;
    for end in ends {
        match unless_numerical(end.inspect_err(|error| broken = Some(error.clone())))? {
            Some(end) if best.as_ref().is_none_or(|best| end.value < best.value) => best = Some(end),
            _ => {}
        }
    }
    let unknown = || Error::numerical("the search for hyperparameters had no start");
    best.ok_or_else(|| broken.unwrap_or_else(unknown))
}

/// Means and deviations of observations in the target's unit, and missing rows with their reasons.
pub(crate) fn observations(
    answers: &[Option<Latent>],
    scale: TargetScale,
    noise: f64,
    reason: impl Fn(usize) -> &'static str,
) -> Predictions {
    let (means, deviations): (Vec<f64>, Vec<f64>) = (answers.iter())
        .map(|answer| match answer {
            Some((mean, variance)) => (scale.mean(*mean), scale.deviation(variance + noise)),
            None => (0.0, 0.0),
        })
        .unzip();
    let mut predictions = Predictions::distribution(means, deviations);
    for row in (0..answers.len()).filter(|&row| answers[row].is_none()) {
        predictions.set_missing(row, reason(row));
    }
    predictions
}

/// Answers for rows of features under a stationary kernel.
pub(crate) fn ask(
    posterior: Option<&Posterior>,
    queries: &Dataset<'_>,
    (metric, basis): (&Metric, &[Vec<f64>]),
    (kernel, found): (Kernel, Hyperparameters),
    cx: &Context<'_>,
) -> Result<Vec<Option<Latent>>> {
    let features = queries.features()?;
    let values = features.values();
    metric.check_width(values.ncols())?;
    let Some(posterior) = posterior else {
        let known = |row: usize| features.row_is_complete(row).then_some((0.0, 0.0));
        return Ok((0..queries.rows()).map(known).collect());
    };
    posterior.predict(queries.rows(), cx, |row, column| {
        if !features.row_is_complete(row) {
            return None;
        }
        let place = metric.place(values.row(row));
        for (covariance, other) in column.iter_mut().zip(basis) {
            let squared = metric.squared(&place, other);
            *covariance = match squared.is_finite() {
                true => found.variance * kernel.value(squared, found.length),
                false => f64::NAN,
            };
        }
        Some(found.variance)
    })
}

/// Why a row of features got no answer.
pub(crate) fn why_missing(queries: &Dataset<'_>, row: usize) -> &'static str {
    match queries.features().is_ok_and(|features| features.row_is_complete(row)) {
        true => "its features are too large to measure a distance from the training rows",
        false => "a feature is missing",
    }
}

impl Predictor for Gp {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("gp", Family::ModelBased)
        .summary("Gaussian process on the features, hyperparameters by exact marginal likelihood.")
        .cite("Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n³) an evaluation, some hundred; predict O(n d + n²) a row")
        .needs(&[Input::Features])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let metric = Metric::of(train)?;
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        let places = metric.places(train.features()?.values());
        if targets.len() > MANY {
            let what = format!(
                "{} rows: an exact fit takes minutes from {MANY} rows on; `gp/sparse-gp` is made for so many",
                targets.len()
            );
            cx.log(Level::Warn, what);
        }
        let Settings { preset, kernel, prior, starts, steps } = params.settings(cx);
        let mut model = Self { kernel, metric, places, scale, found: starts[0], posterior: None };
        if scale.is_constant() {
            return Ok(model);
        }
        let distances = Distances::of(&model.metric, &model.places, cx)?;
        let exact = Exact { kernel, prior, distances: &distances, targets: &targets };
        let slope = |at: &[f64]| exact.slope(at, cx);
        let at = match preset {
            Preset::Archcast => search(&starts, steps, slope, |part| cx.progress(part), cx)?.at,
            Preset::Naslib => {
                let after = |step| cx.progress(step as f64 / steps as f64);
                descend(&starts[0].logarithms(), &log_bounds(), (steps, RATE), slope, after, cx)?
            }
        };
        model.found = Hyperparameters::from_logarithms(&at);
        let solved = exact.solve(model.found, cx)?;
        cx.log(
            Level::Debug,
            format!(
                "log marginal likelihood {:.10}, variance {:.6}, length-scale {:.6}, noise {:.6}",
                solved.likelihood, model.found.variance, model.found.length, model.found.noise
            ),
        );
        model.posterior = Some(Posterior::new(solved.factor.as_ref(), solved.whitened, None));
        Ok(model)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let basis = (&self.metric, &self.places[..]);
        let answers = ask(self.posterior.as_ref(), queries, basis, (self.kernel, self.found), cx)?;
        Ok(observations(&answers, self.scale, self.found.noise, |row| why_missing(queries, row)))
    }
}

#[cfg(test)]
mod tests;
