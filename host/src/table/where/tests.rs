use proptest::prelude::*;

use super::*;

fn rows(text: &str, csv: &str) -> Vec<usize> {
    text.parse::<Where>().unwrap().rows(&Table::from_bytes(csv.as_bytes(), "t.csv").unwrap()).unwrap()
}

fn wrong(text: &str) -> String {
    text.parse::<Where>().unwrap_err().to_string()
}

const RUNS: &str = "id,epochs,status,val loss\na,100,OK,0.5\nb,200,OK,\nc,100.0,broken,nan\nd,,it's,7\n";

#[test]
fn numbers_compare_as_numbers_and_texts_as_they_stand() {
    assert_eq!(rows("epochs == 100", RUNS), [0, 2]);
    assert_eq!(rows("epochs == '100'", RUNS), [0]);
    assert_eq!(rows("epochs > 1e2", RUNS), [1]);
    assert_eq!(rows("status != \"OK\"", RUNS), [2, 3]);
    assert_eq!(rows("status == 'it''s'", RUNS), [3]);
    assert_eq!(rows("`val loss` <= 7", RUNS), [0, 3]);
    assert_eq!(rows("`val loss` >= -1 and `val loss` < 1", RUNS), [0]);
}

#[test]
fn a_missing_value_is_neither_equal_nor_unequal() {
    assert_eq!(rows("epochs != 100", RUNS), [1]);
    assert_eq!(rows("not epochs == 100", RUNS), [1]);
    assert_eq!(rows("epochs is missing", RUNS), [3]);
    assert_eq!(rows("epochs is not missing", RUNS), [0, 1, 2]);
    assert_eq!(rows("not (epochs is present)", RUNS), [3]);
    assert_eq!(rows("epochs == 100 or `val loss` == 7", RUNS), [0, 2, 3]);
    assert!(rows("epochs == 1 and id == 'd'", RUNS).is_empty());
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    assert_eq!(rows("id == 'a' or id == 'b' and epochs == 100", RUNS), [0]);
    assert_eq!(rows("(id == 'a' or id == 'b') and epochs == 200", RUNS), [1]);
    assert_eq!(rows("not id == 'a' and epochs == 100", RUNS), [2]);
}

#[test]
fn what_is_no_expression_is_told_with_its_place() {
    assert_eq!(
        wrong("epochs = 100"),
        "at character 8: expected `==`, `!=`, `<`, `<=`, `>`, `>=` or `is`, found `=`; equality is `==`"
    );
    assert_eq!(wrong("status == OK"), "at character 11: `OK` is no number; a text is written 'OK'");
    assert_eq!(
        wrong("é == 1 and"),
        "at character 11: expected a column, in backticks where its name has odd characters, found the end"
    );
    assert_eq!(wrong("(a == 1"), "at character 8: expected `)`, found the end");
    assert_eq!(wrong("a == 1 b == 2"), "at character 8: expected `and`, `or` or the end, found `b`");
    assert_eq!(wrong("a == 'x"), "at character 6: nothing closes this `'`");
    assert_eq!(wrong("a == ''"), "at character 6: an empty field is missing; write `COLUMN is missing`");
    assert_eq!(wrong("a is empty"), "at character 6: expected `missing` or `present`, found `empty`");
    assert_eq!(wrong("a == 1e999"), "at character 6: `1e999` is no number; a text is written '1e999'");
    assert!(wrong(&"(".repeat(100_000)).starts_with("at character 51: more than 50 levels"));
    assert!(wrong(&"not ".repeat(100_000)).contains("more than 50 levels"));
}

#[test]
fn columns_that_are_unknown_or_hold_text_are_refused() {
    let table = Table::from_bytes(RUNS.as_bytes(), "t.csv").unwrap();
    let message = |text: &str| text.parse::<Where>().unwrap().rows(&table).unwrap_err().to_string();
    assert_eq!(message("epoch == 1"), "t.csv has no column `epoch`; did you mean `epochs`?");
    assert!(message("status < 3").contains("line 2: `OK` is not a number; a text is written 'OK'"));
}

fn expression() -> impl Strategy<Value = Where> {
    let column = "[a-c`é _.]{1,4}|and|missing";
    let number = prop::num::f64::NORMAL.prop_map(Literal::Number);
    let text = "[a-z'\"` é]{0,3}x".prop_map(Literal::Text);
    let comparison = prop::sample::select(Comparison::ALL.to_vec());
    let leaf = prop_oneof![
        (column, comparison, prop_oneof![number, text])
            .prop_map(|(column, comparison, literal)| { Where::Compare { column, comparison, literal } }),
        column.prop_map(Where::Missing),
        column.prop_map(Where::Present),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Where::Not(Box::new(inner))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Where::And),
            prop::collection::vec(inner, 2..4).prop_map(Where::Or),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_parsing_give_the_expression_back(expression in expression()) {
        prop_assert_eq!(expression.to_string().parse::<Where>().unwrap(), expression);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-c0-9=!<>()'\"`. é\\-+]{0,12}|(a|b|and|or|not|is|missing|==|<|1|'x'|\\(|\\)| ){0,12}|\\PC{0,12}") {
        let _ = text.parse::<Where>();
    }
}
