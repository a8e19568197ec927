//! A network as tensors: its description with weights, and its forward pass.

use archcast_architectures::{Conv, Network, Node, Operation, Pool, Shape};
use tch::{Kind, Tensor};

use crate::fault::{Fault, Outcome};

/// Added to the variance in batch normalisation.
const EPSILON: f64 = 1e-5;

/// The weight of a convolution or a linear layer.
#[derive(Debug)]
pub struct Layer {
    /// Outputs × inputs of a group × rows × columns, or outputs × inputs.
    pub weight: Tensor,
    /// One for each output of a linear layer.
    pub bias: Option<Tensor>,
}

/// What batch normalisations do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// Normalise by the statistics of the batch; scale 1, shift 0.
    Batch,
    /// Nothing.
    Off,
}

/// What is told of each node as it is computed: the node, its inputs, its output.
pub type Tap<'t> = &'t mut dyn FnMut(&Node, &[&Tensor], &Tensor) -> Outcome<()>;

/// A network with weights.
#[derive(Debug)]
pub struct Net<'n> {
    network: &'n Network,
    layers: Vec<Layer>,
    /// For each node the last one that reads it.
    last_reader: Vec<usize>,
}

impl<'n> Net<'n> {
    /// A network with these weights, one for each convolution and linear layer in the order of the nodes.
    ///
    /// # Errors
    /// Too few or too many of them, or of another shape.
    pub fn new(network: &'n Network, layers: Vec<Layer>) -> Outcome<Self> {
        let shapes: Vec<Vec<i64>> = network.nodes().iter().filter_map(weight_shape).collect();
        let given: Vec<Vec<i64>> = layers.iter().map(|layer| layer.weight.size()).collect();
        if let Some(place) = (0..shapes.len().max(given.len())).find(|&at| shapes.get(at) != given.get(at)) {
            let told =
                |shape: Option<&Vec<i64>>| shape.map_or("none".to_owned(), |shape| format!("{shape:?}"));
            return Err(Fault::Other(format!(
                "weight {place} of the network has the shape {}, and {} was given",
                told(shapes.get(place)),
                told(given.get(place))
            )));
        }
        let mut last_reader: Vec<usize> = (0..network.nodes().len()).collect();
        for (reader, node) in network.nodes().iter().enumerate() {
            node.inputs.iter().for_each(|&input| last_reader[input] = reader);
        }
        Ok(Self { network, layers, last_reader })
    }

    /// Its description.
    pub fn network(&self) -> &'n Network {
        self.network
    }

    /// Its weights.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Its weights, for gradients.
    pub fn weights(&self) -> Vec<&Tensor> {
        self.layers.iter().map(|layer| &layer.weight).collect()
    }

    /// Follows gradients to the weights from now on, or does not.
    pub fn follow_weights(&self, follow: bool) -> Outcome<()> {
        for layer in &self.layers {
            let _same = layer.weight.f_set_requires_grad(follow)?;
        }
        Ok(())
    }

    /// The output for a batch of images.
    pub fn forward(&self, images: &Tensor, norm: Norm, tap: Tap<'_>) -> Outcome<Tensor> {
        self.forward_to(self.network.nodes().len() - 1, images, norm, tap)
    }

    /// The output of a node for a batch of images; later nodes are not computed.
    pub fn forward_to(&self, end: usize, images: &Tensor, norm: Norm, tap: Tap<'_>) -> Outcome<Tensor> {
        let nodes = self.network.nodes();
        let mut computed: Vec<Option<Tensor>> = (0..nodes.len()).map(|_| None).collect();
        let mut layers = self.layers.iter();
        for (place, node) in nodes.iter().enumerate().take(end + 1) {
            let layer = if node.has_weight() { layers.next() } else { None };
            let inputs: Vec<&Tensor> =
                node.inputs.iter().filter_map(|&input| computed[input].as_ref()).collect();
            let output = match node.operation {
                Operation::Input => images.shallow_clone(),
                _ => compute(node, &inputs, layer, images, norm)?,
            };
            tap(node, &inputs, &output)?;
            for &input in node.inputs.iter().filter(|&&input| self.last_reader[input] == place) {
                computed[input] = None;
            }
            computed[place] = Some(output);
        }
        computed.swap_remove(end).ok_or_else(|| Fault::Other("the network has no such node".into()))
    }
}

/// Shape of a node's weight, where it has one.
pub fn weight_shape(node: &Node) -> Option<Vec<i64>> {
    let sizes = match node.operation {
        Operation::Conv(conv) => vec![conv.outputs, conv.inputs / conv.groups, conv.kernel, conv.kernel],
        Operation::Linear { inputs, outputs } => vec![outputs, inputs],
        _ => return None,
    };
    Some(sizes.into_iter().map(|size| size as i64).collect())
}

fn compute(
    node: &Node,
    inputs: &[&Tensor],
    layer: Option<&Layer>,
    images: &Tensor,
    norm: Norm,
) -> Outcome<Tensor> {
    let Some(&first) = inputs.first() else { return zeros(node.shape, images) };
    let weight = || layer.ok_or_else(|| Fault::Other("a layer of the network has no weight".into()));
    Ok(match node.operation {
        Operation::Conv(conv) => convolve(first, &weight()?.weight, conv)?,
        Operation::Linear { .. } => {
            let layer = weight()?;
            first.f_linear(&layer.weight, layer.bias.as_ref())?
        }
        Operation::BatchNorm if norm == Norm::Off => first.shallow_clone(),
        Operation::BatchNorm => {
            let none = None::<&Tensor>;
            first.f_batch_norm(none, none, none, none, true, 0.1, EPSILON, true)?
        }
        Operation::Relu { .. } => first.f_relu()?,
        Operation::MaxPool(pool) => {
            let [kernel, stride, padding] = sides(pool);
            first.f_max_pool2d([kernel; 2], [stride; 2], [padding; 2], [1; 2], false)?
        }
        Operation::AvgPool(pool) => {
            let [kernel, stride, padding] = sides(pool);
            first.f_avg_pool2d([kernel; 2], [stride; 2], [padding; 2], false, false, None)?
        }
        Operation::Add => {
            let mut sum = first.shallow_clone();
            for other in &inputs[1..] {
                sum = sum.f_add(other)?;
            }
            sum
        }
        Operation::Concat => Tensor::f_cat(inputs, 1)?,
        Operation::FirstChannels => first.f_narrow(1, 0, node.shape.channels as i64)?,
        Operation::Shift => {
            let (_, _, height, width) = first.size4()?;
            // The strided convolution behind it must give as many windows as one on the whole image.
            first.f_constant_pad_nd([-1, width % 2, -1, height % 2])?
        }
        Operation::GlobalPool => first.f_mean_dim([2_i64, 3].as_slice(), false, None)?,
        _ => return Err(Fault::Other("the network has an operation that is not known here".into())),
    })
}

fn convolve(x: &Tensor, weight: &Tensor, conv: Conv) -> Outcome<Tensor> {
    let [stride, padding, dilation] = [conv.stride, conv.padding, conv.dilation].map(|size| [size as i64; 2]);
    Ok(x.f_conv2d(weight, None::<&Tensor>, stride, padding, dilation, conv.groups as i64)?)
}

fn sides(pool: Pool) -> [i64; 3] {
    [pool.kernel, pool.stride, pool.padding].map(|size| size as i64)
}

fn zeros(shape: Shape, images: &Tensor) -> Outcome<Tensor> {
    let batch = images.size().first().copied().unwrap_or(1);
    let size = [batch, shape.channels as i64, shape.height as i64, shape.width as i64];
    Ok(Tensor::f_zeros(size, (images.kind(), images.device()))?)
}

/// A number of a tensor that holds one, in double precision.
pub fn number(tensor: &Tensor) -> Outcome<f64> {
    Ok(tensor.f_to_kind(Kind::Double)?.f_double_value(&[])?)
}

/// A tap that looks at nothing.
pub fn unseen(_: &Node, _: &[&Tensor], _: &Tensor) -> Outcome<()> {
    Ok(())
}
