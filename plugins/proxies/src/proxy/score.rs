//! The names of the scores.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A score that [`ZeroCost`](super::zero_cost::ZeroCost) can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// [`super::epe_nas`].
    EpeNas,
    /// [`super::fisher`].
    Fisher,
    /// Multiply-accumulates of convolutions and linear layers.
    Flops,
    /// [`super::grad_norm`].
    GradNorm,
    /// [`super::grasp`].
    Grasp,
    /// [`super::jacobian_covariance`].
    JacobianCovariance,
    /// [`super::l2_norm`].
    L2Norm,
    /// Trainable parameters of the live parts.
    LiveParams,
    /// [`super::logsynflow`].
    Logsynflow,
    /// [`super::meco`].
    Meco,
    /// [`super::naswot`].
    Naswot,
    /// Trainable parameters.
    Params,
    /// [`super::plain`].
    Plain,
    /// [`super::snip`].
    Snip,
    /// [`super::synflow`].
    Synflow,
    /// [`super::zen_score`].
    ZenScore,
    /// [`super::zico`].
    Zico,
}

impl Score {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EpeNas => "epe-nas",
            Self::Fisher => "fisher",
            Self::Flops => "flops",
            Self::GradNorm => "grad-norm",
            Self::Grasp => "grasp",
            Self::JacobianCovariance => "jacobian-covariance",
            Self::L2Norm => "l2-norm",
            Self::LiveParams => "live-params",
            Self::Logsynflow => "logsynflow",
            Self::Meco => "meco",
            Self::Naswot => "naswot",
            Self::Params => "params",
            Self::Plain => "plain",
            Self::Snip => "snip",
            Self::Synflow => "synflow",
            Self::ZenScore => "zen-score",
            Self::Zico => "zico",
        }
    }

    /// Whether it is known without a network.
    pub const fn is_size(self) -> bool {
        matches!(self, Self::Flops | Self::Params | Self::LiveParams)
    }

    /// What it needs that a network file does not tell; nothing where it works on one.
    pub const fn lacks_in_files(self) -> Option<&'static str> {
        match self {
            Self::Fisher | Self::Meco | Self::Naswot | Self::ZenScore => Some("activations"),
            Self::Flops | Self::LiveParams => Some("layers"),
            _ => None,
        }
    }

    /// Whether it comes from gradients of the loss by the weights.
    pub const fn takes_gradients(self) -> bool {
        matches!(self, Self::Fisher | Self::GradNorm | Self::Grasp | Self::Plain | Self::Snip | Self::Zico)
    }

    /// Whether it comes from gradients of the outputs by the images.
    pub const fn takes_jacobian(self) -> bool {
        matches!(self, Self::EpeNas | Self::JacobianCovariance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_they_are_written_in_a_composition() {
        for score in [Score::EpeNas, Score::L2Norm, Score::JacobianCovariance, Score::Logsynflow] {
            assert_eq!(archcast_sdk::serde_json::to_value(score).unwrap(), score.name());
        }
    }
}
