//! Convolutional networks on the graph of operations.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`gcn`] | the Neural Predictor: convolutions both ways along the edges, mean over the nodes |
//! | [`bonas`] | convolutions forwards to a node that reads all others, and a Bayesian regression on what it knows |

pub mod bonas;
pub mod gcn;
mod graphs;
mod head;
mod merge;
mod queries;
mod training;

archcast_sdk::export_plugin! { name: "graph", predictors: [gcn::Gcn, bonas::Bonas] }
