//! Declarations that are refused, and why.

use super::SMALL;
use crate::space::{Space, SpaceError};

fn reasons(text: &str) -> Vec<String> {
    match Space::from_toml(text, "mine.toml") {
        Err(SpaceError::Invalid { reasons, .. }) => reasons,
        other => panic!("expected reasons, got {other:?}"),
    }
}

#[test]
fn declarations_that_make_no_sense_are_refused() {
    let change = |from: &str, to: &str| {
        let text = SMALL.replace(from, to);
        assert_ne!(text, SMALL, "{from}");
        reasons(&text).join("; ")
    };
    assert_eq!(
        change("{ of = \"skip\"", "{ of = \"skop\""),
        "a limit is `of` `skop`, which no block is or has; did you mean `skip`?"
    );
    assert_eq!(
        change("identity = \"skip\"", "identity = \"skop\""),
        "`identity` names the unknown block `skop`; did you mean `skip`?"
    );
    assert_eq!(change("at_most = 1", "at_least = 5"), "no sequence of layers meets all limits; loosen one");
    assert_eq!(
        change("at_most = 1", "at_most = 0"),
        "block `skip` is in no architecture that meets the limits"
    );
    assert_eq!(change(", at_most = 1", ""), "the limit of `skip` has neither `at_least` nor `at_most`");
    assert_eq!(
        change("at_most = 1", "at_most = 1, at_least = 2"),
        "the limit of `skip` is at least 2 and at most 1"
    );
    assert_eq!(change("\"c\"", "\"2\""), "symbol `2` of block `pool` stands for another block, too");
    assert_eq!(change("\"pool\"", "\"conv\""), "block `conv` is declared twice");
    assert_eq!(
        change("\"pool\"", "\"absent\""),
        "block `absent` has the name of a layer that is not there; take another"
    );
    assert_eq!(
        change("n{symbols}", "n{symbol}"),
        "text form `n{symbol}` has no `{symbol}` to fill in; write `{symbols}` or `{names}`"
    );
    assert_eq!(
        change("n{symbols}", "{symbols}{names}"),
        "text form `{symbols}{names}` fills in the layers twice; once is enough"
    );
    assert_eq!(change("n{symbols}", "n"), "text form `n` has neither `{symbols}` nor `{names}`");
    assert_eq!(change("{ from = 1, to = 2 }]", "300]"), "302 layers in all; a space has at most 256");
    assert_eq!(
        change("{ from = 1, to = 2 }]", "{ from = 3, to = 2 }]"),
        "stage 2 has 3 to 2 layers; write 1 or more, the smaller number first"
    );
    let error =
        Space::from_toml(&SMALL.replace("{ from = 1, to = 2 }]", "\"two\"]"), "x").unwrap_err().to_string();
    assert!(error.ends_with("a stage is a number of layers, or { from = 2, to = 4 }"), "{error}");
}

#[test]
fn limits_that_tell_too_many_states_apart_are_refused() {
    let limits: Vec<String> = (0..4).map(|k| format!("{{ of = \"p{k}\", at_most = 60 }}")).collect();
    let blocks: Vec<String> = (0..4).map(|k| format!("{{ name = \"b{k}\", has = [\"p{k}\"] }}")).collect();
    let text = format!(
        "name = \"x\"\nkind = \"layers\"\nstages = [200]\ntext = [\"{{symbols}}\"]\nblock = [{}]\nlimit = [{}]\n",
        blocks.join(", "),
        limits.join(", ")
    );
    assert_eq!(reasons(&text), ["the limits tell too many states apart; give fewer or lower ones"]);
}
