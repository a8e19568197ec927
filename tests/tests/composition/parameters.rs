//! `params`: held against the schema of the plugin.

use super::{fit, mistaken};
use archcast_tests::fresh_folder;
use std::fs;

#[test]
fn a_parameter_out_of_range_names_the_bound() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penalty = -1 }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the parameter `penalty` is -1; it must be at least 0.0
   ╭─[mine.toml:6:22]
 5 │ use = "linear/ridge"
 6 │ params = { penalty = -1 }
   ·                      ──
   ╰────
"#,
    );
}

#[test]
fn an_unknown_parameter_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penlty = 1.0 }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the parameter `penlty` is unknown; the parameters are penalty
   ╭─[mine.toml:6:12]
 5 │ use = "linear/ridge"
 6 │ params = { penlty = 1.0 }
   ·            ──────
   ╰────
  help: did you mean `penalty`?
"#,
    );
}

#[test]
fn a_parameter_that_is_no_number_says_so() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penalty = nan }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the parameter `penalty` is nan; it must be a finite number
   ╭─[mine.toml:6:22]
 5 │ use = "linear/ridge"
 6 │ params = { penalty = nan }
   ·                      ───
   ╰────
"#,
    );
}

#[test]
fn a_file_that_a_parameter_names_must_be_there() {
    let folder = fresh_folder();
    let text = "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 100\n[member.size]\nuse = \"networks/size\"\n\
                params = { calibration = \"absent.bin\" }\n";
    let run = fit(folder.path(), text);
    assert_eq!(run.code, 2, "{}", run.err);
    let err: String = run.err.replace(['│', '\n', ' '], "");
    let path = folder.path().canonicalize().unwrap().join("absent.bin");
    for part in [
        &format!("[member.size]: the parameter `calibration` names {}, which cannot be read", path.display())
            [..],
        "paths are relative to the folder of the file that names them",
        "[mine.toml:6:26]",
    ] {
        assert!(err.contains(&part.replace(' ', "")), "{part}\n{}", run.err);
    }
    fs::write(folder.path().join("absent.bin"), "1234").unwrap();
    fit(folder.path(), text).succeeded();
}

#[test]
fn a_number_that_is_too_large_or_none_is_named_with_its_parameter() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
seed   = -1
params = { penalty = 99999999999999999999, more = [1, inf] }
"#,
        r#"
  × 4 mistakes in mine.toml

Error:
  × [member.ridge] `seed`: expected a whole number of 0 or more, found -1
   ╭─[mine.toml:6:10]
 5 │ use = "linear/ridge"
 6 │ seed   = -1
   ·          ──
 7 │ params = { penalty = 99999999999999999999, more = [1, inf] }
   ╰────

Error:
  × [member.ridge]: the parameter `penalty` is 99999999999999999999; it must be below 2^63
   ╭─[mine.toml:7:22]
 6 │ seed   = -1
 7 │ params = { penalty = 99999999999999999999, more = [1, inf] }
   ·                      ────────────────────
   ╰────

Error:
  × [member.ridge]: the parameter `more` is unknown; the parameters are penalty
   ╭─[mine.toml:7:44]
 6 │ seed   = -1
 7 │ params = { penalty = 99999999999999999999, more = [1, inf] }
   ·                                            ────
   ╰────
  help: there is only `penalty`

Error:
  × [member.ridge]: the parameter `more.1` is inf; it must be a finite number
   ╭─[mine.toml:7:55]
 6 │ seed   = -1
 7 │ params = { penalty = 99999999999999999999, more = [1, inf] }
   ·                                                       ───
   ╰────
"#,
    );
}

#[test]
fn parameters_are_a_table() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = [1.5]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: `params` is a table
   ╭─[mine.toml:6:10]
 5 │ use = "linear/ridge"
 6 │ params = [1.5]
   ·          ─────
   ╰────
  help: write `params = { NAME = VALUE }`
"#,
    );
}

#[test]
fn tuning_is_checked_before_it_runs() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
tune = { trials = 0, folds = 1, seconds = -1 }
[member.knn]
use = "linear/ridge"
tune = { trails = 3 }
[member.much]
use = "linear/ridge"
tune = { trials = 1000000000000 }
[model]
output = "knn"
"#,
        r#"
  × 5 mistakes in mine.toml

Error:
  × [member.ridge] `tune`: `trials` is 0; try at least 1 setting
   ╭─[mine.toml:6:8]
 5 │ use = "linear/ridge"
 6 │ tune = { trials = 0, folds = 1, seconds = -1 }
   ·        ───────────────────────────────────────
 7 │ [member.knn]
   ╰────

Error:
  × [member.ridge] `tune`: `folds` is 1; cross-validation needs at least 2
   ╭─[mine.toml:6:8]
 5 │ use = "linear/ridge"
 6 │ tune = { trials = 0, folds = 1, seconds = -1 }
   ·        ───────────────────────────────────────
 7 │ [member.knn]
   ╰────

Error:
  × [member.ridge] `tune`: `seconds` is -1; give a number above 0
   ╭─[mine.toml:6:8]
 5 │ use = "linear/ridge"
 6 │ tune = { trials = 0, folds = 1, seconds = -1 }
   ·        ───────────────────────────────────────
 7 │ [member.knn]
   ╰────

Error:
  × [member.knn] `tune`: unknown key `trails`; expected one of `trials`, `folds`, `metric`, `seconds`
    ╭─[mine.toml:9:10]
  8 │ use = "linear/ridge"
  9 │ tune = { trails = 3 }
    ·          ──────
 10 │ [member.much]
    ╰────
  help: did you mean `trials`?

Error:
  × [member.much] `tune`: `trials` is 1000000000000; try at most 1000000 settings
    ╭─[mine.toml:12:8]
 11 │ use = "linear/ridge"
 12 │ tune = { trials = 1000000000000 }
    ·        ──────────────────────────
 13 │ [model]
    ╰────
"#,
    );
}

#[test]
fn an_unknown_transform_of_the_target_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
target_transform = "normal_score"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: unknown transform `normal_score` of the target
   ╭─[mine.toml:6:20]
 5 │ use = "linear/ridge"
 6 │ target_transform = "normal_score"
   ·                    ──────────────
   ╰────
  help: did you mean `normal-score`?
"#,
    );
}
