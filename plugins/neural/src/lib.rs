//! Neural networks.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`mlp`] | a feed-forward network on features |
//! | [`bananas`] | an ensemble of them on the path encoding |

pub mod bananas;
mod columns;
pub mod mlp;
mod network;
mod queries;
mod settings;
mod target;

archcast_sdk::export_plugin! { name: "neural", predictors: [mlp::Mlp, bananas::Bananas] }
