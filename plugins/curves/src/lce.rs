//! Learning curve extrapolation by parametric families (Domhan et al., IJCAI 2015).
//!
//! Each family is fitted to the curve by least squares from the paper's starts; the forecast is the mean of those at
//! the horizon that converged and that the prior allows, its deviation the noise and how far they disagree. Weights
//! fitted by least squares would let the steepest family win. With `steps` the posterior of the mixture is sampled
//! instead. Where no family fits, the power law of [`power_law`](crate::power_law) answers.
//!
//! Cost: predict some 50 passes over the curve a row and family; with sampling, `walkers (burn_in + steps)`.

use crate::{
    curve::OnShortFit,
    families::CurveFamily,
    mixture::{Effort, Monotone},
    parametric::{METRIC, Parametric, SHORTEST, Settings},
};
use archcast_sdk::prelude::*;

/// What is read, and how it is extrapolated.
#[derive(Debug, Serialize, Deserialize)]
pub struct Lce(Parametric);

/// Parameters of [`Lce`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Families of curves.
    pub families: Vec<CurveFamily>,
    /// What is asked of a family that was fitted: never to fall, or to end higher than it began.
    pub monotone: Monotone,
    /// Steps of each walker that are kept of a sampled posterior; 0 takes the mean of the least squares fits.
    #[schemars(range(min = 0, max = 100_000))]
    pub steps: u32,
    /// Steps of each walker before those that are kept.
    #[schemars(range(min = 0, max = 100_000))]
    pub burn_in: u32,
    /// Walkers that sample together; at least twice the number of parameters are taken.
    #[schemars(range(min = 2, max = 10_000))]
    pub walkers: u32,
    /// Counts late epochs up to ten times as much as the first when the posterior is sampled.
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
            monotone: Monotone::Strict,
            steps: 0,
            burn_in: 300,
            walkers: 36,
            recency: false,
            scale: None,
            on_short: OnShortFit::Missing,
        }
    }
}

impl Predictor for Lce {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("lce", Family::LearningCurve)
        .summary("The mean of parametric curves fitted by least squares, extrapolated to the final epoch.")
        .cite("Domhan, Springenberg and Hutter, Speeding up Automatic Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves, IJCAI 2015")
        .cite("Moré, The Levenberg-Marquardt Algorithm: Implementation and Theory, Lecture Notes in Mathematics 630, 1978")
        .complexity("fit O(n epochs), predict some 200 passes over the curve a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: SHORTEST }])
        .minimum_rows(0)
        .gives(Gives::Distribution)
        .threads(Threads::Many);

    fn outputs(params: &Params) -> Result<Vec<String>> {
        let names = ["mean", "std"].into_iter().map(str::to_owned);
        let quantiles = crate::extrapolation::LEVELS.into_iter().filter(|_| params.steps > 0);
        Ok(names.chain(quantiles.map(|(_, name)| name.to_owned())).collect())
    }

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let effort = Effort {
            walkers: params.walkers as usize,
            burn_in: params.burn_in as usize,
            steps: params.steps as usize,
        };
        let settings = Settings {
            families: &params.families,
            monotone: params.monotone,
            effort: (params.steps > 0).then_some(effort),
            recency: params.recency,
            scale: params.scale,
            on_short: params.on_short,
        };
        Parametric::fit(&settings, train, cx).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx)
    }
}

#[cfg(test)]
mod tests;
