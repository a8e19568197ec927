use proptest::prelude::*;

use super::*;
use crate::table::{Column, Table};

/// Names and fields of a table, column by column.
fn content(table: &Table) -> Vec<(String, Vec<String>)> {
    let fields = |column: &Column| column.iter().map(str::to_owned).collect();
    table.columns().iter().map(|column| (column.name().to_owned(), fields(column))).collect()
}

/// Converts a text through these files one after the other, and reads the last.
fn through(text: &str, names: &[&str]) -> Result<Table, ConvertError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("first"), text).unwrap();
    let mut name = "first";
    for &next in names {
        convert(&TableSource::resolve(name, folder.path())?, &folder.path().join(next))?;
        name = next;
    }
    Ok(TableSource::open(name, folder.path())?)
}

fn converted(text: &str, name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("first"), text).unwrap();
    convert(&TableSource::resolve("first", folder.path()).unwrap(), &folder.path().join(name)).unwrap();
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn a_column_is_of_numbers_where_every_field_is_one_by_its_text() {
    let csv = "ops,acc,n,curve,live,note\n012034,91.60,123456789012345678901,\"[0.5, null]\",true,\n\
               1,,7,,false,\"a \"\"b\"\"\"\n";
    let json = "{\"ops\":\"012034\",\"acc\":91.60,\"n\":123456789012345678901,\"curve\":[0.5, null],\"live\":true,\
                \"note\":null}\n\
                {\"ops\":\"1\",\"acc\":null,\"n\":7,\"curve\":null,\"live\":false,\"note\":\"a \\\"b\\\"\"}\n";
    assert_eq!(converted(csv, "t.jsonl"), json);
    assert_eq!(converted(json, "t.csv"), csv);
}

#[test]
fn parquet_keeps_values_and_the_text_of_long_numbers() {
    let csv = "ops,acc,n,k,curve,live\n012034,91.60,123456789012345678901,-3,\"[0.5, null]\",true\n1,,7,,,\n";
    let table = through(csv, &["t.parquet"]).unwrap();
    let expected = [
        ("ops", ["012034", "1"]),
        ("acc", ["91.6", ""]),
        ("n", ["123456789012345678901", "7"]),
        ("k", ["-3", ""]),
        ("curve", ["[0.5, null]", ""]),
        ("live", ["true", ""]),
    ];
    let expected = expected.map(|(name, fields)| (name.to_owned(), fields.map(str::to_owned).to_vec()));
    assert_eq!(content(&table), expected);
}

#[test]
fn the_built_in_tables_come_back_through_every_format() {
    for builtin in crate::table::BuiltinTable::all() {
        let folder = tempfile::tempdir().unwrap();
        let whole = content(&builtin.read().unwrap());
        let mut source = TableSource::Builtin(builtin);
        for name in ["t.jsonl", "t.csv"] {
            let path = folder.path().join(name);
            let done = convert(&source, &path).unwrap();
            assert_eq!(done.rows, whole[0].1.len() as u64);
            source = TableSource::File(path);
            assert!(content(&source.read().unwrap()) == whole, "{} as {name}", builtin.name());
        }
    }
}

#[test]
fn row_groups_hold_all_rows() {
    let rows = 70_000;
    let lines: String = (0..rows).map(|row| format!("{row},{}.5,x{row}\n", row % 7)).collect();
    let table = through(&format!("n,x,t\n{lines}"), &["t.parquet", "u.parquet"]).unwrap();
    assert_eq!(table.len(), rows);
    assert!((0..rows).all(|row| table.columns()[2].get(row) == format!("x{row}")));
    assert!((0..rows).all(|row| table.columns()[1].get(row) == format!("{}.5", row % 7)));
}

#[test]
fn a_table_without_rows_is_not_made_json_lines() {
    assert_eq!(content(&through("a,b\n", &["t.parquet", "t.csv"]).unwrap())[1].0, "b");
    let error = through("a,b\n", &["t.jsonl"]).unwrap_err().to_string();
    assert!(error.ends_with("convert it to CSV or Parquet"), "{error}");
}

#[test]
fn a_table_that_cannot_be_read_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), "a,b\n1\n").unwrap();
    let source = TableSource::resolve("t.csv", folder.path()).unwrap();
    convert(&source, &folder.path().join("u.jsonl")).unwrap_err();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Fields that are hard to keep.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        ".*",
        "[\",\r\n \\\\{}\\[\\]0-9aé]{0,6}",
        "-?[0-9]{1,25}(\\.[0-9]{1,3})?(e[0-9]{1,3})?",
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("[1, {\"a\": null}]".to_owned()),
        Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn text_comes_back_through_every_text_format(
        names in prop::collection::hash_set(field(), 1..4),
        seed in prop::collection::vec(field(), 4..24),
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let rows: Vec<Vec<String>> = seed.chunks_exact(names.len()).map(<[String]>::to_vec).collect();
        let mut lines = String::new();
        for row in &rows {
            let object: serde_json::Map<String, serde_json::Value> =
                names.iter().cloned().zip(row.iter().map(|field| field[..].into())).collect();
            lines.push_str(&serde_json::Value::from(object).to_string());
            lines.push('\n');
        }
        let whole = content(&Table::from_bytes(lines.as_bytes(), "t").unwrap());
        for path in [&["t.csv"][..], &["t.jsonl"], &["t.csv.gz", "t.jsonl.gz", "u.csv", "u.jsonl"]] {
            let table = through(&lines, path).unwrap();
            prop_assert_eq!(&content(&table), &whole, "{:?}", path);
        }
    }
}
