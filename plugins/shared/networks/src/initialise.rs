//! Initial weights.

use crate::{Dense, Real, layout::Place};
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

/// How the weights and the bias of a dense layer begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initial {
    /// PyTorch's default: weights and bias uniform within `1/√inputs` of 0 (Kaiming uniform with slope √5).
    Torch,
    /// Xavier (Glorot and Bengio, AISTATS 2010) as Keras has it: weights uniform within `√(6/(inputs + outputs))` of 0,
    /// bias 0.
    Xavier,
    /// Kaiming (He et al., ICCV 2015) for relu: weights uniform within `√(6/inputs)` of 0, bias 0.
    Kaiming,
}

impl Initial {
    /// Sets the weights and then the bias of a layer, in the order in which they lie.
    pub fn set<F: Real>(self, layer: &Dense, parameters: &mut [F], rng: &mut impl Rng) {
        let (inputs, outputs) = (layer.inputs().max(1) as f64, layer.outputs() as f64);
        let (weights, bias) = match self {
            Self::Torch => (inputs.sqrt().recip(), inputs.sqrt().recip()),
            Self::Xavier => ((6.0 / (inputs + outputs)).sqrt(), 0.0),
            Self::Kaiming => ((6.0 / inputs).sqrt(), 0.0),
        };
        uniform(layer.weights(), weights, parameters, rng);
        if let Some(place) = layer.bias() {
            uniform(place, bias, parameters, rng);
        }
    }
}

/// Numbers evenly between `-reach` and `reach`; 0 draws nothing.
pub fn uniform<F: Real>(place: Place, reach: f64, parameters: &mut [F], rng: &mut impl Rng) {
    for value in place.flat_mut(parameters) {
        *value = F::of(if reach > 0.0 { rng.random_range(-reach..reach) } else { 0.0 });
    }
}

/// Standard normal numbers, as PyTorch's embeddings begin (by Box and Muller, 1958).
pub fn normal<F: Real>(place: Place, parameters: &mut [F], rng: &mut impl Rng) {
    for value in place.flat_mut(parameters) {
        let (first, second): (f64, f64) = (rng.random(), rng.random());
        *value = F::of((-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layout;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn weights_fill_their_range_and_the_bias_is_that_of_the_rule() {
        for (initial, weight, bias) in [
            (Initial::Torch, 0.1, 0.1),
            (Initial::Xavier, (6.0f64 / 150.0).sqrt(), 0.0),
            (Initial::Kaiming, 0.06f64.sqrt(), 0.0),
        ] {
            let mut layout = Layout::default();
            let layer = Dense::new(&mut layout, 100, 50);
            let mut parameters = vec![0.0; layout.length()];
            initial.set(&layer, &mut parameters, &mut ChaCha8Rng::seed_from_u64(1));
            let largest = |values: &[f64]| values.iter().map(|value| value.abs()).fold(0.0, f64::max);
            let (weights, biases) = parameters.split_at(5000);
            assert!(largest(weights) <= weight && largest(weights) > 0.99 * weight);
            assert!(largest(biases) <= bias && largest(biases) >= 0.9 * bias);
            let mean = weights.iter().sum::<f64>() / 5000.0;
            assert!(mean.abs() < 0.03 * weight, "{mean}");
        }
    }

    #[test]
    fn normal_numbers_have_their_moments() {
        let mut layout = Layout::default();
        let place = layout.vector(20_000);
        let mut values = vec![0.0; 20_000];
        normal(place, &mut values, &mut ChaCha8Rng::seed_from_u64(1));
        let moment = |power: i32| values.iter().map(|value: &f64| value.powi(power)).sum::<f64>() / 20_000.0;
        assert!(moment(1).abs() < 0.03 && (moment(2) - 1.0).abs() < 0.03 && (moment(4) - 3.0).abs() < 0.2);
    }
}
