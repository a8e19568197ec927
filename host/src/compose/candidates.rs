//! The rows of a table that are to be predicted, some thousands at a time.

use super::FittedModel;
use crate::{
    space::Space,
    table::{Batches, DataError, DataSpec, Mistakes, Repeats, Rows, Table, TableError, TableSource},
};
use std::path::{Path, PathBuf};

/// Rows as a model's own description says to read them, in batches: memory does not grow with the table. An id or an
/// architecture may come again in a later batch. A model whose predictions of a row depend on the others gets all rows
/// at once.
#[derive(Debug)]
pub struct Candidates {
    batches: Batches,
    spec: DataSpec,
    space: Option<Space>,
    folder: PathBuf,
    first: Option<Rows>,
    warning: Option<String>,
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
        let folder = source.folder().unwrap_or(base_dir).to_owned();
        let spec = spec.or(source.defaults());
        let space = spec.space.as_deref().map(|space| Space::open(space, base_dir)).transpose()?;
        // A mean over repeated rows takes all of them.
        let whole = !model.row_independent() || spec.repeats == Some(Repeats::Mean);
        let batches = Batches::open(&source, if whole { usize::MAX } else { Batches::ROWS })?;
        let mut candidates = Self { batches, spec, space, folder, first: None, warning: None };
        if let Some(table) = candidates.batches.next().transpose()? {
            let spec = std::mem::take(&mut candidates.spec);
            (candidates.spec, candidates.warning) =
                Rows::spec_of_candidates(spec, &table, &model.header().curves());
            candidates.first = Some(candidates.rows(table).map_err(|error| candidates.all_of(error))?);
        }
        Ok(candidates)
    }

    /// What a user should know of how the table is read.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Number of rows in all; `None` where the table may have more than are asked, since some do not match or are repeats.
    pub fn total(&self) -> Option<usize> {
        let all = self.spec.filter.is_none() && self.spec.repeats.is_none();
        all.then(|| usize::try_from(self.batches.rows()).ok()).flatten()
    }

    fn rows(&self, table: Table) -> Result<Rows, DataError> {
        Rows::from_table(table, self.spec.clone(), self.space.clone(), &self.folder)
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
