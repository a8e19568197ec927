//! Where the SDK of a new crate comes from.

use super::{ScaffoldError, manifest};
use std::{
    env,
    path::{Path, PathBuf},
};

// Made by the build script: WORKSPACE_MANIFEST, and SDK_FILES as (path within the SDK, text).
include!(concat!(env!("OUT_DIR"), "/sdk_sources.rs"));

/// The variable that names a checkout.
const VARIABLE: &str = "ARCHCAST_SDK";

/// Where the SDK of a new crate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SdkSource {
    /// The folder `sdk` of a checkout (or the checkout itself), used by its path.
    Checkout(PathBuf),
    /// The sources embedded in this program, written into the crate.
    Embedded,
}

impl SdkSource {
    /// The first of: the folder given, `$ARCHCAST_SDK`, the checkout that this program was built from if it is still
    /// there, the embedded sources.
    ///
    /// # Errors
    /// [`ScaffoldError::NotAnSdk`] where a folder is named and does not hold the SDK.
    pub fn find(given: Option<&Path>) -> Result<Self, ScaffoldError> {
        let variable = env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self::first_of(given, variable.as_deref(), &Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk"))
    }

    fn first_of(
        given: Option<&Path>,
        variable: Option<&Path>,
        built_from: &Path,
    ) -> Result<Self, ScaffoldError> {
        if let Some(path) = given {
            return sdk_folder("--sdk", path).map(Self::Checkout);
        }
        if let Some(path) = variable {
            return sdk_folder("$ARCHCAST_SDK", path).map(Self::Checkout);
        }
        // Nobody asked for this one: where it is gone or is something else by now, the sources serve.
        Ok(sdk_folder("the checkout", built_from).map_or(Self::Embedded, Self::Checkout))
    }

    /// The absolute path of the checkout, for the crate's manifest.
    pub(super) fn checkout(&self) -> Result<Option<String>, ScaffoldError> {
        let Self::Checkout(path) = self else { return Ok(None) };
        let folder = sdk_folder("the SDK's folder", path)?;
        match folder.to_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(ScaffoldError::NotAnSdk {
                origin: "the SDK's folder",
                path: path.clone(),
                reason: "its path is not UTF-8, so that no manifest can name it".into(),
            }),
        }
    }
}

/// The SDK's own folder: this one, or `sdk` in it.
fn sdk_folder(origin: &'static str, path: &Path) -> Result<PathBuf, ScaffoldError> {
    let fault = |reason: String| ScaffoldError::NotAnSdk { origin, path: path.to_owned(), reason };
    let folder = path.canonicalize().map_err(|error| fault(error.to_string()))?;
    [folder.join("sdk"), folder]
        .into_iter()
        .find(|folder| package_name(folder).as_deref() == Some("archcast-sdk"))
        .ok_or_else(|| fault("it has no Cargo.toml of the package `archcast-sdk`".into()))
}

fn package_name(folder: &Path) -> Option<String> {
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(folder.join("Cargo.toml")).ok()?).ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// The embedded sources, with manifests that stand without the workspace.
pub(super) fn vendored() -> Result<Vec<(String, String)>, ScaffoldError> {
    let mut files = Vec::new();
    for &(name, text) in SDK_FILES {
        let text = match name.rsplit('/').next() {
            Some("Cargo.toml") => manifest::standing_alone(name, text, WORKSPACE_MANIFEST)
                .map_err(|reason| ScaffoldError::Embedded { file: format!("sdk/{name}"), reason })?,
            _ => text.to_owned(),
        };
        files.push((name.to_owned(), text));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sdk")).unwrap();
        std::fs::write(folder.path().join("sdk/Cargo.toml"), "[package]\nname = \"archcast-sdk\"\n").unwrap();
        folder
    }

    #[test]
    fn the_folder_given_comes_first_and_the_sources_last() {
        let (one, two) = (checkout(), checkout());
        let sdk = |folder: &tempfile::TempDir| {
            SdkSource::Checkout(folder.path().join("sdk").canonicalize().unwrap())
        };
        let nowhere = Path::new("/nowhere");
        assert_eq!(SdkSource::first_of(Some(one.path()), Some(two.path()), nowhere).unwrap(), sdk(&one));
        assert_eq!(SdkSource::first_of(None, Some(&two.path().join("sdk")), one.path()).unwrap(), sdk(&two));
        assert_eq!(SdkSource::first_of(None, None, one.path()).unwrap(), sdk(&one));
        assert_eq!(SdkSource::first_of(None, None, nowhere).unwrap(), SdkSource::Embedded);
    }

    #[test]
    fn a_named_folder_without_the_sdk_is_an_error() {
        let empty = tempfile::tempdir().unwrap();
        let error = SdkSource::first_of(None, Some(empty.path()), empty.path()).unwrap_err().to_string();
        assert!(error.starts_with("$ARCHCAST_SDK is `") && error.contains("`archcast-sdk`"), "{error}");
        let error =
            SdkSource::first_of(Some(Path::new("/nowhere")), None, empty.path()).unwrap_err().to_string();
        assert!(error.starts_with("--sdk is `/nowhere`"), "{error}");
    }

    #[test]
    fn the_vendored_sdk_needs_no_workspace() {
        let files = vendored().unwrap();
        for needed in ["Cargo.toml", "build.rs", "src/lib.rs", "abi/Cargo.toml", "abi/src/lib.rs"] {
            assert!(files.iter().any(|(name, _)| name == needed), "{needed} is not embedded");
        }
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with("Cargo.toml")) {
            let _: toml::Table = toml::from_str(text).unwrap();
            assert!(!text.contains("workspace ="), "{name}\n{text}");
        }
        let (_, text) = files.iter().find(|(name, _)| name == "Cargo.toml").unwrap();
        let manifest: toml::Table = toml::from_str(text).unwrap();
        assert_eq!(manifest["dependencies"]["archcast-abi"]["path"].as_str(), Some("abi"));
    }
}
