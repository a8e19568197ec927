//! `inputs`: encodings, columns, curves.

use super::mistaken;

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
  × [member.ridge]: `naswot` is neither an encoding, a column of the table nor a member
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
  help: leave `inputs` out
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
fn a_name_with_two_meanings_shows_the_forms_with_prefix() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.path]
column = "params_m"
goal = "minimize"
[member.zc_naswot]
column = "zc_naswot"
goal = "maximize"
[member.both]
use = "linear/ridge"
inputs = ["path", "zc_naswot?"]
[model]
output = "both"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.both]: `path` is an encoding and a member
    ╭─[mine.toml:12:11]
 11 │ use = "linear/ridge"
 12 │ inputs = ["path", "zc_naswot?"]
    ·           ──────
 13 │ [model]
    ╰────
  help: write `encoding:path` or `member:path`

Error:
  × [member.both]: `zc_naswot` is a column of the table and a member
    ╭─[mine.toml:12:19]
 11 │ use = "linear/ridge"
 12 │ inputs = ["path", "zc_naswot?"]
    ·                   ────────────
 13 │ [model]
    ╰────
  help: write `column:zc_naswot` or `member:zc_naswot`
"#,
    );
}

#[test]
fn an_unknown_output_or_member_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.stack]
use = "linear/ridge"
inputs = ["ridge.meen", "member:rigde", "ridge.std"]
[model]
output = "stack"
"#,
        r#"
  × 3 mistakes in mine.toml

Error:
  × [member.stack]: the member `ridge` gives no `meen`
   ╭─[mine.toml:8:11]
 7 │ use = "linear/ridge"
 8 │ inputs = ["ridge.meen", "member:rigde", "ridge.std"]
   ·           ────────────
 9 │ [model]
   ╰────
  help: did you mean `mean`?

Error:
  × [member.stack]: there is no member `rigde`
   ╭─[mine.toml:8:25]
 7 │ use = "linear/ridge"
 8 │ inputs = ["ridge.meen", "member:rigde", "ridge.std"]
   ·                         ──────────────
 9 │ [model]
   ╰────
  help: did you mean `ridge`?

Error:
  × [member.stack]: the member `ridge` gives no `std`
   ╭─[mine.toml:8:41]
 7 │ use = "linear/ridge"
 8 │ inputs = ["ridge.meen", "member:rigde", "ridge.std"]
   ·                                         ───────────
 9 │ [model]
   ╰────
  help: there is only `mean`
"#,
    );
}

#[test]
fn an_input_item_names_what_it_means() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.stack]
use = "linear/ridge"
inputs = [{ transform = "rank" }, { from = "ridge", transform = "rnk", weight = 2 }, 3]
[model]
output = "stack"
"#,
        r#"
  × 4 mistakes in mine.toml

Error:
  × [member.stack] `inputs`: this item names nothing
   ╭─[mine.toml:8:11]
 7 │ use = "linear/ridge"
 8 │ inputs = [{ transform = "rank" }, { from = "ridge", transform = "rnk", weight = 2 }, 3]
   ·           ──────────────────────
 9 │ [model]
   ╰────
  help: write `{ from = "NAME" }`

Error:
  × [member.stack] `inputs` `transform`: unknown value `rnk`; expected one of `raw`, `rank`, `standard`
   ╭─[mine.toml:8:65]
 7 │ use = "linear/ridge"
 8 │ inputs = [{ transform = "rank" }, { from = "ridge", transform = "rnk", weight = 2 }, 3]
   ·                                                                 ─────
 9 │ [model]
   ╰────
  help: did you mean `rank`?

Error:
  × [member.stack] `inputs`: `weight` does not belong here
   ╭─[mine.toml:8:72]
 7 │ use = "linear/ridge"
 8 │ inputs = [{ transform = "rank" }, { from = "ridge", transform = "rnk", weight = 2 }, 3]
   ·                                                                        ──────
 9 │ [model]
   ╰────
  help: only members of `combine = "weighted"` have a `weight`

Error:
  × [member.stack] `inputs` is a list of names
   ╭─[mine.toml:8:86]
 7 │ use = "linear/ridge"
 8 │ inputs = [{ transform = "rank" }, { from = "ridge", transform = "rnk", weight = 2 }, 3]
   ·                                                                                      ─
 9 │ [model]
   ╰────
  help: write `inputs = ["NAME", "NAME"]`
"#,
    );
}
