//! Mistakes in a composition: the whole text that a user sees, exit code 2, and no model.

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

#[test]
fn machines_get_all_mistakes_with_their_places() {
    let folder = fresh_folder();
    fs::write(folder.path().join("mine.toml"), "[data]\ntabel = \"x\"\n[member.a]\nuse = 3\n").unwrap();
    let run = archcast_in(folder.path(), &["--json", "fit", "mine.toml", "-o", "mine.model"]);
    let said: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!((run.code, &said["error"]), (2, &"2 mistakes in mine.toml".into()));
    assert_eq!(said["mistakes"][0]["help"], "did you mean `table`?");
    let offsets: Vec<u64> = (0..2).map(|place| said["mistakes"][place]["offset"].as_u64().unwrap()).collect();
    assert_eq!(offsets, [7, 36]);
}

#[test]
fn an_unknown_key_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
tabel = "builtin:nas-bench-201"
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data]: unknown key `tabel`
   ╭─[mine.toml:2:1]
 1 │ [data]
 2 │ tabel = "builtin:nas-bench-201"
   · ─────
 3 │ [member.ridge]
   ╰────
  help: did you mean `table`?
"#,
    );
}

#[test]
fn a_value_of_the_wrong_type_says_what_was_expected() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = "many"
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data] `labels`: invalid type: string "many", expected usize
   ╭─[mine.toml:3:10]
 2 │ table  = "builtin:nas-bench-201"
 3 │ labels = "many"
   ·          ──────
 4 │ [member.ridge]
   ╰────
"#,
    );
}

#[test]
fn a_target_without_a_goal_is_a_mistake() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
target = { column = "val_acc" }
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data] `target`: missing field `goal`
   ╭─[mine.toml:4:10]
 3 │ labels = 100
 4 │ target = { column = "val_acc" }
   ·          ──────────────────────
 5 │ [member.ridge]
   ╰────
"#,
    );
}

#[test]
fn a_goal_that_is_none_brings_the_goals() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
target = { column = "val_acc", goal = "max" }
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data] `target`: unknown variant `max`, expected `maximize` or `minimize`
   ╭─[mine.toml:4:39]
 3 │ labels = 100
 4 │ target = { column = "val_acc", goal = "max" }
   ·                                       ─────
 5 │ [member.ridge]
   ╰────
"#,
    );
}

#[test]
fn a_file_without_data_says_what_to_write() {
    mistaken(
        r#"
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × `table` is missing from [data]; write `table = "FILE"` or `table = "builtin:nas-bench-201"`
   ╭─[mine.toml:1:1]
 1 │ [member.ridge]
   · ─
 2 │ use = "linear/ridge"
   ╰────
"#,
    );
}

#[test]
fn an_unknown_built_in_table_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-banch-201"
labels = 100
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × unknown built-in table `nas-banch-201`; did you mean `nas-bench-201`?
   ╭─[mine.toml:2:10]
 1 │ [data]
 2 │ table  = "builtin:nas-banch-201"
   ·          ───────────────────────
 3 │ labels = 100
   ╰────
"#,
    );
}

#[test]
fn an_unknown_target_column_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
target = { column = "valacc", goal = "maximize" }
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × builtin:nas-bench-201 has no column `valacc`; did you mean `val_acc`?
   ╭─[mine.toml:4:10]
 3 │ labels = 100
 4 │ target = { column = "valacc", goal = "maximize" }
   ·          ────────────────────────────────────────
 5 │ [member.ridge]
   ╰────
"#,
    );
}

#[test]
fn an_unknown_space_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
space = "nas-bench-202"
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × unknown space `nas-bench-202`; did you mean `nas-bench-201`? (a space of your own is given as the path of a `.toml` file)
   ╭─[mine.toml:4:9]
 3 │ labels = 100
 4 │ space = "nas-bench-202"
   ·         ───────────────
 5 │ [member.ridge]
   ╰────
"#,
    );
}

#[test]
fn an_unknown_predictor_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/rigde"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: unknown predictor `linear/rigde`
   ╭─[mine.toml:5:7]
 4 │ [member.ridge]
 5 │ use = "linear/rigde"
   ·       ──────────────
   ╰────
  help: did you mean `linear/ridge`?
"#,
    );
}

#[test]
fn a_member_that_is_nothing_says_what_to_write() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge] does not say what it is
   ╭─[mine.toml:4:9]
 3 │ labels = 100
 4 │ [member.ridge]
   ·         ─────
   ╰────
  help: write `use = "PLUGIN/PREDICTOR"`; `archcast plugins list` shows what there is
"#,
    );
}

#[test]
fn an_unknown_encoding_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inputs = ["encoding:adjacency-onehot"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: unknown encoding `adjacency-onehot`
   ╭─[mine.toml:6:11]
 5 │ use = "linear/ridge"
 6 │ inputs = ["encoding:adjacency-onehot"]
   ·           ───────────────────────────
   ╰────
  help: did you mean `adjacency-one-hot`?
"#,
    );
}

#[test]
fn an_unknown_column_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inputs = ["adjacency-one-hot", "column:param_m"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the table builtin:nas-bench-201 has no column `param_m`
   ╭─[mine.toml:6:32]
 5 │ use = "linear/ridge"
 6 │ inputs = ["adjacency-one-hot", "column:param_m"]
   ·                                ────────────────
   ╰────
  help: did you mean `params_m`?
"#,
    );
}

#[test]
fn an_input_that_is_neither_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inputs = ["naswot"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: `naswot` is neither an encoding nor a column of the table
   ╭─[mine.toml:6:11]
 5 │ use = "linear/ridge"
 6 │ inputs = ["naswot"]
   ·           ────────
   ╰────
  help: did you mean `zc_naswot`?
"#,
    );
}

#[test]
fn the_target_is_no_input() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inputs = ["adjacency-one-hot", "val_acc"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the column `val_acc` is the target itself
   ╭─[mine.toml:6:32]
 5 │ use = "linear/ridge"
 6 │ inputs = ["adjacency-one-hot", "val_acc"]
   ·                                ─────────
   ╰────
  help: leave it out of `inputs`
"#,
    );
}

#[test]
fn inputs_for_a_predictor_without_features_are_a_mistake() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.sum]
use    = "many/sum"
inputs = ["adjacency-one-hot"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.sum]: `sum` takes no features, so it takes no `inputs`
   ╭─[mine.toml:6:11]
 5 │ use    = "many/sum"
 6 │ inputs = ["adjacency-one-hot"]
   ·           ───────────────────
   ╰────
"#,
    );
}

#[test]
fn a_curve_that_the_data_lack_says_what_to_write() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.last]
use = "curve/last"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.last]: `last` needs curve val_loss (2+ epochs), and the data have no curve `val_loss`; write `curves.val_loss = { columns = "…_{epoch}", goal = "…" }` in [data]
   ╭─[mine.toml:5:7]
 4 │ [member.last]
 5 │ use = "curve/last"
   ·       ────────────
   ╰────
"#,
    );
}

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
   ╭─[mine.toml:6:21]
 5 │ use = "linear/ridge"
 6 │ params = { penlty = 1.0 }
   ·                     ───
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
  × a parameter is a finite number
   ╭─[mine.toml:6:22]
 5 │ use = "linear/ridge"
 6 │ params = { penalty = nan }
   ·                      ───
   ╰────
"#,
    );
}

#[test]
fn two_mistakes_are_shown_together() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labls = 100
[member.ridge]
use = "linear/ridge"
inptus = ["adjacency-one-hot"]
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [data]: unknown key `labls`
   ╭─[mine.toml:3:1]
 2 │ table  = "builtin:nas-bench-201"
 3 │ labls = 100
   · ─────
 4 │ [member.ridge]
   ╰────
  help: did you mean `labels`?

Error:
  × [member.ridge]: unknown key `inptus`
   ╭─[mine.toml:6:1]
 5 │ use = "linear/ridge"
 6 │ inptus = ["adjacency-one-hot"]
   · ──────
   ╰────
  help: did you mean `inputs`?
"#,
    );
}

#[test]
fn two_mistakes_against_the_plugins_are_shown_together() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inputs = ["val_acc"]
params = { penalty = "low" }
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.ridge]: the column `val_acc` is the target itself
   ╭─[mine.toml:6:11]
 5 │ use = "linear/ridge"
 6 │ inputs = ["val_acc"]
   ·           ─────────
 7 │ params = { penalty = "low" }
   ╰────
  help: leave it out of `inputs`

Error:
  × [member.ridge]: the parameter `penalty` is "low"; it must be a number or left out
   ╭─[mine.toml:7:22]
 6 │ inputs = ["val_acc"]
 7 │ params = { penalty = "low" }
   ·                      ─────
   ╰────
"#,
    );
}

#[test]
fn a_slip_of_syntax_is_shown_alone() {
    mistaken(
        r#"
[data
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
inptus = 3
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × unclosed table, expected `]`
   ╭─[mine.toml:1:6]
 1 │ [data
   ·      ▲
 2 │ table  = "builtin:nas-bench-201"
   ╰────
"#,
    );
}

#[test]
fn a_file_without_a_member_says_what_to_write() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × there is no member
   ╭─[mine.toml:1:1]
 1 │ [data]
   · ─
 2 │ table  = "builtin:nas-bench-201"
   ╰────
  help: write `[member.NAME]` with `use = "PLUGIN/PREDICTOR"`
"#,
    );
}

#[test]
fn an_empty_file_says_what_to_write() {
    mistaken(
        r#"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × there is no member
   ╭─[mine.toml:1:1]
   ╰────
  help: write `[member.NAME]` with `use = "PLUGIN/PREDICTOR"`
"#,
    );
}

#[test]
fn two_members_need_a_model_that_names_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.sum]
use = "many/sum"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × there are several members and none is said to answer
   ╭─[mine.toml:6:9]
 5 │ use = "linear/ridge"
 6 │ [member.sum]
   ·         ───
 7 │ use = "many/sum"
   ╰────
  help: write `[model]` with `output = "NAME"`, one of ridge, sum
"#,
    );
}

#[test]
fn an_output_that_does_not_exist_brings_the_members() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[model]
output = "forest"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [model] `output`: there is no member `forest`
   ╭─[mine.toml:7:10]
 6 │ [model]
 7 │ output = "forest"
   ·          ────────
   ╰────
  help: there are `ridge`
"#,
    );
}

#[test]
fn more_labels_than_rows_are_a_mistake_of_the_file() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 20000
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × 20000 labelled rows were asked for, but only 15625 rows of builtin:nas-bench-201 have the target `val_acc`; give `labels = 15625` or less
   ╭─[mine.toml:3:10]
 2 │ table  = "builtin:nas-bench-201"
 3 │ labels = 20000
   ·          ─────
 4 │ [member.ridge]
   ╰────
"#,
    );
}

// The message holds the whole path, so its line may be broken anywhere.
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
        "paths are relative to the composition's folder",
        "[mine.toml:6:26]",
    ] {
        assert!(err.contains(&part.replace(' ', "")), "{part}\n{}", run.err);
    }
    fs::write(folder.path().join("absent.bin"), "1234").unwrap();
    fit(folder.path(), text).succeeded();
}

#[test]
fn a_predictor_of_two_plugins_needs_its_full_name() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.count]
use = "count"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.count]: the predictor `count` is offered by several plugins; write `graphs/count` or `roles/count`
   ╭─[mine.toml:5:7]
 4 │ [member.count]
 5 │ use = "count"
   ·       ───────
   ╰────
"#,
    );
}
