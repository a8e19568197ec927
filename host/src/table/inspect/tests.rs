use std::path::Path;

use super::*;
use crate::space::Space;
use crate::table::{BuiltinTable, DataSpec, Rows};

fn of(csv: &str) -> Inspection {
    inspect(&Table::from_bytes(csv.as_bytes(), "t.csv").unwrap())
}

/// The rows that the proposed section reads.
fn rows(csv: &str) -> Rows {
    let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
    let data = inspect(&table).data;
    let spec: DataSpec = toml::from_str(data.strip_prefix("[data]\n").unwrap())
        .unwrap_or_else(|error| panic!("{data}\n{error}"));
    let space = spec.space.as_deref().and_then(Space::builtin);
    Rows::from_table(table, spec, space, Path::new(".")).unwrap_or_else(|error| panic!("{data}\n{error}"))
}

#[test]
fn the_built_in_table_is_recognised() {
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let inspection = inspect(&table);
    let found: Vec<_> =
        inspection.architectures.iter().filter(|found| found.space == "nas-bench-201").collect();
    assert!(found.iter().any(|found| found.architecture == "arch_str".into() && found.parsed == 15_625));
    assert!(found.iter().any(|found| found.architecture == "ops".into()));
    assert_eq!(inspection.architectures[0].space, "nas-bench-201");
    assert_eq!((inspection.rows, inspection.repeats, inspection.curves.len()), (15_625, 0, 0));
    let spec: DataSpec = toml::from_str(inspection.data.strip_prefix("[data]\n").unwrap()).unwrap();
    assert_eq!(spec.target, table_target());
    assert_eq!(spec.seconds, Some(crate::table::SecondsSpec::Total("train_time_s".into())));
}

fn table_target() -> Option<crate::table::TargetSpec> {
    BuiltinTable::named("nas-bench-201").unwrap().data().target
}

#[test]
fn columns_have_kinds_ranges_and_missing_values() {
    let inspection = of(
        "ops,n,l,o,e,t\n012034,3,\"[1,2]\",\"{\"\"a\"\":1}\",,x\n421211,nan,,\"[[1]]\",,\n421212,-1,[7],,,y\n",
    );
    let kinds: Vec<(usize, String)> =
        inspection.columns.iter().map(|column| (column.missing, column.kind.to_string())).collect();
    let expected = [
        (0, "text, such as 012034"),
        (0, "numbers from -1 to 3, 1 not finite"),
        (1, "lists of up to 2 numbers from 1 to 7"),
        (1, "JSON"),
        (3, "empty"),
        (1, "text, such as x"),
    ];
    assert_eq!(kinds, expected.map(|(missing, kind)| (missing, kind.to_owned())));
    let json = serde_json::to_value(&inspection).unwrap();
    assert_eq!(json["columns"][1]["kind"], "number");
    assert_eq!(json["columns"][1]["highest"], 3.0);
}

#[test]
fn a_pattern_and_a_list_of_decisions_are_found() {
    let inspection = of("id,left,right,acc\n1,42,1211,0.9\n2,00,0000,0.1\n3,00,0001,0.2\n");
    assert!(
        inspection.architectures.iter().any(|found| found.architecture == "{left}{right}".parse().unwrap())
    );
    let decisions =
        "a,b,c,d,e,f,err\nnone,none,none,none,none,none,3\nskip_connect,none,none,none,none,none,4\n";
    let list = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
    let inspection = of(decisions);
    assert_eq!(inspection.architectures[0].architecture, Architecture::Decisions(list));
    assert_eq!(rows(decisions).target().unwrap().goal, crate::table::Goal::Minimize);
}

#[test]
fn curves_repeats_and_seconds_are_found_and_read() {
    let csv = "ops,valid_loss_0,valid_loss_1,valid_loss_2,accs,acc_run1,acc_run2,acc_run3,epoch_time_s\n\
        421211,3,2,1,\"[10, 20.5]\",1,2,3,\"[5,5]\"\n421211,3,2,,\"[10]\",1,2,3,\"[5,7]\"\n000000,3,2,1,,1,2,3,\n";
    let inspection = of(csv);
    let names: Vec<(&str, usize)> =
        inspection.curves.iter().map(|curve| (curve.name.as_str(), curve.epochs)).collect();
    assert_eq!(names, [("accs", 2), ("val_loss", 3)]);
    assert_eq!(inspection.repeats, 1);
    let rows = rows(csv);
    assert_eq!((rows.len(), rows.curves().horizon), (2, Some(3)));
    assert_eq!(*rows.curves().by_name["val_loss"].1, [vec![3.0, 2.0], vec![3.0, 2.0, 1.0]]);
    assert_eq!((rows.seconds(0, None), rows.seconds(1, None)), (Some(11.0), None));
}

#[test]
fn what_a_name_does_not_say_is_asked_for() {
    let inspection = of("name,val_metric\na,1\nb,2\n");
    assert_eq!(
        inspection.to_string(),
        "t.csv: 2 rows, 2 columns\n\n\
         column      missing  kind\n\
         name              0  text, such as a\n\
         val_metric        0  numbers from 1 to 2\n\n\
         no column names architectures of a built-in space\n\n\
         [data]\n\
         table        = \"t.csv\"\n\
         # space and architecture: no column names architectures of a built-in space\n\
         id           = \"name\"\n\
         # which way is better, maximize or minimize?\n\
         # target     = { column = \"val_metric\", goal = \"…\" }\n"
    );
    assert_eq!(rows("name,val_metric\na,1\nb,2\n").len(), 2);
}

#[test]
fn nothing_is_no_trouble() {
    let inspection = of("ops,acc\n");
    assert!(inspection.architectures.is_empty() && inspection.rows == 0);
    assert_eq!(inspection.columns[1].kind, ColumnKind::Empty);
}

#[test]
fn goals_and_units_are_guessed_by_name_and_range() {
    use guess::{Measure, unit, words};
    assert_eq!(words("valAcc_12ep"), ["val", "acc", "12", "ep"]);
    assert_eq!(words("top1 F1"), ["top1", "f1"]);
    for (name, measure) in [
        ("val_acc", Measure::Score),
        ("testError", Measure::Loss),
        ("train_acc_time_s", Measure::Time),
        ("params_m", Measure::Cost),
        ("accumulated", Measure::Unknown),
    ] {
        assert_eq!(Measure::of(name), measure, "{name}");
    }
    let unit =
        |name: &str, range| unit(name, Measure::of(name), Some(range)).map(|unit| unit.name().to_owned());
    assert_eq!(unit("acc", (0.1, 0.9)).as_deref(), Some("fraction"));
    assert_eq!(unit("acc", (10.0, 90.0)).as_deref(), Some("percent"));
    assert_eq!(unit("acc", (-10.0, 90.0)), None);
    assert_eq!(unit("latency_ms", (1.0, 90.0)).as_deref(), Some("ms"));
}
