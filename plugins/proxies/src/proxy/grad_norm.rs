//! `S = Σ_l ‖g_l‖₂`: a sum over layers, not the norm of all gradients (Abdelfattah et al., ICLR 2021).
//!
//! It orders networks nearly as `snip` does: one of the two is enough as a feature.

use super::{Alone, Graded, Proxy, Score, squares, total_of_roots};
use crate::fault::Outcome;

/// As a predictor of its own.
pub type GradNorm = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::GradNorm;
    const SUMMARY: &'static str = "Sum of the norms of the loss gradient in each layer.";
    const CITES: &'static [&'static str] =
        &["Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021"];
}

/// The score of a network with these gradients.
pub fn score(layers: &[Graded<'_>]) -> Outcome<f64> {
    total_of_roots(layers, |layer| squares(layer.gradient))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(0.47047883, 1e-7, |vector| super::score(&vector.graded()).unwrap());
    }
}
