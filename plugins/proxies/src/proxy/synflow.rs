//! All weights are replaced by their absolute values, batch normalisation by nothing; R is the sum of the outputs for one image
//! of ones, `S = Σ_l Σ |W_l ∂R/∂W_l|`, and the score is `ln S` (Tanaka, Kunin, Yamins and Ganguli, NeurIPS 2020).
//!
//! The network is then linear and positive. In double precision: S passes 1e38 in the networks of NAS-Bench-201.

use super::{Alone, Graded, Proxy, Score, sum, total};
use crate::{
    fault::{Fault, Outcome, finite},
    torch::{Layer, Net, Norm, net::unseen},
};
use tch::{Kind, Tensor};

/// As a predictor of its own.
pub type Synflow = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Synflow;
    const SUMMARY: &'static str =
        "Logarithm of the flow through a network of absolute weights: no image, no label.";
    const CITES: &'static [&'static str] = &[
        "Tanaka, Kunin, Yamins and Ganguli, Pruning Neural Networks without Any Data by Iteratively Conserving Synaptic Flow, NeurIPS 2020",
        "Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
    ];
}

/// Absolute weights and what flows through each.
#[derive(Debug)]
pub struct Flow {
    /// Weights.
    pub weights: Vec<Tensor>,
    /// The gradient of the summed outputs by them.
    pub gradients: Vec<Tensor>,
}

impl Flow {
    /// The flow for an image of ones of this width and height.
    pub fn through(net: &Net<'_>, side: usize) -> Outcome<Self> {
        let absolute = |tensor: &Tensor| tensor.f_detach()?.f_to_kind(Kind::Double)?.f_abs();
        let mut layers = Vec::new();
        for layer in net.layers() {
            let bias = layer.bias.as_ref().map(absolute).transpose()?;
            layers.push(Layer { weight: absolute(&layer.weight)?, bias });
        }
        let linear = Net::new(net.network(), layers)?;
        linear.follow_weights(true)?;
        let Some(device) = linear.layers().first().map(|layer| layer.weight.device()) else {
            return Err(Fault::Other("the network has no layers".into()));
        };
        let side = side as i64;
        let ones = Tensor::f_ones([1, 3, side, side], (Kind::Double, device))?;
        let flow = linear.forward(&ones, Norm::Off, &mut unseen)?.f_sum(None)?;
        let gradients = Tensor::f_run_backward(&[&flow], &linear.weights(), false, false)?;
        let weights = linear.weights().iter().map(|weight| weight.f_detach()).collect::<Result<_, _>>()?;
        Ok(Self { weights, gradients })
    }

    /// The weights with their gradients.
    pub fn graded(&self) -> Vec<Graded<'_>> {
        let pairs = self.weights.iter().zip(&self.gradients).filter(|(_, gradient)| gradient.defined());
        pairs.map(|(weight, gradient)| Graded { weight, gradient }).collect()
    }
}

/// The score of a network with this flow.
pub fn score(flow: &Flow) -> Outcome<f64> {
    let score = total(&flow.graded(), |layer| sum(&layer.gradient.f_mul(layer.weight)?.f_abs()?))?;
    finite(score.ln(), "the logarithm of the flow")
}

#[cfg(test)]
mod tests {
    use super::Flow;
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        let flow = |vector: &Vector| super::score(&Flow::through(&vector.net(), 8).unwrap()).unwrap();
        Vector::check(7.1510096, 1e-7, flow);
        Vector::check(1275.3929, 1e-6, |vector| flow(vector).exp());
    }
}
