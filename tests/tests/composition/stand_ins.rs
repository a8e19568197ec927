//! `unless` and `spaces`: a predictor that stands in for a column, and one whose plugin is not there.

use super::{fit, mistaken};
use archcast_tests::fresh_folder;

/// A ridge on the encoding and on what stands in for a score.
fn composition(stand_in: &str) -> String {
    format!(
        "[data]\ntable  = \"builtin:nas-bench-201\"\nlabels = 40\n\
         [member.score]\n{stand_in}\n\
         [member.ridge]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\", \"score?\"]\n\
         [model]\noutput = \"ridge\"\n"
    )
}

#[track_caller]
fn told(stand_in: &str) -> String {
    let folder = fresh_folder();
    fit(folder.path(), &composition(stand_in)).succeeded().err
}

#[test]
fn a_predictor_stands_in_for_a_column_that_the_table_lacks() {
    let lasso = "use = \"linear/lasso\"\nunless = [\"zc_snip\", \"zc_naswot\"]";
    let err = told(lasso);
    let line = "member `score` is left out: the table has the column `zc_naswot`";
    assert!(err.contains(line), "{err}");
    let err = told(&lasso.replace("zc_naswot", "zc_fisher"));
    assert!(!err.contains("left out"), "{err}");
}

#[test]
fn a_predictor_is_for_the_spaces_that_it_names() {
    let lasso = "use = \"linear/lasso\"\nspaces = [\"darts\", \"nas-bench-macro\"]";
    let err = told(lasso);
    let line = "member `score` is left out: the data are of the space `nas-bench-201`, and it is for darts, nas-bench-macro";
    assert!(err.contains(line), "{err}");
    let err = told(&lasso.replace("nas-bench-macro", "nas-bench-201"));
    assert!(!err.contains("left out"), "{err}");
}

#[test]
fn a_plugin_that_is_not_there_is_no_mistake_where_its_member_may_be_absent() {
    let err = told("use = \"absent/score\"");
    assert!(err.contains("member `score` is left out: unknown predictor `absent/score`"), "{err}");
}

#[test]
fn a_slip_in_the_name_of_a_predictor_is_a_mistake_all_the_same() {
    let folder = fresh_folder();
    let run = fit(folder.path(), &composition("use = \"linear/laso\""));
    assert!(run.code == 2 && run.err.contains("did you mean `linear/lasso`?"), "{}", run.err);
}

#[test]
fn what_is_read_as_if_it_were_always_there_is_not_left_out() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 40
[member.score]
use    = "linear/lasso"
unless = ["zc_naswot"]
[member.ridge]
use    = "linear/ridge"
inputs = ["score"]
[model]
output = "ridge"
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.score] would be left out: the table has the column `zc_naswot`
   ╭─[mine.toml:6:10]
 5 │ use    = "linear/lasso"
 6 │ unless = ["zc_naswot"]
   ·          ─────────────
 7 │ [member.ridge]
   ╰────
  help: write `score?` where it is read, which says that it may be absent
"#,
    );
}
