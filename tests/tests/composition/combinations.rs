//! `combine`: its members, their weights and rules.

use super::mistaken;

#[test]
fn a_mean_needs_a_common_scale() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "mean"
members = ["ridge", "naswot"]
[model]
output = "team"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.team]: `naswot` gives a score without a unit, so there is no mean in a common scale
    ╭─[mine.toml:11:21]
 10 │ combine = "mean"
 11 │ members = ["ridge", "naswot"]
    ·                     ────────
 12 │ [model]
    ╰────
  help: use `combine = "rank-mean"`, which needs no common scale
"#,
    );
}

#[test]
fn members_that_do_not_exist_repeat_or_are_columns_are_told_together() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.team]
combine = "rank-mean"
members = ["ridge", "rigde", "column:params_m", "ridge"]
[model]
output = "team"
"#,
        r#"
  × 3 mistakes in mine.toml

Error:
  × [member.team]: there is no member `rigde`
   ╭─[mine.toml:8:21]
 7 │ combine = "rank-mean"
 8 │ members = ["ridge", "rigde", "column:params_m", "ridge"]
   ·                     ───────
 9 │ [model]
   ╰────
  help: did you mean `ridge`?

Error:
  × [member.team]: `params_m` is no member
   ╭─[mine.toml:8:30]
 7 │ combine = "rank-mean"
 8 │ members = ["ridge", "rigde", "column:params_m", "ridge"]
   ·                              ─────────────────
 9 │ [model]
   ╰────
  help: a combination takes members; give a column a `[member.NAME]` with `column = "…"`

Error:
  × [member.team] names `ridge` twice
   ╭─[mine.toml:8:49]
 7 │ combine = "rank-mean"
 8 │ members = ["ridge", "rigde", "column:params_m", "ridge"]
   ·                                                 ───────
 9 │ [model]
   ╰────
  help: name each member once
"#,
    );
}

#[test]
fn a_combination_of_nothing_is_a_mistake() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.team]
combine = "mean"
members = []
[member.none]
combine = "mean"
[member.fed]
use = "linear/ridge"
inputs = []
[model]
output = "team"
"#,
        r#"
  × 3 mistakes in mine.toml

Error:
  × [member.team] `members` is empty
   ╭─[mine.toml:8:11]
 7 │ combine = "mean"
 8 │ members = []
   ·           ──
 9 │ [member.none]
   ╰────
  help: name the members that it combines

Error:
  × [member.none] combines nothing
    ╭─[mine.toml:10:11]
  9 │ [member.none]
 10 │ combine = "mean"
    ·           ──────
 11 │ [member.fed]
    ╰────
  help: write `members = ["NAME", "NAME"]`

Error:
  × [member.fed] `inputs` is empty
    ╭─[mine.toml:13:10]
 12 │ use = "linear/ridge"
 13 │ inputs = []
    ·          ──
 14 │ [model]
    ╰────
  help: name an encoding, a column or a member, or leave `inputs` out for the predictor's default encoding
"#,
    );
}

#[test]
fn an_unknown_combination_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.team]
combine = "rank_mean"
members = ["ridge"]
[model]
output = "team"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.team] `combine`: unknown value `rank_mean`; expected one of `mean`, `median`, `rank-mean`, `weighted`, `cascade`, `select`
   ╭─[mine.toml:7:11]
 6 │ [member.team]
 7 │ combine = "rank_mean"
   ·           ───────────
 8 │ members = ["ridge"]
   ╰────
  help: did you mean `rank-mean`?
"#,
    );
}

#[test]
fn weights_are_numbers_of_at_least_0_for_all_members() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "weighted"
members = [{ from = "ridge", weight = nan }, "naswot"]
[model]
output = "team"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.team]: `ridge` has the weight NaN
    ╭─[mine.toml:11:12]
 10 │ combine = "weighted"
 11 │ members = [{ from = "ridge", weight = nan }, "naswot"]
    ·            ────────────────────────────────
 12 │ [model]
    ╰────
  help: give every member `{ from = "NAME", weight = 0.5 }` of at least 0, or none for learnt weights

Error:
  × [member.team]: `naswot` has no weight, although others have one
    ╭─[mine.toml:11:46]
 10 │ combine = "weighted"
 11 │ members = [{ from = "ridge", weight = nan }, "naswot"]
    ·                                              ────────
 12 │ [model]
    ╰────
  help: give every member `{ from = "NAME", weight = 0.5 }` of at least 0, or none for learnt weights
"#,
    );
}

#[test]
fn weights_stand_with_their_members_and_a_share_with_a_cascade() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "weighted"
members = ["ridge", { from = "naswot", when = { min_labels = 3 } }]
weights = [0.5]
keep = 0.1
[model]
output = "team"
"#,
        r#"
  × 3 mistakes in mine.toml

Error:
  × [member.team] `members`: `when` does not belong here
    ╭─[mine.toml:11:40]
 10 │ combine = "weighted"
 11 │ members = ["ridge", { from = "naswot", when = { min_labels = 3 } }]
    ·                                        ────
 12 │ weights = [0.5]
    ╰────
  help: only members of `combine = "select"` have a `when`

Error:
  × [member.team]: `weights` does not belong here
    ╭─[mine.toml:12:1]
 11 │ members = ["ridge", { from = "naswot", when = { min_labels = 3 } }]
 12 │ weights = [0.5]
    · ───────
 13 │ keep = 0.1
    ╰────
  help: a weight stands with its member: `members = [{ from = "NAME", weight = 0.5 }]`

Error:
  × [member.team]: `keep` does not belong here
    ╭─[mine.toml:13:1]
 12 │ weights = [0.5]
 13 │ keep = 0.1
    · ────
 14 │ [model]
    ╰────
  help: only `combine = "cascade"` keeps a share
"#,
    );
}

#[test]
fn weights_that_are_all_0_are_a_mistake() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "weighted"
members = [{ from = "ridge", weight = 0 }, { from = "naswot", weight = 0 }]
[model]
output = "team"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.team]: all weights are 0
    ╭─[mine.toml:10:11]
  9 │ [member.team]
 10 │ combine = "weighted"
    ·           ──────────
 11 │ members = [{ from = "ridge", weight = 0 }, { from = "naswot", weight = 0 }]
    ╰────
  help: give one of them a weight above 0
"#,
    );
}

#[test]
fn a_cascade_keeps_a_share() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "cascade"
members = ["naswot", "ridge"]
keep = 25
[model]
output = "team"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.team] `keep` is 25, not a share
    ╭─[mine.toml:12:8]
 11 │ members = ["naswot", "ridge"]
 12 │ keep = 25
    ·        ──
 13 │ [model]
    ╰────
  help: give a number between 0 and 1: `keep = 0.1` hands the best tenth on
"#,
    );
}

#[test]
fn a_selection_chooses_among_answers_of_one_kind() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.naswot]
column = "zc_naswot"
goal   = "maximize"
[member.team]
combine = "select"
members = [{ from = "ridge", when = { min_lables = 50 } }, "naswot"]
[model]
output = "team"
"#,
        r#"
  × 2 mistakes in mine.toml

Error:
  × [member.team] `members` `when`: unknown key `min_lables`; expected `min_labels` or `max_labels`
    ╭─[mine.toml:11:39]
 10 │ combine = "select"
 11 │ members = [{ from = "ridge", when = { min_lables = 50 } }, "naswot"]
    ·                                       ──────────
 12 │ [model]
    ╰────
  help: did you mean `min_labels`?

Error:
  × [member.team]: `ridge` and `naswot` do not give the same kind of answer
    ╭─[mine.toml:11:60]
 10 │ combine = "select"
 11 │ members = [{ from = "ridge", when = { min_lables = 50 } }, "naswot"]
    ·                                                            ────────
 12 │ [model]
    ╰────
  help: select among members that all give values, or all give scores
"#,
    );
}
