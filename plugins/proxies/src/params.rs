//! What every proxy can be told.

use archcast_architectures::Settings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

use crate::{
    proxy::{fisher::Per, jacobian_covariance::Outputs, meco::Taps, zen_score::Variance},
    torch::{Device, Initialisation},
};

/// The type of a network's numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// Double precision.
    F64,
}

/// Parameters of every proxy. Those that begin with a proxy's name are for that one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What stands around the cells; as published where it is left out.
    pub network: Settings,
    /// Images: a binary file of CIFAR-10 or CIFAR-100, a folder of such files, or a folder with a folder of pictures for
    /// each class. Noise where it is left out.
    #[schemars(extend("x-file" = true))]
    pub images: Option<PathBuf>,
    /// Images of a batch. Scores of other sizes do not compare.
    #[schemars(range(min = 2, max = 4096))]
    pub batch_size: u32,
    /// How the first weights are drawn.
    pub initialisation: Initialisation,
    /// Draws of the first weights over which a score is averaged.
    #[schemars(range(min = 1, max = 100))]
    pub initialisations: u32,
    /// Weights of all layers in the order of the network, in place of drawn ones: a file of safetensors named `0.weight`,
    /// `1.weight` and so on, and `N.bias` for the last; where it holds `meco.image`, `zen.x` or `zen.e`, these are taken as well.
    /// For networks of one shape.
    #[schemars(extend("x-file" = true))]
    pub weights: Option<PathBuf>,
    /// Where networks are computed: `cpu`, `cuda:0`, or `auto` for a GPU where there is one. What the host is told where it is
    /// left out.
    pub device: Option<Device>,
    /// The type of a network's numbers. Flows, kernels and eigenvalues are in double precision always.
    pub precision: Precision,
    /// What the effect of a channel is multiplied by.
    pub fisher_per: Per,
    /// What logits are divided by.
    #[schemars(range(min = 0.001, max = 10_000.0))]
    pub grasp_temperature: f64,
    /// Of which output the gradient is taken.
    pub jacobian_outputs: Outputs,
    /// Which tensors count.
    pub meco_taps: Taps,
    /// Width and height of the random image.
    #[schemars(range(min = 8, max = 1024))]
    pub meco_image: u32,
    /// Which variance of a batch normalisation is taken.
    pub zen_variance: Variance,
    /// Draws of weights over which the score is averaged.
    #[schemars(range(min = 1, max = 1000))]
    pub zen_repeats: u32,
    /// Batches that gradients are compared between.
    #[schemars(range(min = 2, max = 64))]
    pub zico_batches: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            network: Settings::default(),
            images: None,
            batch_size: 64,
            initialisation: Initialisation::Published,
            initialisations: 1,
            weights: None,
            device: None,
            precision: Precision::F32,
            fisher_per: Per::Weight,
            grasp_temperature: 1.0,
            jacobian_outputs: Outputs::One,
            meco_taps: Taps::Relu,
            meco_image: 64,
            zen_variance: Variance::Batch,
            zen_repeats: 4,
            zico_batches: 2,
        }
    }
}
