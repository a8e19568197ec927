//! Declarations that are refused, and why.

use super::SMALL;
use crate::space::{Space, SpaceError};

fn reasons(text: &str) -> String {
    match Space::from_toml(text, "mine.toml") {
        Err(SpaceError::Invalid { reasons, .. }) => reasons.join("; "),
        other => panic!("expected reasons, got {other:?}"),
    }
}

fn change(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    reasons(&SMALL.replace(from, to))
}

fn of(choices: &str) -> String {
    format!("name = 'x'\nkind = 'flat'\nchoice = [{choices}]")
}

#[test]
fn a_cycle_is_named() {
    assert_eq!(
        change("{ from = 2, to = 4 }", "[2, 3, 4]\nwhen = { kernel_4 = 3 }"),
        "choices depend on each other in a circle: `depth` on `kernel_4` on `depth`"
    );
    assert_eq!(
        reasons(&of("{ name = 'a', ordinal = [1], when = { a = 1 } }")),
        "choices depend on each other in a circle: `a` on `a`"
    );
}

#[test]
fn a_choice_that_is_never_active_is_refused() {
    assert_eq!(
        change("depth = 4, kernel_3", "depth = 2, kernel_3"),
        "choice `kernel_4` is never active: no value of `depth` meets all the conditions that lead to it"
    );
}

#[test]
fn unknown_names_and_values_in_conditions_bring_the_nearest() {
    assert_eq!(
        change("when = { depth = [3, 4] }", "when = { dept = 3 }"),
        "choice `kernel_3` depends on the unknown choice `dept`; did you mean `depth`?"
    );
    assert_eq!(
        change("depth = [3, 4]", "depth = [3, 5]"),
        "choice `kernel_3` depends on `depth = 5`, which is no value of it; there are `2`, `3`, `4`"
    );
    assert_eq!(
        change("depth = [3, 4]", "depth = []"),
        "choice `kernel_3` depends on no value of `depth`; list one or more"
    );
}

#[test]
fn names_and_values_must_be_told_apart() {
    assert_eq!(change("\"kernel_4\"", "\"kernel_3\""), "choice `kernel_3` is declared twice");
    assert_eq!(change("\"swish\"", "\"relu\""), "choice `activation` has the value `relu` twice");
    assert_eq!(
        change("[\"relu\", \"swish\"]", "[]"),
        "choice `activation` has 0 values; it needs 1 to 10000"
    );
    assert_eq!(
        change("[3, 5, 7]", "[3, 7, 5]"),
        "the values of the ordinal choice `kernel_3` are not in ascending order, each once"
    );
    assert_eq!(
        change("\"swish\"", "\"hard swish\""),
        "a value of choice `activation`, `hard swish` is empty or holds a space, `,` or `=`, which part the text form"
    );
    assert_eq!(
        change("ordinal = [3, 5.5]", ""),
        "choice `kernel_4` has neither `ordinal` nor `categorical` values"
    );
    assert_eq!(
        change("ordinal = [3, 5.5]", "ordinal = [3]\ncategorical = ['a']"),
        "choice `kernel_4` is both `ordinal` and `categorical`; keep one"
    );
    assert_eq!(change("[3, 5.5]", "[3, inf]"), "choice `kernel_4` has a value that is not a finite number");
    assert_eq!(
        change("{ from = 2, to = 4 }", "{ from = 2, to = 40000 }"),
        "choice `depth` has 10001 values; it needs 1 to 10000"
    );
    assert_eq!(reasons(&of("")), "0 choices; a space has 1 to 1000");
}

#[test]
fn what_is_not_a_value_is_refused_with_its_place() {
    let error = |text: &str| Space::from_toml(text, "mine.toml").unwrap_err().to_string();
    assert_eq!(
        error(&SMALL.replace("{ from = 2, to = 4 }", "{ from = 4, to = 2 }")),
        "mine.toml, line 10, column 11: { from = 4, to = 2, step = 1 } holds nothing; the smaller number comes first, and the step is 1 or more"
    );
    assert!(
        error(&SMALL.replace("[3, 5, 7]", "\"3\""))
            .ends_with("`ordinal` is a list of numbers, or { from = 2, to = 4 }")
    );
    assert!(
        error(&SMALL.replace("ordinal = [3, 5, 7]", "ordinals = [3]")).contains("unknown field `ordinals`")
    );
}

#[test]
fn true_and_false_are_values_and_one_way_to_write_a_condition_is_as_good_as_another() {
    let text = of(
        "{ name = 'se', categorical = [true, false] }, { name = 'r', ordinal = [4, 8], when = { se = true } }",
    );
    let space = Space::from_toml(&text, "x").unwrap();
    assert_eq!(space.size(), Some(3));
    assert_eq!(space.print(&[0, 1]), "se=true r=8");
    let listed = Space::from_toml(&text.replace("se = true", "se = [true]"), "x").unwrap();
    assert_eq!(listed.digest(), space.digest());
    let range = Space::from_toml(&text.replace("[4, 8]", "{ from = 4, to = 8, step = 4 }"), "x").unwrap();
    assert_eq!(range.digest(), space.digest());
}

#[test]
fn conditions_too_entangled_to_count_are_refused() {
    // A choice for each pair of thirty others: which pairs are left tells 2^30 cases apart.
    let mut choices: Vec<String> =
        (0..30).map(|k| format!("{{ name = 'a{k}', ordinal = [1, 2] }}")).collect();
    for one in 0..30 {
        choices.extend((0..one).map(|other| {
            format!("{{ name = 'b{one}_{other}', ordinal = [1, 2], when = {{ a{one} = 1, a{other} = 1 }} }}")
        }));
    }
    assert_eq!(
        reasons(&of(&choices.join(", "))),
        "its conditions are too entangled to count the space; let fewer choices depend on several others"
    );
}
