//! Rows of any readable table, whatever its form.

use super::columnar::Columnar;
use super::content::{Content, Stored};
use super::delimited::Delimited;
use super::json_lines::JsonLines;
use super::{Column, Mistakes, Table, TableError};

/// Some rows of a table.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) columns: Vec<Column>,
    /// Line of each row.
    pub(super) lines: Vec<u64>,
    /// Rows that are malformed. A table that has one is refused, so of such rows some fields may stand in `columns`.
    pub(super) mistakes: Mistakes,
}

impl Piece {
    /// No rows under these names.
    pub(super) fn empty(names: &[String]) -> Piece {
        let columns = names.iter().map(|name| Column::new(name.clone())).collect();
        Piece { columns, ..Piece::default() }
    }

    /// The names of its columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name().to_owned()).collect()
    }

    /// The rows as a table, if none is malformed.
    pub(super) fn into_table(self, origin: &str, digest: String) -> Result<Table, TableError> {
        let origin = origin.to_owned();
        if !self.mistakes.is_empty() {
            return Err(TableError::Malformed { origin, mistakes: self.mistakes });
        }
        if self.columns.is_empty() {
            return Err(TableError::Empty { origin });
        }
        Ok(Table { origin, digest, columns: self.columns, lines: self.lines })
    }
}

/// A table that is being read from its beginning to its end.
pub(super) enum Records {
    Delimited(Box<Delimited>),
    JsonLines(Box<JsonLines>),
    Columnar(Box<Columnar>),
}

impl Records {
    /// Begins to read, with the columns that the header names, if there is one.
    ///
    /// # Errors
    /// A table that cannot be had or begins wrongly.
    pub(super) fn open(stored: &Stored, origin: &str) -> Result<(Records, Piece), TableError> {
        Ok(match Content::open(stored, origin)? {
            Content::Delimited(plain) => {
                let (records, columns) = Delimited::open(plain)?;
                (Records::Delimited(Box::new(records)), Piece { columns, ..Piece::default() })
            }
            Content::JsonLines(plain) => {
                (Records::JsonLines(Box::new(JsonLines::open(plain))), Piece::default())
            }
            Content::Parquet(stored) => {
                let (records, columns) = Columnar::open(&stored, origin)?;
                (Records::Columnar(Box::new(records)), Piece { columns, ..Piece::default() })
            }
        })
    }

    /// Appends rows to a piece until it has `limit`; false at the end of the table.
    ///
    /// # Errors
    /// A table that cannot be read on. Malformed rows are counted in the piece.
    pub(super) fn fill(&mut self, piece: &mut Piece, limit: usize) -> Result<bool, TableError> {
        match self {
            Records::Delimited(records) => records.fill(piece, limit),
            Records::JsonLines(records) => records.fill(piece, limit),
            Records::Columnar(records) => records.fill(piece, limit),
        }
    }

    /// SHA-256 of the content, when all is read.
    pub(super) fn digest(&self) -> String {
        match self {
            Records::Delimited(records) => records.digest(),
            Records::JsonLines(records) => records.digest(),
            Records::Columnar(records) => records.digest(),
        }
    }
}

impl Table {
    /// Reads a table from its bytes: CSV with a header, JSON Lines or Parquet, plain or compressed with gzip, told apart
    /// by how they begin; `origin` is the name that messages give.
    ///
    /// Every field is text. Of CSV, a byte order mark is passed over and blank lines are no rows. Of JSON Lines, the
    /// columns are the keys of all objects in the order of their first appearance; numbers, arrays and objects are the
    /// text that they are, strings what they say, and `null` and absent keys are empty. Of Parquet, numbers are the
    /// shortest text that gives them back, lists are JSON, and nulls are empty.
    ///
    /// # Errors
    /// [`TableError::Empty`], [`TableError::NotUtf8`], [`TableError::DuplicateColumn`], [`TableError::LongLine`],
    /// [`TableError::Truncated`], [`TableError::Damaged`], [`TableError::Unsupported`]; [`TableError::Malformed`] with
    /// all rows that are wrong.
    pub fn from_bytes(stored: &[u8], origin: &str) -> Result<Table, TableError> {
        Table::from_stored(&Stored::Bytes(stored.to_vec().into()), origin)
    }

    pub(super) fn from_stored(stored: &Stored, origin: &str) -> Result<Table, TableError> {
        let (mut records, mut piece) = Records::open(stored, origin)?;
        while records.fill(&mut piece, usize::MAX)? {}
        let digest = records.digest();
        piece.into_table(origin, digest)
    }
}
