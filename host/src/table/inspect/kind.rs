//! What the fields of a column are.

use std::fmt;

use serde::Serialize;

use crate::table::curves::{Item, items, looks_like_list};
use crate::table::{Column, Table};

/// A column and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InspectedColumn {
    /// Its name.
    pub name: String,
    /// Fields without a value.
    pub missing: usize,
    /// What the others are.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

/// What all fields with a value are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ColumnKind {
    /// There is no field with a value.
    Empty,
    /// Numbers.
    Number {
        /// The smallest finite one.
        lowest: f64,
        /// The largest finite one.
        highest: f64,
        /// How many are NaN or infinite.
        not_finite: usize,
    },
    /// Lists of numbers.
    List {
        /// Values of the longest, trailing missing ones not counted.
        longest: usize,
        /// The smallest finite value.
        lowest: f64,
        /// The largest finite value.
        highest: f64,
    },
    /// JSON objects or lists of other things.
    Json,
    /// Anything else; digits that begin with 0, or that are too many for a number, are text.
    Text {
        /// The first one.
        example: String,
    },
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnKind::Empty => f.write_str("empty"),
            ColumnKind::Number { lowest, highest, not_finite } => {
                write!(f, "numbers from {lowest} to {highest}")?;
                if *not_finite > 0 { write!(f, ", {not_finite} not finite") } else { Ok(()) }
            }
            ColumnKind::List { longest, lowest, highest } => {
                write!(f, "lists of up to {longest} numbers from {lowest} to {highest}")
            }
            ColumnKind::Json => f.write_str("JSON"),
            ColumnKind::Text { example } => write!(f, "text, such as {example}"),
        }
    }
}

impl InspectedColumn {
    /// The range of its numbers, where it holds some.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        match self.kind {
            ColumnKind::Number { lowest, highest, .. } | ColumnKind::List { lowest, highest, .. }
                if lowest <= highest =>
            {
                Some((lowest, highest))
            }
            _ => None,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, ColumnKind::Number { .. })
    }
}

pub(super) fn columns(table: &Table) -> Vec<InspectedColumn> {
    let one = |column: &Column| {
        let missing = column.iter().filter(|field| field.trim().is_empty()).count();
        InspectedColumn { name: column.name().to_owned(), missing, kind: kind(column) }
    };
    table.columns().iter().map(one).collect()
}

fn kind(column: &Column) -> ColumnKind {
    let known = || column.iter().map(str::trim).filter(|field| !field.is_empty());
    let Some(first) = known().next() else { return ColumnKind::Empty };
    if known().all(is_number) {
        let numbers = || known().filter_map(|field| field.parse::<f64>().ok());
        let (lowest, highest) = range(numbers());
        let not_finite = numbers().filter(|number| !number.is_finite()).count();
        return ColumnKind::Number { lowest, highest, not_finite };
    }
    if known().all(looks_like_list)
        && let Some(list) = list(known())
    {
        return list;
    }
    let json = |field: &str| serde_json::from_str::<serde_json::Value>(field).is_ok();
    // A tenth of a table of large objects takes long to read, and says no more than the first ones.
    if known().all(|field| field.starts_with(['{', '['])) && known().take(100).all(json) {
        return ColumnKind::Json;
    }
    ColumnKind::Text { example: crate::space::nearest::clip(first) }
}

/// Digits with a leading zero, or more of them than a float can hold, name something and count nothing.
fn is_number(field: &str) -> bool {
    let digits = field.bytes().all(|byte| byte.is_ascii_digit());
    let name = digits && (field.len() > 15 || field.len() > 1 && field.starts_with('0'));
    !name && field.parse::<f64>().is_ok()
}

fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    crate::table::unit::range(numbers.filter(|number| number.is_finite())).unwrap_or((f64::NAN, f64::NAN))
}

fn list<'a>(fields: impl Iterator<Item = &'a str>) -> Option<ColumnKind> {
    let (mut longest, mut bounds) = (0, (f64::INFINITY, f64::NEG_INFINITY));
    for field in fields {
        let items = items(field).ok()?;
        let end = items.iter().rposition(|item| *item != Item::Missing).map_or(0, |last| last + 1);
        longest = longest.max(end);
        for item in items {
            if let Item::Number(number) = item {
                bounds = (number.min(bounds.0), number.max(bounds.1));
            }
        }
    }
    let (lowest, highest) = if longest == 0 { (f64::NAN, f64::NAN) } else { bounds };
    Some(ColumnKind::List { longest, lowest, highest })
}
