//! Zero-cost proxies: scores of untrained networks, computed with libtorch.
//!
//! | predictor | from |
//! |---|---|
//! | [`proxy::snip`], [`proxy::grad_norm`], [`proxy::plain`] | weights and their gradients of the loss |
//! | [`proxy::fisher`] | outputs of layers and their gradients |
//! | [`proxy::grasp`] | the Hessian times the gradient |
//! | [`proxy::zico`] | gradients of several batches |
//! | [`proxy::jacobian_covariance`], [`proxy::epe_nas`] | gradients of the outputs by the images |
//! | [`proxy::naswot`] | which rectifications are active |
//! | [`proxy::synflow`], [`proxy::logsynflow`] | the flow through absolute weights |
//! | [`proxy::zen_score`] | how far the features of a random network move |
//! | [`proxy::meco`] | correlations among channels |
//! | [`proxy::l2_norm`] | the first weights alone |
//! | [`proxy::zero_cost`] | several of them from shared [`passes`] |
//!
//! Networks are those of [`archcast_architectures`]. Signs are as published and were fixed before any target was seen. A network
//! whose input does not reach its output is not run: its score is [`scoring::DISCONNECTED`]. A network that fails is a missing
//! row with its reason. A row draws its weights from a stream of its own, so its scores depend neither on other rows, nor on their
//! order, nor on threads, nor on which other scores are asked.

mod example;
mod fault;
mod given;
mod images;
mod params;
pub mod passes;
pub mod proxy;
mod row;
pub mod scoring;
mod shared;
mod source;
mod torch;
mod wanted;

use proxy::{
    epe_nas::EpeNas, fisher::Fisher, grad_norm::GradNorm, grasp::Grasp,
    jacobian_covariance::JacobianCovariance, l2_norm::L2Norm, logsynflow::Logsynflow, meco::Meco,
    naswot::Naswot, plain::Plain, snip::Snip, synflow::Synflow, zen_score::ZenScore, zero_cost::ZeroCost,
    zico::Zico,
};

archcast_sdk::export_plugin! {
    name: "proxies",
    predictors: [
        EpeNas,
        Fisher,
        GradNorm,
        Grasp,
        JacobianCovariance,
        L2Norm,
        Logsynflow,
        Meco,
        Naswot,
        Plain,
        Snip,
        Synflow,
        ZenScore,
        ZeroCost,
        Zico,
    ]
}

#[cfg(test)]
mod tests;
