//! `S = Σ_l ‖W_l‖₂` at initialisation (Abdelfattah et al., ICLR 2021): a function of the layers' shapes but for the draw.

use super::{Alone, Proxy, Score, squares, total_of_roots};
use crate::fault::Outcome;
use tch::Tensor;

/// As a predictor of its own.
pub type L2Norm = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::L2Norm;
    const SUMMARY: &'static str = "Sum of the norms of each layer's first weights: no image, no gradient.";
    const CITES: &'static [&'static str] =
        &["Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021"];
}

/// The score of a network with these weights.
pub fn score(weights: &[&Tensor]) -> Outcome<f64> {
    total_of_roots(weights, |weight| squares(weight))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(10.407966, 1e-6, |vector| super::score(&vector.net().weights()).unwrap());
    }
}
