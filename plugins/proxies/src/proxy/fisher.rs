//! For each channel c of a convolution's or linear layer's output a, before normalisation, with d the gradient of the loss by
//! it: `Δ_c = ½ mean_n (Σ_positions a_nc d_nc)²` (Theis et al. 2018; Turner et al., BlockSwap, ICLR 2020), and `S = Σ_l Σ_c
//! Δ_c × weights per channel`.
//!
//! The last factor is not in the papers: it comes with the code of Abdelfattah et al. (ICLR 2021), by which the published
//! correlations were measured. [`Per::Channel`] leaves it out. d carries 1/N of the mean loss, so scores of other batch sizes
//! do not compare.

use super::{Alone, Proxy, Score, numbers, squares};
use crate::fault::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// As a predictor of its own.
pub type Fisher = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Fisher;
    const SUMMARY: &'static str = "Sum over channels of the squared effect of leaving out an activation.";
    const CITES: &'static [&'static str] = &[
        "Turner, Crowley, O'Boyle, Storkey and Gray, BlockSwap: Fisher-guided Block Substitution for Network Compression on a Budget, ICLR 2020",
        "Theis, Korshunova, Tejani and Huszár, Faster Gaze Prediction with Dense Networks and Fisher Pruning, 2018",
        "Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
    ];
}

/// What the effects of channels are multiplied by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// The weights of a channel, as in the code behind the published correlations.
    #[default]
    Weight,
    /// One, as in the papers.
    Channel,
}

/// The output of a layer.
#[derive(Debug)]
pub struct Activation<'t> {
    /// Images × channels, and × rows × columns behind a convolution.
    pub output: &'t Tensor,
    /// The gradient of the loss by it.
    pub gradient: &'t Tensor,
    /// The layer's weight.
    pub weight: &'t Tensor,
}

/// The score of a network with these activations.
pub fn score(activations: &[Activation<'_>], per: Per) -> Outcome<f64> {
    let effects = numbers(activations, |Activation { output, gradient, .. }| {
        let effects = output.f_mul(gradient)?;
        match effects.dim() {
            4 => squares(&effects.f_sum_dim_intlist([2_i64, 3].as_slice(), false, Kind::Double)?),
            _ => squares(&effects),
        }
    })?;
    let mut score = 0.0;
    for (Activation { output, weight, .. }, squares) in activations.iter().zip(effects) {
        let images = output.size().first().copied().unwrap_or(1);
        let weights = weight.numel() as f64 / weight.size().first().map_or(1.0, |&channels| channels as f64);
        let factor = match per {
            Per::Weight => weights,
            Per::Channel => 1.0,
        };
        score += 0.5 * squares / images as f64 * factor;
    }
    Ok(score)
}

#[cfg(test)]
mod tests {
    use super::Per;
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(0.21511872, 1e-7, |vector| super::score(&vector.activations(), Per::Weight).unwrap());
        Vector::check(0.012691587, 1e-7, |vector| super::score(&vector.activations(), Per::Channel).unwrap());
    }
}
