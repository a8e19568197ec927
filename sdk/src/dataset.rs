//! The data that a predictor is handed: named, borrowed columns and a header.

use crate::{Error, Header, Result};
use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Names of the columns that the host gives.
pub mod names {
    /// Feature matrix: rows × features of `f64`.
    pub const FEATURES: &str = "features";
    /// Target: one `f64` a row, higher is better; invalid where a row is unlabelled.
    pub const TARGET: &str = "target";
    /// Genotype: rows × decisions of `u16`.
    pub const GENOTYPE: &str = "genotype";
    /// Row identity: two `u64` a row.
    pub const IDENTITY: &str = "identity";
    /// Token sequences: ragged `u32`.
    pub const SEQUENCE: &str = "sequence";
    /// Network files: text, an absolute path a row.
    pub const NETWORK: &str = "network";
    /// Curves: `curve:` and the metric; ragged `f64`.
    pub const CURVE_PREFIX: &str = "curve:";
    /// Costs: `cost:` and a name; one `f64` a row.
    pub const COST_PREFIX: &str = "cost:";
    /// Graphs: `graph:full:` or `graph:pruned:` and `labels`, `parts`, `edges`.
    pub const GRAPH_PREFIX: &str = "graph:";
}

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
    pub(crate) name: &'a str,
    pub(crate) shape: Shape,
    pub(crate) width: usize,
    pub(crate) values: Values<'a>,
    pub(crate) offsets: &'a [u64],
    pub(crate) validity: &'a [u8],
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

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        match self.shape {
            Shape::Fixed => row * self.width..(row + 1) * self.width,
            Shape::Ragged | Shape::Text => self.offsets[row] as usize..self.offsets[row + 1] as usize,
        }
    }

    fn present(&self, cell: usize) -> bool {
        self.validity.is_empty() || self.validity[cell] != 0
    }

    fn wrong(&self, expected: &str) -> Error {
        Error::bad_data(format!("column `{}` does not hold {expected}", self.name))
    }

    fn f64s(&self) -> Result<&'a [f64]> {
        match self.values {
            Values::F64(values) => Ok(values),
            _ => Err(self.wrong("64-bit floats")),
        }
    }

    fn u32s(&self) -> Result<&'a [u32]> {
        match self.values {
            Values::U32(values) => Ok(values),
            _ => Err(self.wrong("unsigned 32-bit integers")),
        }
    }
}

/// Rows of architectures with what is known of them. All of it is borrowed for the length of one call.
#[derive(Debug)]
pub struct Dataset<'a> {
    rows: usize,
    header_text: &'a str,
    header: OnceLock<Header>,
    columns: Vec<Column<'a>>,
}

impl<'a> Dataset<'a> {
    /// A data set from its parts. The header is JSON text; it is parsed when it is first asked for.
    pub fn new(rows: usize, header: &'a str, columns: Vec<Column<'a>>) -> Self {
        Self { rows, header_text: header, header: OnceLock::new(), columns }
    }

    /// Number of rows; may be 0.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// What is known of all rows: names of features, units, horizon, vocabularies.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when it is not what this SDK understands.
    pub fn header(&self) -> Result<&Header> {
        if let Some(header) = self.header.get() {
            return Ok(header);
        }
        let header = if self.header_text.is_empty() {
            Header::default()
        } else {
            serde_json::from_str(self.header_text).map_err(|error| {
                Error::bad_data(format!("the header of the data is not understood: {error}"))
            })?
        };
        Ok(self.header.get_or_init(|| header))
    }

    /// The header's JSON text.
    pub fn header_text(&self) -> &'a str {
        self.header_text
    }

    /// All columns.
    pub fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }

    /// The column of this name, if there is one.
    pub fn column(&self, name: &str) -> Option<&Column<'a>> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn need(&self, name: &str) -> Result<&Column<'a>> {
        self.column(name).ok_or_else(|| {
            Error::bad_data(format!("the data have no column `{name}`, which this predictor needs"))
        })
    }

    /// The feature matrix.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there are no features.
    pub fn features(&self) -> Result<Features<'a>> {
        let column = self.need(names::FEATURES)?;
        let values = column.f64s()?;
        Ok(Features {
            values: ArrayView2::from_shape((self.rows, column.width), values)
                .map_err(|_| column.wrong("one value for each row and feature"))?,
            validity: column.validity,
        })
    }

    /// The targets, where every row must have one. Higher is better.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there is no target or a row lacks it.
    pub fn targets(&self) -> Result<ArrayView1<'a, f64>> {
        let column = self.need(names::TARGET)?;
        if let Some(row) = column.validity.iter().position(|&valid| valid == 0) {
            return Err(Error::bad_data(format!(
                "row {row} has no target, and this predictor does not use such rows"
            )));
        }
        Ok(ArrayView1::from(column.f64s()?))
    }

    /// The target of each row, `None` for an unlabelled one. Higher is better.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there is no target at all.
    pub fn labels(&self) -> Result<Vec<Option<f64>>> {
        let column = self.need(names::TARGET)?;
        let values = column.f64s()?;
        Ok(values.iter().enumerate().map(|(row, &value)| column.present(row).then_some(value)).collect())
    }

    /// Number of rows with a target.
    pub fn labelled(&self) -> usize {
        match self.column(names::TARGET) {
            None => 0,
            Some(column) if column.validity.is_empty() => self.rows,
            Some(column) => column.validity.iter().filter(|&&valid| valid != 0).count(),
        }
    }

    /// The genotypes: rows × decisions.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there are none.
    pub fn genotypes(&self) -> Result<ArrayView2<'a, u16>> {
        let column = self.need(names::GENOTYPE)?;
        match column.values {
            Values::U16(values) => ArrayView2::from_shape((self.rows, column.width), values)
                .map_err(|_| column.wrong("one value for each row and decision")),
            _ => Err(column.wrong("unsigned 16-bit integers")),
        }
    }

    /// The learning curve of this metric.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there is none.
    pub fn curve(&self, metric: &str) -> Result<Curve<'a>> {
        let column = *self.need(&format!("{}{metric}", names::CURVE_PREFIX))?;
        column.f64s()?;
        Ok(Curve { column })
    }

    /// The token sequences.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there are none.
    pub fn sequences(&self) -> Result<Sequences<'a>> {
        let column = *self.need(names::SEQUENCE)?;
        column.u32s()?;
        Ok(Sequences { column })
    }

    /// The graphs of this form.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there are none.
    pub fn graphs(&self, form: GraphForm) -> Result<Graphs<'a>> {
        let part = |what: &str| -> Result<Column<'a>> {
            let column = *self.need(&form.column(what))?;
            column.u32s()?;
            Ok(column)
        };
        Ok(Graphs { labels: part("labels")?, parts: part("parts")?, edges: part("edges")? })
    }

    /// The network file of each row, an absolute path; `None` where a row has none.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there are none.
    pub fn networks(&self) -> Result<Vec<Option<&'a str>>> {
        self.texts(names::NETWORK)
    }

    /// The text of each row of a text column; `None` where it is missing.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there is no such column or it is not text.
    pub fn texts(&self, name: &str) -> Result<Vec<Option<&'a str>>> {
        let column = self.need(name)?;
        let (Shape::Text, Values::U8(bytes)) = (column.shape, column.values) else {
            return Err(column.wrong("text"));
        };
        (0..self.rows)
            .map(|row| {
                let text =
                    std::str::from_utf8(&bytes[column.range(row)]).map_err(|_| column.wrong("UTF-8"))?;
                Ok(column.present(row).then_some(text))
            })
            .collect()
    }

    /// A cost of each row by name, `None` where it is unknown.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when there is none of this name.
    pub fn cost(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let column = self.need(&format!("{}{name}", names::COST_PREFIX))?;
        let values = column.f64s()?;
        Ok(values.iter().enumerate().map(|(row, &value)| column.present(row).then_some(value)).collect())
    }

    /// The 128-bit identity of a row, in two halves: the same network has the same identity in every data set.
    pub fn identity(&self, row: usize) -> Option<[u64; 2]> {
        let column = self.column(names::IDENTITY)?;
        match column.values {
            Values::U64(values) if column.width == 2 && row < self.rows => {
                Some([values[2 * row], values[2 * row + 1]])
            }
            _ => None,
        }
    }
}

/// The feature matrix and which of its cells are missing.
#[derive(Debug, Clone, Copy)]
pub struct Features<'a> {
    values: ArrayView2<'a, f64>,
    validity: &'a [u8],
}

impl<'a> Features<'a> {
    /// Rows × features. A missing cell holds NaN: see [`Features::complete`] for predictors that cannot take it.
    pub fn values(&self) -> ArrayView2<'a, f64> {
        self.values
    }

    /// Whether this cell has a value.
    pub fn is_present(&self, row: usize, feature: usize) -> bool {
        self.validity.is_empty() || self.validity[row * self.values.ncols() + feature] != 0
    }

    /// The matrix, where no cell may be missing.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) that names the first missing cell.
    pub fn complete(&self) -> Result<ArrayView2<'a, f64>> {
        match self.validity.iter().position(|&valid| valid == 0) {
            None => Ok(self.values),
            Some(cell) => Err(Error::bad_data(format!(
                "row {} lacks feature {}, and this predictor takes no missing features",
                cell / self.values.ncols(),
                cell % self.values.ncols()
            ))),
        }
    }

    /// Whether all features of this row have a value.
    pub fn row_is_complete(&self, row: usize) -> bool {
        let width = self.values.ncols();
        self.validity.is_empty()
            || self.validity[row * width..(row + 1) * width].iter().all(|&valid| valid != 0)
    }
}

/// One learning curve for each row.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    column: Column<'a>,
}

impl<'a> Curve<'a> {
    /// The values of a row, from the first epoch on; empty where the row has no curve.
    pub fn row(&self, row: usize) -> &'a [f64] {
        match self.column.values {
            Values::F64(values) if self.column.present(row) => &values[self.column.range(row)],
            _ => &[],
        }
    }
}

/// One token sequence for each row.
#[derive(Debug, Clone, Copy)]
pub struct Sequences<'a> {
    column: Column<'a>,
}

impl<'a> Sequences<'a> {
    /// The tokens of a row.
    pub fn row(&self, row: usize) -> &'a [u32] {
        match self.column.values {
            Values::U32(values) => &values[self.column.range(row)],
            _ => &[],
        }
    }
}

/// Which graph of an architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphForm {
    /// Every operation, `none` and skips included.
    Full,
    /// Dead parts gone, skips contracted; may be empty.
    Pruned,
}

impl GraphForm {
    /// Name of the column that holds `labels`, `parts` or `edges` of this form.
    pub fn column(self, what: &str) -> String {
        let form = match self {
            Self::Full => "full",
            Self::Pruned => "pruned",
        };
        format!("{}{form}:{what}", names::GRAPH_PREFIX)
    }
}

/// One graph for each row.
#[derive(Debug, Clone, Copy)]
pub struct Graphs<'a> {
    labels: Column<'a>,
    parts: Column<'a>,
    edges: Column<'a>,
}

/// The graph of one row: nodes with labels, directed edges.
#[derive(Debug, Clone, Copy)]
pub struct GraphRow<'a> {
    /// Label of each node, a number in the space's vocabulary.
    pub labels: &'a [u32],
    /// Part of each node (the cell that it belongs to).
    pub parts: &'a [u32],
    /// Edges: source, target, position among the target's inputs.
    pub edges: &'a [[u32; 3]],
}

impl<'a> Graphs<'a> {
    /// The graph of a row.
    pub fn row(&self, row: usize) -> GraphRow<'a> {
        let slice = |column: &Column<'a>| match column.values {
            Values::U32(values) => &values[column.range(row)],
            _ => &[],
        };
        GraphRow {
            labels: slice(&self.labels),
            parts: slice(&self.parts),
            edges: slice(&self.edges).as_chunks::<3>().0,
        }
    }
}
