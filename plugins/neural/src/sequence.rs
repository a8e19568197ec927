//! What `nao` and `seminas` share: tokens, those of scores among them, the network on them, and its training.

mod autoencoder;
mod example;
mod scores;
mod tokens;
mod training;
mod values;

pub(crate) use autoencoder::{Autoencoder, Shape};
pub(crate) use example::{example, with_score};
pub(crate) use scores::Scores;
pub(crate) use tokens::Tokens;
pub(crate) use training::{Phase, Settings, Trained};
pub(crate) use values::{CHUNK, values};
