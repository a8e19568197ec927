//! Comma-separated values (RFC 4180) into columns of text.

use csv::ByteRecord;

use super::content::plain;
use super::{Column, Mistakes, Table, TableError};
use crate::space::digest::sha256_hex;
use crate::space::nearest::clip;

impl Table {
    /// Reads a CSV file with a header from its bytes, plain or compressed with gzip; `origin` is the name that messages
    /// give. A byte order mark is passed over, and blank lines are no rows.
    ///
    /// # Errors
    /// [`TableError::Empty`], [`TableError::NotUtf8`], [`TableError::DuplicateColumn`], [`TableError::Truncated`],
    /// [`TableError::Damaged`]; [`TableError::Malformed`] with all rows that are wrong.
    pub fn from_bytes(stored: &[u8], origin: &str) -> Result<Table, TableError> {
        let content = plain(stored, origin)?;
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_ref());
        let mut lines = Lines { content: &content, at: 0, line: 1 };
        let mut record = ByteRecord::new();
        if !next(&mut reader, &mut record, origin)? {
            return Err(TableError::Empty { origin: origin.to_owned() });
        }
        let mut columns = header(&record, lines.of(&record), origin)?;
        let mut table_lines = Vec::new();
        let mut mistakes = Mistakes::default();
        while next(&mut reader, &mut record, origin)? {
            let line = lines.of(&record);
            match fields(&record, &columns) {
                Ok(fields) => {
                    columns.iter_mut().zip(fields).for_each(|(column, field)| column.push(field));
                    table_lines.push(line);
                }
                Err(reason) => mistakes.push(line, || reason),
            }
        }
        if !mistakes.is_empty() {
            return Err(TableError::Malformed { origin: origin.to_owned(), mistakes });
        }
        let digest = sha256_hex(&content);
        Ok(Table { origin: origin.to_owned(), digest, columns, lines: table_lines })
    }
}

/// Reads the next record; false at the end.
fn next(reader: &mut csv::Reader<&[u8]>, record: &mut ByteRecord, origin: &str) -> Result<bool, TableError> {
    // From bytes in memory and with rows of any length, the reader has nothing to refuse.
    reader
        .read_byte_record(record)
        .map_err(|error| TableError::Damaged { origin: origin.to_owned(), reason: error.to_string() })
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

/// The fields of a row as text, or why they are not.
fn fields<'a>(record: &'a ByteRecord, columns: &[Column]) -> Result<Vec<&'a str>, String> {
    if record.len() != columns.len() {
        let fields = if record.len() == 1 { "field" } else { "fields" };
        return Err(format!("{} {fields} where the header has {}", record.len(), columns.len()));
    }
    let texts = record.iter().zip(columns).map(|(field, column)| {
        std::str::from_utf8(field)
            .map_err(|_| format!("the field of `{}` is not UTF-8 text", clip(column.name())))
    });
    texts.collect()
}

/// Counts lines. The reader's own count is off by one or more after `\r\n` and blank lines.
struct Lines<'a> {
    content: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins; records must come in the order of the file.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let start = record.position().map_or(0, |position| position.byte());
        let start = usize::try_from(start).unwrap_or(usize::MAX).clamp(self.at, self.content.len());
        let breaks = self.content[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &self.content[self.at..start + breaks];
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        self.at = start + breaks;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_hundred_megabytes_on_one_line_are_read_or_refused_and_no_more() {
        let long = "x".repeat(100 << 20);
        assert!(message(format!("{long},{long}\n")).len() < 1000);
        assert!(message(format!("a,b\n{long}\n")).len() < 1000);
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
