//! Tables: architectures with what is known of them, and the `[data]` part of a composition, which says how to read
//! them.

mod architecture;
mod batches;
mod builtin;
mod column;
mod columnar;
mod content;
mod convert;
mod curves;
mod data_error;
mod delimited;
mod error;
mod inspect;
mod json_lines;
mod keys;
mod mistakes;
mod network;
pub(crate) mod number;
mod records;
mod repeats;
mod rows;
mod seconds;
mod select;
mod source;
mod spec;
mod target;
mod unit;
mod r#where;
mod write;

pub use archcast_sdk::header::Goal;
pub use architecture::{Architecture, Pattern, PatternError};
pub use batches::Batches;
pub use builtin::BuiltinTable;
pub use column::Column;
pub use convert::{ConvertError, Converted, convert};
pub use curves::{CurveSource, CurveSpec, CurveValues, Curves, Fidelity};
pub use data_error::DataError;
pub use error::TableError;
pub use inspect::{ColumnKind, FoundArchitecture, FoundCurve, InspectedColumn, Inspection, inspect};
pub use mistakes::Mistakes;
pub use network::{NetworkSpec, Networks};
pub use repeats::Repeats;
pub use rows::Rows;
pub use seconds::SecondsSpec;
pub use source::TableSource;
pub use spec::DataSpec;
pub use target::{Target, TargetSpec, TargetValue};
pub use unit::Unit;
pub use r#where::{Comparison, Literal, Where, WhereError};
pub use write::{Format, Kind, TableWriter, WriteError};

use crate::space::nearest::{clip, suggest};

/// Named columns of text, as they stand in a file; what a field means is decided where it is used.
#[derive(Debug, Clone)]
pub struct Table {
    origin: String,
    digest: String,
    columns: Vec<Column>,
    lines: Vec<u64>,
}

impl Table {
    /// The file or built-in name that it was read from; messages begin with it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// SHA-256 of the content without gzip, in lower-case hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Number of rows, the header not counted.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is a header and nothing more.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The columns in the order of the file.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that name.
    ///
    /// # Errors
    /// [`TableError::NoColumn`] with the nearest name.
    pub fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.columns.iter().find(|column| column.name() == name).ok_or_else(|| TableError::NoColumn {
            origin: self.origin.clone(),
            column: clip(name),
            suggestion: suggest(name, self.columns.iter().map(Column::name)),
        })
    }

    /// Line of the file on which a row begins, from 1; the header of a CSV file is line 1 in most. Of a Parquet file, the
    /// number of the row, from 1.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    /// A column as numbers, one for each row; an empty field is a missing value.
    ///
    /// # Errors
    /// [`TableError::NoColumn`]; [`TableError::NotNumbers`] with the lines on which there is text, or a number that is
    /// not finite.
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, TableError> {
        let column = self.column(column)?;
        let mut mistakes = Mistakes::default();
        let mut numbers = Vec::with_capacity(self.len());
        for (field, &line) in column.iter().zip(&self.lines) {
            let field = field.trim();
            let number = field.parse::<f64>();
            match number {
                _ if field.is_empty() => {}
                Ok(number) if number.is_finite() => {}
                Ok(_) => mistakes.push(line, || format!("`{}` is not a finite number", clip(field))),
                Err(_) => mistakes.push(line, || format!("`{}` is not a number", clip(field))),
            }
            numbers.push(number.ok());
        }
        if mistakes.is_empty() {
            return Ok(numbers);
        }
        Err(TableError::NotNumbers {
            origin: self.origin.clone(),
            column: column.name().to_owned(),
            mistakes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::from_bytes(text.as_bytes(), "t.csv").unwrap()
    }

    #[test]
    fn an_empty_field_is_a_missing_number() {
        assert_eq!(table("a,b\n1.5,x\n,y\n 2 ,z\n").numbers("a").unwrap(), [Some(1.5), None, Some(2.0)]);
    }

    #[test]
    fn text_and_infinities_are_not_numbers_and_are_all_named() {
        let message = table("a\n1\nfast\ninf\nNaN\n1e999\n").numbers("a").unwrap_err().to_string();
        assert_eq!(
            message,
            "t.csv: column `a` holds 4 fields that are not numbers; leave a field empty where its value is missing\n  \
             line 3: `fast` is not a number\n  line 4: `inf` is not a finite number\n  \
             line 5: `NaN` is not a finite number\n  line 6: `1e999` is not a finite number"
        );
    }

    #[test]
    fn an_unknown_column_brings_the_nearest_one() {
        let message = table("arch,val_acc\n").numbers("valacc").unwrap_err().to_string();
        assert_eq!(message, "t.csv has no column `valacc`; did you mean `val_acc`?");
    }
}
