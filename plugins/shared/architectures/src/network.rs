//! The layers of a network in the order in which they are computed.

use crate::Count;

/// Size of a tensor of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Channels.
    pub channels: usize,
    /// Rows of pixels; 1 behind the global pool.
    pub height: usize,
    /// Columns of pixels; 1 behind the global pool.
    pub width: usize,
}

impl Shape {
    /// Pixels of a channel.
    pub fn area(self) -> usize {
        self.height * self.width
    }
}

/// A convolution without bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv {
    /// Channels that it reads.
    pub inputs: usize,
    /// Channels that it gives.
    pub outputs: usize,
    /// Width and height of its window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// Zeros around the image.
    pub padding: usize,
    /// Pixels from one weight to the next.
    pub dilation: usize,
    /// Groups of channels; a depthwise convolution has one for each channel.
    pub groups: usize,
}

/// A pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Width and height of its window.
    pub kernel: usize,
    /// Pixels from one window to the next.
    pub stride: usize,
    /// Pixels around the image; never the largest, and not counted by an average.
    pub padding: usize,
}

/// What a node computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// The image: 3 channels.
    Input,
    /// Zeros of the node's shape.
    Zero,
    /// A convolution without bias.
    Conv(Conv),
    /// Batch normalisation with scale and shift.
    BatchNorm,
    /// Rectification. Convolutions that each rectify one tensor share a node.
    Relu {
        /// How many they are.
        uses: usize,
    },
    /// The largest of each window.
    MaxPool(Pool),
    /// The mean of each window.
    AvgPool(Pool),
    /// The sum of its inputs.
    Add,
    /// The channels of its inputs one after another.
    Concat,
    /// As many of the first channels as the node's shape has.
    FirstChannels,
    /// The image without its first row and column; where their number is odd, zeros follow the last ones.
    Shift,
    /// The mean of each channel.
    GlobalPool,
    /// A linear layer with bias.
    Linear {
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },
}

/// One tensor of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What computes it.
    pub operation: Operation,
    /// The nodes that it is computed from, all of them earlier ones.
    pub inputs: Vec<usize>,
    /// Its size for one image.
    pub shape: Shape,
}

impl Node {
    /// What it costs.
    pub fn count(&self) -> Count {
        match self.operation {
            Operation::Conv(conv) => {
                Count::conv(conv.inputs / conv.groups, conv.outputs, conv.kernel, self.shape.area())
            }
            Operation::BatchNorm => Count::norm(self.shape.channels),
            Operation::Linear { inputs, outputs } => Count::linear(inputs, outputs),
            _ => Count::default(),
        }
    }

    /// Whether it has a weight: a convolution or a linear layer.
    pub fn has_weight(&self) -> bool {
        matches!(self.operation, Operation::Conv(_) | Operation::Linear { .. })
    }
}

/// A network: its nodes in an order in which they can be computed; the last one is its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    pub(crate) nodes: Vec<Node>,
    pub(crate) stages: Vec<usize>,
}

impl Network {
    /// Its nodes; the last one is the output.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes behind the stem and behind each cell and reduction.
    pub fn stages(&self) -> &[usize] {
        &self.stages
    }

    /// The node before the global pool: what is called the network's features. `None` where it has no pool.
    pub fn features(&self) -> Option<usize> {
        let pool = self.nodes.iter().rfind(|node| node.operation == Operation::GlobalPool)?;
        pool.inputs.first().copied()
    }

    /// What the whole network costs.
    pub fn count(&self) -> Count {
        self.nodes.iter().map(Node::count).sum()
    }

    /// Whether a batch normalisation, and nothing else, reads this node.
    pub fn is_normalised(&self, node: usize) -> bool {
        let mut readers = self.nodes.iter().filter(|reader| reader.inputs.contains(&node));
        readers.next().is_some_and(|reader| reader.operation == Operation::BatchNorm)
            && readers.next().is_none()
    }
}
