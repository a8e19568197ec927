//! Data sets with a column changed or hidden, and their bytes.

use crate::{
    Dataset, Result,
    dataset::{Column, Values, names},
};

/// The same rows as a query sees them: without targets.
pub fn without_targets<'a>(data: &Dataset<'a>) -> Dataset<'a> {
    let kept = data.columns().iter().filter(|column| column.name() != names::TARGET).copied().collect();
    Dataset::new(data.rows(), data.header_text(), kept)
}

/// The numbers of a column, to be changed; `None` where there is no such column or it holds something else.
pub fn numbers(data: &Dataset<'_>, name: &str) -> Option<Vec<f64>> {
    match data.column(name)?.values() {
        Values::F64(values) => Some(values.to_vec()),
        _ => None,
    }
}

/// The same rows with other numbers in one column.
pub fn with_numbers<'a>(data: &Dataset<'a>, name: &str, numbers: &'a [f64]) -> Result<Dataset<'a>> {
    let mut columns = data.columns().to_vec();
    for column in columns.iter_mut().filter(|column| column.name() == name) {
        let values = Values::F64(numbers);
        let (shape, width) = (column.shape(), column.width());
        *column = Column::new(
            data.rows(),
            column.name(),
            shape,
            width,
            values,
            column.offsets(),
            column.validity(),
        )?;
    }
    Ok(Dataset::new(data.rows(), data.header_text(), columns))
}

/// The first element of a column that is not marked missing.
pub fn first_present(data: &Dataset<'_>, name: &str) -> Option<usize> {
    let column = data.column(name)?;
    match column.validity() {
        [] => (!column.values().is_empty()).then_some(0),
        validity => validity.iter().position(|&valid| valid != 0),
    }
}

/// Every byte of every column, by the column's name.
pub fn bytes_of(data: &Dataset<'_>) -> Vec<(String, Vec<u8>)> {
    let bytes = |column: &Column<'_>| {
        let values: &[u8] = match column.values() {
            Values::F64(values) => bytemuck::cast_slice(values),
            Values::U16(values) => bytemuck::cast_slice(values),
            Values::U32(values) => bytemuck::cast_slice(values),
            Values::U64(values) => bytemuck::cast_slice(values),
            Values::U8(values) => values,
        };
        [values, bytemuck::cast_slice(column.offsets()), column.validity()].concat()
    };
    data.columns().iter().map(|column| (column.name().to_owned(), bytes(column))).collect()
}
