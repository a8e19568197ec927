//! Gaussian processes.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`gp`] | a Gaussian process on features, hyperparameters by exact marginal likelihood |
//! | [`sparse`] | the same by inducing rows, for thousands of labels |
//! | [`variational`] | the same with free inducing values, trained for its predictions |
//! | [`wl`] | a Gaussian process on graphs under the Weisfeiler-Lehman kernel |
//! | [`anchored`] | a Gaussian process over groups of scores around their own average |

mod adam;
pub mod anchored;
mod bound;
pub mod gp;
mod inducing;
mod kernel;
mod likelihood;
mod linalg;
mod metric;
mod optimise;
mod posterior;
mod preset;
pub mod sparse;
pub mod variational;
pub mod wl;

pub use kernel::Kernel;
pub use preset::Preset;

archcast_sdk::export_plugin! { name: "gp", predictors: [gp::Gp, sparse::SparseGp, variational::VariationalSparseGp, wl::WlGp, anchored::Anchored] }
