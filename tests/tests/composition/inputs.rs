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
