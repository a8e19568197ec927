//! The borrowed columns of the boundary as a [`Dataset`].

use crate::{
    Dataset, Error, Result,
    dataset::{Column, Shape, Values},
};
use archcast_abi::{DatasetView, element, kind};

/// The data set of a view, checked: lengths, offsets, alignment, UTF-8.
///
/// # Errors
/// `bad_data` that names the column.
pub fn dataset_of_view<'a>(view: &DatasetView<'a>) -> Result<Dataset<'a>> {
    let rows = usize::try_from(view.rows)
        .map_err(|_| Error::bad_data(format!("{} rows do not fit into memory", view.rows)))?;
    let mut columns = Vec::with_capacity(view.columns.len());
    for column in view.columns.as_slice() {
        columns.push(column_of_view(rows, column)?);
    }
    Ok(Dataset::new(rows, view.header.as_str(), columns))
}

fn column_of_view<'a>(rows: usize, column: &archcast_abi::Column<'a>) -> Result<Column<'a>> {
    let name = column.name.as_str();
    let bytes = column.bytes.as_slice();
    let broken =
        |_| Error::bad_data(format!("column `{name}`: its bytes are not aligned or not whole elements"));
    let values = match column.element {
        element::F64 => Values::F64(bytemuck::try_cast_slice(bytes).map_err(broken)?),
        element::U16 => Values::U16(bytemuck::try_cast_slice(bytes).map_err(broken)?),
        element::U32 => Values::U32(bytemuck::try_cast_slice(bytes).map_err(broken)?),
        element::U64 => Values::U64(bytemuck::try_cast_slice(bytes).map_err(broken)?),
        element::U8 => Values::U8(bytes),
        other => {
            return Err(Error::bad_data(format!(
                "column `{name}` has element type {other}, unknown to this SDK"
            )));
        }
    };
    let shape = match column.kind {
        kind::FIXED => Shape::Fixed,
        kind::RAGGED => Shape::Ragged,
        kind::TEXT => Shape::Text,
        other => {
            return Err(Error::bad_data(format!("column `{name}` has kind {other}, unknown to this SDK")));
        }
    };
    let width = usize::try_from(column.width).unwrap_or(usize::MAX);
    Column::new(rows, name, shape, width, values, column.offsets.as_slice(), column.validity.as_slice())
}
