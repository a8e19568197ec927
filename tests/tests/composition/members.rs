//! `[member.NAME]`: what a member is.

use super::mistaken;

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
