//! `where`: which rows of a table count.

mod parse;

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::keys::AsText;
use super::{Column, DataError, Mistakes, Table, TableError};
use crate::space::nearest::clip;
pub use parse::WhereError;

/// Words of the language; a column of such a name stands in backticks.
const WORDS: [&str; 6] = ["and", "or", "not", "is", "missing", "present"];

/// An expression over the columns of a row: ``epochs == 100 and not (status != 'OK' or `val loss` is missing)``.
///
/// A comparison with a missing value is neither true nor false, and so is what hangs on it; a row counts where the
/// whole is true. A number is compared as a number, a text byte by byte with the field as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// A column beside a literal.
    Compare {
        /// The column.
        column: String,
        /// How they are to stand to each other.
        comparison: Comparison,
        /// What the field is compared with.
        literal: Literal,
    },
    /// `COLUMN is missing`: the field is empty.
    Missing(String),
    /// `COLUMN is present`.
    Present(String),
    /// `not …`.
    Not(Box<Where>),
    /// `… and …`, two or more.
    And(Vec<Where>),
    /// `… or …`, two or more.
    Or(Vec<Where>),
}

/// How a field and a literal stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Every comparison, the longer signs first, as they must be looked for.
    const ALL: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::AtMost,
        Comparison::AtLeast,
        Comparison::Less,
        Comparison::Greater,
    ];

    fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        }
    }

    fn holds<T: PartialOrd + ?Sized>(self, field: &T, literal: &T) -> bool {
        match self {
            Comparison::Equal => field == literal,
            Comparison::NotEqual => field != literal,
            Comparison::Less => field < literal,
            Comparison::AtMost => field <= literal,
            Comparison::Greater => field > literal,
            Comparison::AtLeast => field >= literal,
        }
    }
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A finite number.
    Number(f64),
    /// A text, not empty.
    Text(String),
}

impl Where {
    /// The columns that it looks at, in order, repeats included.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Where::Compare { column, .. } | Where::Missing(column) | Where::Present(column) => vec![column],
            Where::Not(inner) => inner.columns(),
            Where::And(parts) | Where::Or(parts) => parts.iter().flat_map(Where::columns).collect(),
        }
    }

    /// The rows that count, in the order of the table.
    ///
    /// # Errors
    /// An unknown column with the nearest name; a column compared with a number that holds something else, with lines.
    pub fn rows(&self, table: &Table) -> Result<Vec<usize>, DataError> {
        let mut columns = HashMap::new();
        for name in self.columns() {
            columns.insert(name, table.column(name)?);
        }
        self.require_numbers(table)?;
        Ok((0..table.len()).filter(|&row| self.holds(&columns, row) == Some(true)).collect())
    }

    /// Whether it holds for a row; `None` where that hangs on a missing value.
    fn holds(&self, columns: &HashMap<&str, &Column>, row: usize) -> Option<bool> {
        let field = |column: &String| columns.get(column.as_str()).map_or("", |column| column.get(row));
        match self {
            Where::Missing(column) => Some(field(column).trim().is_empty()),
            Where::Present(column) => Some(!field(column).trim().is_empty()),
            Where::Compare { column, comparison, literal } => match (field(column), literal) {
                (field, _) if field.trim().is_empty() => None,
                (field, Literal::Number(number)) => {
                    Some(comparison.holds(&field.trim().parse::<f64>().ok()?, number))
                }
                (field, Literal::Text(text)) => Some(comparison.holds(field, text.as_str())),
            },
            Where::Not(inner) => inner.holds(columns, row).map(|holds| !holds),
            Where::And(parts) => all(parts.iter().map(|part| part.holds(columns, row)), false),
            Where::Or(parts) => all(parts.iter().map(|part| part.holds(columns, row)), true),
        }
    }

    fn require_numbers(&self, table: &Table) -> Result<(), DataError> {
        match self {
            Where::Compare { column, literal: Literal::Number(_), .. } => require_numbers(table, column),
            Where::Not(inner) => inner.require_numbers(table),
            Where::And(parts) | Where::Or(parts) => {
                parts.iter().try_for_each(|part| part.require_numbers(table))
            }
            _ => Ok(()),
        }
    }
}

/// `decisive` as soon as a part is that; else unknown as soon as a part is that; else the other.
fn all(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part {
            Some(part) if part == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

fn require_numbers(table: &Table, column: &str) -> Result<(), DataError> {
    let column = table.column(column)?;
    let mut mistakes = Mistakes::default();
    for (row, field) in column.iter().map(str::trim).enumerate() {
        // A loss that is NaN is a number here: it compares as one, and so can be left out.
        if !field.is_empty() && field.parse::<f64>().is_err() {
            let text = || format!("`{0}` is not a number; a text is written '{0}'", clip(field));
            mistakes.push(table.line(row), text);
        }
    }
    if mistakes.is_empty() {
        return Ok(());
    }
    let (origin, column) = (table.origin().to_owned(), column.name().to_owned());
    Err(TableError::NotNumbers { origin, column, mistakes }.into())
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Where::Compare { column, comparison, literal } => {
                write!(f, "{} {} {literal}", Name(column), comparison.sign())
            }
            Where::Missing(column) => write!(f, "{} is missing", Name(column)),
            Where::Present(column) => write!(f, "{} is present", Name(column)),
            Where::Not(inner) => match **inner {
                Where::And(_) | Where::Or(_) => write!(f, "not ({inner})"),
                _ => write!(f, "not {inner}"),
            },
            Where::And(parts) => joined(f, parts, " and "),
            Where::Or(parts) => joined(f, parts, " or "),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Where], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { word })?;
        match part {
            Where::And(_) | Where::Or(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

/// A column's name as the language writes it.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.0.chars().all(parse::in_name)
            && self.0.chars().next().is_some_and(parse::begins_name)
            && !WORDS.contains(&self.0);
        if plain { f.write_str(self.0) } else { write!(f, "`{}`", self.0.replace('`', "``")) }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Number(number) => write!(f, "{number}"),
            Literal::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
        }
    }
}

impl schemars::JsonSchema for Where {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Where".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

impl Serialize for Where {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Where {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AsText::new())
    }
}

#[cfg(test)]
mod tests;
