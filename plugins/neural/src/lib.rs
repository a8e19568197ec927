//! Neural networks.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`mlp`] | a feed-forward network on features |
//! | [`bananas`] | an ensemble of them on the path encoding |
//! | [`nao`] | an LSTM on the token sequence, trained beside a decoder |
//! | [`seminas`] | the same, trained further on unlabelled rows that it labels itself |

pub mod bananas;
mod columns;
pub mod mlp;
pub mod nao;
mod network;
mod queries;
pub mod seminas;
mod sequence;
mod settings;

archcast_sdk::export_plugin! { name: "neural", predictors: [mlp::Mlp, bananas::Bananas, nao::Nao, seminas::SemiNas] }
