//! Tables as files: CSV and JSON Lines, also compressed with gzip, and Parquet.

mod columnar;
mod kind;
mod stream;
mod text;

use std::io;
use std::path::{Path, PathBuf};

use super::Column;
use crate::aside::Aside;
use columnar::Columnar;
pub use kind::Kind;
pub(super) use kind::Seen;
use stream::Stream;
use text::{Delimited, JsonLines};

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The file's name does not say its format.
    #[error(
        "the name {} does not say what to write; end it in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet",
        path.display()
    )]
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// What the system says.
    #[error("cannot write {}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

/// The form of a table's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv {
        /// Compressed with gzip.
        gzip: bool,
    },
    /// One JSON object on each line.
    JsonLines {
        /// Compressed with gzip.
        gzip: bool,
    },
    /// Parquet, its pages compressed with Snappy.
    Parquet,
}

impl Format {
    /// What the end of a file's name asks for.
    ///
    /// # Errors
    /// [`WriteError::UnknownFormat`].
    pub fn of(path: &Path) -> Result<Format, WriteError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let (name, gzip) = name.strip_suffix(".gz").map_or((&name[..], false), |name| (name, true));
        if name.ends_with(".csv") {
            Ok(Format::Csv { gzip })
        } else if name.ends_with(".jsonl") {
            Ok(Format::JsonLines { gzip })
        } else if name.ends_with(".parquet") && !gzip {
            Ok(Format::Parquet)
        } else {
            Err(WriteError::UnknownFormat { path: path.to_owned() })
        }
    }
}

/// A table that is being written, some rows at a time: aside, and under its name once it is whole.
pub struct TableWriter {
    path: PathBuf,
    form: Form,
}

enum Form {
    Delimited(Box<Delimited>),
    JsonLines(Box<JsonLines>),
    Columnar(Box<Columnar>),
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl TableWriter {
    /// Begins a table with these columns in the format that the file's name says.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn create(path: &Path, columns: &[(String, Kind)]) -> Result<TableWriter, WriteError> {
        let format = Format::of(path)?;
        let file = |error| WriteError::File { path: path.to_owned(), error };
        let aside = Aside::create(path).map_err(file)?;
        let form = match format {
            Format::Csv { gzip } => Delimited::begin(Stream::new(aside, gzip), columns)
                .map(|delimited| Form::Delimited(Box::new(delimited))),
            Format::JsonLines { gzip } => {
                Ok(Form::JsonLines(Box::new(JsonLines::begin(Stream::new(aside, gzip), columns))))
            }
            Format::Parquet => {
                Columnar::begin(aside, columns).map(|columnar| Form::Columnar(Box::new(columnar)))
            }
        };
        Ok(TableWriter { path: path.to_owned(), form: form.map_err(file)? })
    }

    /// Appends rows: columns of one length, in the order in which they were named.
    ///
    /// # Errors
    /// [`WriteError::File`].
    pub fn write(&mut self, columns: &[Column]) -> Result<(), WriteError> {
        let written = match &mut self.form {
            Form::Delimited(delimited) => delimited.write(columns),
            Form::JsonLines(lines) => lines.write(columns),
            Form::Columnar(columnar) => columnar.write(columns),
        };
        written.map_err(|error| WriteError::File { path: self.path.clone(), error })
    }

    /// Ends the file and gives it its name.
    ///
    /// # Errors
    /// [`WriteError::File`].
    pub fn finish(self) -> Result<(), WriteError> {
        let finished = match self.form {
            Form::Delimited(delimited) => delimited.finish(),
            Form::JsonLines(lines) => lines.finish(),
            Form::Columnar(columnar) => columnar.finish(),
        };
        finished.map_err(|error| WriteError::File { path: self.path, error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_end_of_the_name() {
        let of = |name: &str| Format::of(Path::new(name)).ok();
        assert_eq!(of("a.b.csv"), Some(Format::Csv { gzip: false }));
        assert_eq!(of("x/A.CSV.gz"), Some(Format::Csv { gzip: true }));
        assert_eq!(of("a.jsonl"), Some(Format::JsonLines { gzip: false }));
        assert_eq!(of("a.jsonl.gz"), Some(Format::JsonLines { gzip: true }));
        assert_eq!(of("a.parquet"), Some(Format::Parquet));
        for name in ["a", "a.txt", "a.csv/b", "a.parquet.gz", "csv", ".."] {
            assert_eq!(of(name), None, "{name}");
        }
        assert_eq!(
            Format::of(Path::new("a.xlsx")).unwrap_err().to_string(),
            "the name a.xlsx does not say what to write; end it in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet"
        );
    }

    #[test]
    fn an_unknown_format_or_folder_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let columns = [("a".to_owned(), Kind::Text)];
        assert!(TableWriter::create(&folder.path().join("a.txt"), &columns).is_err());
        let error = TableWriter::create(&folder.path().join("no/a.csv"), &columns).unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains("no/a.csv: "), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
