//! A plan of columns and combinations in words, for which no plugin is needed.

use crate::{
    compose::{Composition, Explanation, Plan, Training},
    plugin::{Folders, Registry},
    table::Rows,
};
use std::{fmt::Write as _, fs, path::Path};

const TEAM: &str = r#"
[data]
table = "t.csv"
id = "id"
target = { column = "y", goal = "maximize" }
[member.size]
column = "a"
goal = "fit"
[member.flops]
column = "b"
goal = "minimize"
seconds = 2.5
[member.gone]
column = "c"
goal = "maximize"
[member.ranks]
combine = "rank-mean"
members = ["size", "flops", "gone?"]
[member.team]
combine = "weighted"
members = [{ from = "ranks", weight = 2 }, { from = "size?", weight = 1 }]
[model]
output = "team"
"#;

/// What is said of it with 20 training rows.
const TREE: &str = r#"
team: weighted
│  gives    score (score)
│  learns   of targets
├─ ranks (weight 2): rank-mean
│  │  absent   gone (may be, and is)
│  │  gives    score (score)
│  │  learns   of targets, cross-fitted in 5 folds
│  ├─ size: column a, its sign learnt
│  │     gives    score (score)
│  │     learns   of targets, cross-fitted in 5 folds
│  └─ flops: column b, lower is better
│        gives    score (score)
│        cost     2.5 s for a row
│        learns   nothing
└─ size (weight 1, may be absent): as above

20 training rows; 0 fits of predictors in all, in nested folds
a row's answer depends on that row alone
note: member `gone` is left out: the table has no column `c`
note: [member.ranks]: `gone` may be absent and is
"#;

fn explained(rows: usize, text: &str) -> Explanation {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("id,y,a,b\n");
    for row in 0..rows {
        let _ = writeln!(table, "r{row},{row},{row},{row}");
    }
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let composition = Composition::parse(text, "t.toml").unwrap();
    let rows = Rows::read(&composition.data, folder.path()).unwrap();
    let registry = Registry::discover(Folders::only(&[]));
    let plan = Plan::check(&composition, &registry, &rows, Path::new(".")).unwrap();
    plan.explain(&composition, &registry, &rows, &Training::from((0..rows.len()).collect::<Vec<_>>()))
}

#[test]
fn each_member_is_shown_once_under_what_reads_it() {
    let said = explained(20, TEAM).to_string();
    assert_eq!(format!("\n{said}"), TREE, "{said}");
}

#[test]
fn a_graph_has_a_box_for_each_member_and_an_arrow_for_each_input() {
    let said = explained(20, TEAM).dot();
    for part in [
        "digraph plan {\n",
        r#"m0 [label = "size: column a, its sign learnt\lgives: score (score)\l"#,
        "m0 -> m2 [label = \"\"];",
        "m0 -> m3 [label = \"weight 1, may be absent\", style = dashed];",
        "style = rounded, penwidth = 2];",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert_eq!(said.matches("->").count(), 4);
}

#[test]
fn machines_get_the_same_as_values() {
    let told = serde_json::to_value(explained(20, TEAM)).unwrap();
    assert_eq!((&told["answer"], &told["training_rows"]), (&"team".into(), &20.into()));
    let ranks = &told["members"][2];
    assert_eq!((&ranks["what"], &ranks["combine"]), (&"combination".into(), &"rank-mean".into()));
    assert_eq!((&ranks["absent"][0], &ranks["cross_fitted_in"]), (&"gone".into(), &5.into()));
    assert_eq!(told["members"][3]["inputs"][1]["weight"], 1.0);
}

#[test]
fn too_few_rows_to_cross_fit_are_told_of_where_it_matters() {
    let told = |rows: usize, output: &str| {
        let said = explained(rows, &TEAM.replace("output = \"team\"", &format!("output = \"{output}\"")));
        said.warnings.iter().any(|warning| warning.contains("cross-fitting needs 4"))
    };
    assert!(told(3, "ranks"));
    assert!(!told(4, "ranks"));
    assert!(!told(3, "flops"));
}
