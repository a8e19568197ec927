//! Plugins: where they are looked for, what is read of them without running them, and how they are loaded and called.
//!
//! 1. [`Folders`] says where to look, in order of precedence.
//! 2. [`discover`] reads every library's manifest with `object`, **without running any of its code**, and checks what can
//!    be checked from outside. A library that fails stays in the list with its [`Refusal`].
//! 3. [`Registry::predictor`] loads the library that offers a predictor, once, checks its layout, and gives a
//!    [`LoadedPredictor`]. Plugins are never unloaded.

mod candidate;
mod convert;
mod discover;
mod error;
mod folders;
mod loaded;
mod needed;
mod registry;
mod services;
mod table;

pub use candidate::read_manifest;
pub use discover::{Found, Status, discover};
pub use error::{PluginError, Refusal};
pub use folders::{Folder, Folders};
pub use loaded::{LoadedModel, LoadedPlugin, LoadedPredictor};
pub use registry::Registry;
pub use services::HostServices;
