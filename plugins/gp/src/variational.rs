//! Sparse Gaussian process with a free distribution over its inducing values, trained for its predictions (parametric
//! predictive Gaussian process regression, Jankowiak, Pleiss and Gardner, ICML 2020) or by the stochastic variational
//! bound (Hensman, Fusi and Lawrence, UAI 2013).
//!
//! White et al. (NeurIPS 2021) run `VariationalSparseGP` of pyro, whose objective is not the variational bound: it gives
//! the marginal of each row to the likelihood, which is the predictive objective `Σ log N(zᵢ; fᵢ, σᵢ² + s²) − KL`. That
//! is the default here, under its name; `objective = "elbo"` is Hensman's bound
//! `Σ [log N(zᵢ; fᵢ, s²) − σᵢ² / 2s²] − KL`. The exact forms stand in the module `objective`. Unlike there, inducing rows are
//! training rows, chosen as in [`sparse`](crate::sparse) and kept, and the deviation holds the noise.
//!
//! All variables are moved together by Adam on batches of training rows. Cost: fit O(b m² + m³) a step of b rows; predict
//! O(m d + m²) a row. Batches are drawn by the seed.

mod objective;

use crate::{
    Kernel,
    adam::Adam,
    bound::squared_distances,
    gp::{Hyperparameters, ask, log_bounds, observations, why_missing},
    inducing::choose,
    metric::Metric,
    posterior::Posterior,
};
use archcast_scaling::TargetScale;
use archcast_sdk::{Rng, prelude::*, rand::RngExt};
use faer::Mat;
use objective::{Batch, Variables, slope};

/// A fitted process.
#[derive(Debug, Serialize, Deserialize)]
pub struct VariationalSparseGp {
    kernel: Kernel,
    metric: Metric,
    /// Places of the inducing rows.
    basis: Vec<Vec<f64>>,
    scale: TargetScale,
    found: Hyperparameters,
    /// Nothing where all targets are equal.
    posterior: Option<Posterior>,
}

/// Parameters of [`VariationalSparseGp`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What is maximised.
    pub objective: Objective,
    /// Most inducing rows; no more than there are different training rows.
    #[schemars(range(min = 1, max = 500), extend("x-tune" = {"low": 10, "high": 200, "log": true}))]
    pub inducing: u32,
    /// How the covariance of two rows falls with their distance.
    pub kernel: Kernel,
    /// Length-scale at the start.
    #[schemars(range(min = 0.1, max = 100.0))]
    pub length_scale: f64,
    /// Signal variance at the start, of a target with variance 1.
    #[schemars(range(min = 1e-3, max = 1e3))]
    pub variance: f64,
    /// Noise variance at the start, of a target with variance 1.
    #[schemars(range(min = 1e-6, max = 10.0))]
    pub noise: f64,
    /// Steps of Adam.
    #[schemars(range(min = 1, max = 20000), extend("x-tune" = {"low": 100, "high": 2000, "log": true}))]
    pub steps: u32,
    /// Step size of Adam.
    #[schemars(range(min = 1e-5, max = 1.0))]
    pub rate: f64,
    /// Most training rows of a step.
    #[schemars(range(min = 1, max = 100000))]
    pub batch: u32,
}

/// What is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// The log density of each target under its own prediction.
    Predictive,
    /// The variational bound on the marginal likelihood.
    Elbo,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            objective: Objective::Predictive,
            inducing: 100,
            kernel: Kernel::Rbf,
            length_scale: 2.0,
            variance: 1.0,
            noise: 0.1,
            steps: 1000,
            rate: 0.01,
            batch: 1024,
        }
    }
}

/// Draws `count` of the rows in `order` to its front.
fn shuffle_front(order: &mut [usize], count: usize, rng: &mut Rng) {
    for place in 0..count {
        let other = rng.random_range(place..order.len());
        order.swap(place, other);
    }
}

impl Params {
    /// The variables after all steps.
    fn train(
        &self,
        (metric, places): (&Metric, &[Vec<f64>]),
        inducing: &[usize],
        targets: &[f64],
        cx: &Context<'_>,
    ) -> Result<Variables> {
        let basis: Vec<&[f64]> = inducing.iter().map(|&row| &places[row][..]).collect();
        let chosen: Vec<Vec<f64>> = inducing.iter().map(|&row| places[row].clone()).collect();
        let among = squared_distances(metric, &basis, &chosen);
        let size = (self.batch as usize).min(targets.len());
        let whole = (size == targets.len()).then(|| squared_distances(metric, &basis, places));
        let start = Hyperparameters { variance: self.variance, length: self.length_scale, noise: self.noise };
        let mut variables = Variables::new(start, inducing.len());
        let mut adam = Adam::new(variables.list.len());
        let mut order: Vec<usize> = (0..targets.len()).collect();
        let mut rng = cx.rng();
        for step in 0..self.steps {
            cx.check()?;
            let drawn: Option<(Mat<f64>, Vec<f64>)> = whole.is_none().then(|| {
                shuffle_front(&mut order, size, &mut rng);
                let rows: Vec<Vec<f64>> = order[..size].iter().map(|&row| places[row].clone()).collect();
                let targets = order[..size].iter().map(|&row| targets[row]).collect();
                (squared_distances(metric, &basis, &rows), targets)
            });
            let (across, batch_targets) = match (&drawn, &whole) {
                (Some((across, targets)), _) => (across, &targets[..]),
                (None, Some(across)) => (across, targets),
                (None, None) => return Err(Error::internal("a step without rows")),
            };
            let batch = Batch {
                among: among.as_ref(),
                across: across.as_ref(),
                targets: batch_targets,
                weight: targets.len() as f64 / size as f64,
            };
            let (value, gradient) = slope(self.kernel, self.objective, &variables, &batch, cx)?;
            if !value.is_finite() || gradient.iter().any(|slope| !slope.is_finite()) {
                return Err(Error::numerical("the objective overflows; give a smaller `rate`"));
            }
            adam.climb(&mut variables.list, &gradient, self.rate);
            for (variable, (low, high)) in variables.list.iter_mut().zip(log_bounds()) {
                *variable = variable.clamp(low, high);
            }
            cx.progress(f64::from(step + 1) / f64::from(self.steps));
        }
        Ok(variables)
    }
}

impl Predictor for VariationalSparseGp {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("variational-sparse-gp", Family::ModelBased)
        .summary("Sparse Gaussian process with free inducing values, trained for its predictions on batches.")
        .cite("Jankowiak, Pleiss and Gardner, Parametric Gaussian Process Regressors, ICML 2020")
        .cite("Hensman, Fusi and Lawrence, Gaussian Processes for Big Data, UAI 2013")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(b m² + m³) a step of b rows, a thousand steps; predict O(m d + m²) a row")
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
        let kernel = params.kernel;
        let start =
            Hyperparameters { variance: params.variance, length: params.length_scale, noise: params.noise };
        if scale.is_constant() {
            return Ok(Self { kernel, metric, basis: Vec::new(), scale, found: start, posterior: None });
        }
        let most = params.inducing as usize;
        let inducing = choose(kernel, params.length_scale, (&metric, &places), most, cx)?;
        let variables = params.train((&metric, &places), &inducing, &targets, cx)?;
        let found = variables.hyperparameters();
        let basis: Vec<Vec<f64>> = inducing.iter().map(|&row| places[row].clone()).collect();
        let factor = objective::factor(kernel, found, &metric, &basis, cx)?;
        let spread = variables.spread();
        let posterior = Posterior::new(factor.as_ref(), variables.mean().to_vec(), Some(spread.transpose()));
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
