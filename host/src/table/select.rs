//! Some rows of a table as a table.

use super::{Column, Table};

impl Table {
    /// These rows in this order; they keep their lines, and the table its name and the digest of its file.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Table {
        let columns = self.columns.iter().map(|column| {
            let mut picked = Column::new(column.name().to_owned());
            rows.iter().for_each(|&row| picked.push(column.get(row)));
            picked
        });
        Table {
            origin: self.origin.clone(),
            digest: self.digest.clone(),
            columns: columns.collect(),
            lines: rows.iter().map(|&row| self.line(row)).collect(),
        }
    }
}
