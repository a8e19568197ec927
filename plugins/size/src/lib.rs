//! The size of a network as a score: no network is built, no image is read, nothing is learnt.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`params`] | trainable parameters, as the benchmarks publish them |
//! | [`flops`] | multiply-accumulates of convolutions and linear layers for one image |
//! | [`live_params`] | trainable parameters of what the output depends on and the input reaches |
//!
//! They are for the spaces `nas-bench-101`, `nas-bench-201`, `darts`, `nas-bench-macro` and `transnas-micro`. Any other
//! zero-cost score must order networks better than these to be worth its time.

pub mod flops;
pub mod live_params;
pub mod params;
mod sized;

pub use sized::{BySize, Params, Size};

archcast_sdk::export_plugin! {
    name: "size",
    predictors: [params::Parameters, flops::Flops, live_params::LiveParameters]
}
