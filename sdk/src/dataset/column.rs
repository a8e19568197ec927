//! One named column: elements, how they belong to rows, which are missing.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Elements of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Values<'a> {
    /// 64-bit floats.
    F64(&'a [f64]),
    /// Unsigned 16-bit integers.
    U16(&'a [u16]),
    /// Unsigned 32-bit integers.
    U32(&'a [u32]),
    /// Unsigned 64-bit integers.
    U64(&'a [u64]),
    /// Bytes; UTF-8 in a text column.
    U8(&'a [u8]),
}

impl Values<'_> {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::F64(v) => v.len(),
            Self::U16(v) => v.len(),
            Self::U32(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::U8(v) => v.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How a column's elements belong to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// `width` elements for each row.
    Fixed,
    /// Groups of `width` elements, as many for a row as its offsets say.
    Ragged,
    /// UTF-8 text between a row's offsets.
    Text,
}

/// One named column.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    pub(super) name: &'a str,
    pub(super) shape: Shape,
    pub(super) width: usize,
    pub(super) values: Values<'a>,
    offsets: &'a [u64],
    pub(super) validity: &'a [u8],
}

impl<'a> Column<'a> {
    /// A column from its parts, checked against the number of rows.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when lengths or offsets do not fit together, or text is not UTF-8.
    pub fn new(
        rows: usize,
        name: &'a str,
        shape: Shape,
        width: usize,
        values: Values<'a>,
        offsets: &'a [u64],
        validity: &'a [u8],
    ) -> Result<Self> {
        let fail = |what: String| Err(Error::bad_data(format!("column `{name}`: {what}")));
        if width == 0 {
            return fail("its width is 0; it must be at least 1".into());
        }
        let cells = match shape {
            Shape::Fixed => {
                let Some(expected) = rows.checked_mul(width) else {
                    return fail(format!("{rows} rows of {width} elements do not fit into memory"));
                };
                if values.len() != expected {
                    return fail(format!(
                        "{} elements, but {rows} rows of {width} make {expected}",
                        values.len()
                    ));
                }
                expected
            }
            Shape::Ragged | Shape::Text => {
                if offsets.len() != rows + 1 {
                    return fail(format!("{} offsets, but {rows} rows need {}", offsets.len(), rows + 1));
                }
                if offsets.windows(2).any(|pair| pair[0] > pair[1])
                    || offsets.last().is_some_and(|&end| end as usize != values.len())
                    || offsets.iter().any(|&offset| !(offset as usize).is_multiple_of(width))
                {
                    return fail(
                        "its offsets do not rise from row to row up to the number of elements".into(),
                    );
                }
                rows
            }
        };
        if !validity.is_empty() && validity.len() != cells {
            return fail(format!("{} validity bytes where {cells} are needed", validity.len()));
        }
        if shape == Shape::Text {
            match values {
                Values::U8(bytes) => {
                    let boundaries = std::str::from_utf8(bytes)
                        .map(|text| offsets.iter().all(|&offset| text.is_char_boundary(offset as usize)));
                    if boundaries != Ok(true) {
                        return fail("its text is not UTF-8".into());
                    }
                }
                _ => return fail("it is text, but its elements are not bytes".into()),
            }
        }
        Ok(Self { name, shape, width, values, offsets, validity })
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// How its elements belong to rows.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Elements in a row, or in a group of a ragged column.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All its elements, row after row.
    pub fn values(&self) -> Values<'a> {
        self.values
    }

    /// Offsets of the rows of a ragged or text column; empty for a fixed one.
    pub fn offsets(&self) -> &'a [u64] {
        self.offsets
    }

    /// Empty, or a byte for each element (fixed) or row (ragged, text): 0 is missing.
    pub fn validity(&self) -> &'a [u8] {
        self.validity
    }

    pub(super) fn range(&self, row: usize) -> std::ops::Range<usize> {
        match self.shape {
            Shape::Fixed => row * self.width..(row + 1) * self.width,
            Shape::Ragged | Shape::Text => self.offsets[row] as usize..self.offsets[row + 1] as usize,
        }
    }

    pub(super) fn present(&self, cell: usize) -> bool {
        self.validity.is_empty() || self.validity[cell] != 0
    }

    pub(super) fn wrong(&self, expected: &str) -> Error {
        Error::bad_data(format!("column `{}` does not hold {expected}", self.name))
    }

    pub(super) fn f64s(&self) -> Result<&'a [f64]> {
        match self.values {
            Values::F64(values) => Ok(values),
            _ => Err(self.wrong("64-bit floats")),
        }
    }

    pub(super) fn u32s(&self) -> Result<&'a [u32]> {
        match self.values {
            Values::U32(values) => Ok(values),
            _ => Err(self.wrong("unsigned 32-bit integers")),
        }
    }
}
