//! Numbers as text that is also JSON.

use std::fmt::Write;

/// A float that Rust gives as text.
pub(crate) trait Float: Copy + std::fmt::Display + std::fmt::LowerExp + Into<f64> {}

impl Float for f32 {}
impl Float for f64 {}

/// Appends the shortest text that gives back the number; with an exponent where it would be long.
pub(crate) fn push_float(text: &mut String, number: impl Float) {
    let size = number.into().abs();
    // Writing to a `String` cannot fail.
    let _ = match size == 0.0 || (1e-6..1e16).contains(&size) || !size.is_finite() {
        true => write!(text, "{number}"),
        false => write!(text, "{number:e}"),
    };
}

/// Whether a text is a number in JSON's grammar (RFC 8259, section 6).
pub(crate) fn is_json_number(text: &str) -> bool {
    let digits = |text: &mut &str| {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let count = text.len() - rest.len();
        *text = rest;
        count > 0
    };
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let whole = match rest.strip_prefix('0') {
        Some(after) => {
            rest = after;
            true
        }
        None => digits(&mut rest),
    };
    if !whole {
        return false;
    }
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        if !digits(&mut rest) {
            return false;
        }
    }
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        rest = after.strip_prefix(['+', '-']).unwrap_or(after);
        if !digits(&mut rest) {
            return false;
        }
    }
    rest.is_empty()
}

/// Digits of a number without leading and trailing zeros, exponent left out.
pub(crate) fn significant_digits(number: &str) -> usize {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(number: f64) -> String {
        let mut text = String::new();
        push_float(&mut text, number);
        text
    }

    #[test]
    fn numbers_are_short() {
        let mut single = String::new();
        push_float(&mut single, 0.1_f32);
        assert_eq!(single, "0.1");
        assert_eq!([text(3.0), text(-0.0), text(1e300), text(2.5e-9)], ["3", "-0", "1e300", "2.5e-9"]);
    }

    #[test]
    fn digits_are_counted_without_zeros_around_them() {
        let counted = ["0", "-120", "0.0030", "12.50e7"].map(significant_digits);
        assert_eq!(counted, [0, 2, 1, 3]);
    }

    proptest! {
        #[test]
        fn a_float_comes_back_from_its_text(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(text(number).parse::<f64>().unwrap().to_bits(), bits);
            prop_assert!(is_json_number(&text(number)));
        }

        #[test]
        fn a_number_is_what_the_json_parser_takes_for_one(text in "[-+]?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][-+]?[0-9]{0,2})?[ x]?") {
            let parsed: Result<&serde_json::value::RawValue, _> = serde_json::from_str(&text);
            let taken = parsed.is_ok_and(|raw| raw.get() == text) && !text.is_empty();
            prop_assert_eq!(is_json_number(&text), taken);
        }
    }
}
