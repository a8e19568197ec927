//! `archcast evaluate`: studies over real compiled plugins, from files to results.

mod export;
mod fidelity;
mod interruption;
mod refusals;
mod sets;
mod whole;

use archcast::{
    study::{Contents, JOURNAL, Results},
    table::Table,
};
use archcast_tests::{Run, archcast_command, archcast_in, fresh_folder, plugin_folder};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Members that learn, and one that learns nothing.
const LINEAR: &str = r#"
[data]
table = "builtin:nas-bench-201"
seconds = { total = "train_time_s" }

[member.ridge]
use = "linear/ridge"

[member.nearest]
use = "linear/nearest"

[member.synflow]
column = "zc_logsynflow"
goal = "maximize"

[study]
labels = [10, 30]
trials = 3
test = 40
"#;

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

    /// The same with a study of linear models as `linear.toml`.
    fn linear() -> Self {
        let place = Self::new(&[]);
        place.write("linear.toml", LINEAR);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, command: &str) -> Run {
        let words: Vec<&str> = command.split_whitespace().collect();
        archcast_in(self.folder.path(), &[&["--plugin-dir", "plugins"], &words[..]].concat())
    }

    /// The command, not yet run.
    fn command(&self, command: &str) -> Command {
        let words: Vec<&str> = command.split_whitespace().collect();
        archcast_command(self.folder.path(), &[&["--plugin-dir", "plugins"], &words[..]].concat())
    }

    fn json(&self, command: &str) -> Value {
        serde_json::from_str(&self.run(&format!("--json {command}")).succeeded().out).unwrap()
    }

    /// Runs what must fail, with these words on standard error.
    #[track_caller]
    fn refused(&self, command: &str, code: i32, words: &[&str]) {
        let run = self.run(command);
        let said: String = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(run.code, code, "{}\n{}", run.out, run.err);
        for word in words {
            assert!(said.contains(word), "`{word}` is not in\n{}", run.err);
        }
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }

    /// The metrics of a study as CSV: the same bytes wherever and however it ran.
    fn results(&self, folder: &str) -> String {
        self.run(&format!("evaluate export {folder} -o {folder}.csv")).succeeded();
        self.read(&format!("{folder}.csv"))
    }

    /// The finished results of a journal as they stand in it, sorted.
    fn finished(&self, folder: &str) -> Vec<String> {
        let journal = self.read(&format!("{folder}/{JOURNAL}"));
        let mut results: Vec<String> = journal
            .lines()
            .filter_map(|line| {
                Some(line.split_once("{\"result\":")?.1.split_once(",\"measured\":")?.0.to_owned())
            })
            .collect();
        results.sort();
        results
    }

    fn contents(&self, folder: &str) -> Contents {
        Contents::read(&self.path(folder)).unwrap()
    }

    fn open(&self, folder: &str) -> Results {
        Results::open(&self.path(folder)).unwrap()
    }
}

fn table(text: &str) -> Table {
    Table::from_bytes(text.as_bytes(), "results.csv").unwrap()
}

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
