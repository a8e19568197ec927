//! A list of numbers in one field.

/// One value of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::table) enum Item {
    /// A finite number.
    Number(f64),
    /// `null`, or nothing between two commas.
    Missing,
    /// `NaN` or an infinity, quoted or not: training diverged here.
    Diverged,
}

/// Whether a field is written as a list.
pub(in crate::table) fn looks_like_list(field: &str) -> bool {
    let field = field.trim();
    field.starts_with('[') && field.ends_with(']')
}

/// The values of a list such as `[2.3, 1.9, null]`; an empty field is an empty list. Reads what JSON writes, and what
/// Python does where it writes no JSON (`nan`, `None`).
///
/// # Errors
/// Why it is none, in words.
pub(in crate::table) fn items(field: &str) -> Result<Vec<Item>, String> {
    let field = field.trim();
    if field.is_empty() || field == "null" {
        return Ok(Vec::new());
    }
    let Some(inside) = field.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        let shown = crate::space::nearest::clip(field);
        return Err(format!("`{shown}` is no list; one is written like `[2.3, 1.9, 1.7]`"));
    };
    if inside.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::new();
    for (index, text) in inside.split(',').map(str::trim).enumerate() {
        values.push(item(text).ok_or_else(|| {
            format!(
                "value {} of the list, `{}`, is not a number",
                index + 1,
                crate::space::nearest::clip(text)
            )
        })?);
    }
    Ok(values)
}

/// One value, quoted or not.
pub(super) fn item(text: &str) -> Option<Item> {
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim();
    match bare {
        "" | "null" | "None" => Some(Item::Missing),
        _ => match bare.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Item::Number(number)),
            Ok(_) => Some(Item::Diverged),
            Err(_) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_json_and_as_python_write_them() {
        let values = items(" [1, -2.5e-1 ,null,\"NaN\",Infinity, nan, None] ").unwrap();
        assert_eq!(values[..3], [Item::Number(1.0), Item::Number(-0.25), Item::Missing]);
        assert_eq!(values[3..], [Item::Diverged, Item::Diverged, Item::Diverged, Item::Missing]);
        assert_eq!(items("[]").unwrap(), []);
        assert_eq!(items("  ").unwrap(), []);
    }

    #[test]
    fn what_is_no_list_of_numbers_is_told() {
        assert!(items("3").unwrap_err().starts_with("`3` is no list; one is written like"));
        assert_eq!(items("[1, fast]").unwrap_err(), "value 2 of the list, `fast`, is not a number");
        assert_eq!(items("[[1]]").unwrap_err(), "value 1 of the list, `[1]`, is not a number");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\[?[0-9,. \"naeN\\[\\]é-]{0,20}\\]?") {
            let _ = items(&text);
        }
    }
}
