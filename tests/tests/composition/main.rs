//! Mistakes in a composition: the whole text that a user sees, exit code 2, and no model.

mod data;
mod file;
mod include;
mod inputs;
mod members;
mod parameters;

use archcast_tests::{Run, archcast_in, fresh_folder, plugin_folder};
use std::{fs, path::Path};

/// Fits a composition in a folder.
fn fit(folder: &Path, composition: &str) -> Run {
    let plugins = plugin_folder(&[
        "archcast-plugin-linear",
        "fixture-curve",
        "fixture-graphs",
        "fixture-many",
        "fixture-networks",
        "fixture-roles",
    ]);
    fs::write(folder.join("mine.toml"), composition).unwrap();
    let plugins = plugins.path().to_str().unwrap();
    archcast_in(folder, &["--plugin-dir", plugins, "fit", "mine.toml", "-o", "mine.model"])
}

/// Fits a composition that is mistaken, and compares all that is said. Both texts begin with a line break.
#[track_caller]
fn mistaken(composition: &str, expected: &str) {
    let folder = fresh_folder();
    let run = fit(folder.path(), composition.strip_prefix('\n').unwrap());
    let said: String = run.err.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    assert_eq!(said, expected.strip_prefix('\n').unwrap(), "said:\n{said}");
    assert_eq!((run.code, &run.out[..]), (2, ""));
    assert!(!folder.path().join("mine.model").exists());
}
