//! Sparse Gaussian process regression by Titsias' variational bound (Titsias, AISTATS 2009).
//!
//! The process of [`gp`](crate::gp), summed up by m inducing rows; signal variance, length-scale and noise maximise the
//! bound on the marginal likelihood. Inducing rows are training rows, chosen by a pivoted Cholesky
//! factorisation at the length-scale 2 and once more at the one that was found.
//!
//! White et al. (NeurIPS 2021) run the process of pyro with ten inducing points c (1, …, 1) that move. One-hot rows are
//! all equally far from such points, so that the model starts as a constant and stays near it in the 200 steps that it
//! has, and a point off the cube fits no architecture. This predictor does not follow; `preset = "naslib"` has its number of
//! inducing rows, its start and its 200 steps of Adam, but takes training rows.
//!
//! Cost: fit O(n m²) an evaluation; predict O(m d + m²) a row; n m numbers of memory. With m = n the bound is the exact
//! likelihood; it is worth it above some 2,000 rows. Deterministic; draws no random numbers.

use crate::{
    Kernel, Preset,
    adam::descend,
    bound::Bound,
    gp::{Hyperparameters, RATE, STARTS, ask, log_bounds, observations, search, why_missing},
    inducing::choose,
    linalg::inverse_factor,
    metric::Metric,
    posterior::Posterior,
};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use faer::Mat;

/// Length-scale at which inducing rows are chosen first.
const FIRST: f64 = 2.0;

/// A fitted sparse process.
#[derive(Debug, Serialize, Deserialize)]
pub struct SparseGp {
    kernel: Kernel,
    metric: Metric,
    /// Places of the inducing rows.
    basis: Vec<Vec<f64>>,
    scale: TargetScale,
    found: Hyperparameters,
    /// Nothing where all targets are equal.
    posterior: Option<Posterior>,
}

/// Parameters of [`SparseGp`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Most inducing rows, and no more than there are different training rows: 100 in `archcast`, 10 in `naslib`.
    #[schemars(range(min = 1, max = 2000), extend("x-tune" = {"low": 10, "high": 500, "log": true}))]
    pub inducing: Option<u32>,
    /// How the covariance of two rows falls with their distance: `matern-5-2` in `archcast`, `rbf` in `naslib`.
    #[schemars(extend("x-tune" = {"choices": ["rbf", "matern-3-2", "matern-5-2", "exponential"]}))]
    pub kernel: Option<Kernel>,
    /// Length-scale that the search starts from, and at which inducing rows are chosen first; left out, the search starts
    /// from 0.5, 2 and 8, and 2 chooses, in `naslib` from 10.
    #[schemars(range(min = 0.1, max = 100.0))]
    pub length_scale: Option<f64>,
    /// Signal variance that the search starts from, of a target with variance 1: 1 in `archcast`, 5 in `naslib`.
    #[schemars(range(min = 1e-3, max = 1e3))]
    pub variance: Option<f64>,
    /// Noise variance that the search starts from, of a target with variance 1: 0.1 in `archcast`, 1 in `naslib`.
    #[schemars(range(min = 1e-6, max = 10.0))]
    pub noise: Option<f64>,
    /// Most steps: 100 of each of the two searches in `archcast`, 200 of Adam in `naslib`; 0 keeps the start.
    #[schemars(range(max = 1000))]
    pub steps: Option<u32>,
}

/// What is given, and the preset for the rest.
struct Settings {
    preset: Preset,
    inducing: usize,
    kernel: Kernel,
    /// Length-scale at which inducing rows are chosen first.
    first: f64,
    starts: Vec<Hyperparameters>,
    steps: usize,
}

impl Params {
    fn settings(&self) -> Settings {
        let (inducing, kernel, lengths, variance, noise, steps) = match self.preset {
            Preset::Archcast => (100, Kernel::Matern52, STARTS.to_vec(), 1.0, 0.1, 100),
            Preset::Naslib => (10, Kernel::Rbf, vec![10.0], 5.0, 1.0, 200),
        };
        let (variance, noise) = (self.variance.unwrap_or(variance), self.noise.unwrap_or(noise));
        let lengths = self.length_scale.map_or(lengths, |length| vec![length]);
        Settings {
            preset: self.preset,
            inducing: self.inducing.unwrap_or(inducing) as usize,
            kernel: self.kernel.unwrap_or(kernel),
            first: if let [length] = lengths[..] { length } else { FIRST },
            starts: lengths.into_iter().map(|length| Hyperparameters { variance, length, noise }).collect(),
            steps: self.steps.unwrap_or(steps) as usize,
        }
    }
}

impl Predictor for SparseGp {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("sparse-gp", Family::ModelBased)
        .summary("Gaussian process on the features by inducing rows, for thousands of labels.")
        .cite("Titsias, Variational Learning of Inducing Variables in Sparse Gaussian Processes, AISTATS 2009")
        .cite("Quiñonero-Candela and Rasmussen, A Unifying View of Sparse Approximate Gaussian Process Regression, JMLR 2005")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n m²) an evaluation, some hundred, for m inducing rows; predict O(m d + m²) a row")
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
        let Settings { preset, inducing: most, kernel, first, mut starts, steps } = params.settings();
        let mut found = Hyperparameters { length: first, ..starts[0] };
        if scale.is_constant() {
            return Ok(Self { kernel, metric, basis: Vec::new(), scale, found, posterior: None });
        }
        let rounds = if steps > 0 && preset == Preset::Archcast { 2 } else { 1 };
        let mut fitted = None;
        for round in 0..rounds {
            let inducing = choose(kernel, found.length, (&metric, &places), most, cx)?;
            let bound = Bound::new(kernel, (&metric, &places), &inducing, &targets, cx)?;
            let share = |part: f64| (round as f64 + part) / rounds as f64;
            let slope = |at: &[f64]| bound.slope(at, cx);
            let at = match preset {
                Preset::Archcast => search(&starts, steps, slope, |part| cx.progress(share(part)), cx)?.at,
                Preset::Naslib => {
                    let after = |step| cx.progress(step as f64 / steps as f64);
                    descend(&starts[0].logarithms(), &log_bounds(), (steps, RATE), slope, after, cx)?
                }
            };
            found = Hyperparameters::from_logarithms(&at);
            starts = vec![found];
            fitted = Some((bound.evaluate(found, cx)?, inducing));
        }
        let Some((done, inducing)) = fitted else {
            return Err(Error::internal("no round of the fit was run"));
        };
        cx.log(
            Level::Debug,
            format!(
                "{} inducing rows, bound {:.10}, variance {:.6}, length-scale {:.6}, noise {:.6}",
                inducing.len(),
                done.value,
                found.variance,
                found.length,
                found.noise
            ),
        );
        let spread = inverse_factor(done.inner.as_ref(), cx)?;
        let projected = Mat::from_fn(done.projected.len(), 1, |i, _| done.projected[i]);
        let mean = spread.transpose() * projected;
        let mean = (0..mean.nrows()).map(|i| mean[(i, 0)]).collect();
        let posterior = Posterior::new(done.factor.as_ref(), mean, Some(spread.as_ref()));
        let basis = inducing.iter().map(|&row| places[row].clone()).collect();
        Ok(Self { kernel, metric, basis, scale, found, posterior: Some(posterior) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let basis = (&self.metric, &self.basis[..]);
        let answers = ask(self.posterior.as_ref(), queries, basis, (self.kernel, self.found), cx)?;
        Ok(observations(&answers, self.scale, self.found.noise, |row| why_missing(queries, row)))
    }
}

#[cfg(test)]
mod tests;
