//! `[member.NAME]`: what a member is.

use super::{fit, mistaken};
use archcast_tests::fresh_folder;

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
  help: write `use = "PLUGIN/PREDICTOR"` (`archcast plugins list` shows what there is), `combine = "rank-mean"` or `column = "NAME"`
"#,
    );
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

#[test]
fn a_member_that_nothing_reads_is_told_of_with_its_line() {
    let text = "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 100\n[member.ridge]\nuse = \"linear/ridge\"\n\
                [member.idle]\nuse = \"linear/ridge\"\n[model]\noutput = \"ridge\"\n";
    let folder = fresh_folder();
    let run = fit(folder.path(), text).succeeded();
    assert_eq!(run.err, "warning: member `idle` (line 6) is not used: nothing that answers reads it\n");
}

#[test]
fn a_member_is_one_thing() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.a]
use = "linear/ridge"
combine = "mean"
[member.b]
column = "params_m"
use = "linear/ridge"
[model]
output = "a"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.a] has both `use` and `combine`
   ╭─[mine.toml:6:1]
 5 │ use = "linear/ridge"
 6 │ combine = "mean"
   · ───────
 7 │ [member.b]
   ╰────
  help: a member is one of them; give the other a `[member.NAME]` of its own

Error:
  × [member.b] has both `use` and `column`
   ╭─[mine.toml:8:1]
 7 │ [member.b]
 8 │ column = "params_m"
   · ──────
 9 │ use = "linear/ridge"
   ╰────
  help: a member is one of them; give the other a `[member.NAME]` of its own
"#,
    );
}

#[test]
fn a_mistyped_word_for_what_a_member_is_brings_the_right_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.size]
colunm = "params_m"
goal = "minimize"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.size]: unknown key `colunm`
   ╭─[mine.toml:5:1]
 4 │ [member.size]
 5 │ colunm = "params_m"
   · ──────
 6 │ goal = "minimize"
   ╰────
  help: did you mean `column`?
"#,
    );
}

#[test]
fn a_column_without_a_goal_or_that_is_not_there_is_a_mistake() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.size]
column = "params_m"
[member.naswot]
column = "naswot"
goal = "max"
[member.flops]
column = "flops_m"
goal = "minimize"
[model]
output = "size"
"#,
        r#"
  × 3 mistakes in mine.toml

Error:
  × [member.size] does not say which way its column is better
   ╭─[mine.toml:5:10]
 4 │ [member.size]
 5 │ column = "params_m"
   ·          ──────────
 6 │ [member.naswot]
   ╰────
  help: write `goal = "maximize"`, `"minimize"`, or `"fit"` to learn the sign on training rows

Error:
  × [member.naswot] `goal`: unknown value `max`; expected one of `maximize`, `minimize`, `fit`
   ╭─[mine.toml:8:8]
 7 │ column = "naswot"
 8 │ goal = "max"
   ·        ─────
 9 │ [member.flops]
   ╰────
  help: did you mean `maximize`?

Error:
  × [member.flops]: the table builtin:nas-bench-201 has no column `flops_m`
    ╭─[mine.toml:10:10]
  9 │ [member.flops]
 10 │ column = "flops_m"
    ·          ─────────
 11 │ goal = "minimize"
    ╰────
  help: did you mean `ops`?
"#,
    );
}

#[test]
fn the_target_is_no_member() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.truth]
column = "val_acc"
goal = "maximize"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.truth]: the column `val_acc` is the target itself
   ╭─[mine.toml:5:10]
 4 │ [member.truth]
 5 │ column = "val_acc"
   ·          ─────────
 6 │ goal = "maximize"
   ╰────
  help: name a column that is known before training
"#,
    );
}
