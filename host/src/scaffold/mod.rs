//! `archcast new`: a plugin crate to start from, that compiles and works as it is.
//!
//! The crates are the real files under `templates/plugins/`, embedded in this library. The SDK is used by path where
//! a checkout is at hand; otherwise its sources, embedded as well, are written into the crate.

mod error;
mod manifest;
mod names;
mod place;
mod sdk;
mod template;

pub use error::ScaffoldError;
pub use sdk::SdkSource;
pub use template::Kind;

use names::Names;
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where the embedded SDK goes, within the crate.
const VENDOR: &str = "vendor/archcast-sdk";

/// What to write.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name of the crate, of its plugin and of its predictor: lower-case letters, digits and hyphens.
    pub name: String,
    /// What the predictor looks at.
    pub kind: Kind,
    /// The folder of the crate itself. It is made, with those above it; where it exists it must be empty.
    pub folder: PathBuf,
    /// Where the SDK comes from: see [`SdkSource::find`].
    pub sdk: SdkSource,
}

/// What was written. Its `Display` is what a person is told.
#[derive(Debug, Clone)]
pub struct Created {
    /// Name of the crate.
    pub name: String,
    /// The folder of the crate.
    pub folder: PathBuf,
    /// The files, relative to the folder, in order.
    pub files: Vec<PathBuf>,
    /// The commands to give next, in the folder.
    pub next_steps: [&'static str; 3],
}

/// Writes a crate: all of it, or nothing.
///
/// # Errors
/// A name that no crate can have, a folder that is in use, an SDK that is none, or what the file system says.
pub fn write(request: &Request) -> Result<Created, ScaffoldError> {
    let names = Names::of(&request.name)?;
    let (sdk, note) = match request.sdk.checkout()? {
        Some(path) => {
            let note = format!("The SDK is used from `{path}`; `Cargo.toml` names the place.");
            (path, note)
        }
        None => {
            let note = format!(
                "The SDK's sources lie in `{VENDOR}/`, as they were when `archcast new` wrote this crate; \
                 `Cargo.toml` names the place."
            );
            (VENDOR.to_owned(), note)
        }
    };
    let mut files = template::fill(request.kind, &names, &sdk, &note)?;
    if matches!(request.sdk, SdkSource::Embedded) {
        files.extend(sdk::vendored()?.into_iter().map(|(name, text)| (format!("{VENDOR}/{name}"), text)));
    }
    files.sort();
    place::place(&request.folder, &files)?;
    Ok(Created {
        name: names.kebab,
        folder: request.folder.clone(),
        files: files.into_iter().map(|(name, _)| name.into()).collect(),
        next_steps: [
            "cargo test --release",
            "cargo build --release",
            "archcast --plugin-dir target/release plugins list",
        ],
    })
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "wrote the plugin `{}` to {}", self.name, self.folder.display())?;
        let (vendored, own): (Vec<&PathBuf>, _) =
            self.files.iter().partition(|file| file.starts_with(VENDOR));
        for file in own {
            writeln!(f, "  {}", file.display())?;
        }
        if !vendored.is_empty() {
            writeln!(f, "  {VENDOR}/ ({} files: the SDK)", vendored.len())?;
        }
        write!(f, "next:")?;
        if self.folder != Path::new(".") {
            write!(f, "\n  cd {}", self.folder.display())?;
        }
        self.next_steps.iter().try_for_each(|step| write!(f, "\n  {step}"))
    }
}

#[cfg(test)]
mod tests;
