//! The first weights of a network, drawn layer after layer from one stream.

use archcast_architectures::{Network, Node, Operation, Space};
use archcast_sdk::{Rng, rand::RngExt as _};
use rand_distr::{Distribution as _, StandardNormal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use super::{Layer, net::weight_shape, together};
use crate::fault::{Fault, Outcome};

/// How the first weights are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Initialisation {
    /// As the networks of the space are initialised: normal by fan-out for nas-bench-101, else `default`. Of a network file
    /// the weights that it holds.
    #[default]
    Published,
    /// PyTorch's own: uniform within 1 over the root of the inputs.
    Default,
    /// Normal with variance 2 over the inputs (He et al., ICCV 2015).
    KaimingFanIn,
    /// Normal with variance 2 over the outputs (He et al., ICCV 2015).
    KaimingFanOut,
}

/// How the weights of one layer are drawn.
#[derive(Debug, Clone, Copy)]
enum Law {
    Uniform(f64),
    Normal(f64),
    Zero,
}

impl Law {
    fn draw(self, count: usize, rng: &mut Rng) -> Outcome<Vec<f64>> {
        let mut drawn = Vec::new();
        drawn.try_reserve_exact(count).map_err(|_| Fault::Memory(count))?;
        match self {
            Self::Uniform(bound) => drawn.extend((0..count).map(|_| rng.random_range(-bound..bound))),
            Self::Normal(deviation) => drawn.extend((0..count).map(|_| {
                let value: f64 = StandardNormal.sample(rng);
                deviation * value
            })),
            Self::Zero => drawn.resize(count, 0.0),
        }
        Ok(drawn)
    }
}

impl Initialisation {
    /// The laws of a layer's weight and of its bias.
    fn laws(self, is_linear: bool, shape: &[i64], space: Option<Space>) -> (Law, Law) {
        let window: i64 = shape.iter().skip(2).product();
        let fan_in = (shape[1] * window) as f64;
        let fan_out = (shape[0] * window) as f64;
        let uniform = Law::Uniform(1.0 / fan_in.sqrt());
        match self {
            Self::Published if space == Some(Space::NasBench101) && is_linear => {
                (Law::Normal(0.01), Law::Zero)
            }
            Self::Published if space == Some(Space::NasBench101) => {
                (Law::Normal((2.0 / fan_out).sqrt()), Law::Zero)
            }
            Self::Published | Self::Default => (uniform, uniform),
            Self::KaimingFanIn => (Law::Normal((2.0 / fan_in).sqrt()), Law::Zero),
            Self::KaimingFanOut => (Law::Normal((2.0 / fan_out).sqrt()), Law::Zero),
        }
    }
}

/// Draws the weights of all layers in the order of the nodes, in double precision.
pub fn draw(
    network: &Network,
    space: Option<Space>,
    how: Initialisation,
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<Vec<Layer>> {
    with_laws(network, rng, options, |node, shape| how.laws(is_linear(node), shape, space))
}

/// Draws every weight from the standard normal distribution.
pub fn draw_standard_normal(
    network: &Network,
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<Vec<Layer>> {
    with_laws(network, rng, options, |_, _| (Law::Normal(1.0), Law::Normal(1.0)))
}

/// A linear layer like the last one of the network, with one output.
pub fn draw_single_output(
    network: &Network,
    space: Option<Space>,
    how: Initialisation,
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<Option<Layer>> {
    let Some(Node { operation: Operation::Linear { inputs, .. }, inputs: read, shape }) =
        network.nodes().last()
    else {
        return Ok(None);
    };
    let operation = Operation::Linear { inputs: *inputs, outputs: 1 };
    let node = Node { operation, inputs: read.clone(), shape: *shape };
    let sizes = [1, *inputs as i64];
    let laws = how.laws(true, &sizes, space);
    layer(&node, &sizes, laws, rng, options).map(Some)
}

/// A tensor of this shape by the law of a weight of that shape.
pub fn draw_tensor(
    weight: &[i64],
    shape: &[i64],
    how: Initialisation,
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<Tensor> {
    let count = shape.iter().product::<i64>() as usize;
    tensor(&how.laws(weight.len() == 2, weight, None).0.draw(count, rng)?, shape, options)
}

fn is_linear(node: &Node) -> bool {
    matches!(node.operation, Operation::Linear { .. })
}

fn with_laws(
    network: &Network,
    rng: &mut Rng,
    (kind, device): (Kind, Device),
    laws: impl Fn(&Node, &[i64]) -> (Law, Law),
) -> Outcome<Vec<Layer>> {
    let drawn = (kind, Device::Cpu);
    let shaped = network.nodes().iter().filter_map(|node| Some((node, weight_shape(node)?)));
    let layers = shaped.map(|(node, shape)| layer(node, &shape, laws(node, &shape), rng, drawn));
    let (mut tensors, mut biased) = (Vec::new(), Vec::new());
    for layer in layers {
        let Layer { weight, bias } = layer?;
        tensors.push(weight);
        biased.push(bias.is_some());
        tensors.extend(bias);
    }
    let mut moved = together(&tensors, device)?.into_iter();
    let mut layers = Vec::new();
    for biased in biased {
        let Some(weight) = moved.next() else { break };
        layers.push(Layer { weight, bias: if biased { moved.next() } else { None } });
    }
    Ok(layers)
}

fn layer(
    node: &Node,
    shape: &[i64],
    (weight, bias): (Law, Law),
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<Layer> {
    let count = shape.iter().product::<i64>() as usize;
    let weight = tensor(&weight.draw(count, rng)?, shape, options)?;
    let bias = match node.operation {
        Operation::Linear { .. } => {
            let outputs = shape[0] as usize;
            Some(tensor(&bias.draw(outputs, rng)?, &shape[..1], options)?)
        }
        _ => None,
    };
    Ok(Layer { weight, bias })
}

fn tensor(values: &[f64], shape: &[i64], (kind, device): (Kind, Device)) -> Outcome<Tensor> {
    Ok(Tensor::f_from_slice(values)?.f_reshape(shape)?.f_to_kind(kind)?.f_to_device(device)?)
}

/// A tensor of standard normal numbers.
pub fn standard_normal(shape: &[i64], rng: &mut Rng, options: (Kind, Device)) -> Outcome<Tensor> {
    let count = shape.iter().product::<i64>() as usize;
    tensor(&Law::Normal(1.0).draw(count, rng)?, shape, options)
}
