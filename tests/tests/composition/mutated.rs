//! Whatever the text: no panic, and what is wrong is said.

use archcast::{
    compose::{Checked, Composition, ConfigError, Draw, PlanError},
    plugin::Registry,
};
use archcast_tests::{fresh_folder, plugin_folder, registry};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use std::{fs, path::Path};

const TABLE: &str = "id,acc,a,loss_1,loss_2\nr,1,2,3,2\ns,2,1,3,1\nt,3,5,2,1\nu,4,1,2,2\n";

const SOUND: &str = r#"[data]
table = "t.csv"
id = "id"
target = { column = "acc", goal = "maximize", unit = "percent" }
labels = 4
where = "a > 0"
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
horizon = 2
fidelity = "100%"
[member.ridge]
use = "linear/ridge"
inputs = ["column:a", { from = "size", transform = "rank" }, "gone?"]
params = { penalty = 1.5 }
tune = { trials = 3, folds = 2, seconds = 1.5 }
target_transform = "standard"
seed = 3
[member.size]
column = "a"
goal = "fit"
[member.last]
use = "curve/last"
inputs = ["curve:val_loss"]
[member.team]
combine = "weighted"
members = [{ from = "ridge", weight = 0.5 }, { from = "size?", weight = 1 }]
[member.chosen]
combine = "select"
members = [{ from = "team", when = { min_labels = 3 } }, "last"]
[model]
output = "chosen"
folds = "shared"
"#;

/// What is put in place of a part of the text.
const PIECES: [&str; 28] = [
    "",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\n",
    "\r\n",
    "\u{feff}",
    "\0",
    "🦀",
    "?",
    ":",
    "-1",
    "nan",
    "1e999",
    "99999999999999999999",
    "true",
    "[]",
    "{}",
    "\"ridge\"",
    "\"path\"",
    "member",
    "[member.team]\n",
    "output = \"x\"\n",
];

#[derive(Debug, Clone)]
struct Change {
    at: Index,
    length: usize,
    piece: usize,
    line: bool,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (any::<Index>(), 0usize..12, 0..PIECES.len(), prop::bool::weighted(0.2))
        .prop_map(|(at, length, piece, line)| Change { at, length, piece, line });
    prop::collection::vec(change, 1..4)
}

/// The text with parts of it replaced, or whole lines left out or doubled.
fn changed(changes: &[Change]) -> String {
    let mut text = SOUND.to_owned();
    for change in changes {
        if change.line {
            let mut lines: Vec<&str> = text.lines().collect();
            if lines.is_empty() {
                continue;
            }
            let line = change.at.index(lines.len());
            match change.length % 3 {
                0 => drop(lines.remove(line)),
                1 => lines.insert(line, lines[line]),
                _ => {
                    let other = change.piece % lines.len();
                    lines.swap(line, other);
                }
            }
            text = lines.join("\n") + "\n";
            continue;
        }
        let mut characters: Vec<char> = text.chars().collect();
        let at = change.at.index(characters.len() + 1);
        let end = (at + change.length).min(characters.len());
        characters.splice(at..end, PIECES[change.piece].chars());
        text = characters.into_iter().collect();
    }
    text
}

/// All that is said of a mistaken file: as a user sees it, and as lines.
fn said(error: ConfigError) -> Vec<String> {
    let lines = error.lines();
    assert!(!lines.is_empty());
    let report = format!("{:?}", miette::Report::new(error));
    assert!(report.contains("mine.toml"), "{report}");
    lines
}

fn check(text: &str, folder: &Path, registry: &Registry) -> Result<(), Vec<String>> {
    let origin = folder.join("mine.toml").display().to_string();
    let recovered = Composition::recover(text, &origin).map_err(said)?;
    match Checked::of(recovered, registry, folder, folder, Draw::Labels) {
        Ok(_) => Ok(()),
        Err(PlanError::Config(error)) => Err(said(error)),
        Err(error) => Err(vec![error.to_string()]),
    }
}

#[test]
fn a_changed_text_is_read_or_its_mistakes_are_said_without_a_panic() {
    let plugins = plugin_folder(&["archcast-plugin-linear", "fixture-curve"]);
    let registry = registry(plugins.path());
    let folder = fresh_folder();
    fs::write(folder.path().join("t.csv"), TABLE).unwrap();
    assert_eq!(check(SOUND, folder.path(), &registry), Ok(()));

    let config = ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (sound, wrong) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(&changes(), |changes| {
            match check(&changed(&changes), folder.path(), &registry) {
                Ok(()) => sound.set(sound.get() + 1),
                Err(lines) => {
                    prop_assert!(lines.iter().all(|line| !line.trim().is_empty()), "{lines:?}");
                    wrong.set(wrong.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(sound.get() > 20 && wrong.get() > 1000, "{} {}", sound.get(), wrong.get());
}
