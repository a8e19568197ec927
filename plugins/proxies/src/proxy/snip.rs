//! `S = Σ_l Σ |g_l W_l|` over the weights W of convolutions and linear layers, g the gradient of the loss (Lee, Ajanthan and
//! Torr, ICLR 2019; Abdelfattah et al., ICLR 2021).
//!
//! The gradient by a mask of ones is the same number, so there is no mask. The paper divides by the sum, which prunes alike
//! and would make every network's score 1.

use super::{Alone, Graded, Proxy, Score, sum, total};
use crate::fault::Outcome;

/// As a predictor of its own.
pub type Snip = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Snip;
    const SUMMARY: &'static str =
        "Sum of |weight × gradient| of the loss: the effect of leaving each weight out.";
    const CITES: &'static [&'static str] = &[
        "Lee, Ajanthan and Torr, SNIP: Single-shot Network Pruning Based on Connection Sensitivity, ICLR 2019",
        "Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
    ];
}

/// The score of a network with these gradients.
pub fn score(layers: &[Graded<'_>]) -> Outcome<f64> {
    total(layers, |layer| sum(&layer.gradient.f_mul(layer.weight)?.f_abs()?))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(0.94284828, 1e-7, |vector| super::score(&vector.graded()).unwrap());
    }
}
