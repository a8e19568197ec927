//! The data that a predictor is handed: named, borrowed columns and a header.

mod column;
mod inputs;

pub use column::{Column, Shape, Values};
pub use inputs::{Curve, Features, GraphForm, GraphRow, Graphs, Sequences};

use crate::{Error, Header, Result};
use ndarray::{ArrayView1, ArrayView2};
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
    /// The cost that the host gives: seconds that the row's training took, up to the fidelity where there is one.
    pub const SECONDS: &str = "seconds";
    /// Graphs: `graph:full:` or `graph:pruned:` and `labels`, `parts`, `edges`.
    pub const GRAPH_PREFIX: &str = "graph:";
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
