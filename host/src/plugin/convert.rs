//! Data sets on their way across the boundary, seen from the host.

use archcast_sdk::{
    Dataset,
    archcast_abi::{Column, abi_stable::std_types::RSlice, element, kind},
    dataset::{Shape, Values},
};

/// The columns of a data set as the boundary's; kept alive by the caller for the length of a call.
pub fn columns_of<'a>(data: &'a Dataset<'_>) -> Vec<Column<'a>> {
    data.columns()
        .iter()
        .map(|column| {
            let (element, bytes) = match column.values() {
                Values::F64(values) => (element::F64, bytemuck::cast_slice(values)),
                Values::U16(values) => (element::U16, bytemuck::cast_slice(values)),
                Values::U32(values) => (element::U32, bytemuck::cast_slice(values)),
                Values::U64(values) => (element::U64, bytemuck::cast_slice(values)),
                Values::U8(values) => (element::U8, values),
                _ => (u32::MAX, &[][..]),
            };
            Column {
                name: column.name().into(),
                kind: match column.shape() {
                    Shape::Fixed => kind::FIXED,
                    Shape::Ragged => kind::RAGGED,
                    Shape::Text => kind::TEXT,
                },
                element,
                width: column.width() as u64,
                bytes: RSlice::from_slice(bytes),
                offsets: RSlice::from_slice(column.offsets()),
                validity: RSlice::from_slice(column.validity()),
            }
        })
        .collect()
}
