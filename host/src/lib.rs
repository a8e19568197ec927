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
//! | [`study`] | metrics |
//! | [`scaffold`] | new plugin crates from the templates |
//! | [`cli`] | the `archcast` command |

pub mod cli;
pub mod compose;
pub mod encoding;
pub mod plugin;
pub mod scaffold;
pub mod space;
pub mod study;
pub mod table;

use std::{fs, io, path::Path};

/// Writes a file so that nobody ever sees half of it: aside, then renamed over the old one.
fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this names no file"))?;
    let mut aside = name.to_os_string();
    aside.push(format!(".{}.part", std::process::id()));
    let aside = path.with_file_name(aside);
    let written = fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // The first error is the one to tell; a leftover is only untidy.
        let _ = fs::remove_file(&aside);
    }
    written
}
