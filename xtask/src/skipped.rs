//! Tests that could not check what they are for.
//!
//! The test harness knows passed, failed and ignored, and hides what a passing test prints. A test that finds
//! at run time that it lacks something (a table, a compiler) therefore writes `skipped: WHY` into
//! `target/skipped/NAME.txt`, NAME being its own, and returns. One file stands for one test.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::places;

const MARK: &str = "skipped: ";

/// A test that left itself out.
#[derive(Debug, PartialEq)]
pub struct Skipped {
    /// The test's name.
    pub name: String,
    /// Why, as it said.
    pub why: String,
}

/// Where the tests write.
pub fn folder() -> PathBuf {
    places::target().join("skipped")
}

/// Makes the folder empty, so that what is found later was written by this run.
pub fn clear(folder: &Path) -> Result {
    let fail = |error| Failure::new(format!("cannot empty `{}`: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(fail)?;
    }
    fs::create_dir_all(folder).map_err(fail)
}

/// What the tests wrote, by name. Files without a marked line are no statements of this kind.
pub fn collect(folder: &Path) -> Vec<Skipped> {
    let mut all: Vec<Skipped> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path()).ok()?;
            let whys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(MARK)).collect();
            let name = entry.path().file_stem()?.to_string_lossy().into_owned();
            (!whys.is_empty()).then(|| Skipped { name, why: whys.join("; ") })
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_marked_line_is_one_skipped_test() {
        let folder = std::env::temp_dir().join(format!("xtask-skipped-{}", std::process::id()));
        clear(&folder).unwrap();
        fs::write(folder.join("b.txt"), "skipped: no compiler\n").unwrap();
        fs::write(folder.join("a.txt"), "skipped: no table\nskipped: no network\n").unwrap();
        fs::write(folder.join("c.txt"), "all is well\n").unwrap();
        let found = collect(&folder);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], Skipped { name: "a".into(), why: "no table; no network".into() });
        clear(&folder).unwrap();
        assert_eq!(collect(&folder), []);
        fs::remove_dir_all(folder).unwrap();
    }
}
