//! Where things are: the workspace, the built files, the tools.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The workspace's root: where this crate was compiled, or the current folder if the checkout has moved since.
pub fn root() -> PathBuf {
    let compiled_at = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    match compiled_at {
        Some(root) if root.join("Cargo.toml").is_file() => root.to_path_buf(),
        _ => env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
    }
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    // An absolute path in the variable replaces the root, as it does for cargo itself.
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The folder of the one profile.
pub fn release() -> PathBuf {
    target().join("release")
}

/// The cargo that runs this task, so that all steps use the same toolchain.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
