//! Rows as lines of text.

use std::io::{self, Write};

use super::{Kind, Stream};
use crate::table::Column;
use crate::table::number::is_json_number;

/// A CSV file.
pub(super) struct Delimited {
    writer: csv::Writer<Stream>,
}

impl Delimited {
    pub(super) fn begin(mut stream: Stream, columns: &[(String, Kind)]) -> io::Result<Delimited> {
        // A quote shows that the file is CSV, whatever the first name begins with.
        let first = columns.first().map_or("", |(name, _)| &name[..]);
        let plain = first.starts_with(char::is_alphanumeric) && !first.starts_with("PAR1");
        let style = if plain { csv::QuoteStyle::Necessary } else { csv::QuoteStyle::Always };
        let mut header = csv::WriterBuilder::new().quote_style(style).from_writer(Vec::new());
        header.write_record(columns.iter().map(|(name, _)| name))?;
        stream.write_all(&header.into_inner().map_err(|error| io::Error::other(error.to_string()))?)?;
        let writer = csv::WriterBuilder::new().buffer_capacity(64 << 10).from_writer(stream);
        Ok(Delimited { writer })
    }

    pub(super) fn write(&mut self, columns: &[Column]) -> io::Result<()> {
        for row in 0..columns.first().map_or(0, Column::len) {
            self.writer.write_record(columns.iter().map(|column| column.get(row)))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.writer.into_inner().map_err(|error| error.into_error())?.finish()
    }
}

/// A JSON Lines file.
pub(super) struct JsonLines {
    stream: Stream,
    /// What stands before each field, and what the field is.
    columns: Vec<(String, Kind)>,
    line: Vec<u8>,
}

impl JsonLines {
    pub(super) fn begin(stream: Stream, columns: &[(String, Kind)]) -> JsonLines {
        let before = |(place, (name, kind)): (usize, &(String, Kind))| {
            let brace = if place == 0 { '{' } else { ',' };
            (format!("{brace}{}:", serde_json::Value::from(&name[..])), *kind)
        };
        JsonLines { stream, columns: columns.iter().enumerate().map(before).collect(), line: Vec::new() }
    }

    pub(super) fn write(&mut self, columns: &[Column]) -> io::Result<()> {
        for row in 0..columns.first().map_or(0, Column::len) {
            self.line.clear();
            for ((before, kind), column) in self.columns.iter().zip(columns) {
                self.line.extend_from_slice(before.as_bytes());
                let field = column.get(row);
                let as_it_is = match kind {
                    Kind::Text => false,
                    Kind::Flag | Kind::Json => true,
                    Kind::Integer | Kind::Number | Kind::Digits => is_json_number(field),
                };
                match field {
                    "" => self.line.extend_from_slice(b"null"),
                    _ if as_it_is => self.line.extend_from_slice(field.as_bytes()),
                    _ => serde_json::to_writer(&mut self.line, field)?,
                }
            }
            self.line.extend_from_slice(b"}\n");
            self.stream.write_all(&self.line)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.stream.finish()
    }
}
