//! `architecture`: the column or columns that name an architecture.

use std::fmt;
use std::str::FromStr;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Column, DataError, Mistakes, Table};
use crate::space::nearest::{clip, suggest};
use crate::space::{Decision, Space};

/// Where an architecture stands in its row. All is read as text: `012034` stays what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Architecture {
    /// In this column.
    Column(String),
    /// In several columns, which a pattern joins to the text form: `"{vertices},{adjacency},{ops}"`.
    Pattern(Pattern),
    /// One column for each decision of the space, in its order, holding the name or the index of a choice.
    Decisions(Vec<String>),
}

/// Text with columns in braces; braces that are text are doubled. Holds at least one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(String),
}

/// A pattern that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern, at character {position}: {what}")]
pub struct PatternError {
    /// Place of the character, counted from 1.
    pub position: usize,
    /// What is wrong there, and what would be right.
    pub what: &'static str,
}

impl FromStr for Architecture {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Architecture, PatternError> {
        let wrong = |index: usize, what| Err(PatternError { position: index + 1, what });
        let mut pieces = Vec::new();
        let mut run = String::new();
        let mut open = None;
        let mut characters = text.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            match (character, open) {
                ('{', Some(_)) => return wrong(index, "a brace inside braces; a column's name has none"),
                ('}', Some(start)) => {
                    if run.is_empty() {
                        return wrong(start, "there is no column in these braces");
                    }
                    pieces.push(Piece::Column(std::mem::take(&mut run)));
                    open = None;
                }
                ('{' | '}', None) if characters.next_if(|(_, next)| *next == character).is_some() => {
                    run.push(character);
                }
                ('{', None) => {
                    if !run.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut run)));
                    }
                    open = Some(index);
                }
                ('}', None) => return wrong(index, "nothing opens this brace; as text it is written `}}`"),
                _ => run.push(character),
            }
        }
        if let Some(start) = open {
            return wrong(start, "nothing closes this brace; as text it is written `{{`");
        }
        if pieces.is_empty() {
            return Ok(Architecture::Column(run));
        }
        if !run.is_empty() {
            pieces.push(Piece::Text(run));
        }
        Ok(Architecture::Pattern(Pattern { pieces }))
    }
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(&doubled(text)),
            Piece::Column(column) => write!(f, "{{{column}}}"),
        })
    }
}

impl From<&str> for Architecture {
    /// The column of that name.
    fn from(column: &str) -> Architecture {
        Architecture::Column(column.to_owned())
    }
}

impl schemars::JsonSchema for Architecture {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Architecture".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }] })
    }
}

impl Serialize for Architecture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Architecture::Column(column) => serializer.serialize_str(&doubled(column)),
            Architecture::Pattern(pattern) => serializer.collect_str(pattern),
            Architecture::Decisions(columns) => columns.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Architecture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;
        impl<'de> Visitor<'de> for TextOrList {
            type Value = Architecture;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, a pattern (\"{vertices},{adjacency},{ops}\") or a list of columns")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Architecture, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Architecture, A::Error> {
                let mut columns = Vec::new();
                while let Some(column) = list.next_element()? {
                    columns.push(column);
                }
                Ok(Architecture::Decisions(columns))
            }
        }
        deserializer.deserialize_any(TextOrList)
    }
}

/// The architectures of a table: their text, and their genotypes where there is a space.
pub(super) struct Architectures {
    /// What tells the rows apart where no other column does.
    pub texts: Column,
    /// n × g, row after row; empty without a space.
    pub genotypes: Vec<u16>,
}

impl Architecture {
    /// The columns that it names.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Architecture::Column(column) => vec![column],
            Architecture::Decisions(columns) => columns.iter().map(String::as_str).collect(),
            Architecture::Pattern(pattern) => pattern
                .pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Column(column) => Some(column.as_str()),
                    Piece::Text(_) => None,
                })
                .collect(),
        }
    }

    /// As a message names it.
    fn title(&self) -> String {
        match self {
            Architecture::Column(column) => column.clone(),
            Architecture::Pattern(pattern) => pattern.to_string(),
            Architecture::Decisions(columns) => columns.join(", "),
        }
    }

    /// The genotype of each row, `None` where it is no architecture of the space; nothing without the columns.
    pub(super) fn genotypes(&self, table: &Table, space: &Space) -> Option<Vec<Option<Vec<u16>>>> {
        let columns = self.columns().into_iter().map(|name| table.column(name));
        let columns = columns.collect::<Result<Vec<_>, _>>().ok()?;
        if let Architecture::Decisions(_) = self {
            let right = columns.len() == space.decisions().len();
            let of_row = |row| decisions(&columns, row, space).ok();
            return right.then(|| (0..table.len()).map(of_row).collect());
        }
        Some(self.texts(table, &columns).iter().map(|text| space.parse(text).ok()).collect())
    }

    /// Reads the architectures of all rows.
    ///
    /// # Errors
    /// Columns that are not there; a list of another length than the space has decisions, or without a space; all rows
    /// that are no architectures of the space.
    pub(super) fn read(&self, table: &Table, space: Option<&Space>) -> Result<Architectures, Vec<DataError>> {
        let mut columns = Vec::new();
        let mut failures = Vec::new();
        for name in self.columns() {
            match table.column(name) {
                Ok(column) => columns.push(column),
                Err(error) => failures.push(error.into()),
            }
        }
        if !failures.is_empty() {
            return Err(failures);
        }
        let read = match (self, space) {
            (Architecture::Decisions(_), Some(space)) => self.read_decisions(table, space, &columns),
            (Architecture::Decisions(_), None) => {
                let what =
                    "a list of decisions needs a `space`; join plain columns by a pattern: \"{a},{b}\"";
                Err(DataError::Key { key: "architecture", what: what.to_owned() })
            }
            (_, None) => Ok(Architectures { texts: self.texts(table, &columns), genotypes: Vec::new() }),
            (_, Some(space)) => self.parse(table, space, &columns),
        };
        read.map_err(|error| vec![error])
    }

    fn texts(&self, table: &Table, columns: &[&Column]) -> Column {
        let pieces = match (self, columns) {
            (Architecture::Pattern(pattern), _) => &pattern.pieces,
            (_, [column, ..]) => return (*column).clone(),
            _ => return Column::new(String::new()),
        };
        let mut texts = Column::new(self.title());
        for row in 0..table.len() {
            let mut columns = columns.iter();
            let parts = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Column(_) => columns.next().map_or("", |column| column.get(row)),
            });
            texts.push(&parts.collect::<String>());
        }
        texts
    }

    fn parse(&self, table: &Table, space: &Space, columns: &[&Column]) -> Result<Architectures, DataError> {
        let texts = self.texts(table, columns);
        let mut mistakes = Mistakes::default();
        let mut genotypes = Vec::with_capacity(table.len().saturating_mul(space.decisions().len()));
        for (row, text) in texts.iter().enumerate() {
            match space.parse(text) {
                Ok(genotype) => genotypes.extend(genotype),
                Err(error) => mistakes.push(table.line(row), || error.to_string()),
            }
        }
        self.unless(mistakes, table, space, Architectures { texts, genotypes })
    }

    fn read_decisions(
        &self,
        table: &Table,
        space: &Space,
        columns: &[&Column],
    ) -> Result<Architectures, DataError> {
        let known = space.decisions();
        if columns.len() != known.len() {
            let names: Vec<&str> = known.iter().map(|decision| decision.name.as_str()).collect();
            let what = format!(
                "{} columns where the space {} has {} decisions: {}",
                columns.len(),
                space.name(),
                known.len(),
                clip(&names.join(", "))
            );
            return Err(DataError::Key { key: "architecture", what });
        }
        let mut texts = Column::new(self.title());
        let mut mistakes = Mistakes::default();
        let mut genotypes = Vec::with_capacity(table.len().saturating_mul(known.len()));
        for row in 0..table.len() {
            match decisions(columns, row, space) {
                Ok(genotype) => {
                    texts.push(&space.print(&genotype));
                    genotypes.extend(genotype);
                }
                Err(reason) => mistakes.push(table.line(row), || reason),
            }
        }
        self.unless(mistakes, table, space, Architectures { texts, genotypes })
    }

    fn unless(
        &self,
        mistakes: Mistakes,
        table: &Table,
        space: &Space,
        read: Architectures,
    ) -> Result<Architectures, DataError> {
        if mistakes.is_empty() {
            return Ok(read);
        }
        Err(DataError::Architectures {
            origin: table.origin().to_owned(),
            column: self.title(),
            space: space.name().to_owned(),
            mistakes,
        })
    }
}

/// The genotype of a row with a column for each decision.
fn decisions(columns: &[&Column], row: usize, space: &Space) -> Result<Vec<u16>, String> {
    let fields = columns.iter().zip(space.decisions());
    let genotype: Vec<u16> =
        fields.map(|(column, decision)| choice(column, row, decision)).collect::<Result<_, _>>()?;
    if space.contains(&genotype) {
        Ok(genotype)
    } else {
        Err("these choices together make no network".into())
    }
}

/// The choice that a field names; a name goes before an index, where choices are named by numbers.
fn choice(column: &Column, row: usize, decision: &Decision) -> Result<u16, String> {
    let field = column.get(row).trim();
    let named = decision.choices.iter().position(|choice| choice == field);
    let found = named.or_else(|| field.parse().ok().filter(|&index: &usize| index < decision.choices.len()));
    found.and_then(|index| u16::try_from(index).ok()).ok_or_else(|| {
        let name = column.name();
        if field.is_empty() {
            return format!("nothing in `{name}`");
        }
        if field.bytes().all(|byte| byte.is_ascii_digit()) {
            let highest = decision.choices.len().saturating_sub(1);
            return format!("`{}` in `{name}` is no choice; they are numbered 0 to {highest}", clip(field));
        }
        let suggestion = suggest(field, decision.choices.iter().map(String::as_str));
        format!("unknown choice `{}` in `{name}`; {suggestion}", clip(field))
    })
}

#[cfg(test)]
mod tests;
