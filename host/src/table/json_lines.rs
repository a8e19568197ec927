//! JSON Lines into columns of text: one object on each line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::content::{LONGEST_LINE, Plain};
use super::records::Piece;
use super::{Column, TableError};
use crate::space::nearest::clip;

/// A file of objects that is being read.
pub(super) struct JsonLines {
    reader: BufReader<Plain>,
    text: Vec<u8>,
    line: u64,
    /// Places of the columns.
    places: HashMap<String, usize>,
}

impl JsonLines {
    pub(super) fn open(plain: Plain) -> JsonLines {
        let reader = BufReader::with_capacity(64 << 10, plain);
        JsonLines { reader, text: Vec::new(), line: 0, places: HashMap::new() }
    }

    pub(super) fn digest(&self) -> String {
        self.reader.get_ref().digest()
    }

    pub(super) fn fill(&mut self, piece: &mut Piece, limit: usize) -> Result<bool, TableError> {
        if self.places.len() != piece.columns.len() {
            self.places = piece.names().into_iter().enumerate().map(|(place, name)| (name, place)).collect();
        }
        let mut more = true;
        while piece.lines.len() < limit {
            more = self.next_line()?;
            if !more {
                break;
            }
            if self.text.trim_ascii().is_empty() {
                continue;
            }
            match row(&self.text, &mut self.places, piece) {
                Ok(()) => piece.lines.push(self.line),
                Err(reason) => {
                    let rows = piece.lines.len();
                    piece.columns.iter_mut().for_each(|column| column.truncate(rows));
                    piece.mistakes.push(self.line, || reason);
                }
            }
        }
        let rows = piece.lines.len();
        piece.columns.iter_mut().for_each(|column| column.pad(rows));
        Ok(more)
    }

    /// Reads the next line; false at the end.
    fn next_line(&mut self) -> Result<bool, TableError> {
        self.text.clear();
        self.line += 1;
        let mut limited = (&mut self.reader).take(LONGEST_LINE as u64 + 1);
        let read = limited.read_until(b'\n', &mut self.text);
        let plain = self.reader.get_ref();
        match read.map_err(|error| plain.error(error))? {
            0 => Ok(false),
            count if count > LONGEST_LINE => {
                Err(TableError::LongLine { origin: plain.origin().to_owned(), line: self.line })
            }
            _ => Ok(true),
        }
    }
}

/// Appends the fields of a line, or says why they are none.
fn row(line: &[u8], places: &mut HashMap<String, usize>, piece: &mut Piece) -> Result<(), String> {
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("byte {} is not UTF-8 text", error.valid_up_to() + 1))?;
    if !text.trim_start().starts_with('{') {
        return Err("no JSON object; each line has one".to_owned());
    }
    let Fields(fields) = serde_json::from_str(text).map_err(|error| json_reason(&error))?;
    let rows = piece.lines.len();
    for (guess, (key, value)) in fields.into_iter().enumerate() {
        let place = match piece.columns.get(guess) {
            // Nearly always, all objects have the same keys in the same order.
            Some(column) if column.name() == key => guess,
            _ => place(key, places, &mut piece.columns),
        };
        let Some(column) = piece.columns.get_mut(place) else { continue };
        if column.len() > rows {
            return Err(format!("the key `{}` stands there twice", clip(column.name())));
        }
        column.pad(rows);
        let value = value.get();
        match value.as_bytes().first() {
            Some(b'"') => column.push(&string(value)?),
            Some(b'n') => column.push(""),
            _ => column.push(value),
        }
    }
    Ok(())
}

/// The place of the column of this name, which is made where there is none.
fn place(key: Cow<'_, str>, places: &mut HashMap<String, usize>, columns: &mut Vec<Column>) -> usize {
    if let Some(&place) = places.get(&*key) {
        return place;
    }
    columns.push(Column::new(key.clone().into_owned()));
    places.insert(key.into_owned(), columns.len() - 1);
    columns.len() - 1
}

/// What a JSON string says.
fn string(raw: &str) -> Result<Cow<'_, str>, String> {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Ok(Cow::Borrowed(inner));
    }
    serde_json::from_str(raw).map(Cow::Owned).map_err(|error| json_reason(&error))
}

/// The parser's reason, which never quotes the line, without its own count of lines.
fn json_reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.rsplit_once(" at line ").map_or(&text[..], |(reason, _)| reason);
    format!("not JSON at byte {}: {reason}", error.column())
}

/// The keys and values of an object in their order.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    fields.push((key, value));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests;
