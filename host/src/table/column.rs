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
    pub(crate) fn new(name: String) -> Column {
        Column { name, text: String::new(), ends: Vec::new() }
    }

    pub(crate) fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    /// Adds empty fields up to a number of rows.
    pub(super) fn pad(&mut self, rows: usize) {
        if self.ends.len() < rows {
            self.ends.resize(rows, self.text.len());
        }
    }

    /// Adds the fields of another column.
    pub(super) fn append(&mut self, other: &Column) {
        let before = self.text.len();
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// Bytes of all its fields.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// Takes away the fields from that row on.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    /// Adds a field that `write` appends to the text that it is given.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
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
