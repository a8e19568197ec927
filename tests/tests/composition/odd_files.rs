//! Files that are odd as a whole: slips of syntax, values of other kinds, other alphabets, other ends of lines.

use super::{mistaken, mistaken_beside_a_table};

#[test]
fn a_key_that_stands_twice_is_named() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
use = "linear/lasso"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × the key `use` stands here a second time
   ╭─[mine.toml:6:1]
 5 │ use = "linear/ridge"
 6 │ use = "linear/lasso"
   · ───
   ╰────
  help: leave one of them out
"#,
    );
}

#[test]
fn several_slips_of_syntax_are_shown_together() {
    mistaken(
        r#"
[data]
table = "builtin:nas-bench-201
labels = 100
[member.ridge
use = linear/ridge
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × invalid basic string, expected `"`
   ╭─[mine.toml:2:31]
 1 │ [data]
 2 │ table = "builtin:nas-bench-201
   ·                               ▲
 3 │ labels = 100
   ╰────

Error:
  × unclosed table, expected `]`
   ╭─[mine.toml:4:14]
 3 │ labels = 100
 4 │ [member.ridge
   ·              ▲
 5 │ use = linear/ridge
   ╰────
"#,
    );
}

#[test]
fn brackets_without_end_are_told_once() {
    mistaken(
        r#"
[data]
table = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × cannot recurse further; max recursion depth met
   ╭─[mine.toml:2:89]
 1 │ [data]
 2 │ table = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
   ·                                                                                         ─
   ╰────

Error:
  × unclosed array, expected `]`
   ╭─[mine.toml:2:109]
 1 │ [data]
 2 │ table = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
   ·                                                                                                             ▲
   ╰────
"#,
    );
}

#[test]
fn sections_that_are_no_tables_say_what_to_write() {
    mistaken(
        r#"
include = 3
data = "builtin:nas-bench-201"
member = ["ridge"]
model = "ridge"
"#,
        r#"
  × 4 mistakes in mine.toml

Error:
  × `include` is a list of files
   ╭─[mine.toml:1:11]
 1 │ include = 3
   ·           ─
 2 │ data = "builtin:nas-bench-201"
   ╰────
  help: write `include = ["other.toml"]`

Error:
  × the file: `data` is a table
   ╭─[mine.toml:2:8]
 1 │ include = 3
 2 │ data = "builtin:nas-bench-201"
   ·        ───────────────────────
 3 │ member = ["ridge"]
   ╰────
  help: write it as `[data]` with keys below it

Error:
  × the file: `member` is a table
   ╭─[mine.toml:3:10]
 2 │ data = "builtin:nas-bench-201"
 3 │ member = ["ridge"]
   ·          ─────────
 4 │ model = "ridge"
   ╰────
  help: write it as `[member]` with keys below it

Error:
  × the file: `model` is a table
   ╭─[mine.toml:4:9]
 3 │ member = ["ridge"]
 4 │ model = "ridge"
   ·         ───────
   ╰────
  help: write `[model]` with `output = "NAME"`
"#,
    );
}

#[test]
fn values_of_other_kinds_are_told_in_words() {
    mistaken(
        r#"
[data]
table = 3
target = "val_acc"
labels = -1
horizon = 1.5
[member]
ridge = "linear/ridge"
[model]
output = ["ridge"]
folds = "nestd"
"#,
        r#"
  × 7 mistakes in mine.toml

Error:
  × [data] `table`: expected a text, found 3
   ╭─[mine.toml:2:9]
 1 │ [data]
 2 │ table = 3
   ·         ─
 3 │ target = "val_acc"
   ╰────

Error:
  × [data] `target`: expected a table with the keys `column`, `curve`, `epoch`, `goal`, `unit`, found the text "val_acc"
   ╭─[mine.toml:3:10]
 2 │ table = 3
 3 │ target = "val_acc"
   ·          ─────────
 4 │ labels = -1
   ╰────

Error:
  × [data] `labels`: expected a whole number of 0 or more, found -1
   ╭─[mine.toml:4:10]
 3 │ target = "val_acc"
 4 │ labels = -1
   ·          ──
 5 │ horizon = 1.5
   ╰────

Error:
  × [data] `horizon`: expected a whole number of 0 or more, found 1.5
   ╭─[mine.toml:5:11]
 4 │ labels = -1
 5 │ horizon = 1.5
   ·           ───
 6 │ [member]
   ╰────

Error:
  × [member.ridge] is a table
   ╭─[mine.toml:7:9]
 6 │ [member]
 7 │ ridge = "linear/ridge"
   ·         ──────────────
 8 │ [model]
   ╰────
  help: write `[member.ridge]` with `use = "PLUGIN/PREDICTOR"`

Error:
  × [model] `output`: expected a text, found a list
    ╭─[mine.toml:9:10]
  8 │ [model]
  9 │ output = ["ridge"]
    ·          ─────────
 10 │ folds = "nestd"
    ╰────

Error:
  × [model] `folds`: unknown value `nestd`; expected `nested` or `shared`
    ╭─[mine.toml:10:9]
  9 │ output = ["ridge"]
 10 │ folds = "nestd"
    ·         ───────
    ╰────
  help: did you mean `nested`?
"#,
    );
}

#[test]
fn names_of_other_alphabets_have_their_caret_in_place() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member."größe→🦀"]
use = "linear/ridge"
inputs = ["пример", "größe"]
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.größe→🦀]: `пример` is neither an encoding, a column of the table nor a member
   ╭─[mine.toml:6:11]
 5 │ use = "linear/ridge"
 6 │ inputs = ["пример", "größe"]
   ·           ────────
   ╰────
  help: there are `adjacency-one-hot`, `adjacency-categorical`, `path`, `truncated-path`, `operation-counts`, `arch_index`, `arch_str`, `ops`, `test_acc`, `val_acc`, `val_acc_run1`, `val_acc_run2`,
        `val_acc_run3`, `train_time_s`, `params_m`, `val_acc_12ep`, `test_acc_12ep`, `zc_synflow`, `zc_logsynflow`, `zc_naswot` and 7 more

Error:
  × [member.größe→🦀]: `größe` is neither an encoding, a column of the table nor a member
   ╭─[mine.toml:6:27]
 5 │ use = "linear/ridge"
 6 │ inputs = ["пример", "größe"]
   ·                     ───────
   ╰────
  help: did you mean `größe→🦀`?
"#,
    );
}

#[test]
fn a_name_that_is_empty_or_has_a_prefix_is_refused() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.""]
use = "linear/ridge"
[member."member:a"]
use = "linear/ridge"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.]: a name is not empty and has no `:`, `.` or `?`
   ╭─[mine.toml:4:9]
 3 │ labels = 100
 4 │ [member.""]
   ·         ──
 5 │ use = "linear/ridge"
   ╰────
  help: these part a name from its prefix, its output, or say that it may be absent

Error:
  × [member.member:a]: a name is not empty and has no `:`, `.` or `?`
   ╭─[mine.toml:6:9]
 5 │ use = "linear/ridge"
 6 │ [member."member:a"]
   ·         ──────────
 7 │ use = "linear/ridge"
   ╰────
  help: these part a name from its prefix, its output, or say that it may be absent
"#,
    );
}

#[test]
fn lines_that_end_as_on_windows_count_as_lines() {
    mistaken(
        "\n[data]\r\ntable  = \"builtin:nas-bench-201\"\r\nlabels = 100\r\n[member.ridge]\r\nuse = \"linear/ridge\"\r\ninptus = []\r\n",
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: unknown key `inptus`
   ╭─[mine.toml:6:1]
 5 │ use = "linear/ridge"
 6 │ inptus = []
   · ──────
   ╰────
  help: did you mean `inputs`?
"#,
    );
}

#[test]
fn a_byte_order_mark_moves_no_caret() {
    mistaken(
        "\n\u{feff}[data]\ntabel = \"builtin:nas-bench-201\"\n[member.ridge]\nuse = \"linear/ridge\"\n",
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
fn a_table_that_is_not_there_brings_the_nearest_file() {
    mistaken_beside_a_table(
        r#"
[data]
table = "tt.csv"
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × there is no table at FOLDER/tt.csv; did you mean `t.csv`?
   ╭─[mine.toml:2:9]
 1 │ [data]
 2 │ table = "tt.csv"
   ·         ────────
 3 │ [member.ridge]
   ╰────
"#,
    );
}
