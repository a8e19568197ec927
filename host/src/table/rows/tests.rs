use std::path::Path;

use super::*;
use crate::table::{Goal, Unit};

fn read(text: &str, spec: &str) -> Result<Rows, DataError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), text).unwrap();
    Rows::read(&toml::from_str(&format!("table = \"t.csv\"\n{spec}")).unwrap(), folder.path())
}

/// The message without the folder's name.
fn message(text: &str, spec: &str) -> String {
    let message = read(text, spec).unwrap_err().to_string();
    message.find("t.csv").map_or(message.clone(), |at| message[at..].to_owned())
}

const CELLS: &str = "space = \"nas-bench-201\"\narchitecture = \"ops\"\n";

#[test]
fn a_built_in_table_needs_no_more_than_its_name() {
    let spec = DataSpec { table: Some("builtin:nas-bench-201".into()), ..DataSpec::default() };
    let rows = Rows::read(&spec, Path::new(".")).unwrap();
    assert_eq!(rows.len(), 15_625);
    assert_eq!(rows.genotypes().unwrap().row(6111).to_vec(), [3, 3, 3, 1, 3, 2]);
    let target = rows.target().unwrap();
    assert_eq!((target.column.as_str(), target.goal), ("val_acc", Goal::Maximize));
    assert_eq!(target.unit, Some(Unit::Percent));
    assert_eq!(target.values[0], Some(81.9827));
    assert!(rows.id(0).starts_with("|avg_pool_3x3~0|+"));
    assert_eq!(rows.numbers("params_m").unwrap()[0], Some(0.129306));
}

#[test]
fn what_a_description_says_goes_before_the_built_in_one() {
    let spec: DataSpec = toml::from_str(
        "table = \"builtin:nas-bench-201\"\nid = \"arch_index\"\n\
         target = { column = \"train_time_s\", goal = \"minimize\", unit = \"s\" }",
    )
    .unwrap();
    let rows = Rows::read(&spec, Path::new(".")).unwrap();
    assert_eq!(rows.id(6111), "6111");
    assert_eq!(rows.target().unwrap().goal, Goal::Minimize);
    assert_eq!(rows.target().unwrap().values[0], Some(1444.22));
}

#[test]
fn a_row_without_target_is_unlabelled() {
    let spec = format!("{CELLS}target = {{ column = \"acc\", goal = \"maximize\" }}");
    let rows = read("ops,acc\n421211,90.5\n000000,\n", &spec).unwrap();
    assert_eq!(rows.target().unwrap().values, [Some(90.5), None]);
}

#[test]
fn an_identity_is_the_same_in_either_text_form_and_any_order() {
    let digits = read("ops\n421211\n000000\n", CELLS).unwrap();
    let text = read("ops\n000000\n|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|\n", CELLS).unwrap();
    assert_eq!(digits.identities()[0], text.identities()[1]);
    assert_eq!(digits.identities()[1], text.identities()[0]);
    assert_ne!(digits.identities()[0], digits.identities()[1]);
}

#[test]
fn rows_of_plain_columns_need_an_id_and_no_space() {
    let rows = read("name,width\nsmall,16\nlarge,64\n", "id = \"name\"").unwrap();
    assert!(rows.genotypes().is_none() && rows.space().is_none() && rows.target().is_none());
    assert_eq!(rows.id(1), "large");
    assert_eq!(rows.numbers("width").unwrap()[..], [Some(16.0), Some(64.0)]);
    assert_ne!(rows.identities()[0], rows.identities()[1]);
    assert!(message("name\nx\n", "").starts_with("`id` is missing from [data]; name the column"));
}

#[test]
fn architectures_that_do_not_parse_are_all_told_of() {
    let mut text = "ops\n421211\n42121\n421251\n".to_owned();
    for wrong in 0..10 {
        text.push_str(&format!("00000{wrong}0\n"));
    }
    let message = message(&text, CELLS);
    assert!(
        message.starts_with(
            "t.csv: 12 architectures are not of the space nas-bench-201 (column `ops`)\n  \
             line 3: 5 digits where the space has 6 decisions\n  \
             line 4: `5` at character 5 is no operation; the digits are 0 to 4\n  line 5: "
        ),
        "{message}"
    );
    assert!(message.ends_with("\n  and 2 more"), "{message}");
}

#[test]
fn repeated_ids_name_both_lines() {
    assert_eq!(
        message("ops,n\n421211,1\n000000,2\n421211,3\n", CELLS),
        "t.csv: 1 row repeats a row above (column `ops`); keep one row for each architecture, \
         or write `repeats = \"mean\"` or \"keep\"\n  \
         line 4: `421211` repeats line 2"
    );
}

#[test]
fn one_architecture_under_two_ids_is_a_repeat() {
    assert_eq!(
        message("n,ops\n1,421211\n2, 421211\n", &format!("{CELLS}id = \"n\"")),
        "t.csv: 1 row repeats a row above (column `ops`); keep one row for each architecture, \
         or write `repeats = \"mean\"` or \"keep\"\n  \
         line 3: ` 421211` repeats line 2"
    );
}

#[test]
fn an_empty_id_is_refused() {
    assert_eq!(
        message("n,ops\n,421211\n", &format!("{CELLS}id = \"n\"")),
        "t.csv: 1 row is without a value in `n`, which tells rows apart\n  line 2: nothing here"
    );
}

#[test]
fn columns_that_are_not_there_bring_the_nearest_name() {
    assert_eq!(message("op,acc\n", CELLS), "t.csv has no column `ops`; did you mean `op`?");
    let spec = format!("{CELLS}target = {{ column = \"ac\", goal = \"maximize\" }}");
    assert_eq!(message("ops,acc\n", &spec), "t.csv has no column `ac`; did you mean `acc`?");
    assert!(
        message("ops\n", "space = \"nas-bench-201\"").starts_with("`architecture` is missing from [data]")
    );
}

#[test]
fn a_description_without_table_says_what_to_write() {
    let error = Rows::read(&DataSpec::default(), Path::new(".")).unwrap_err().to_string();
    assert!(error.starts_with("`table` is missing from [data]; write `table = "), "{error}");
}

mod contract;
