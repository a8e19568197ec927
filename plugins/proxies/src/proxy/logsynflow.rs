//! `S = Σ_l Σ |W_l ln(1 + ∂R/∂W_l)|` with R as for [`super::synflow`] (Cavagnero, Robbiano, Caputo and Averta, FreeREA, WACV
//! 2023): less ruled by depth.

use super::{Alone, Proxy, Score, sum, synflow::Flow, total};
use crate::fault::Outcome;

/// As a predictor of its own.
pub type Logsynflow = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Logsynflow;
    const SUMMARY: &'static str =
        "Flow through a network of absolute weights, each gradient by its logarithm.";
    const CITES: &'static [&'static str] = &[
        "Cavagnero, Robbiano, Caputo and Averta, FreeREA: Training-Free Evolution-Based Architecture Search, WACV 2023",
        "Tanaka, Kunin, Yamins and Ganguli, Pruning Neural Networks without Any Data by Iteratively Conserving Synaptic Flow, NeurIPS 2020",
    ];
}

/// The score of a network with this flow.
pub fn score(flow: &Flow) -> Outcome<f64> {
    total(&flow.graded(), |layer| sum(&layer.gradient.f_log1p()?.f_mul(layer.weight)?.f_abs()?))
}

#[cfg(test)]
mod tests {
    use super::Flow;
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(247.67814, 1e-7, |vector| {
            super::score(&Flow::through(&vector.net(), 8).unwrap()).unwrap()
        });
    }
}
