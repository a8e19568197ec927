//! `[data]`: table, space, target, labels.

use super::mistaken;

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
  × [data] `labels`: expected a whole number of 0 or more, found the text "many"
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
  × [data] `target`: `goal` is missing; write `goal = "maximize"` or `goal = "minimize"`
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
  × [data] `target`: unknown value `max`; expected `maximize` or `minimize`
   ╭─[mine.toml:4:39]
 3 │ labels = 100
 4 │ target = { column = "val_acc", goal = "max" }
   ·                                       ─────
 5 │ [member.ridge]
   ╰────
  help: did you mean `maximize`?
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
