//! `archcast report` and `archcast recommend`: what is made of a study over real compiled plugins.

mod page;
mod recommend;

use archcast::study::Results;
use archcast_tests::{Run, archcast_in, fresh_folder, plugin_folder};
use std::{collections::BTreeMap, fs, path::PathBuf};
use tempfile::TempDir;

/// Members that learn, one with a name that no page must take for a tag, and one that learns nothing.
const STUDY: &str = r#"
[data]
table = "builtin:nas-bench-201"
seconds = { total = "train_time_s" }

[member.ridge]
use = "linear/ridge"

[member."<script>alert('a, b')</script>"]
use = "linear/nearest"

[member.synflow]
column = "zc_logsynflow"
goal = "maximize"

[study]
labels = [10, 30, 200]
trials = 4
test = 60
"#;

/// A folder with `plugins/` in which commands run.
struct Place {
    folder: TempDir,
}

impl Place {
    /// With a finished study in `s`.
    fn new(study: &str) -> Self {
        let place = Self::empty(study);
        place.run("evaluate s.toml --out s").succeeded();
        place
    }

    /// With a finished study in `s` of the same table without what training took.
    fn untimed() -> Self {
        let data = "table = \"t.csv\"\nspace = \"nas-bench-201\"\narchitecture = \"arch_str\"\n\
                    target = { column = \"val_acc\", goal = \"maximize\", unit = \"percent\" }";
        let timed = "table = \"builtin:nas-bench-201\"\nseconds = { total = \"train_time_s\" }";
        assert!(STUDY.contains(timed));
        let place = Self::empty(&STUDY.replace(timed, data));
        place.run("table convert builtin:nas-bench-201 t.csv").succeeded();
        place.run("evaluate s.toml --out s").succeeded();
        place
    }

    fn empty(study: &str) -> Self {
        let plugins = plugin_folder(&["archcast-plugin-linear", "fixture-curve"]);
        let folder = fresh_folder();
        fs::rename(plugins.keep(), folder.path().join("plugins")).unwrap();
        fs::write(folder.path().join("s.toml"), study).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn run(&self, command: &str) -> Run {
        let words: Vec<&str> = command.split_whitespace().collect();
        archcast_in(self.folder.path(), &[&["--plugin-dir", "plugins"], &words[..]].concat())
    }

    fn results(&self) -> Results {
        Results::open(&self.path("s")).unwrap()
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
}

/// The rows of CSV by column.
type Rows = Vec<BTreeMap<String, String>>;

/// The numbers of a chart as the page carries them.
#[track_caller]
fn numbers_in(page: &str, name: &str) -> Rows {
    let link = format!("download=\"{name}.csv\" href=\"data:text/csv;charset=utf-8,");
    let (_, rest) = page.split_once(&link).unwrap_or_else(|| panic!("no numbers of `{name}`"));
    let (text, _) = rest.split_once('"').unwrap();
    rows(&unescaped(text))
}

fn rows(text: &str) -> Rows {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let row =
        |row: csv::StringRecord| head.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => {
                let (digits, after) = rest.split_at(2);
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                rest = after;
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}
