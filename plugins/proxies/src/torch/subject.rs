//! What passes run: a network of a search space, or one of a file.

use tch::Tensor;

use super::{Net, Norm, net::Tap};
use crate::fault::Outcome;

/// A network with weights.
pub trait Subject {
    /// The output for a batch of images. `tap` is told of each node where the network has any that are known.
    fn forward(&self, images: &Tensor, tap: Tap<'_>) -> Outcome<Tensor>;

    /// The weights of its convolutions and linear layers.
    fn weights(&self) -> Vec<&Tensor>;

    /// Follows gradients to the weights from now on, or does not.
    fn follow_weights(&self, follow: bool) -> Outcome<()>;
}

impl Subject for Net<'_> {
    fn forward(&self, images: &Tensor, tap: Tap<'_>) -> Outcome<Tensor> {
        Net::forward(self, images, Norm::Batch, tap)
    }

    fn weights(&self) -> Vec<&Tensor> {
        Net::weights(self)
    }

    fn follow_weights(&self, follow: bool) -> Outcome<()> {
        Net::follow_weights(self, follow)
    }
}
