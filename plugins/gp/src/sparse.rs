//! Sparse Gaussian process regression by Titsias' variational bound (Titsias, AISTATS 2009).
//!
//! The process of [`gp`](crate::gp), summed up by m inducing rows; signal variance, length-scale and noise maximise the
//! bound on the marginal likelihood. Inducing rows are training rows, chosen by a pivoted Cholesky
//! factorisation at the length-scale 2 and once more at the one that was found.
//!
//! White et al. (NeurIPS 2021) run the process of pyro with ten inducing points c (1, …, 1) that move. One-hot rows are
//! all equally far from such points, so that the model starts as a constant and stays near it in the 200 steps that it
//! has, and a point off the cube fits no architecture. This predictor does not follow.
//!
//! Cost: fit O(n m²) an evaluation; predict O(m d + m²) a row; n m numbers of memory. With m = n the bound is the exact
//! likelihood; it is worth it above some 2,000 rows. Deterministic; draws no random numbers.

use crate::{
    Kernel,
    bound::Bound,
    gp::{Hyperparameters, STARTS, ask, observations, search, why_missing},
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

/// Parameters of [`SparseGp`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Most inducing rows; no more than there are different training rows.
    #[schemars(range(min = 1, max = 2000), extend("x-tune" = {"low": 10, "high": 500, "log": true}))]
    pub inducing: u32,
    /// How the covariance of two rows falls with their distance.
    #[schemars(extend("x-tune" = {"choices": ["rbf", "matern-3-2", "matern-5-2", "exponential"]}))]
    pub kernel: Kernel,
    /// Length-scale that the search starts from, and at which inducing rows are chosen first; left out, the search starts
    /// from 0.5, 2 and 8, and 2 chooses.
    #[schemars(range(min = 0.1, max = 100.0))]
    pub length_scale: Option<f64>,
    /// Signal variance that the search starts from, of a target with variance 1.
    #[schemars(range(min = 1e-3, max = 1e3))]
    pub variance: f64,
    /// Noise variance that the search starts from, of a target with variance 1.
    #[schemars(range(min = 1e-6, max = 10.0))]
    pub noise: f64,
    /// Most steps of each of the two searches; 0 keeps the start.
    #[schemars(range(max = 1000))]
    pub steps: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            inducing: 100,
            kernel: Kernel::Matern52,
            length_scale: None,
            variance: 1.0,
            noise: 0.1,
            steps: 100,
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
        let kernel = params.kernel;
        let start = |length| Hyperparameters { variance: params.variance, length, noise: params.noise };
        let mut found = start(params.length_scale.unwrap_or(FIRST));
        if scale.is_constant() {
            return Ok(Self { kernel, metric, basis: Vec::new(), scale, found, posterior: None });
        }
        let mut starts = match params.length_scale {
            Some(length) => vec![start(length)],
            None => STARTS.map(start).to_vec(),
        };
        let (most, steps) = (params.inducing as usize, params.steps as usize);
        let rounds = if steps > 0 { 2 } else { 1 };
        let mut fitted = None;
        for round in 0..rounds {
            let inducing = choose(kernel, found.length, (&metric, &places), most, cx)?;
            let bound = Bound::new(kernel, (&metric, &places), &inducing, &targets, cx)?;
            let share = |part: f64| (round as f64 + part) / rounds as f64;
            let slope = |at: &[f64]| bound.slope(at, cx);
            let end = search(&starts, steps, slope, |part| cx.progress(share(part)), cx)?;
            found = Hyperparameters::from_logarithms(&end.at);
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
