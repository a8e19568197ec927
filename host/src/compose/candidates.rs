//! The rows of a table that are to be predicted, some thousands at a time.

use super::FittedModel;
use crate::{
    space::Space,
    table::{Batches, DataError, DataSpec, Mistakes, Rows, Table, TableError, TableSource},
};
use std::path::Path;

/// Rows as a model's own description says to read them, in batches: memory does not grow with the table. An id or an
/// architecture may come again in a later batch. A model whose predictions of a row depend on the others gets all rows
/// at once.
#[derive(Debug)]
pub struct Candidates {
    batches: Batches,
    spec: DataSpec,
    space: Option<Space>,
    first: Option<Rows>,
}

impl Candidates {
    /// Opens the table that the model was fitted on, or another; paths are relative to `base_dir`. It need not have the
    /// target.
    ///
    /// # Errors
    /// Those of [`Rows::read`], as far as the first batch shows them.
    pub fn open(model: &FittedModel, table: Option<&str>, base_dir: &Path) -> Result<Self, DataError> {
        let mut spec = model.header().data.clone();
        if let Some(table) = table {
            spec.table = Some(table.to_owned());
        }
        let Some(name) = &spec.table else {
            return Err(DataError::MissingKey { key: "table", mend: "name a table to predict" });
        };
        let source = TableSource::resolve(name, base_dir)?;
        let spec = spec.or(source.defaults());
        let space = spec.space.as_deref().map(|space| Space::open(space, base_dir)).transpose()?;
        let size = if model.row_independent() { Batches::ROWS } else { usize::MAX };
        let batches = Batches::open(&source, size)?;
        let mut candidates = Self { batches, spec, space, first: None };
        if let Some(table) = candidates.batches.next().transpose()? {
            candidates.first = Some(candidates.first_rows(table)?);
        }
        Ok(candidates)
    }

    fn first_rows(&mut self, table: Table) -> Result<Rows, DataError> {
        let target = self.spec.target.as_ref().map(|target| target.column.clone());
        match self.rows(table.clone()) {
            Err(error) if error.lacks_column(target.as_deref()) => {
                self.spec.target = None;
                self.rows(table)
            }
            read => read,
        }
        .map_err(|error| self.all_of(error))
    }

    fn rows(&self, table: Table) -> Result<Rows, DataError> {
        Rows::from_table(table, self.spec.clone(), self.space.clone())
    }

    /// A mistake of a batch together with those of its kind in the batches that follow.
    fn all_of(&mut self, mut error: DataError) -> DataError {
        while let Some(Ok(table)) = self.batches.next() {
            if let Err(later) = self.rows(table) {
                add(&mut error, later);
            }
        }
        error
    }
}

impl Iterator for Candidates {
    type Item = Result<Rows, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(rows) = self.first.take() {
            return Some(Ok(rows));
        }
        let rows = self.batches.next()?.map_err(DataError::from).and_then(|table| self.rows(table));
        Some(rows.map_err(|error| self.all_of(error)))
    }
}

fn add(error: &mut DataError, later: DataError) {
    let pair: Option<(&mut Mistakes, Mistakes)> = match (error, later) {
        (DataError::Architectures { mistakes, .. }, DataError::Architectures { mistakes: later, .. })
        | (DataError::EmptyIds { mistakes, .. }, DataError::EmptyIds { mistakes: later, .. })
        | (DataError::Repeated { mistakes, .. }, DataError::Repeated { mistakes: later, .. }) => {
            Some((mistakes, later))
        }
        (
            DataError::Table(TableError::NotNumbers { column, mistakes, .. }),
            DataError::Table(TableError::NotNumbers { column: same, mistakes: later, .. }),
        ) if *column == same => Some((mistakes, later)),
        _ => None,
    };
    if let Some((mistakes, later)) = pair {
        mistakes.append(later);
    }
}
