//! What a predictor reads of a data set: features, curves, sequences, graphs, row by row.

use super::{Column, Values, names};
use crate::{Error, Result};
use ndarray::ArrayView2;

/// The feature matrix and which of its cells are missing.
#[derive(Debug, Clone, Copy)]
pub struct Features<'a> {
    pub(super) values: ArrayView2<'a, f64>,
    pub(super) validity: &'a [u8],
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
    pub(super) column: Column<'a>,
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
    pub(super) column: Column<'a>,
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
    pub(super) labels: Column<'a>,
    pub(super) parts: Column<'a>,
    pub(super) edges: Column<'a>,
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
