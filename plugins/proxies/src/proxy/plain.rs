//! `S = Σ_l Σ g_l W_l` (Mozer and Smolensky, NIPS 1988; Abdelfattah et al., ICLR 2021).
//!
//! A layer that batch normalisation follows does not change when its weight is scaled, so its part is 0: what is left comes
//! from the last layer and from shortcuts. It is here for comparison.

use super::{Alone, Graded, Proxy, Score, sum, total};
use crate::fault::Outcome;

/// As a predictor of its own.
pub type Plain = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Plain;
    const SUMMARY: &'static str =
        "Sum of weight × gradient of the loss; nearly nothing where batch normalisation follows.";
    const CITES: &'static [&'static str] = &[
        "Mozer and Smolensky, Skeletonization: A Technique for Trimming the Fat from a Network via Relevance Assessment, NIPS 1988",
        "Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
    ];
}

/// The score of a network with these gradients.
pub fn score(layers: &[Graded<'_>]) -> Outcome<f64> {
    total(layers, |layer| sum(&layer.gradient.f_mul(layer.weight)?))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(0.079507846, 1e-6, |vector| super::score(&vector.graded()).unwrap());
    }

    #[test]
    fn a_layer_before_batch_normalisation_adds_nothing() {
        let vector = Vector::new(tch::Kind::Double);
        let graded = vector.graded();
        assert!(super::score(&graded[..1]).unwrap().abs() < 1e-4);
    }
}
