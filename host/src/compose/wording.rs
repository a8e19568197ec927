//! What serde says of a value of the wrong kind, in the words of someone who writes TOML.

use crate::space::nearest::nearest;

/// The message in words, and the nearest right name where a name was expected.
pub fn in_words(message: &str) -> (String, Option<String>) {
    let message = message.trim();
    let named = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split_once("`, "));
    if let Some((name, expected)) = named("unknown variant `") {
        return (format!("unknown value `{name}`; {expected}"), did_you_mean(name, expected));
    }
    if let Some((name, expected)) = named("unknown field `") {
        return (format!("unknown key `{name}`; {expected}"), did_you_mean(name, expected));
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return (format!("{name} is missing"), None);
    }
    let found = ["invalid type: ", "invalid value: "].iter().find_map(|start| message.strip_prefix(start));
    match found.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => (format!("expected {}, found {}", kind(expected), value(found)), None),
        None => (message.to_owned(), None),
    }
}

/// The nearest of the names in backticks.
fn did_you_mean(name: &str, expected: &str) -> Option<String> {
    let names = expected.split('`').skip(1).step_by(2);
    nearest(name, names).map(|near| format!("did you mean `{near}`?"))
}

fn kind(expected: &str) -> &str {
    match expected {
        "usize" | "u64" | "u32" | "u16" | "u8" => "a whole number of 0 or more",
        "isize" | "i64" | "i32" => "a whole number",
        "f64" | "f32" => "a number",
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}

fn value(found: &str) -> String {
    let number = |start: &str| found.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let plain = ["integer `", "floating point `", "boolean `"].iter().find_map(|start| number(start));
    match (found, plain) {
        (_, Some(plain)) => plain.to_owned(),
        ("map", _) => "a table".to_owned(),
        ("sequence", _) => "a list".to_owned(),
        _ => {
            found.strip_prefix("string ").map_or_else(|| found.to_owned(), |text| format!("the text {text}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_values_are_said_without_the_names_of_types() {
        for (said, expected) in [
            (
                "invalid type: string \"many\", expected usize",
                "expected a whole number of 0 or more, found the text \"many\"",
            ),
            ("invalid value: integer `-1`, expected u64", "expected a whole number of 0 or more, found -1"),
            ("invalid type: map, expected a string", "expected a text, found a table"),
            (
                "invalid type: integer `99` as i128, expected u64",
                "expected a whole number of 0 or more, found 99",
            ),
            ("missing field `folds`", "`folds` is missing"),
            ("anything else", "anything else"),
        ] {
            assert_eq!(in_words(said), (expected.to_owned(), None));
        }
    }

    #[test]
    fn an_unknown_name_brings_the_nearest_one() {
        let (said, help) = in_words("unknown variant `max`, expected `maximize` or `minimize`");
        assert_eq!(said, "unknown value `max`; expected `maximize` or `minimize`");
        assert_eq!(help.as_deref(), Some("did you mean `maximize`?"));
        let (said, help) = in_words("unknown field `trails`, expected one of `trials`, `folds`");
        assert_eq!(said, "unknown key `trails`; expected one of `trials`, `folds`");
        assert_eq!(help.as_deref(), Some("did you mean `trials`?"));
    }
}
