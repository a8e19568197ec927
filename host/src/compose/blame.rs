//! Which failures of reading the data are mistakes of `[data]`, and in which of its keys.

use super::{Composition, ConfigError, Mistake, PlanError, SplitError};
use crate::{
    space::SpaceError,
    table::{DataError, TableError},
};
use std::error::Error;

/// The section itself, among the places of its keys.
pub(super) const SECTION: &str = "";

impl Composition {
    /// Reads another table, named on the command line: what is wrong with it is then no mistake of the file.
    pub fn replace_table(&mut self, table: String) {
        self.data.table = Some(table);
        self.data_places.remove("table");
    }

    /// Trains on another number of rows, given on the command line.
    pub fn replace_labels(&mut self, labels: usize) {
        self.data.labels = Some(labels);
        self.data_places.remove("labels");
    }

    /// A failure to read the data, at its place in the file where it is a mistake of the file.
    pub fn blame(&self, error: DataError) -> PlanError {
        let key = match &error {
            DataError::MissingKey { .. } => Some(SECTION),
            DataError::Fidelity { .. } => Some("fidelity"),
            DataError::Space(SpaceError::Unknown { .. }) => Some("space"),
            DataError::Table(TableError::UnknownBuiltin { .. }) => Some("table"),
            DataError::Table(TableError::NoColumn { column, .. }) => self.key_of_column(column),
            _ => None,
        };
        match key.and_then(|key| self.mistake_in_data(key, &error)) {
            Some(mistake) => mistake.into(),
            None => error.into(),
        }
    }

    /// A failure to draw training rows as a mistake of the file, where it is one.
    pub fn blame_split(&self, error: &SplitError) -> Option<ConfigError> {
        match error {
            SplitError::TooFew { .. } => self.mistake_in_data("labels", error),
            SplitError::NoTarget => self.mistake_in_data(SECTION, error),
            _ => None,
        }
    }

    fn key_of_column(&self, column: &str) -> Option<&'static str> {
        let data = &self.data;
        let target = data.target.as_ref().map(|target| &target.column);
        let keys =
            [("architecture", data.architecture.as_ref()), ("id", data.id.as_ref()), ("target", target)];
        keys.into_iter().find(|(_, named)| named.is_some_and(|named| named == column)).map(|(key, _)| key)
    }

    fn mistake_in_data(&self, key: &str, error: &dyn Error) -> Option<ConfigError> {
        let place = match self.data_places.get(key) {
            Some(place) => place.clone(),
            None if key == SECTION => 0..self.text.len().min(1),
            None => return None,
        };
        Some(self.error(vec![Mistake::new(place, error.to_string())]))
    }
}
