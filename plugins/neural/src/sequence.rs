//! What `nao` and `seminas` share: tokens, the network on them, and its training.

mod autoencoder;
mod example;
mod tokens;
mod training;
mod values;

pub(crate) use autoencoder::{Autoencoder, Shape};
pub(crate) use example::example;
pub(crate) use tokens::Tokens;
pub(crate) use training::{Phase, Settings, Trained};
pub(crate) use values::{CHUNK, values};
