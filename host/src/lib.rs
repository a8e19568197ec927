//! archcast forecasts how well a neural architecture will perform before anyone pays to train it.
//!
//! This is the host: it reads tables and search spaces, encodes architectures, loads predictors from plugins, composes
//! them from TOML and measures them. The predictors themselves are plugins, written against `archcast-sdk`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`plugin`] | finding, checking and loading plugins |
//! | [`space`], [`encoding`] | search spaces, and their architectures as numbers |
//! | [`table`] | architectures with what is known of them |
//! | [`compose`] | from TOML to a checked plan, to a model, to a file |
//! | [`study`] | which predictor for which budget: trials, metrics, statistics, recommendations |
//! | [`report`] | a study as one page with charts |
//! | [`scaffold`] | new plugin crates from the templates |
//! | [`cli`] | the `archcast` command |

mod aside;
pub mod cli;
pub mod compose;
mod duration;
pub mod encoding;
pub mod plugin;
pub mod report;
pub mod scaffold;
pub mod space;
pub mod study;
pub mod table;

use aside::write_aside;
