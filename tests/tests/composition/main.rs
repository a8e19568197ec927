//! Mistakes in a composition: the whole text that a user sees, exit code 2, and no model.

mod circles;
mod combinations;
mod data;
mod file;
mod include;
mod inputs;
mod members;
mod mutated;
mod needs;
mod odd_files;
mod parameters;
mod stand_ins;

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
    mistaken_beside(&[], composition, expected);
}

/// The same beside a table `t.csv` of three rows with curves of three epochs.
#[track_caller]
fn mistaken_beside_a_table(composition: &str, expected: &str) {
    let table = "id,acc,loss_1,loss_2,loss_3\na,1,3,2,1\nb,2,3,2,1\nc,3,2,2,1\n";
    mistaken_beside(&[("t.csv", table)], composition, expected);
}

/// The same beside these files. The folder's own path is said as FOLDER.
#[track_caller]
fn mistaken_beside(files: &[(&str, &str)], composition: &str, expected: &str) {
    let folder = fresh_folder();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let run = fit(folder.path(), composition.strip_prefix('\n').unwrap());
    let said: String = run.err.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let said = said.replace(&*folder.path().canonicalize().unwrap().to_string_lossy(), "FOLDER");
    assert_eq!(said, expected.strip_prefix('\n').unwrap(), "said:\n{said}");
    assert_eq!((run.code, &run.out[..]), (2, ""));
    assert!(!folder.path().join("mine.model").exists());
}
