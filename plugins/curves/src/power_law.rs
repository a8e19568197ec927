//! A Bayesian power law, in closed form but for a grid over the exponent.
//!
//! `yₜ = c - a t^(-α)`, higher being better. Values are standardised by the training rows: `u = (y - μ₀) / s₀` with the
//! mean of their last values and the deviation of all their values (without training rows, those of the row itself).
//! Epochs weigh `rₜ ∝ 10^((t-1)/f)`, 1 on average. Under the prior `(c, a) ~ N(0, 25 I)` relative to the noise, whose
//! precision is Gamma(shape 2, rate 0.005), each α has the posterior of a weighted linear regression on
//! `B = [1, -t^(-α)]`: with `A = Bᵀ R B + I/25`, `b = Bᵀ R u`, `θ = A⁻¹ b`, `q = uᵀ R u - bᵀ θ` its evidence is
//! `-½ ln det A - (2 + f/2) ln(0.005 + q/2) - ½ (ln α)²`. The forecast at T mixes the 31 exponents 0.05 and 0.1 to 3 by
//! their evidence; within each it is Student's t with scale² `(0.005 + q/2) / (2 + f/2) · (1 + vᵀ A⁻¹ v)`,
//! `v = (1, -T^(-α))`.
//!
//! Cost: predict O(31 f) a row. Deterministic; draws no random numbers.

use crate::{
    curve::OnShortFit,
    extrapolation::{Extrapolation, Forecast},
};
use archcast_sdk::prelude::*;

const METRIC: &str = "val_acc";
/// Fewest epochs: two parameters and one to tell them from noise.
const SHORTEST: u32 = 3;
/// Precision of the prior of c and a relative to the noise.
const PRIOR: f64 = 1.0 / 25.0;
/// Shape and rate of the noise's precision.
const SHAPE: f64 = 2.0;
const RATE: f64 = 0.005;

/// What is read, and the scale of the training rows.
#[derive(Debug, Serialize, Deserialize)]
pub struct PowerLaw {
    extrapolation: Extrapolation,
    scale: Option<Scale>,
}

/// Parameters of [`PowerLaw`].
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShortFit,
}

/// Where values lie and how far they spread.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Scale {
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// Mean of the last values, deviation of all; `None` where they do not spread.
    pub(crate) fn of<'a>(curves: impl Iterator<Item = &'a [f64]> + Clone) -> Option<Self> {
        let lasts = curves.clone().filter_map(<[f64]>::last);
        let (count, sum) = lasts.fold((0.0, 0.0), |(count, sum), last| (count + 1.0, sum + last));
        let all = || curves.clone().flatten();
        let number = all().count() as f64;
        let centre = all().sum::<f64>() / number;
        let deviation = (all().map(|value| (value - centre).powi(2)).sum::<f64>() / number).sqrt();
        let mean = sum / count;
        (mean.is_finite() && deviation.is_finite() && deviation > 0.0).then_some(Self { mean, deviation })
    }
}

/// The forecast of one curve at an epoch.
pub(crate) fn forecast(curve: &[f64], scale: Scale, horizon: f64) -> Forecast {
    let f = curve.len() as f64;
    let standard: Vec<f64> = curve.iter().map(|value| (value - scale.mean) / scale.deviation).collect();
    let weights: Vec<f64> = (0..curve.len()).map(|epoch| 10f64.powf(epoch as f64 / f)).collect();
    let average = weights.iter().sum::<f64>() / f;
    let weights: Vec<f64> = weights.iter().map(|weight| weight / average).collect();
    let logs: Vec<f64> = (1..=curve.len()).map(|epoch| (epoch as f64).ln()).collect();
    let total: f64 = weights.iter().sum();
    let (mut level, mut square) = (0.0, 0.0);
    for (weight, u) in weights.iter().zip(&standard) {
        level += weight * u;
        square += weight * u * u;
    }
    let exponents = std::iter::once(0.05).chain((0..30).map(|step| 0.1 + 2.9 * f64::from(step) / 29.0));
    let parts: Vec<(f64, f64, f64)> = exponents
        .map(|alpha| {
            let (mut cross, mut power, mut pull) = (0.0, 0.0, 0.0);
            for ((weight, u), ln) in weights.iter().zip(&standard).zip(&logs) {
                let basis = -(-alpha * ln).exp();
                cross += weight * basis;
                power += weight * basis * basis;
                pull += weight * basis * u;
            }
            let (a, b, d) = (total + PRIOR, cross, power + PRIOR);
            let determinant = a * d - b * b;
            let theta = [(d * level - b * pull) / determinant, (a * pull - b * level) / determinant];
            let residual = (square - level * theta[0] - pull * theta[1]).max(0.0);
            let noise = RATE + residual / 2.0;
            let evidence =
                -0.5 * determinant.ln() - (SHAPE + f / 2.0) * noise.ln() - 0.5 * alpha.ln().powi(2);
            let v = -(-alpha * horizon.ln()).exp();
            let spread = (d - 2.0 * b * v + a * v * v) / determinant;
            let mean = theta[0] + theta[1] * v;
            (evidence, mean, noise / (SHAPE + f / 2.0) * (1.0 + spread))
        })
        .collect();
    let best = parts.iter().map(|part| part.0).fold(f64::NEG_INFINITY, f64::max);
    let shares: Vec<f64> = parts.iter().map(|part| (part.0 - best).exp()).collect();
    let sum: f64 = shares.iter().sum();
    let mean = shares.iter().zip(&parts).map(|(share, part)| share * part.1).sum::<f64>() / sum;
    let variance = (shares.iter().zip(&parts))
        .map(|(share, part)| share * (part.2 + (part.1 - mean).powi(2)))
        .sum::<f64>()
        / sum;
    Forecast { mean, deviation: variance.sqrt(), quantiles: Vec::new() }.rescaled(scale.deviation, scale.mean)
}

impl Predictor for PowerLaw {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("power-law", Family::LearningCurve)
        .summary("A Bayesian power law fitted to the curve, extrapolated to the final epoch.")
        .complexity("fit O(n epochs), predict O(31 epochs) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: SHORTEST }])
        .minimum_rows(0)
        .gives(Gives::Distribution)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let extrapolation = Extrapolation::of(train, METRIC, SHORTEST, params.on_short, cx)?;
        let curves = extrapolation.training(train)?;
        Ok(Self { extrapolation, scale: Scale::of(curves.iter().map(Vec::as_slice)) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.extrapolation.predict(queries, false, cx, |curve, _| {
            let scale = self.scale.or_else(|| Scale::of(std::iter::once(curve)));
            Ok(match scale {
                Some(scale) => Ok(forecast(curve, scale, self.extrapolation.horizon)),
                None => Err("its values are too large: their deviation overflows".to_owned()),
            })
        })
    }
}

#[cfg(test)]
mod tests;
