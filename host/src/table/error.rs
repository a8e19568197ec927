//! What can be wrong with a table.

use std::path::PathBuf;

use super::Mistakes;
use super::content::LONGEST_LINE;

/// A table that cannot be had, or does not hold what is asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// No built-in table has this name.
    #[error("unknown built-in table `{name}`; {suggestion}")]
    UnknownBuiltin {
        /// The name asked for, without `builtin:`.
        name: String,
        /// The nearest name, or all names.
        suggestion: String,
    },
    /// There is no such file.
    #[error("there is no table at {}; {suggestion}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// A file of nearly this name, or what to check.
        suggestion: String,
    },
    /// The file is there and cannot be read.
    #[error("cannot read the table {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The gzip data end before their end.
    #[error(
        "{origin} is cut short: its gzip data end after {read} bytes of content; copy or download it again"
    )]
    Truncated {
        /// The table.
        origin: String,
        /// Bytes of content before the cut.
        read: usize,
    },
    /// The gzip data contradict themselves.
    #[error("{origin} is damaged: {reason}; copy or download it again")]
    Damaged {
        /// The table.
        origin: String,
        /// What the decompressor found.
        reason: String,
    },
    /// A Parquet file that ends before its end, or contradicts itself.
    #[error("{origin} is a Parquet file that is cut short or damaged: {reason}; copy or download it again")]
    BrokenParquet {
        /// The table.
        origin: String,
        /// What the reader found.
        reason: String,
    },
    /// Columns of types that are not read.
    #[error(
        "{origin}: {columns}; a table has columns of numbers, booleans, text and lists of them: convert or leave out the others"
    )]
    Unsupported {
        /// The table.
        origin: String,
        /// The columns with their types, in words.
        columns: String,
    },
    /// A Parquet file with a compression that is not read.
    #[error("{origin} is compressed with {codec}; write it with snappy, gzip, zstd or no compression")]
    Compression {
        /// The table.
        origin: String,
        /// The compression.
        codec: String,
    },
    /// A line too long to be a row.
    #[error("{origin}: line {line} is longer than {} MiB; a table has one row on each line", LONGEST_LINE >> 20)]
    LongLine {
        /// The table.
        origin: String,
        /// The line, from 1.
        line: u64,
    },
    /// No header.
    #[error(
        "{origin} is empty; a table has a header line with the names of its columns, or a JSON object on each line"
    )]
    Empty {
        /// The table.
        origin: String,
    },
    /// The header is not text, so the file is something else or has another encoding.
    #[error(
        "{origin} is not UTF-8 text (line {line}); give CSV or JSON Lines in UTF-8, or Parquet, plain or compressed with gzip"
    )]
    NotUtf8 {
        /// The table.
        origin: String,
        /// Line of the header.
        line: u64,
    },
    /// A name stands twice in the header.
    #[error("{origin} names two columns `{name}` (the {first}. and the {second}.); give each its own name")]
    DuplicateColumn {
        /// The table.
        origin: String,
        /// The name.
        name: String,
        /// Its first place, from 1.
        first: usize,
        /// Its second place, from 1.
        second: usize,
    },
    /// Rows with too few or too many fields, lines that are no JSON objects, bytes that are not text.
    #[error("{origin}: {} malformed{mistakes}", are(mistakes, "row"))]
    Malformed {
        /// The table.
        origin: String,
        /// The rows.
        mistakes: Mistakes,
    },
    /// A column that the table does not have.
    #[error("{origin} has no column `{column}`; {suggestion}")]
    NoColumn {
        /// The table.
        origin: String,
        /// The name asked for.
        column: String,
        /// The nearest name, or the names there are.
        suggestion: String,
    },
    /// A column to be read as numbers that holds something else.
    #[error(
        "{origin}: column `{column}` holds {}; leave a field empty where its value is missing{mistakes}",
        not_numbers(mistakes)
    )]
    NotNumbers {
        /// The table.
        origin: String,
        /// The column.
        column: String,
        /// The fields.
        mistakes: Mistakes,
    },
}

/// `1 row is`, `2 rows are`.
pub(super) fn are(mistakes: &Mistakes, noun: &str) -> String {
    format!("{} {}", mistakes.counted(noun), if mistakes.len() == 1 { "is" } else { "are" })
}

fn not_numbers(mistakes: &Mistakes) -> String {
    let number = if mistakes.len() == 1 { "that is not a number" } else { "that are not numbers" };
    format!("{} {number}", mistakes.counted("field"))
}
