//! One column of text.

/// A named column. Its fields lie one after the other in a single text, so that a table of millions of rows is a few
/// allocations.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    text: String,
    ends: Vec<usize>,
}

impl Column {
    pub(super) fn new(name: String) -> Column {
        Column { name, text: String::new(), ends: Vec::new() }
    }

    pub(super) fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    /// Its name in the header.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of fields: the table's number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The field of a row, as it stands in the file.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    /// The fields in the order of the rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }
}
