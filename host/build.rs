//! Embeds the sources of the SDK, so that `archcast new` can write a crate that builds without a checkout.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Folders of the SDK that a plugin's build does not need.
const LEFT_OUT: [&str; 4] = ["target", "tests", "benches", "examples"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let sdk = root.join("sdk");
    let mut files = Vec::new();
    walk(&sdk, &mut files)?;
    files.sort();

    let mut list = format!(
        "static WORKSPACE_MANIFEST: &str = include_str!({:?});\nstatic SDK_FILES: &[(&str, &str)] = &[\n",
        root.join("Cargo.toml")
    );
    for file in &files {
        // Forward slashes on every platform: the names are joined to a folder only when they are written.
        let names: Vec<_> = file.strip_prefix(&sdk)?.iter().map(|part| part.to_string_lossy()).collect();
        writeln!(list, "    ({:?}, include_str!({file:?})),", names.join("/"))?;
    }
    list.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("sdk_sources.rs"), list)?;

    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    Ok(())
}

/// The manifests and Rust sources below a folder. Each folder is watched by itself, so that a new file is seen.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !LEFT_OUT.contains(&name) && !name.starts_with('.') {
                walk(&path, files)?;
            }
        } else if name == "Cargo.toml" || name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}
