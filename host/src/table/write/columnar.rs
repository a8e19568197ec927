//! Rows as Parquet, a row group at a time.

use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::Kind;
use crate::aside::Aside;
use crate::table::Column;

/// Rows of a group.
const ROWS: usize = 64 << 10;
/// Bytes of text after which a group has fewer rows.
const SIZE: usize = 32 << 20;

/// A Parquet file: integers and floats of 64 bits, booleans, and all else as text. Empty fields are null.
pub(super) struct Columnar {
    writer: SerializedFileWriter<Aside>,
    kinds: Vec<Kind>,
    /// Rows that wait for their group to be full.
    waiting: Vec<Column>,
}

impl Columnar {
    pub(super) fn begin(file: Aside, columns: &[(String, Kind)]) -> io::Result<Columnar> {
        let fields = columns.iter().map(|(name, kind)| field(name, *kind).map(Arc::new));
        let schema = fields
            .collect::<Result<Vec<_>, _>>()
            .and_then(|fields| Type::group_type_builder("table").with_fields(fields).build())?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
        let kinds = columns.iter().map(|(_, kind)| *kind).collect();
        let waiting = columns.iter().map(|(name, _)| Column::new(name.clone())).collect();
        Ok(Columnar { writer, kinds, waiting })
    }

    pub(super) fn write(&mut self, columns: &[Column]) -> io::Result<()> {
        self.waiting.iter_mut().zip(columns).for_each(|(waiting, column)| waiting.append(column));
        let size: usize = self.waiting.iter().map(Column::size).sum();
        if self.rows() >= ROWS || size >= SIZE { self.write_group() } else { Ok(()) }
    }

    fn rows(&self) -> usize {
        self.waiting.first().map_or(0, Column::len)
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group()?;
        for (column, kind) in self.waiting.iter_mut().zip(&self.kinds) {
            match kind {
                Kind::Flag => put::<BoolType, _>(&mut group, column, |field| field.parse().ok())?,
                Kind::Integer => put::<Int64Type, _>(&mut group, column, |field| field.parse().ok())?,
                Kind::Number => put::<DoubleType, _>(&mut group, column, |field| field.parse().ok())?,
                Kind::Text | Kind::Digits | Kind::Json => {
                    put::<ByteArrayType, _>(&mut group, column, |field| Some(ByteArray::from(field)))?;
                }
            }
            column.truncate(0);
        }
        group.close()?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.rows() > 0 {
            self.write_group()?;
        }
        self.writer.into_inner()?.commit()
    }
}

fn field(name: &str, kind: Kind) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Text | Kind::Digits | Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn put<T: DataType, F: Fn(&str) -> Option<T::T>>(
    group: &mut SerializedRowGroupWriter<'_, Aside>,
    column: &Column,
    value: F,
) -> io::Result<()> {
    let mut levels = Vec::with_capacity(column.len());
    let mut values = Vec::with_capacity(column.len());
    for field in column.iter() {
        levels.push(i16::from(!field.is_empty()));
        if !field.is_empty() {
            values.push(value(field).ok_or_else(|| {
                io::Error::other(format!("the column `{}` holds a field of another kind", column.name()))
            })?);
        }
    }
    let Some(mut writer) = group.next_column()? else {
        return Err(io::Error::other("there are more columns than were named"));
    };
    writer.typed::<T>().write_batch(&values, Some(&levels), None)?;
    writer.close()?;
    Ok(())
}
