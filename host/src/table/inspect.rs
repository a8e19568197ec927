//! What a table seems to hold, with a `[data]` that reads it.

mod architectures;
mod curves;
mod guess;
mod kind;
mod stanza;

use std::fmt;

use serde::Serialize;

use super::{Architecture, Table};
pub use curves::FoundCurve;
pub use kind::{ColumnKind, InspectedColumn};

/// What a table seems to hold. Displays as a report for people; as JSON it is for programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The file or built-in name.
    pub table: String,
    /// Number of rows.
    pub rows: usize,
    /// The columns in the order of the file.
    pub columns: Vec<InspectedColumn>,
    /// What names architectures of a built-in space, the likeliest first.
    pub architectures: Vec<FoundArchitecture>,
    /// Rows with the same architecture as a row above, by the likeliest reading.
    pub repeats: usize,
    /// The learning curves.
    pub curves: Vec<FoundCurve>,
    /// A `[data]` section to begin with, in TOML.
    pub data: String,
}

/// A column, a pattern or a list of columns that reads as architectures of a space.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundArchitecture {
    /// As `architecture` of `[data]`.
    pub architecture: Architecture,
    /// The built-in space.
    pub space: String,
    /// Rows that are architectures of it.
    pub parsed: usize,
}

/// Looks at every field of a table, and at the built-in spaces for what its architectures are.
pub fn inspect(table: &Table) -> Inspection {
    let columns = kind::columns(table);
    let (architectures, repeats) = architectures::find(table, &columns);
    let named = architectures.first().map(|found| found.architecture.columns()).unwrap_or_default();
    let curves = curves::find(&columns, &named);
    let mut inspection = Inspection {
        table: table.origin().to_owned(),
        rows: table.len(),
        columns,
        architectures,
        repeats,
        curves,
        data: String::new(),
    };
    inspection.data = stanza::write(&inspection, table);
    inspection
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {}, {}",
            self.table,
            counted(self.rows, "row"),
            counted(self.columns.len(), "column")
        )?;
        let width = self.columns.iter().map(|column| column.name.chars().count()).max().unwrap_or(0).max(6);
        writeln!(f, "\n{:width$}  missing  kind", "column")?;
        for InspectedColumn { name, missing, kind } in &self.columns {
            writeln!(f, "{name:width$}  {missing:7}  {kind}")?;
        }
        writeln!(f)?;
        if self.architectures.is_empty() {
            writeln!(f, "no column names architectures of a built-in space")?;
        }
        for found in &self.architectures {
            let written = serde_json::to_string(&found.architecture).unwrap_or_default();
            let (parsed, rows) = (found.parsed, self.rows);
            writeln!(f, "architectures of {}: {written}, {parsed} of {rows} rows", found.space)?;
        }
        if self.repeats > 0 {
            writeln!(f, "{} the architecture of a row above", counted_verb(self.repeats))?;
        }
        for curve in &self.curves {
            writeln!(f, "curve {}: {}, up to epoch {}", curve.name, curve.place(), curve.epochs)?;
        }
        write!(f, "\n{}", self.data)
    }
}

/// `1 row`, `3 rows`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn counted_verb(count: usize) -> String {
    if count == 1 { "1 row repeats".to_owned() } else { format!("{count} rows repeat") }
}

#[cfg(test)]
mod tests;
