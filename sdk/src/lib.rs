//! Write a performance predictor for neural architectures as a plugin of archcast.
//!
//! An author writes a type that implements [`Predictor`] and one line, [`export_plugin!`]; all of it is safe,
//! ordinary Rust. The trait's page is the manual. `archcast new NAME` writes a crate to start from.
//!
//! | module | what it holds |
//! |---|---|
//! | [`Predictor`], [`Descriptor`], [`Predictions`] | what an author implements, declares and gives |
//! | [`Dataset`], [`header`], [`DatasetBuilder`] | what a predictor is handed, and how to make it in a test |
//! | [`Context`] | random numbers, threads, progress, cancellation, log |
//! | [`conformance`] | the laws that every predictor obeys, as one line in `cargo test` |
//! | [`manifest`], [`dynamic`], [`parameters`] | the same without types: for the host |
//! | [`export`] | the boundary: the one place with `unsafe` |

pub mod builder;
pub mod conformance;
pub mod context;
pub mod dataset;
pub mod descriptor;
pub mod dynamic;
mod error;
pub mod export;
pub mod header;
pub mod manifest;
pub mod parameters;
mod predictions;
mod predictor;
mod state;

pub use builder::DatasetBuilder;
pub use context::{Context, Level, LocalServices, Rng, Services};
pub use dataset::Dataset;
pub use descriptor::{Cost, Descriptor, Family, Gives, Input, ScoreForm, TargetTransform, Threads};
pub use error::{Details, Error, ErrorKind, Result};
pub use header::Header;
pub use predictions::{IntoValues, Predictions};
pub use predictor::{Example, Predictor};
pub use state::{NativeState, native_state};

pub use archcast_abi;
pub use ndarray;
pub use rand;
pub use schemars;
pub use serde;
pub use serde_json;

/// What most predictors use.
pub mod prelude {
    pub use crate::{
        Context, Cost, Dataset, DatasetBuilder, Descriptor, Error, Example, Family, Gives, Input, Level,
        Predictions, Predictor, Result, ScoreForm, TargetTransform, Threads, dataset::GraphForm,
        export_plugin,
    };
    pub use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};
}
