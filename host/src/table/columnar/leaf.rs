//! One column of a Parquet file: which types are read, and how their values become text.

use std::fmt::Write;

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::schema::types::{ColumnDescriptor, Type};

use crate::table::Column;
use crate::table::number::push_float;

/// A column of numbers, booleans or text, or of lists of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    list: bool,
    unsigned: bool,
    /// The definition level of a value that is there.
    present: i16,
    /// The definition level from which on a list has an element.
    element: i16,
}

impl Leaf {
    /// How to read a column under the field `root` of the file's schema, or in words what it holds that is not read.
    pub(super) fn of(root: &Type, column: &ColumnDescriptor) -> Result<Leaf, String> {
        let parts = column.path().parts().len();
        let list = match (column.max_rep_level(), parts) {
            (0, 1) => false,
            // The oldest form of a list: a field that is repeated.
            (1, 1) => true,
            (1, 2 | 3) if is_list(root) => true,
            (levels, _) if levels > 1 && is_list(root) => return Err("lists of lists".to_owned()),
            _ => return Err("a structure".to_owned()),
        };
        let unsigned = match column.logical_type_ref() {
            Some(LogicalType::Integer(integer)) => !integer.is_signed,
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown) => false,
            Some(other) => return Err(in_words(&format!("{other:?}"))),
            None => match column.converted_type() {
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64 => true,
                ConvertedType::NONE
                | ConvertedType::UTF8
                | ConvertedType::ENUM
                | ConvertedType::JSON
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64 => false,
                other => return Err(in_words(&other.to_string())),
            },
        };
        match column.physical_type() {
            kind @ (Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY) => Err(in_words(&kind.to_string())),
            _ => Ok(Leaf {
                list,
                unsigned,
                present: column.max_def_level(),
                element: column.repeated_ancestor_def_level(),
            }),
        }
    }

    /// Appends the texts of the next rows and tells how many there were; `wrong` is told of rows with bytes that are no
    /// text, counted from 0.
    pub(super) fn read(
        &self,
        reader: &mut ColumnReader,
        rows: usize,
        column: &mut Column,
        wrong: impl FnMut(usize),
    ) -> Result<usize, ParquetError> {
        let Leaf { list, unsigned, .. } = *self;
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value, text| write!(text, "{value}").is_ok())
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value, text| match unsigned {
                    true => write!(text, "{}", value.cast_unsigned()).is_ok(),
                    false => write!(text, "{value}").is_ok(),
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value, text| match unsigned {
                    true => write!(text, "{}", value.cast_unsigned()).is_ok(),
                    false => write!(text, "{value}").is_ok(),
                })
            }
            ColumnReader::FloatColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value, text| {
                    push_float(text, *value);
                    true
                })
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value, text| {
                    push_float(text, *value);
                    true
                })
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.texts(reader, rows, column, wrong, |value: &ByteArray, text| {
                    let Ok(value) = std::str::from_utf8(value.data()) else { return false };
                    match list {
                        true => text.push_str(&serde_json::Value::from(value).to_string()),
                        false => text.push_str(value),
                    }
                    true
                })
            }
            // Refused when the file was opened.
            ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => Ok(0),
        }
    }

    /// The same with `push`, which appends the text of a value, or says that it has none.
    fn texts<T: DataType>(
        &self,
        reader: &mut ColumnReaderImpl<T>,
        rows: usize,
        column: &mut Column,
        mut wrong: impl FnMut(usize),
        push: impl Fn(&T::T, &mut String) -> bool,
    ) -> Result<usize, ParquetError> {
        let (mut present, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (read, _, levels) =
            reader.read_records(rows, Some(&mut present), Some(&mut repeated), &mut values)?;
        let mut values = values.iter();
        let there = [self.present];
        let mut place = 0;
        for row in 0..read {
            let next = match self.list {
                true => (place + 1..levels).find(|&next| repeated.get(next) == Some(&0)).unwrap_or(levels),
                false => place + 1,
            };
            // Where every value is there, no levels are stored.
            let levels = present.get(place..next).unwrap_or(&there);
            place = next;
            let mut push = |text: &mut String, otherwise| match values.next() {
                Some(value) if push(value, text) => {}
                Some(_) => wrong(row),
                None => text.push_str(otherwise),
            };
            column.push_with(|text| match levels {
                [level] if !self.list && *level == self.present => push(text, ""),
                _ if !self.list => {}
                // The row has no list, or an empty one.
                [level] if *level + 1 < self.element => {}
                [level] if *level < self.element => text.push_str("[]"),
                _ => {
                    for (place, &level) in levels.iter().enumerate() {
                        text.push(if place == 0 { '[' } else { ',' });
                        match level == self.present {
                            true => push(text, "null"),
                            false => text.push_str("null"),
                        }
                    }
                    text.push(']');
                }
            });
        }
        Ok(read)
    }
}

fn is_list(root: &Type) -> bool {
    let about = root.get_basic_info();
    about.logical_type_ref() == Some(&LogicalType::List) || about.converted_type() == ConvertedType::LIST
}

/// `Timestamp(TimestampType { .. })`, `DATE` as `values of the type timestamp`, `date`.
fn in_words(kind: &str) -> String {
    let name = kind.split('(').next().unwrap_or(kind);
    format!("values of the type {}", name.to_lowercase())
}
