//! `archcast fit` and `archcast predict` on the thin path: from a table and a composition to a ranking.

mod encodings;
mod ranking;
mod refusals;
mod tables;

use archcast::{
    study::metrics::kendall_tau_b,
    table::{BuiltinTable, Table},
};
use archcast_tests::{Run, archcast_in, fresh_folder, plugin_folder};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const CELL: &str = "|nor_conv_3x3~0|+|skip_connect~0|none~1|+|none~0|none~1|nor_conv_1x1~2|";

/// A folder with `plugins/` (the linear models, and the fixtures named) in which commands run.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(packages: &[&str]) -> Self {
        let plugins = plugin_folder(&[&["archcast-plugin-linear"], packages].concat());
        let folder = fresh_folder();
        fs::rename(plugins.keep(), folder.path().join("plugins")).unwrap();
        Self { folder }
    }

    /// The same with the first composition of the templates, as `first.toml`.
    fn first() -> Self {
        let place = Self::new(&[]);
        place.write("first.toml", &fs::read_to_string(checkout("templates/ensembles/first.toml")).unwrap());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs a command of words between blanks.
    fn run(&self, command: &str) -> Run {
        self.run_with(&command.split_whitespace().collect::<Vec<_>>())
    }

    fn run_with(&self, arguments: &[&str]) -> Run {
        archcast_in(self.folder.path(), &[&["--plugin-dir", "plugins"], arguments].concat())
    }

    fn json(&self, command: &str) -> Value {
        serde_json::from_str(&self.run(&format!("--json {command}")).succeeded().out).unwrap()
    }

    /// The rows of a CSV file that `predict -o` wrote.
    fn csv(&self, name: &str) -> Table {
        Table::from_bytes(&self.read(name), name).unwrap()
    }

    /// Runs what must fail: exit code 1, these words after `archcast: `, and nothing of a panic. Gives all that is said.
    #[track_caller]
    fn refused(&self, command: &str, words: &[&str]) -> String {
        self.refused_with(&command.split_whitespace().collect::<Vec<_>>(), words)
    }

    #[track_caller]
    fn refused_with(&self, arguments: &[&str], words: &[&str]) -> String {
        let run = self.run_with(arguments);
        assert_eq!((run.code, &run.out[..]), (1, ""), "{arguments:?}: {}", run.err);
        assert!(
            run.err.starts_with("archcast: ") && !run.err.contains("panic"),
            "{arguments:?}: {}",
            run.err
        );
        for word in words {
            assert!(run.err.contains(word), "{arguments:?}: `{word}` is not in: {}", run.err);
        }
        run.err
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// These columns of the first rows of the built-in table, as a CSV file.
fn rows_of_builtin(columns: &[&str], rows: usize) -> String {
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let mut text = columns.join(",") + "\n";
    for row in 0..rows {
        let fields: Vec<&str> = columns.iter().map(|name| table.column(name).unwrap().get(row)).collect();
        text += &(fields.join(",") + "\n");
    }
    text
}

/// Kendall's tau of predictions that `predict -o` wrote, over the rows that did not train; `turn` is -1 where less is
/// better.
fn tau_of(csv: &Table, turn: f64) -> (f64, usize) {
    let (means, truths) = (csv.numbers("mean").unwrap(), csv.numbers("true").unwrap());
    let trained = csv.column("trained").unwrap().iter().zip(csv.column("same_network").unwrap().iter());
    let (truths, means): (Vec<f64>, Vec<f64>) = (trained.zip(truths).zip(means))
        .filter(|((trained, _), _)| *trained == ("false", "false"))
        .filter_map(|((_, truth), mean)| Some((turn * truth?, turn * mean?)))
        .unzip();
    (kendall_tau_b(&truths, &means).unwrap(), truths.len())
}

/// Second column of the ranking that `predict` prints.
fn ranked(out: &str) -> Vec<&str> {
    out.lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect()
}
