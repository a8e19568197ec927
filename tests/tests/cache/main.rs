//! The cache: what is fitted and asked anew, and what is not; the same model with it and without it.

mod hits;
mod trouble;

use archcast_tests::{Run, archcast_command, fresh_folder, plugin_folder};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Fitted predictors in a chain, and one that says that its answers take milliseconds.
const HYBRID: &str = r#"
[data]
table  = "cells.csv"
space  = "nas-bench-201"
architecture = "arch"
target = { column = "y", goal = "maximize" }
labels = 40
[member.noise]
use    = "many/draws"
inputs = ["adjacency-one-hot"]
params = { parts = 3 }
[member.more]
use    = "many/draws"
inputs = ["adjacency-one-hot", "noise.row"]
params = { parts = 64 }
[member.sum]
use    = "many/sum"
[member.ridge]
use    = "linear/ridge"
inputs = ["adjacency-one-hot", "more.fit", "sum"]
params = { penalty = 2.5 }
[model]
output = "ridge"
"#;

/// Rows of the table.
const CELLS: usize = 200;

struct Place {
    folder: TempDir,
    plugins: TempDir,
    cache: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = fresh_folder();
        fs::write(folder.path().join("mine.toml"), HYBRID).unwrap();
        let line = |(row, cell): (usize, String)| format!("{cell},{}\n", row * 37 % 101);
        let cells: String = cells().into_iter().enumerate().map(line).collect();
        fs::write(folder.path().join("cells.csv"), format!("arch,y\n{cells}")).unwrap();
        let cache = folder.path().join("cache");
        Self { folder, plugins: plugin_folder(&["archcast-plugin-linear", "fixture-many"]), cache }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes another version of the composition.
    fn change(&self, from: &str, to: &str) -> String {
        assert!(HYBRID.contains(from));
        fs::write(self.path("changed.toml"), HYBRID.replace(from, to)).unwrap();
        "changed.toml".to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let plugins = self.plugins.path().to_str().unwrap();
        let mut command =
            archcast_command(self.folder.path(), &[&["--plugin-dir", plugins], arguments].concat());
        command.env("ARCHCAST_CACHE", &self.cache);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments)).succeeded()
    }

    /// Fits that were asked and fits that were known.
    fn fit(&self, composition: &str, model: &str) -> (u64, u64) {
        let told = json(&self.run(&["--json", "fit", composition, "-o", model]));
        (number(&told["cache"]["fits"]), number(&told["cache"]["known_fits"]))
    }

    /// The model that a composition comes to without a cache.
    fn uncached(&self, composition: &str) -> Vec<u8> {
        self.run(&["fit", composition, "-o", "uncached.model", "--no-cache"]);
        fs::read(self.path("uncached.model")).unwrap()
    }

    fn model(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// How often each member is fitted.
    fn fits_of(&self, member: &str) -> u64 {
        let told = json(&self.run(&["--json", "explain", "mine.toml"]));
        let members = told["members"].as_array().unwrap();
        number(&members.iter().find(|have| have["name"] == member).unwrap()["fits"])
    }
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Cells of NAS-Bench-201, all different.
fn cells() -> Vec<String> {
    const OPERATIONS: [&str; 5] = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
    let cell = |number: usize| {
        let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|edge| OPERATIONS[number / 5_usize.pow(edge) % 5]);
        format!("|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|")
    };
    (0..CELLS).map(|row| cell(row * 71 % 15_625)).collect()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => all.extend(files(&entry.path())),
            false => all.push(entry.path()),
        }
    }
    all
}
