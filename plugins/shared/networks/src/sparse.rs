//! Sparse matrices over the nodes of graphs, row by row.

use crate::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

/// A sparse matrix, built row after row. An entry that occurs twice counts twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sparse<F> {
    /// Where the entries of each row end.
    ends: Vec<usize>,
    /// Column and value.
    entries: Vec<(usize, F)>,
}

impl<F: Real> Sparse<F> {
    /// Without rows.
    pub fn new() -> Self {
        Self { ends: Vec::new(), entries: Vec::new() }
    }

    /// Adds a row: its columns and their values. The sum of a product goes in this order.
    pub fn push(&mut self, row: impl IntoIterator<Item = (usize, F)>) {
        self.entries.extend(row);
        self.ends.push(self.entries.len());
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Columns and values of a row.
    pub fn row(&self, row: usize) -> &[(usize, F)] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[start..self.ends[row]]
    }

    /// `M x`.
    ///
    /// # Panics
    /// When `x` has fewer rows than the matrix has columns.
    pub fn times(&self, x: ArrayView2<'_, F>) -> Array2<F> {
        let mut product = Array2::zeros((self.rows(), x.ncols()));
        self.add_times(x, product.view_mut());
        product
    }

    /// Adds `M x` to the target.
    ///
    /// # Panics
    /// When `x` has fewer rows than the matrix has columns, or the target fewer than the matrix.
    pub fn add_times(&self, x: ArrayView2<'_, F>, mut target: ArrayViewMut2<'_, F>) {
        for row in 0..self.rows() {
            let mut sum = target.row_mut(row);
            for &(column, value) in self.row(row) {
                sum.scaled_add(value, &x.row(column));
            }
        }
    }

    /// Adds `Mᵀ y` to the target.
    ///
    /// # Panics
    /// When `y` has fewer rows than the matrix, or the target fewer than the matrix has columns.
    pub fn add_transposed_times(&self, y: ArrayView2<'_, F>, mut target: ArrayViewMut2<'_, F>) {
        for row in 0..self.rows() {
            let from = y.row(row);
            for &(column, value) in self.row(row) {
                target.row_mut(column).scaled_add(value, &from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn products_are_those_of_the_dense_matrix() {
        let dense = array![[2.0, 0.0, -1.0], [0.0, 0.0, 0.0]];
        let mut sparse = Sparse::new();
        sparse.push([(0, 1.5), (2, -1.0), (0, 0.5)]);
        sparse.push([]);
        assert_eq!((sparse.rows(), sparse.row(1)), (2, &[][..]));
        let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        assert_eq!(sparse.times(x.view()), dense.dot(&x));
        let y = array![[1.0, -2.0], [3.0, 4.0]];
        let mut target = Array2::ones((3, 2));
        sparse.add_transposed_times(y.view(), target.view_mut());
        assert_eq!(target, dense.t().dot(&y) + 1.0);
    }
}
