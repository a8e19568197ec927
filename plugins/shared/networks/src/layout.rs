//! Where each layer's parameters lie in the one flat buffer of a network.

use crate::Real;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};

/// Hands out places in a flat buffer, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    length: usize,
}

/// The place of a matrix; a vector is a matrix of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    start: usize,
    rows: usize,
    columns: usize,
}

impl Layout {
    /// The next place for a matrix of this shape.
    pub fn matrix(&mut self, rows: usize, columns: usize) -> Place {
        let place = Place { start: self.length, rows, columns };
        self.length += rows * columns;
        place
    }

    /// The next place for a vector.
    pub fn vector(&mut self, length: usize) -> Place {
        self.matrix(1, length)
    }

    /// Number of parameters so far: the length of the buffer.
    pub fn length(&self) -> usize {
        self.length
    }
}

impl Place {
    /// Where it lies in the buffer.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.rows * self.columns
    }

    /// The matrix in this buffer.
    ///
    /// # Panics
    /// When the buffer is shorter than the layout's length.
    pub fn view<'a, F: Real>(&self, buffer: &'a [F]) -> ArrayView2<'a, F> {
        ArrayView2::from_shape((self.rows, self.columns), &buffer[self.range()])
            .expect("the range of a place has its shape")
    }

    /// The matrix in this buffer, to be changed.
    ///
    /// # Panics
    /// When the buffer is shorter than the layout's length.
    pub fn view_mut<'a, F: Real>(&self, buffer: &'a mut [F]) -> ArrayViewMut2<'a, F> {
        ArrayViewMut2::from_shape((self.rows, self.columns), &mut buffer[self.range()])
            .expect("the range of a place has its shape")
    }

    /// The entries, row after row, as a vector.
    ///
    /// # Panics
    /// When the buffer is shorter than the layout's length.
    pub fn flat<'a, F: Real>(&self, buffer: &'a [F]) -> ArrayView1<'a, F> {
        ArrayView1::from(&buffer[self.range()])
    }

    /// The entries, row after row, as a vector to be changed.
    ///
    /// # Panics
    /// When the buffer is shorter than the layout's length.
    pub fn flat_mut<'a, F: Real>(&self, buffer: &'a mut [F]) -> ArrayViewMut1<'a, F> {
        ArrayViewMut1::from(&mut buffer[self.range()])
    }
}
