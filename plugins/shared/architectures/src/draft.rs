//! A network under construction.

use crate::{
    Conv, Network, Node, Operation, Pool, Shape,
    live::{self, Parts},
};

/// A network under construction: each call adds a node and gives its place.
pub struct Draft {
    nodes: Vec<Node>,
    stages: Vec<usize>,
}

/// Outputs of a window that moves over so many pixels.
fn windows(pixels: usize, kernel: usize, stride: usize, padding: usize, dilation: usize) -> usize {
    (pixels + 2 * padding).saturating_sub(dilation * (kernel - 1) + 1) / stride + 1
}

impl Draft {
    /// A network of square images with three channels.
    pub fn new(image: usize) -> Self {
        let shape = Shape { channels: 3, height: image, width: image };
        let input = Node { operation: Operation::Input, inputs: Vec::new(), shape };
        Self { nodes: vec![input], stages: Vec::new() }
    }

    /// The image.
    pub const INPUT: usize = 0;

    /// The network, which ends at the node added last.
    pub fn finish(self, parts: Parts) -> Option<Network> {
        let network = Network { nodes: self.nodes, stages: self.stages };
        match parts {
            Parts::All => Some(network),
            Parts::Live => live::live(&network),
        }
    }

    fn push(&mut self, operation: Operation, inputs: Vec<usize>, shape: Shape) -> usize {
        self.nodes.push(Node { operation, inputs, shape });
        self.nodes.len() - 1
    }

    fn shape(&self, node: usize) -> Shape {
        self.nodes[node].shape
    }

    /// Says that a stem, a cell or a reduction ends here.
    pub fn stage(&mut self, node: usize) {
        self.stages.push(node);
    }

    /// Channels of a node.
    pub fn channels(&self, node: usize) -> usize {
        self.shape(node).channels
    }

    fn any_conv(&mut self, x: usize, conv: Conv) -> usize {
        let Shape { height, width, .. } = self.shape(x);
        let size = |pixels| windows(pixels, conv.kernel, conv.stride, conv.padding, conv.dilation);
        let shape = Shape { channels: conv.outputs, height: size(height), width: size(width) };
        self.push(Operation::Conv(conv), vec![x], shape)
    }

    /// A convolution that keeps the size but for its stride.
    pub fn conv(&mut self, x: usize, outputs: usize, kernel: usize, stride: usize) -> usize {
        let inputs = self.channels(x);
        self.any_conv(
            x,
            Conv { inputs, outputs, kernel, stride, padding: kernel / 2, dilation: 1, groups: 1 },
        )
    }

    /// A convolution of each channel on its own.
    pub fn depthwise(&mut self, x: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
        let channels = self.channels(x);
        let padding = dilation * (kernel / 2);
        let (inputs, outputs, groups) = (channels, channels, channels);
        self.any_conv(x, Conv { inputs, outputs, kernel, stride, padding, dilation, groups })
    }

    /// Batch normalisation.
    pub fn norm(&mut self, x: usize) -> usize {
        self.push(Operation::BatchNorm, vec![x], self.shape(x))
    }

    /// Rectification.
    pub fn relu(&mut self, x: usize) -> usize {
        self.push(Operation::Relu { uses: 1 }, vec![x], self.shape(x))
    }

    /// Rectification, convolution, batch normalisation.
    pub fn relu_conv_norm(&mut self, x: usize, outputs: usize, kernel: usize, stride: usize) -> usize {
        let x = self.relu(x);
        let x = self.conv(x, outputs, kernel, stride);
        self.norm(x)
    }

    /// Convolution, batch normalisation.
    pub fn conv_norm(&mut self, x: usize, outputs: usize, kernel: usize, stride: usize) -> usize {
        let x = self.conv(x, outputs, kernel, stride);
        self.norm(x)
    }

    /// Convolution, batch normalisation, rectification.
    pub fn conv_norm_relu(&mut self, x: usize, outputs: usize, kernel: usize, stride: usize) -> usize {
        let x = self.conv_norm(x, outputs, kernel, stride);
        self.relu(x)
    }

    /// Half of the outputs from the even pixels and half from the odd ones (Liu et al., DARTS, ICLR 2019).
    pub fn factorised_reduce(&mut self, x: usize, outputs: usize) -> usize {
        let x = self.relu(x);
        let even = self.conv(x, outputs / 2, 1, 2);
        let Shape { channels, height, width } = self.shape(x);
        let size = |pixels: usize| if pixels.is_multiple_of(2) { pixels - 1 } else { pixels };
        let shape = Shape { channels, height: size(height), width: size(width) };
        let shifted = self.push(Operation::Shift, vec![x], shape);
        let odd = self.conv(shifted, outputs - outputs / 2, 1, 2);
        let both = self.concat(vec![even, odd]);
        self.norm(both)
    }

    /// Zeros as a convolution of this stride would give them.
    pub fn zero(&mut self, x: usize, channels: usize, stride: usize) -> usize {
        let Shape { height, width, .. } = self.shape(x);
        let shape = Shape { channels, height: height.div_ceil(stride), width: width.div_ceil(stride) };
        self.push(Operation::Zero, Vec::new(), shape)
    }

    fn pooled(&self, x: usize, pool: Pool) -> Shape {
        let Shape { channels, height, width } = self.shape(x);
        let size = |pixels| windows(pixels, pool.kernel, pool.stride, pool.padding, 1);
        Shape { channels, height: size(height), width: size(width) }
    }

    /// The largest of each window.
    pub fn max_pool(&mut self, x: usize, kernel: usize, stride: usize, padding: usize) -> usize {
        let pool = Pool { kernel, stride, padding };
        self.push(Operation::MaxPool(pool), vec![x], self.pooled(x, pool))
    }

    /// The mean of each window.
    pub fn avg_pool(&mut self, x: usize, kernel: usize, stride: usize, padding: usize) -> usize {
        let pool = Pool { kernel, stride, padding };
        self.push(Operation::AvgPool(pool), vec![x], self.pooled(x, pool))
    }

    /// The sum of one node or more.
    pub fn add(&mut self, nodes: Vec<usize>) -> usize {
        match nodes[..] {
            [one] => one,
            _ => {
                let shape = self.shape(nodes[0]);
                self.push(Operation::Add, nodes, shape)
            }
        }
    }

    /// The channels of one node or more.
    pub fn concat(&mut self, nodes: Vec<usize>) -> usize {
        match nodes[..] {
            [one] => one,
            _ => {
                let channels = nodes.iter().map(|&node| self.channels(node)).sum();
                let shape = Shape { channels, ..self.shape(nodes[0]) };
                self.push(Operation::Concat, nodes, shape)
            }
        }
    }

    /// The first channels; all of them where there are no more.
    pub fn first_channels(&mut self, x: usize, channels: usize) -> usize {
        if self.channels(x) == channels {
            return x;
        }
        let shape = Shape { channels, ..self.shape(x) };
        self.push(Operation::FirstChannels, vec![x], shape)
    }

    /// The mean of each channel and a linear layer.
    pub fn classifier(&mut self, x: usize, classes: usize) -> usize {
        let channels = self.channels(x);
        let pooled = self.push(Operation::GlobalPool, vec![x], Shape { channels, height: 1, width: 1 });
        let linear = Operation::Linear { inputs: channels, outputs: classes };
        self.push(linear, vec![pooled], Shape { channels: classes, height: 1, width: 1 })
    }
}
