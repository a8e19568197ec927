//! The file as a whole: syntax, keys, members and the one that answers.

use super::mistaken;
use archcast_tests::{archcast_in, fresh_folder};
use std::fs;

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
  × 2 mistakes in mine.toml

Error:
  × there is no member
   ╭─[mine.toml:1:1]
   ╰────
  help: write `[member.NAME]` with `use = "PLUGIN/PREDICTOR"`

Error:
  × `table` is missing from [data]; write `table = "FILE"` or `table = "builtin:nas-bench-201"`
   ╭─[mine.toml:1:1]
   ╰────
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
  help: there is only `ridge`
"#,
    );
}

#[test]
fn mistakes_that_reading_the_data_and_the_plugins_show_come_together() {
    mistaken(
        r#"
[data]
table = "builtin:nas-bench-201"
labls = 100
[member.a]
use    = "linear/rigde"
[member.b]
use    = "linear/ridge"
inputs = ["param_m", "a"]
params = { penalty = -1 }
[member.team]
combine = "rank-mean"
members = ["a", "b", "bb"]
[model]
output = "tem"
"#,
        r#"
  × 6 mistakes in mine.toml

Error:
  × [data]: unknown key `labls`
   ╭─[mine.toml:3:1]
 2 │ table = "builtin:nas-bench-201"
 3 │ labls = 100
   · ─────
 4 │ [member.a]
   ╰────
  help: did you mean `labels`?

Error:
  × [member.a]: unknown predictor `linear/rigde`
   ╭─[mine.toml:5:10]
 4 │ [member.a]
 5 │ use    = "linear/rigde"
   ·          ──────────────
 6 │ [member.b]
   ╰────
  help: did you mean `linear/ridge`?

Error:
  × [member.b]: `param_m` is neither an encoding, a column of the table nor a member
   ╭─[mine.toml:8:11]
 7 │ use    = "linear/ridge"
 8 │ inputs = ["param_m", "a"]
   ·           ─────────
 9 │ params = { penalty = -1 }
   ╰────
  help: did you mean `params_m`?

Error:
  × [member.b]: the parameter `penalty` is -1; it must be at least 0.0
    ╭─[mine.toml:9:22]
  8 │ inputs = ["param_m", "a"]
  9 │ params = { penalty = -1 }
    ·                      ──
 10 │ [member.team]
    ╰────

Error:
  × [member.team]: there is no member `bb`
    ╭─[mine.toml:12:22]
 11 │ combine = "rank-mean"
 12 │ members = ["a", "b", "bb"]
    ·                      ────
 13 │ [model]
    ╰────
  help: did you mean `b`?

Error:
  × [model] `output`: there is no member `tem`
    ╭─[mine.toml:14:10]
 13 │ [model]
 14 │ output = "tem"
    ·          ─────
    ╰────
  help: did you mean `team`?
"#,
    );
}

#[test]
fn what_follows_from_another_mistake_is_not_told() {
    mistaken(
        r#"
[data]
table = "builtin:nas-bench-201"
space = 3
[member.ridge]
colunm = "params_m"
[member.team]
combine = "mean"
members = ["ridge"]
[member.path]
use    = "linear/ridge"
inputs = ["path", "ridge?", "curve:val_loss"]
[model]
output = "ridge"
"#,
        r#"
  × 4 mistakes in mine.toml

Error:
  × [data] `space`: expected a text, found 3
   ╭─[mine.toml:3:9]
 2 │ table = "builtin:nas-bench-201"
 3 │ space = 3
   ·         ─
 4 │ [member.ridge]
   ╰────

Error:
  × [member.ridge]: unknown key `colunm`
   ╭─[mine.toml:5:1]
 4 │ [member.ridge]
 5 │ colunm = "params_m"
   · ──────
 6 │ [member.team]
   ╰────
  help: did you mean `column`?

Error:
  × [member.path]: `path` is an encoding and a member
    ╭─[mine.toml:11:11]
 10 │ use    = "linear/ridge"
 11 │ inputs = ["path", "ridge?", "curve:val_loss"]
    ·           ──────
 12 │ [model]
    ╰────
  help: write `encoding:path` or `member:path`

Error:
  × [member.path]: `ridge` reads no curve
    ╭─[mine.toml:11:29]
 10 │ use    = "linear/ridge"
 11 │ inputs = ["path", "ridge?", "curve:val_loss"]
    ·                             ────────────────
 12 │ [model]
    ╰────
  help: leave it out of `inputs`
"#,
    );
}
