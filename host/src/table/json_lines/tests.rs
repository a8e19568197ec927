use proptest::prelude::*;

use crate::table::{Column, Table, TableError};

fn read(text: impl AsRef<[u8]>) -> Result<Table, TableError> {
    Table::from_bytes(text.as_ref(), "t.jsonl")
}

fn message(text: impl AsRef<[u8]>) -> String {
    read(text).unwrap_err().to_string()
}

fn fields<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    table.column(column).unwrap().iter().collect()
}

#[test]
fn numbers_stay_the_text_that_they_are_and_strings_are_what_they_say() {
    let table = read(
        r#"{"ops":"012034","n":123456789012345678901,"note":"a \"b\"\u00e9\n","x":1.50e-3}
           {"ops":"1e5","n":-0,"note":"é","x":true}"#,
    )
    .unwrap();
    assert_eq!(fields(&table, "ops"), ["012034", "1e5"]);
    assert_eq!(fields(&table, "n"), ["123456789012345678901", "-0"]);
    assert_eq!(fields(&table, "note"), ["a \"b\"é\n", "é"]);
    assert_eq!(fields(&table, "x"), ["1.50e-3", "true"]);
}

#[test]
fn arrays_and_objects_stay_the_text_that_they_are() {
    let table = read(r#"{"curve":[0.5, null,0.4], "cell": {"f":{"op":"linear"} , "a":[]}}"#).unwrap();
    assert_eq!(fields(&table, "curve"), ["[0.5, null,0.4]"]);
    assert_eq!(fields(&table, "cell"), [r#"{"f":{"op":"linear"} , "a":[]}"#]);
}

#[test]
fn columns_are_all_keys_in_the_order_of_their_first_appearance() {
    let table = read("{\"b\":1}\n\n{\"a\":2,\"b\":null}\r\n{}\n{\"c\":3}").unwrap();
    assert_eq!(table.columns().iter().map(Column::name).collect::<Vec<_>>(), ["b", "a", "c"]);
    assert_eq!(fields(&table, "b"), ["1", "", "", ""]);
    assert_eq!(fields(&table, "a"), ["", "2", "", ""]);
    assert_eq!(fields(&table, "c"), ["", "", "", "3"]);
    assert_eq!((0..4).map(|row| table.line(row)).collect::<Vec<_>>(), [1, 3, 4, 5]);
}

#[test]
fn all_wrong_lines_are_counted_and_the_first_ten_named() {
    let mut text =
        b"{\"a\":1}\n{\"a\":1,\"b\":2,\"a\":3}\n[1]\n{\"a\":}\n{\"a\":\"\xe9\"}\n{\"a\":\"\\ud800\"}\n"
            .to_vec();
    text.extend("{\"a\":1\n".repeat(9).bytes());
    assert_eq!(
        message(&text),
        "t.jsonl: 14 rows are malformed\n  line 2: the key `a` stands there twice\n  \
         line 3: no JSON object; each line has one\n  line 4: not JSON at byte 6: expected value\n  \
         line 5: byte 7 is not UTF-8 text\n  \
         line 6: not JSON at byte 8: unexpected end of hex escape\n  \
         line 7: not JSON at byte 0: EOF while parsing an object\n  \
         line 8: not JSON at byte 0: EOF while parsing an object\n  \
         line 9: not JSON at byte 0: EOF while parsing an object\n  \
         line 10: not JSON at byte 0: EOF while parsing an object\n  \
         line 11: not JSON at byte 0: EOF while parsing an object\n  and 4 more"
    );
}

#[test]
fn a_key_is_told_apart_after_its_escapes() {
    assert!(message("{\"\\u0061\":1,\"a\":2}").ends_with("line 1: the key `a` stands there twice"));
}

#[test]
fn objects_without_keys_are_no_table() {
    assert!(message("{}\n{}\n").starts_with("t.jsonl is empty; "));
}

#[test]
fn a_hundred_megabytes_on_one_line_are_refused_by_line() {
    let text = format!("{{\"a\":1}}\n{{\"a\":\"{}\"}}\n", "x".repeat(100 << 20));
    assert_eq!(message(text), "t.jsonl: line 2 is longer than 64 MiB; a table has one row on each line");
}

#[test]
fn a_hundred_thousand_brackets_do_not_overflow_the_stack() {
    let deep = 100_000;
    let _ = read(format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep)));
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read([b"{", &rest[..]].concat());
    }

    #[test]
    fn nearly_json_makes_no_panic(text in "[\\[\\]{}\",:a\\\\u0-9e. \n]{0,80}") {
        let _ = read(format!("{{{text}"));
    }

    #[test]
    fn strings_come_back(values in prop::collection::vec(".*", 1..6)) {
        let lines: Vec<String> =
            values.iter().map(|value| serde_json::json!({ "k": value }).to_string()).collect();
        let table = read(lines.join("\n")).unwrap();
        prop_assert_eq!(fields(&table, "k"), values);
    }
}
