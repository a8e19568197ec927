//! Parquet into columns of text, a few thousand rows at a time.

mod guard;
mod leaf;

use std::fs::File;
use std::io::{self, ErrorKind};

use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use sha2::{Digest, Sha256};

use super::content::Stored;
use super::records::Piece;
use super::{Column, TableError};
use crate::space::digest::hex;
use crate::space::nearest::clip;
use guard::guarded;
use leaf::Leaf;

/// Rows that are decoded at once.
const ROWS: usize = 8192;

/// A Parquet file that is being read.
pub(super) struct Columnar {
    origin: String,
    file: Box<dyn FileReader>,
    leaves: Vec<Leaf>,
    digest: String,
    /// Readers of the columns of the current row group.
    readers: Vec<ColumnReader>,
    /// Rows that are left in it.
    left: usize,
    next_group: usize,
    /// Rows read so far.
    row: u64,
}

impl Columnar {
    /// Reads the description at the end of the file.
    pub(super) fn open(stored: &Stored, origin: &str) -> Result<(Columnar, Vec<Column>), TableError> {
        let digest = digest(stored).map_err(|error| stored.error(origin, error))?;
        let file: Result<Box<dyn FileReader>, ParquetError> = match stored {
            Stored::Bytes(bytes) => {
                guarded(|| Ok(Box::new(SerializedFileReader::new(bytes.clone())?) as Box<dyn FileReader>))
            }
            Stored::File(path) => {
                let file = File::open(path).map_err(|error| stored.error(origin, error))?;
                guarded(|| Ok(Box::new(SerializedFileReader::new(file)?) as Box<dyn FileReader>))
            }
        };
        let file = file.map_err(|error| broken(origin, &error))?;
        require_compression(&*file, origin)?;
        let schema = file.metadata().file_metadata().schema_descr();
        let mut leaves = Vec::with_capacity(schema.num_columns());
        let mut unsupported: Vec<(String, String)> = Vec::new();
        let mut columns: Vec<Column> = Vec::with_capacity(schema.num_columns());
        for place in 0..schema.num_columns() {
            let root = schema.get_column_root(place);
            match Leaf::of(root, &schema.column(place)) {
                Ok(leaf) => leaves.push(leaf),
                // Every field of a nested column comes by here.
                Err(_) if unsupported.last().is_some_and(|(name, _)| name == root.name()) => {}
                Err(kind) => unsupported.push((root.name().to_owned(), kind)),
            }
            let name = root.name();
            let earlier = columns.iter().position(|column| column.name() == name);
            if let (Some(first), true) = (earlier, unsupported.is_empty()) {
                let (origin, name) = (origin.to_owned(), clip(name));
                return Err(TableError::DuplicateColumn {
                    origin,
                    name,
                    first: first + 1,
                    second: place + 1,
                });
            }
            columns.push(Column::new(name.to_owned()));
        }
        if !unsupported.is_empty() {
            let told = unsupported.iter().map(|(name, kind)| format!("column `{}` holds {kind}", clip(name)));
            let columns = told.collect::<Vec<_>>().join(", ");
            return Err(TableError::Unsupported { origin: origin.to_owned(), columns });
        }
        if columns.is_empty() {
            return Err(TableError::Empty { origin: origin.to_owned() });
        }
        let origin = origin.to_owned();
        let columnar =
            Columnar { origin, file, leaves, digest, readers: Vec::new(), left: 0, next_group: 0, row: 0 };
        Ok((columnar, columns))
    }

    pub(super) fn digest(&self) -> String {
        self.digest.clone()
    }

    pub(super) fn fill(&mut self, piece: &mut Piece, limit: usize) -> Result<bool, TableError> {
        while piece.lines.len() < limit {
            if self.left == 0 {
                if self.next_group == self.file.num_row_groups() {
                    return Ok(false);
                }
                guarded(|| self.open_group()).map_err(|error| broken(&self.origin, &error))?;
                continue;
            }
            let count = self.left.min(ROWS).min(limit - piece.lines.len());
            let readers = self.readers.iter_mut().zip(&self.leaves);
            for ((reader, leaf), column) in readers.zip(&mut piece.columns) {
                let name = clip(column.name());
                let wrong = |row| {
                    let reason = || format!("the field of `{name}` is not UTF-8 text");
                    piece.mistakes.push(self.row + row as u64 + 1, reason);
                };
                let read = guarded(|| leaf.read(reader, count, column, wrong));
                if read.map_err(|error| broken(&self.origin, &error))? != count {
                    let reason = format!("column `{name}` ends before the others");
                    return Err(TableError::BrokenParquet { origin: self.origin.clone(), reason });
                }
            }
            piece.lines.extend(self.row + 1..=self.row + count as u64);
            self.row += count as u64;
            self.left -= count;
        }
        Ok(true)
    }

    fn open_group(&mut self) -> Result<(), ParquetError> {
        let group = self.file.get_row_group(self.next_group)?;
        let rows = group.metadata().num_rows();
        self.left = usize::try_from(rows)
            .map_err(|_| ParquetError::General(format!("a row group says that it has {rows} rows")))?;
        self.readers =
            (0..self.leaves.len()).map(|place| group.get_column_reader(place)).collect::<Result<_, _>>()?;
        self.next_group += 1;
        Ok(())
    }
}

/// Refuses codecs that are not built in.
fn require_compression(file: &dyn FileReader, origin: &str) -> Result<(), TableError> {
    let columns = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    for column in columns {
        match column.compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {
            }
            other => {
                let codec = format!("{other:?}").split('(').next().unwrap_or_default().to_lowercase();
                return Err(TableError::Compression { origin: origin.to_owned(), codec });
            }
        }
    }
    Ok(())
}

fn broken(origin: &str, error: &ParquetError) -> TableError {
    let reason = match error {
        ParquetError::General(reason) | ParquetError::NYI(reason) | ParquetError::EOF(reason) => {
            reason.clone()
        }
        other => other.to_string(),
    };
    TableError::BrokenParquet { origin: origin.to_owned(), reason }
}

fn digest(stored: &Stored) -> io::Result<String> {
    let mut source = stored.open()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(hex(&digest.finalize())),
            Ok(count) => digest.update(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
