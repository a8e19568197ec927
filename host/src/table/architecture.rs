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
        let decisions = space.decisions();
        if columns.len() != decisions.len() {
            let names: Vec<&str> = decisions.iter().map(|decision| decision.name.as_str()).collect();
            let what = format!(
                "{} columns where the space {} has {} decisions: {}",
                columns.len(),
                space.name(),
                decisions.len(),
                clip(&names.join(", "))
            );
            return Err(DataError::Key { key: "architecture", what });
        }
        let mut texts = Column::new(self.title());
        let mut mistakes = Mistakes::default();
        let mut genotypes = Vec::with_capacity(table.len().saturating_mul(decisions.len()));
        for row in 0..table.len() {
            let chosen: Result<Vec<u16>, String> = columns
                .iter()
                .zip(decisions)
                .map(|(column, decision)| choice(column, row, decision))
                .collect();
            match chosen {
                Ok(genotype) if space.contains(&genotype) => {
                    texts.push(&space.print(&genotype));
                    genotypes.extend(genotype);
                }
                Ok(_) => mistakes.push(table.line(row), || "these choices together make no network".into()),
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(csv: &str, architecture: &str) -> Result<Architectures, String> {
        let space = Space::builtin("nas-bench-201").unwrap();
        let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
        let text = format!("a = {architecture}");
        let read: std::collections::BTreeMap<String, Architecture> = toml::from_str(&text).unwrap();
        read["a"]
            .read(&table, Some(&space))
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_pattern_joins_columns_and_the_text_between() {
        let read = read("left,right\n42,1211\n00,0000\n", "\"{left}{right}\"").unwrap();
        assert_eq!(read.texts.iter().collect::<Vec<_>>(), ["421211", "000000"]);
        assert_eq!(read.genotypes[..6], [4, 2, 1, 2, 1, 1]);
        let pattern: Architecture = "{{{normal}}} | {reduce}".parse().unwrap();
        assert_eq!(pattern.columns(), ["normal", "reduce"]);
        let table = Table::from_bytes(b"normal,reduce\n012345678901234567890,0:1\n", "t.csv").unwrap();
        let texts = pattern.read(&table, None).map_err(|_| ()).unwrap().texts;
        assert_eq!(texts.get(0), "{012345678901234567890} | 0:1");
    }

    #[test]
    fn a_pattern_that_is_none_is_told_with_its_place() {
        for (text, message) in [
            ("a{b", "the pattern, at character 2: nothing closes this brace; as text it is written `{{`"),
            ("é}", "the pattern, at character 2: nothing opens this brace; as text it is written `}}`"),
            ("{}", "the pattern, at character 1: there is no column in these braces"),
            ("{a{b}}", "the pattern, at character 3: a brace inside braces; a column's name has none"),
        ] {
            assert_eq!(text.parse::<Architecture>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn decisions_are_names_or_indices() {
        let list = "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]";
        let rows = read("a,b,c,d,e,f\navg_pool_3x3,2,1,nor_conv_1x1,1,skip_connect\n", list).unwrap();
        assert_eq!(rows.genotypes, [4, 2, 1, 2, 1, 1]);
        assert!(rows.texts.get(0).starts_with("|avg_pool_3x3~0|+"));
        let wrong = read("a,b,c,d,e,f\n5,0,0,0,0,0\n0,0,0,conv_3x3,0,0\n0,0,0,0,,0\n", list).err().unwrap();
        assert_eq!(
            wrong,
            "t.csv: 3 architectures are not of the space nas-bench-201 (column `a, b, c, d, e, f`)\n  \
             line 2: `5` in `a` is no choice; they are numbered 0 to 4\n  \
             line 3: unknown choice `conv_3x3` in `d`; did you mean `nor_conv_3x3`?\n  \
             line 4: nothing in `e`"
        );
        assert_eq!(
            read("a,b\n0,0\n", "[\"a\",\"b\"]").err().unwrap(),
            "[data] `architecture`: 2 columns where the space nas-bench-201 has 6 decisions: \
             0-1, 0-2, 1-2, 0-3, 1-3, 2-3"
        );
    }

    #[test]
    fn all_columns_that_are_not_there_are_named() {
        assert_eq!(
            read("left,right\n", "\"{leff},{rigt}\"").err().unwrap(),
            "t.csv has no column `leff`; did you mean `left`?\nt.csv has no column `rigt`; did you mean `right`?"
        );
    }

    proptest! {
        #[test]
        fn writing_and_reading_give_it_back(text in "[ab{},é]{0,8}") {
            if let Ok(architecture) = text.parse::<Architecture>() {
                let written = serde_json::to_string(&architecture).unwrap();
                prop_assert_eq!(serde_json::from_str::<Architecture>(&written).unwrap(), architecture);
            }
        }
    }
}
