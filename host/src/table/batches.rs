//! A table in pieces, for files larger than the memory.

use super::content::Stored;
use super::records::{Piece, Records};
use super::{Column, Table, TableError, TableSource};

/// The rows of a table some thousands at a time, as tables with the same columns, origin, digest and true lines.
///
/// The file is read twice: once to check it whole, as [`TableSource::read`] does and with the same errors, and to know
/// all its columns; then once more, piece by piece. Beside a piece, only a gzip-compressed Parquet file and what comes
/// through a pipe are held in memory.
pub struct Batches {
    stored: Stored,
    origin: String,
    digest: String,
    names: Vec<String>,
    rows: u64,
    size: usize,
    records: Option<Records>,
    ended: bool,
}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches")
            .field("origin", &self.origin)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Batches {
    /// Rows of a batch that is large enough to be quick and small enough for any memory.
    pub const ROWS: usize = 8192;

    /// Checks the table whole; the batches will have `size` rows, the last one the rest.
    ///
    /// # Errors
    /// Those of [`TableSource::read`].
    pub fn open(source: &TableSource, size: usize) -> Result<Batches, TableError> {
        Batches::open_seeing(source, size, |_| {})
    }

    /// The same, and shows all rows to `see` in pieces.
    pub(super) fn open_seeing(
        source: &TableSource,
        size: usize,
        mut see: impl FnMut(&[Column]),
    ) -> Result<Batches, TableError> {
        let (stored, origin) = (source.stored()?, source.origin());
        let (mut records, mut piece) = Records::open(&stored, &origin)?;
        let mut rows = 0;
        loop {
            let more = records.fill(&mut piece, Batches::ROWS)?;
            rows += piece.lines.len() as u64;
            see(&piece.columns);
            if !more {
                break;
            }
            let mistakes = std::mem::take(&mut piece.mistakes);
            piece = Piece { mistakes, ..Piece::empty(&piece.names()) };
        }
        let (names, digest) = (piece.names(), records.digest());
        piece.into_table(&origin, digest.clone())?;
        let size = size.max(1);
        Ok(Batches { stored, origin, digest, names, rows, size, records: None, ended: false })
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of rows of the whole table.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn read(&mut self) -> Result<Option<Table>, TableError> {
        let first = self.records.is_none();
        let records = match &mut self.records {
            Some(records) => records,
            None => self.records.insert(Records::open(&self.stored, &self.origin)?.0),
        };
        let mut piece = Piece::empty(&self.names);
        self.ended = !records.fill(&mut piece, self.size)?;
        // A table without rows is one batch, so that its columns are seen.
        if piece.lines.is_empty() && piece.mistakes.is_empty() && !first {
            return Ok(None);
        }
        piece.into_table(&self.origin, self.digest.clone()).map(Some)
    }
}

impl Iterator for Batches {
    type Item = Result<Table, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let batch = self.read();
        self.ended |= batch.is_err();
        batch.transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The rows of all batches as (line, fields).
    fn rows(tables: impl IntoIterator<Item = Table>) -> Vec<(u64, Vec<String>)> {
        let row = |table: &Table, row| {
            let fields = table.columns().iter().map(|column| column.get(row).to_owned());
            (table.line(row), fields.collect())
        };
        tables
            .into_iter()
            .flat_map(|table| (0..table.len()).map(move |at| row(&table, at)).collect::<Vec<_>>())
            .collect()
    }

    fn open(folder: &Path, text: &str, size: usize) -> Result<Batches, TableError> {
        std::fs::write(folder.join("t"), text).unwrap();
        Batches::open(&TableSource::resolve("t", folder).unwrap(), size)
    }

    #[test]
    fn batches_are_the_table_cut_into_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let csv = "a,b\n1,2\n\n\"x\ny\",4\n5,6\n7,8\n";
        let json = "{\"a\":1}\n\n{\"b\":2,\"a\":3}\n{\"a\":4}\n{\"c\":5}\n";
        for text in [csv, json] {
            let whole = Table::from_bytes(text.as_bytes(), "t").unwrap();
            for size in 1..6 {
                let batches = open(folder.path(), text, size).unwrap();
                assert_eq!((batches.rows(), batches.names().len()), (4, whole.columns().len()));
                let batches: Vec<Table> = batches.map(Result::unwrap).collect();
                assert!(batches.iter().rev().skip(1).all(|batch| batch.len() == size), "{size}");
                assert!(batches.iter().all(|batch| batch.digest() == whole.digest()));
                assert_eq!(rows(batches), rows([whole.clone()]));
            }
        }
    }

    #[test]
    fn a_table_without_rows_is_one_batch() {
        let folder = tempfile::tempdir().unwrap();
        let batches: Vec<Table> = open(folder.path(), "a,b\n", 3).unwrap().map(Result::unwrap).collect();
        assert_eq!((batches.len(), batches[0].len(), batches[0].columns().len()), (1, 0, 2));
    }

    #[test]
    fn all_mistakes_are_told_before_the_first_batch() {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("a,b\n{}1\n{}2\n", "1,2\n".repeat(9000), "1,2\n".repeat(9000));
        let error = open(folder.path(), &text, 100).unwrap_err().to_string();
        assert!(
            error.ends_with(
                "t: 2 rows are malformed\n  line 9002: 1 field where the header has 2\n  \
                 line 18003: 1 field where the header has 2"
            ),
            "{error}"
        );
    }
}
