//! What the fields of a column are, for the formats that tell numbers from text.

use serde_json::value::RawValue;

use crate::table::number::{is_json_number, significant_digits};

/// What the fields of a column are. All are given as text, and an empty one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// Numbers of 64 bits, as Rust writes an `i64`.
    Integer,
    /// Numbers in JSON's grammar that a 64-bit float keeps.
    Number,
    /// Numbers in JSON's grammar with more digits, which only text keeps.
    Digits,
    /// JSON arrays or objects, each on one line.
    Json,
}

/// What is known of a column's fields after seeing some.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    any: bool,
    flag: bool,
    integer: bool,
    number: bool,
    short: bool,
    json: bool,
}

impl Seen {
    pub(crate) fn nothing() -> Seen {
        Seen { any: false, flag: true, integer: true, number: true, short: true, json: true }
    }

    pub(crate) fn see(&mut self, field: &str) {
        if field.is_empty() {
            return;
        }
        self.any = true;
        self.flag = self.flag && matches!(field, "true" | "false");
        self.number = self.number && is_json_number(field);
        self.integer = self.integer && self.number && is_integer(field);
        // An `f64` has at most 17 digits that mean something.
        self.short = self.short
            && self.number
            && significant_digits(field) <= 17
            && field.parse().is_ok_and(f64::is_finite);
        self.json = self.json && is_json(field);
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Seen { any: false, .. } => Kind::Text,
            Seen { flag: true, .. } => Kind::Flag,
            Seen { integer: true, .. } => Kind::Integer,
            Seen { short: true, .. } => Kind::Number,
            Seen { number: true, .. } => Kind::Digits,
            Seen { json: true, .. } => Kind::Json,
            _ => Kind::Text,
        }
    }
}

fn is_integer(field: &str) -> bool {
    field != "-0" && field.parse::<i64>().is_ok()
}

fn is_json(field: &str) -> bool {
    field.starts_with(['{', '['])
        && !field.contains(['\n', '\r'])
        && serde_json::from_str::<&RawValue>(field).is_ok_and(|raw| raw.get() == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(fields: &[&str]) -> Kind {
        let mut seen = Seen::nothing();
        fields.iter().for_each(|field| seen.see(field));
        seen.kind()
    }

    #[test]
    fn every_field_counts() {
        assert_eq!(kind(&["", "1", "-20"]), Kind::Integer);
        assert_eq!(kind(&["1", "2.50", "1e3"]), Kind::Number);
        assert_eq!(kind(&["1", "012034"]), Kind::Text);
        assert_eq!(kind(&["1", "-0"]), Kind::Number);
        assert_eq!(kind(&["123456789012345678901"]), Kind::Digits);
        assert_eq!(kind(&["1", "1e999"]), Kind::Digits);
        assert_eq!(kind(&["true", ""]), Kind::Flag);
        assert_eq!(kind(&["true", "1"]), Kind::Text);
        assert_eq!(kind(&["[0.5, null]", "{\"a\":[]}"]), Kind::Json);
        assert_eq!(kind(&["[1]", "[1] "]), Kind::Text);
        assert_eq!(kind(&["[1,\n2]"]), Kind::Text);
        assert_eq!(kind(&["", ""]), Kind::Text);
        assert_eq!(kind(&["null"]), Kind::Text);
    }
}
