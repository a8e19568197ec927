//! A table into another format.

use std::path::Path;

use super::write::Seen;
use super::{Batches, Format, Kind, TableError, TableSource, TableWriter, WriteError};

/// Why a table is not converted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// It cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// JSON Lines would lose the names of the columns.
    #[error(
        "{origin} has no rows, and JSON Lines keep no columns without rows; convert it to CSV or Parquet"
    )]
    NoRows {
        /// The table.
        origin: String,
    },
}

/// What was converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// Number of rows.
    pub rows: u64,
    /// The columns with what they hold.
    pub columns: Vec<(String, Kind)>,
}

/// Writes a table to a file in the format that the file's name says, with the same fields in the same order.
///
/// CSV and JSON Lines keep the text of every field: a column is one of JSON numbers, booleans, or arrays and objects if
/// each of its fields is the text of one; all others are strings, so `012034` stays what it is. Parquet keeps the value:
/// numbers of at most 64 bits become integers or floats, longer ones stay text.
///
/// # Errors
/// [`ConvertError`]; then no file is written.
pub fn convert(source: &TableSource, path: &Path) -> Result<Converted, ConvertError> {
    let format = Format::of(path)?;
    let mut seen = Vec::new();
    let batches = Batches::open_seeing(source, Batches::ROWS, |columns| {
        seen.resize(columns.len(), Seen::nothing());
        for (seen, column) in seen.iter_mut().zip(columns) {
            column.iter().for_each(|field| seen.see(field));
        }
    })?;
    let rows = batches.rows();
    if rows == 0 && matches!(format, Format::JsonLines { .. }) {
        return Err(ConvertError::NoRows { origin: source.origin() });
    }
    let columns: Vec<(String, Kind)> =
        batches.names().iter().cloned().zip(seen.into_iter().map(Seen::kind)).collect();
    let mut writer = TableWriter::create(path, &columns)?;
    for batch in batches {
        writer.write(batch?.columns())?;
    }
    writer.finish()?;
    Ok(Converted { rows, columns })
}

#[cfg(test)]
mod tests;
