//! `S = Σ_l Σ −W_l (H g)_l` with g the gradient of the loss and H its Hessian over all weights (Wang, Zhang and Grosse, ICLR
//! 2020). `H g` is the gradient of `Σ_l ⟨stop(g_l), g_l⟩`.
//!
//! One forward and one backward pass serve both gradients, since the batch is the same. The logits are divided by the
//! temperature: 1 as in the code of Abdelfattah et al. (ICLR 2021), 200 in the paper, where single precision loses half of
//! its digits.

use super::{Alone, Proxy, Score, numbers, sum};
use crate::fault::Outcome;
use tch::Tensor;

/// As a predictor of its own.
pub type Grasp = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Grasp;
    const SUMMARY: &'static str =
        "Minus weight × Hessian × gradient of the loss: how training would change the gradient's flow.";
    const CITES: &'static [&'static str] = &[
        "Wang, Zhang and Grosse, Picking Winning Tickets Before Training by Preserving Gradient Flow, ICLR 2020",
        "Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021",
    ];
}

/// The score from gradients by these weights that were made with a graph of their own.
pub fn score(weights: &[&Tensor], gradients: &[Tensor]) -> Outcome<f64> {
    let mut product: Option<Tensor> = None;
    for gradient in gradients {
        let part = gradient.f_detach()?.f_mul(gradient)?.f_sum(None)?;
        product = Some(match product {
            Some(sum) => sum.f_add(&part)?,
            None => part,
        });
    }
    let Some(product) = product else { return Ok(0.0) };
    let curved = Tensor::f_run_backward(&[&product], weights, false, false)?;
    let defined: Vec<_> = weights.iter().zip(&curved).filter(|(_, curved)| curved.defined()).collect();
    let parts = numbers(&defined, |(weight, curved)| sum(&weight.f_detach()?.f_mul(curved)?))?;
    Ok(parts.into_iter().fold(0.0, |score, part| score - part))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    fn grasp(vector: &Vector, temperature: f64) -> f64 {
        let (net, gradients) = vector.differentiable(temperature);
        super::score(&net.weights(), &gradients).unwrap()
    }

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(-0.023174849, 1e-6, |vector| grasp(vector, 1.0));
    }

    #[test]
    fn it_is_that_of_the_reference_at_the_temperature_of_the_paper() {
        Vector::check(5.1265219e-10, 3e-4, |vector| grasp(vector, 200.0));
    }
}
