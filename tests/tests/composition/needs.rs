//! What predictors need and the data lack: curves, fidelities, networks, a space, rows.

use super::{mistaken, mistaken_beside_a_table};

#[test]
fn a_curve_that_is_not_there_brings_the_nearest_one() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
[member.last]
use = "curve/last"
inputs = ["curve:val_los"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.last]: the data have no curve `val_los`
   ╭─[mine.toml:8:11]
 7 │ use = "curve/last"
 8 │ inputs = ["curve:val_los"]
   ·           ───────────────
   ╰────
  help: did you mean `val_loss`?
"#,
    );
}

#[test]
fn curves_for_a_predictor_that_reads_none_are_a_mistake() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
[member.ridge]
use = "linear/ridge"
inputs = ["curve:val_loss", "column:loss_1"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: `ridge` reads no curve
   ╭─[mine.toml:8:11]
 7 │ use = "linear/ridge"
 8 │ inputs = ["curve:val_loss", "column:loss_1"]
   ·           ────────────────
   ╰────
  help: leave it out of `inputs`
"#,
    );
}

#[test]
fn curves_too_short_at_the_fidelity_say_so() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
fidelity = 1
[member.last]
use = "curve/last"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.last]: `last` needs curve val_loss (2+ epochs), and at `fidelity = 1` no curve is longer than 1; give more in [data]
   ╭─[mine.toml:8:7]
 7 │ [member.last]
 8 │ use = "curve/last"
   ·       ────────────
   ╰────
"#,
    );
}

#[test]
fn a_fidelity_beyond_the_horizon_is_a_mistake() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
horizon  = 3
fidelity = 7
[member.last]
use = "curve/last"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data] `fidelity`: 7 epochs are more than the final epoch, `horizon = 3`; give 3 or less
   ╭─[mine.toml:7:12]
 6 │ horizon  = 3
 7 │ fidelity = 7
   ·            ─
 8 │ [member.last]
   ╰────
"#,
    );
}

#[test]
fn a_share_of_an_unknown_horizon_is_a_mistake() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
fidelity = "10%"
[member.last]
use = "curve/last"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [data] `fidelity`: `10%` is a share of the final epoch, and [data] does not say `horizon`
   ╭─[mine.toml:6:12]
 5 │ curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
 6 │ fidelity = "10%"
   ·            ─────
 7 │ [member.last]
   ╰────
"#,
    );
}

#[test]
fn networks_that_the_data_lack_say_what_to_write() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
[member.size]
use = "networks/size"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.size]: `size` needs networks or genotypes, and the data have no network files; write `network = { column = "…", input = [3, 32, 32] }` in [data]
   ╭─[mine.toml:6:7]
 5 │ [member.size]
 6 │ use = "networks/size"
   ·       ───────────────
   ╰────
"#,
    );
}

#[test]
fn an_encoding_or_genotypes_without_a_space_say_what_to_write() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
[member.ridge]
use = "linear/ridge"
[member.sum]
use = "many/sum"
[model]
output = "sum"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.ridge]: the encoding `adjacency-one-hot` needs a search space
   ╭─[mine.toml:6:7]
 5 │ [member.ridge]
 6 │ use = "linear/ridge"
   ·       ──────────────
 7 │ [member.sum]
   ╰────
  help: write `space = "…"` and `architecture = "…"` in [data], or name columns as `inputs`

Error:
  × [member.sum]: `sum` needs genotypes, and [data] names no `space` to derive it from
   ╭─[mine.toml:8:7]
 7 │ [member.sum]
 8 │ use = "many/sum"
   ·       ──────────
 9 │ [model]
   ╰────
"#,
    );
}

#[test]
fn a_target_that_is_missing_says_what_to_write() {
    mistaken_beside_a_table(
        r#"
[data]
table = "t.csv"
id    = "id"
[member.ridge]
use    = "linear/ridge"
inputs = ["column:loss_1"]
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × no target is named, so there is nothing to learn; write `target = { column = "…", goal = "maximize" }` in [data]
   ╭─[mine.toml:1:2]
 1 │ [data]
   ·  ────
 2 │ table = "t.csv"
   ╰────
"#,
    );
}

#[test]
fn more_labels_than_rows_and_other_mistakes_come_together() {
    mistaken_beside_a_table(
        r#"
[data]
table  = "t.csv"
id     = "id"
target = { column = "acc", goal = "maximize" }
labels = 9
[member.ridge]
use    = "linear/ridge"
inputs = ["column:loss_1"]
params = { penalty = -1 }
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × 9 labelled rows were asked for, but only 3 rows of FOLDER/t.csv have the target `acc`; give `labels = 3` or less
   ╭─[mine.toml:5:10]
 4 │ target = { column = "acc", goal = "maximize" }
 5 │ labels = 9
   ·          ─
 6 │ [member.ridge]
   ╰────

Error:
  × [member.ridge]: the parameter `penalty` is -1; it must be at least 0.0
   ╭─[mine.toml:9:22]
 8 │ inputs = ["column:loss_1"]
 9 │ params = { penalty = -1 }
   ·                      ──
   ╰────
"#,
    );
}

#[test]
fn too_few_rows_for_a_predictor_say_how_many_it_takes() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 0
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: `ridge` learns from at least 1 labelled row, and here from 0
   ╭─[mine.toml:5:7]
 4 │ [member.ridge]
 5 │ use = "linear/ridge"
   ·       ──────────────
   ╰────
  help: write `labels = 1` or more in [data]
"#,
    );
}
