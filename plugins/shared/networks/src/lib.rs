//! Small neural networks for plugins, on ndarray.
//!
//! | module | what it holds |
//! |---|---|
//! | [`layout`] | where each layer's parameters lie in the one flat buffer of a network |
//! | [`dense`], [`activation`] | layers, each with its gradient |
//! | [`feedforward`] | dense layers one after the other |
//! | [`lstm`], [`attention`], [`dropout`] | parts of networks on sequences |
//! | [`sparse`], [`graph_convolution`], [`batch_norm`] | parts of networks on graphs |
//! | [`initialise`] | PyTorch's and Keras' initial weights |
//! | [`loss`] | losses with their gradients |
//! | [`optimiser`], [`schedule`] | Adam, AdamW, SGD; learning rates by epoch; clipping of gradients |
//! | [`passes`] | shuffled batches over epochs |
//! | [`training`] | training of feed-forward networks |
//!
//! All parameters of a network are one slice of numbers, and so are its gradient and the optimiser's moments: setting
//! to zero, clipping, decay, steps, sampling and saving are single loops. Every layer is generic over the number: tests
//! run in `f64`, fits may run in `f32`.
//!
//! Results depend on the inputs and the generator alone. Predictions are made in blocks of a fixed number of rows,
//! filled up with zeros, so that a row gets the same bits alone and among many.

pub mod activation;
pub mod attention;
pub mod batch_norm;
pub mod dense;
pub mod dropout;
pub mod feedforward;
pub mod graph_convolution;
pub mod initialise;
pub mod layout;
pub mod loss;
pub mod lstm;
pub mod optimiser;
pub mod passes;
mod real;
pub mod schedule;
pub mod sparse;
mod tanh;
pub mod training;

pub use activation::Activation;
pub use dense::Dense;
pub use feedforward::Feedforward;
pub use layout::Layout;
pub use loss::Loss;
pub use optimiser::{Optimiser, Rule};
pub use passes::{Batches, Passes};
pub use real::Real;
pub use sparse::Sparse;
pub use training::Training;

#[cfg(test)]
mod differences;
