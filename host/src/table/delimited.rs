//! Comma-separated values (RFC 4180) into columns of text.

use std::io::{self, Read};

use csv::ByteRecord;

use super::content::{LONGEST_LINE, Plain};
use super::records::Piece;
use super::{Column, TableError};
use crate::space::nearest::clip;

/// A file with a header that is being read.
pub(super) struct Delimited {
    reader: csv::Reader<Lines>,
    record: ByteRecord,
}

impl Delimited {
    /// Reads the header.
    pub(super) fn open(plain: Plain) -> Result<(Delimited, Vec<Column>), TableError> {
        let lines = Lines { plain, window: Vec::new(), at: 0, start: 0, line: 1 };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 << 10)
            .from_reader(lines);
        let mut delimited = Delimited { reader, record: ByteRecord::new() };
        let line = delimited.next()?;
        let origin = delimited.reader.get_ref().plain.origin();
        match line {
            Some(line) => {
                let columns = header(&delimited.record, line, origin)?;
                Ok((delimited, columns))
            }
            None => Err(TableError::Empty { origin: origin.to_owned() }),
        }
    }

    pub(super) fn digest(&self) -> String {
        self.reader.get_ref().plain.digest()
    }

    pub(super) fn fill(&mut self, piece: &mut Piece, limit: usize) -> Result<bool, TableError> {
        while piece.lines.len() < limit {
            let Some(line) = self.next()? else { return Ok(false) };
            match push(&self.record, &mut piece.columns) {
                Ok(()) => piece.lines.push(line),
                Err(reason) => piece.mistakes.push(line, || reason),
            }
        }
        Ok(true)
    }

    /// Reads the next record and tells its line; nothing at the end.
    fn next(&mut self) -> Result<Option<u64>, TableError> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let start = self.record.position().map_or(0, |position| position.byte());
                let end = self.reader.position().byte();
                Ok(Some(self.reader.get_mut().pass(start, end)))
            }
            Err(error) => {
                let plain = &self.reader.get_ref().plain;
                Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => plain.error(error),
                    // With rows of any length and as bytes, the reader has nothing to refuse.
                    kind => plain.error(io::Error::other(format!("{kind:?}"))),
                })
            }
        }
    }
}

fn header(record: &ByteRecord, line: u64, origin: &str) -> Result<Vec<Column>, TableError> {
    let mut columns: Vec<Column> = Vec::with_capacity(record.len());
    for field in record {
        let Ok(name) = std::str::from_utf8(field) else {
            return Err(TableError::NotUtf8 { origin: origin.to_owned(), line });
        };
        if let Some(first) = columns.iter().position(|column| column.name() == name) {
            return Err(TableError::DuplicateColumn {
                origin: origin.to_owned(),
                name: clip(name),
                first: first + 1,
                second: columns.len() + 1,
            });
        }
        columns.push(Column::new(name.to_owned()));
    }
    Ok(columns)
}

/// Appends the fields of a row as text, or says why they are not.
fn push(record: &ByteRecord, columns: &mut [Column]) -> Result<(), String> {
    if record.len() != columns.len() {
        let fields = if record.len() == 1 { "field" } else { "fields" };
        return Err(format!("{} {fields} where the header has {}", record.len(), columns.len()));
    }
    for (field, column) in record.iter().zip(columns) {
        match std::str::from_utf8(field) {
            Ok(text) => column.push(text),
            Err(_) => return Err(format!("the field of `{}` is not UTF-8 text", clip(column.name()))),
        }
    }
    Ok(())
}

/// Counts lines. The reader's own count is off by one or more after `\r\n` and blank lines.
struct Lines {
    plain: Plain,
    /// Bytes that were read and, up to `at`, counted.
    window: Vec<u8>,
    at: usize,
    /// Where the window begins in the content.
    start: u64,
    /// The line at `at`, from 1.
    line: u64,
}

impl Lines {
    /// The line on which the record begins that stands at `start..end` in the content, line breaks before and after it
    /// included; records must come in the order of the file.
    fn pass(&mut self, start: u64, end: u64) -> u64 {
        self.count_to(start);
        let rest = self.window.get(self.at..).unwrap_or_default();
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.count_to(start + breaks as u64);
        let line = self.line;
        self.count_to(end);
        line
    }

    fn count_to(&mut self, place: u64) {
        let place = usize::try_from(place.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let place = place.clamp(self.at, self.window.len());
        let passed = &self.window[self.at..place];
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.at = place;
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.window.drain(..self.at);
        self.start += self.at as u64;
        self.at = 0;
        if self.window.len() > LONGEST_LINE {
            let (origin, line) = (self.plain.origin().to_owned(), self.pass(self.start, self.start));
            return Err(io::Error::other(TableError::LongLine { origin, line }));
        }
        let count = self.plain.read(buffer)?;
        self.window.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    fn read(text: impl AsRef<[u8]>) -> Result<Table, TableError> {
        Table::from_bytes(text.as_ref(), "t.csv")
    }

    fn message(text: impl AsRef<[u8]>) -> String {
        read(text).unwrap_err().to_string()
    }

    fn lines(table: &Table) -> Vec<u64> {
        (0..table.len()).map(|row| table.line(row)).collect()
    }

    #[test]
    fn fields_stay_the_text_that_they_are() {
        let table = read("ops,note\n012034,\"a, \"\"b\"\"\"\n1e5, x \n").unwrap();
        assert_eq!(table.column("ops").unwrap().iter().collect::<Vec<_>>(), ["012034", "1e5"]);
        assert_eq!(table.column("note").unwrap().iter().collect::<Vec<_>>(), ["a, \"b\"", " x "]);
        assert_eq!(table.columns().iter().map(Column::name).collect::<Vec<_>>(), ["ops", "note"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_name() {
        assert_eq!(read("\u{feff}a,b\n1,2\n").unwrap().columns()[0].name(), "a");
    }

    #[test]
    fn rows_know_their_lines_through_blank_lines_breaks_in_quotes_and_either_line_end() {
        assert_eq!(lines(&read("a\n1\n\n\n2\n\"3\n4\"\n5").unwrap()), [2, 5, 6, 8]);
        assert_eq!(lines(&read("a\r\n1\r\n\r\n2\r\n\"3\r\n4\"\r\n5\r\n").unwrap()), [2, 4, 5, 7]);
        assert_eq!(lines(&read("\n\na\n1\n").unwrap()), [4]);
    }

    #[test]
    fn lines_are_true_beyond_any_buffer_and_after_a_byte_order_mark() {
        let mut text = "\u{feff}a,b\r\n".to_owned();
        let mut expected = Vec::new();
        let mut line = 2;
        for row in 0..40_000 {
            if row % 7 == 0 {
                text.push_str("\r\n");
                line += 1;
            }
            expected.push(line);
            let quoted = row % 5 == 0;
            text.push_str(if quoted { "\"x\r\ny\",1\r\n" } else { "xyz,22\r\n" });
            line += if quoted { 2 } else { 1 };
        }
        assert_eq!(lines(&read(text).unwrap()), expected);
    }

    #[test]
    fn all_malformed_rows_are_counted_and_the_first_ten_named() {
        let mut text = "a,b\n1,2\n1\n1,2,3\n".to_owned();
        text.push_str(&"x\n".repeat(12));
        let message = message(text);
        assert!(
            message.starts_with(
                "t.csv: 14 rows are malformed\n  line 3: 1 field where the header has 2\n  \
                 line 4: 3 fields where the header has 2\n  line 5: "
            ),
            "{message}"
        );
        assert!(message.ends_with("\n  line 12: 1 field where the header has 2\n  and 4 more"), "{message}");
    }

    #[test]
    fn bytes_that_are_not_text_are_named_by_line_and_column() {
        assert_eq!(
            message(b"a,b\n1,2\n1,caf\xe9\n"),
            "t.csv: 1 row is malformed\n  line 3: the field of `b` is not UTF-8 text"
        );
        assert!(message(b"PAR1\xff\xfe,x\n").starts_with("t.csv is not UTF-8 text (line 1)"));
    }

    #[test]
    fn an_empty_file_is_refused_and_a_header_alone_is_not() {
        assert!(message("").starts_with("t.csv is empty; "));
        assert!(message("\n\r\n").starts_with("t.csv is empty; "));
        assert!(read("a,b\n").unwrap().is_empty());
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        assert_eq!(
            message("a,b,a\n"),
            "t.csv names two columns `a` (the 1. and the 3.); give each its own name"
        );
    }

    #[test]
    fn a_hundred_megabytes_on_one_line_are_refused_by_line() {
        let long = "x".repeat(100 << 20);
        let refused = "is longer than 64 MiB; a table has one row on each line";
        assert_eq!(message(format!("{long},{long}\n")), format!("t.csv: line 1 {refused}"));
        assert_eq!(message(format!("a,b\n1,2\n\n{long}\n")), format!("t.csv: line 4 {refused}"));
    }

    #[test]
    fn the_digest_is_of_the_content() {
        // sha256sum of "a,b\n"
        assert_eq!(
            read("a,b\n").unwrap().digest(),
            "5be08c9684a1d25efcee09318204824278b08bbfb4aef973ffefd0b9d7478313"
        );
    }
}
