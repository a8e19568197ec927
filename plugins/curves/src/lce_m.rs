//! Learning curve extrapolation by the sampled posterior of a mixture of parametric families (Domhan et al., IJCAI
//! 2015; NASLib's `lce_m`): no family may fall, and an affine-invariant ensemble of walkers samples families, weights
//! and noise together.
//!
//! `mean` is the posterior mean of the mixture at the horizon, `std` the deviation of a new measurement there (noise
//! included), `q05`, `q50` and `q95` are quantiles of the mixture as they are to be read: of a target to be minimised
//! they are not turned. Where no family fits, the power law of
//! [`power_law`](crate::power_law) answers. Acceptance and effective sample sizes are logged.
//!
//! Cost: predict `walkers (burn_in + steps)` passes over the curve and its families a row.

use crate::{
    curve::OnShortFit,
    families::CurveFamily,
    mixture::{Effort, Monotone},
    parametric::{METRIC, Parametric, SHORTEST, Settings},
};
use archcast_sdk::{
    Rng,
    header::{CurveInfo, Goal},
    prelude::*,
    rand::{RngExt as _, SeedableRng as _},
};

/// What is read, and how it is extrapolated.
#[derive(Debug, Serialize, Deserialize)]
pub struct LceM(Parametric);

/// Parameters of [`LceM`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Families of curves.
    pub families: Vec<CurveFamily>,
    /// Steps of each walker that are kept.
    #[schemars(range(min = 1, max = 100_000))]
    pub steps: u32,
    /// Steps of each walker before those that are kept.
    #[schemars(range(min = 0, max = 100_000))]
    pub burn_in: u32,
    /// Walkers that sample together; at least twice the number of parameters are taken.
    #[schemars(range(min = 2, max = 10_000))]
    pub walkers: u32,
    /// Counts late epochs up to ten times as much as the first.
    pub recency: bool,
    /// The value that counts as 1 in the formulas: left out, 100 for percent, 1 for a fraction, and for a loss the
    /// median of the training rows' largest values.
    #[schemars(range(min = 1e-12, max = 1e12))]
    pub scale: Option<f64>,
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShortFit,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            families: CurveFamily::KEPT.to_vec(),
            steps: 300,
            burn_in: 300,
            walkers: 36,
            recency: false,
            scale: None,
            on_short: OnShortFit::Missing,
        }
    }
}

impl Predictor for LceM {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("lce-m", Family::LearningCurve)
        .summary("The sampled posterior of a mixture of rising parametric curves at the final epoch.")
        .cite("Domhan, Springenberg and Hutter, Speeding up Automatic Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves, IJCAI 2015")
        .cite("Goodman and Weare, Ensemble Samplers with Affine Invariance, Communications in Applied Mathematics and Computational Science 2010")
        .cite("Klein et al., Learning Curve Prediction with Bayesian Neural Networks, ICLR 2017")
        .complexity("fit O(n epochs), predict walkers × steps passes over the curve a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: SHORTEST }])
        .minimum_rows(0)
        .gives(Gives::Distribution)
        .cost(Cost::Milli)
        .threads(Threads::Many);

    fn outputs(_params: &Params) -> Result<Vec<String>> {
        let quantiles = crate::extrapolation::LEVELS.into_iter().map(|(_, name)| name);
        Ok(["mean", "std"].into_iter().chain(quantiles).map(str::to_owned).collect())
    }

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let effort = Effort {
            walkers: params.walkers as usize,
            burn_in: params.burn_in as usize,
            steps: params.steps as usize,
        };
        let settings = Settings {
            families: &params.families,
            monotone: Monotone::Strict,
            effort: Some(effort),
            recency: params.recency,
            scale: params.scale,
            on_short: params.on_short,
        };
        Parametric::fit(&settings, train, cx).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx)
    }

    /// Curves that rise to 60 to 90 percent, and a chain that is short.
    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let mut rng = Rng::seed_from_u64(seed);
        let worths: Vec<f64> = (0..n).map(|_| rng.random_range(60.0..90.0)).collect();
        let curve = |worth: &f64| -> Vec<f64> {
            (1..=8).map(|epoch| worth - 40.0 * f64::from(epoch).powf(-0.8) + rng.random::<f64>()).collect()
        };
        let curves: Vec<Vec<f64>> = worths.iter().map(curve).collect();
        let info = CurveInfo { goal: Goal::Maximize, unit: Some("percent".into()) };
        let data = DatasetBuilder::new(n)
            .identities((0..n as u64).map(|row| [row, seed]))
            .curve(METRIC, info, &curves)
            .targets(worths)
            .header(|header| (header.fidelity, header.horizon) = (Some(8), Some(100)));
        Some(Example { data, params: Params { steps: 40, burn_in: 20, ..Params::default() } })
    }
}

#[cfg(test)]
mod tests;
