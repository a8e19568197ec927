//! `archcast explain`: what is said of a plan is what a fit of it does.

use archcast_tests::{Run, archcast_in, fresh_folder, plugin_folder};
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// Two predictors in a chain, a column that is there and one that is not.
const HYBRID: &str = r#"
[data]
table  = "builtin:nas-bench-201"
labels = 60
[member.noise]
use    = "many/draws"
inputs = ["adjacency-one-hot"]
params = { parts = 3 }
[member.more]
use    = "many/draws"
inputs = ["adjacency-one-hot", "noise.row"]
params = { parts = 64 }
[member.size]
column = "params_m"
goal   = "fit"
[member.gone]
column = "no_such_column"
goal   = "fit"
[member.ridge]
use    = "linear/ridge"
inputs = ["adjacency-one-hot", "more.fit", "size", "gone?"]
params = { penalty = 2.5 }
[model]
output = "ridge"
"#;

struct Place {
    folder: TempDir,
    plugins: TempDir,
}

impl Place {
    fn with(composition: &str) -> Self {
        let folder = fresh_folder();
        fs::write(folder.path().join("mine.toml"), composition).unwrap();
        Self { folder, plugins: plugin_folder(&["archcast-plugin-linear", "fixture-many"]) }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let plugins = self.plugins.path().to_str().unwrap();
        archcast_in(self.folder.path(), &[&["--plugin-dir", plugins], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[&["--json"], arguments].concat()).succeeded().out).unwrap()
    }
}

/// Fits of `many/draws` in a verbose run: it logs one line for each.
fn draws(run: &Run) -> usize {
    run.err.lines().filter(|line| line.contains("drew ")).count()
}

#[test]
fn the_tree_shows_each_member_with_what_it_reads_and_costs() {
    let out = Place::with(HYBRID).run(&["explain", "mine.toml"]).succeeded().out;
    assert!(out.starts_with("ridge: linear/ridge, penalty = 2.5\n"), "{out}");
    for part in [
        "│  reads    encoding adjacency-one-hot\n",
        "│  absent   gone (may be, and is)\n",
        "├─ more (`fit`, ",
        "noise (`row`, ",
        "): many/draws, parts = 3\n",
        "size (",
        "): column params_m, its sign learnt\n",
        "cross-fitted in 5 folds; 6 fits\n",
        "\n60 training rows; 38 fits of predictors in all, in nested folds\n",
        "\nplugin linear 0.1.0: /",
        "\nplugin many 0.1.0: /",
        "member `gone` is left out: the table has no column `no_such_column`",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    // A parameter at its default is not shown.
    assert!(!out.contains("parts = 64"), "{out}");
}

#[test]
fn as_many_fits_are_told_as_a_run_does() {
    for (folds, labels) in [("nested", "60"), ("nested", "8"), ("shared", "60"), ("shared", "8")] {
        let place = Place::with(&format!("{HYBRID}folds = \"{folds}\"\n"));
        let told = place.json(&["explain", "mine.toml", "--labels", labels]);
        let of = |name: &str| {
            let members = told["members"].as_array().unwrap();
            members.iter().find(|member| member["name"] == name).unwrap()["fits"].as_u64().unwrap() as usize
        };
        let fitted = place.run(&["--verbose", "fit", "mine.toml", "--labels", labels, "-o", "m"]).succeeded();
        assert_eq!(of("noise") + of("more"), draws(&fitted), "{folds} {labels}\n{told:#}");
        assert_eq!(of("ridge"), 1);
        assert_eq!(told["bound"], "exact");
    }
}

#[test]
fn a_graph_has_an_arrow_for_each_member_that_is_read() {
    let out = Place::with(HYBRID).run(&["explain", "mine.toml", "--dot"]).succeeded().out;
    assert!(out.starts_with("digraph plan {\n") && out.ends_with("}\n"), "{out}");
    assert_eq!(out.matches(" -> ").count(), 3, "{out}");
}

#[test]
fn mistakes_are_those_of_a_fit() {
    let place = Place::with(&HYBRID.replace("penalty", "penlty"));
    let (explained, fitted) =
        (place.run(&["explain", "mine.toml"]), place.run(&["fit", "mine.toml", "-o", "m"]));
    assert_eq!((explained.code, &explained.err), (2, &fitted.err));
    assert!(explained.err.contains("did you mean `penalty`?"), "{}", explained.err);
}
