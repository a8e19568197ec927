//! With gradients g of several batches, for each weight the mean of |g| over its deviation (population): `S = Σ_l ln Σ_{w, std > 0}
//! mean_b |g_w| / std_b(g_w)` (Li, Yang, Bhardwaj and Marculescu, ICLR 2023).
//!
//! Layers whose sum is 0 are left out. With two batches the ratio is ruled by weights whose two gradients are close, and single
//! precision keeps five digits.

use super::{Alone, Proxy, Score, numbers, sum};
use crate::fault::{Fault, Outcome};
use tch::{Kind, Tensor};

/// As a predictor of its own.
pub type Zico = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Zico;
    const SUMMARY: &'static str = "Mean over deviation of the loss gradient across batches, by layer.";
    const CITES: &'static [&'static str] = &[
        "Li, Yang, Bhardwaj and Marculescu, ZiCo: Zero-shot NAS via Inverse Coefficient of Variation on Gradients, ICLR 2023",
    ];
}

/// The score of gradients: for each batch those of all layers.
pub fn score(batches: &[Vec<Tensor>]) -> Outcome<f64> {
    let Some(first) = batches.first().filter(|_| batches.len() > 1) else {
        return Err(Fault::Other("gradients deviate between two batches at least".into()));
    };
    let of_layer = |layer: usize| -> Vec<&Tensor> {
        let gradients = batches.iter().filter_map(|batch| batch.get(layer));
        gradients.filter(|gradient| gradient.defined()).collect()
    };
    let layers: Vec<Vec<&Tensor>> =
        (0..first.len()).map(of_layer).filter(|gradients| gradients.len() == batches.len()).collect();
    let sums = numbers(&layers, |gradients| {
        let stacked = Tensor::f_stack(gradients, 0)?.f_to_kind(Kind::Double)?;
        let deviation = stacked.f_std_dim([0_i64].as_slice(), false, false)?;
        let mean = stacked.f_abs()?.f_mean_dim([0_i64].as_slice(), false, None)?;
        let still = deviation.f_le(0.0)?;
        let ratio = mean.f_div(&deviation)?.f_masked_fill(&still, 0.0)?;
        sum(&ratio)
    })?;
    Ok(sums.into_iter().filter(|&sum| sum > 0.0).fold(0.0, |score, sum| score + sum.ln()))
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::{Vector, ramp};

    #[test]
    fn it_is_that_of_the_reference() {
        let zico = |vector: &Vector| {
            let second = ramp(2001, &[4, 3, 8, 8], 1.0, vector.kind());
            super::score(&[vector.gradients(&vector.images()), vector.gradients(&second)]).unwrap()
        };
        Vector::check_at(tch::Kind::Double, 18.290253, 1e-6, zico);
        Vector::check_at(tch::Kind::Float, 18.290253, 5e-5, zico);
    }

    #[test]
    fn weights_that_do_not_deviate_are_left_out() {
        let batch = |last: f64| vec![tch::Tensor::from_slice(&[1.0, 2.0, last])];
        let score = super::score(&[batch(1.0), batch(3.0)]).unwrap();
        assert!((score - 2.0_f64.ln()).abs() < 1e-12, "{score}");
        assert!(super::score(&[batch(1.0)]).is_err());
    }
}
