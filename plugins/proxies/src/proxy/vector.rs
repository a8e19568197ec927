//! The network of the test vectors: two convolutions with normalisation and rectification, a global pool, a linear layer. All
//! numbers are `sin(k²)` for consecutive k.

use archcast_architectures::{Draft, Network, Parts};
use tch::{Device, Kind, Tensor};

use super::{Graded, fisher::Activation, naswot::Kernel};
use crate::{
    fault::Outcome,
    torch::{Layer, Net, Norm, net::unseen},
};
use archcast_architectures::{Node, Operation};

/// Classes of the images.
pub const LABELS: [i64; 4] = [0, 1, 2, 0];

/// `scale × sin(k²)` from k = `first` on.
pub fn ramp(first: i64, shape: &[i64], scale: f64, kind: Kind) -> Tensor {
    let count = shape.iter().product::<i64>();
    let values: Vec<f64> = (first..first + count).map(|k| scale * ((k * k) as f64).sin()).collect();
    Tensor::from_slice(&values).reshape(shape).to_kind(kind)
}

fn network() -> Network {
    let mut draft = Draft::new(8);
    let x = draft.conv_norm_relu(Draft::INPUT, 4, 3, 1);
    let x = draft.conv_norm_relu(x, 6, 3, 1);
    draft.classifier(x, 3);
    draft.finish(Parts::Live).unwrap()
}

/// The network with weights and what its passes give.
pub struct Vector {
    network: Network,
    kind: Kind,
    weights: Vec<Tensor>,
    gradients: Vec<Tensor>,
    outputs: Vec<Tensor>,
    output_gradients: Vec<Tensor>,
}

impl Vector {
    pub fn new(kind: Kind) -> Self {
        let mut vector = Self {
            network: network(),
            kind,
            weights: Vec::new(),
            gradients: Vec::new(),
            outputs: Vec::new(),
            output_gradients: Vec::new(),
        };
        let (weights, outputs, mut gradients) = {
            let net = vector.net();
            net.follow_weights(true).unwrap();
            let mut outputs = Vec::new();
            let mut tap = |node: &Node, _: &[&Tensor], output: &Tensor| -> Outcome<()> {
                if node.has_weight() {
                    outputs.push(output.shallow_clone());
                }
                Ok(())
            };
            let logits = net.forward(&vector.images(), Norm::Batch, &mut tap).unwrap();
            let asked: Vec<&Tensor> = net.weights().into_iter().chain(&outputs).collect();
            let gradients = Tensor::run_backward(&[loss(&logits)], &asked, false, false);
            let weights: Vec<Tensor> = net.weights().into_iter().map(Tensor::detach).collect();
            (weights, outputs.iter().map(Tensor::detach).collect(), gradients)
        };
        vector.output_gradients = gradients.split_off(weights.len());
        (vector.weights, vector.outputs, vector.gradients) = (weights, outputs, gradients);
        vector
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn net(&self) -> Net<'_> {
        let layer = |first, shape: &[i64], bias| Layer { weight: ramp(first, shape, 0.5, self.kind), bias };
        let layers = vec![
            layer(1, &[4, 3, 3, 3], None),
            layer(109, &[6, 4, 3, 3], None),
            layer(325, &[3, 6], Some(ramp(343, &[3], 0.5, self.kind))),
        ];
        Net::new(&self.network, layers).unwrap()
    }

    pub fn images(&self) -> Tensor {
        ramp(1001, &[4, 3, 8, 8], 1.0, self.kind)
    }

    pub fn graded(&self) -> Vec<Graded<'_>> {
        let pairs = self.weights.iter().zip(&self.gradients);
        pairs.map(|(weight, gradient)| Graded { weight, gradient }).collect()
    }

    pub fn activations(&self) -> Vec<Activation<'_>> {
        let outputs = self.outputs.iter().zip(&self.output_gradients).zip(&self.weights);
        outputs.map(|((output, gradient), weight)| Activation { output, gradient, weight }).collect()
    }

    /// A network and gradients with a graph of their own, the logits divided by the temperature.
    pub fn differentiable(&self, temperature: f64) -> (Net<'_>, Vec<Tensor>) {
        let net = self.net();
        net.follow_weights(true).unwrap();
        let logits = net.forward(&self.images(), Norm::Batch, &mut unseen).unwrap() / temperature;
        let gradients = Tensor::run_backward(&[loss(&logits)], &net.weights(), true, true);
        (net, gradients)
    }

    /// The gradients for other images.
    pub fn gradients(&self, images: &Tensor) -> Vec<Tensor> {
        let net = self.net();
        net.follow_weights(true).unwrap();
        let logits = net.forward(images, Norm::Batch, &mut unseen).unwrap();
        Tensor::run_backward(&[loss(&logits)], &net.weights(), false, false)
    }

    /// The gradient of an output, or of their sum, by each image.
    pub fn jacobian(&self, output: Option<i64>) -> Tensor {
        let images = self.images().set_requires_grad(true);
        let logits = self.net().forward(&images, Norm::Batch, &mut unseen).unwrap();
        let told = match output {
            Some(output) => logits.select(1, output),
            None => logits,
        };
        Tensor::run_backward(&[told.sum(None)], &[&images], false, false).remove(0).flatten(1, -1)
    }

    pub fn codes(&self) -> Kernel {
        let mut kernel = Kernel::default();
        let mut tap = |node: &Node, inputs: &[&Tensor], _: &Tensor| match node.operation {
            Operation::Relu { uses } => kernel.add(inputs[0], uses),
            _ => Ok(()),
        };
        let _logits = self.net().forward(&self.images(), Norm::Batch, &mut tap).unwrap();
        kernel
    }

    /// Checks what is computed in double and in single precision, the latter within `single`.
    #[track_caller]
    pub fn check(expected: f64, single: f64, compute: impl Fn(&Self) -> f64) {
        Self::check_at(Kind::Double, expected, 1e-6_f64.min(single), &compute);
        Self::check_at(Kind::Float, expected, 10.0 * single, &compute);
    }

    /// Checks what is computed in one precision.
    #[track_caller]
    pub fn check_at(kind: Kind, expected: f64, tolerance: f64, compute: impl Fn(&Self) -> f64) {
        let found = compute(&Self::new(kind));
        let difference = (found - expected).abs() / expected.abs();
        assert!(difference <= tolerance, "{found} in place of {expected} ({difference:e}, {kind:?})");
    }
}

/// Cross entropy.
pub fn loss(logits: &Tensor) -> Tensor {
    let labels = Tensor::from_slice(&LABELS).to_device(Device::Cpu);
    logits.cross_entropy_loss(&labels, None::<&Tensor>, tch::Reduction::Mean, -100, 0.0)
}

#[test]
fn the_network_is_that_of_the_reference() {
    let vector = Vector::new(Kind::Double);
    assert_eq!(vector.network.count().parameters, 365);
    assert_eq!(vector.network.count().multiply_adds, 20_754);
    let logits = vector.net().forward(&vector.images(), Norm::Batch, &mut unseen).unwrap();
    for (output, expected) in [0.35936560, -0.59305536, 0.64721753].into_iter().enumerate() {
        assert!((logits.double_value(&[0, output as i64]) - expected).abs() < 1e-8);
    }
    assert!((loss(&logits).double_value(&[]) - 1.1557367).abs() < 1e-7);
}
