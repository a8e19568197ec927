//! What is worked out of rows when it is first asked for, and kept: the rows themselves never change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::table::DataError;

/// A column as numbers.
type Numbers = Arc<[Option<f64>]>;

/// Numbers of columns and identities of networks, as far as they were asked for.
#[derive(Debug, Default)]
pub struct Derived {
    numbers: Mutex<HashMap<String, Numbers>>,
    networks: OnceLock<Box<[OnceLock<u128>]>>,
}

impl Derived {
    /// The numbers of a column, read unless they were before.
    pub fn numbers(
        &self,
        column: &str,
        read: impl FnOnce() -> Result<Vec<Option<f64>>, DataError>,
    ) -> Result<Numbers, DataError> {
        let known = || self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = known().get(column) {
            return Ok(Arc::clone(numbers));
        }
        let numbers = Numbers::from(read()?);
        known().insert(column.to_owned(), Arc::clone(&numbers));
        Ok(numbers)
    }

    /// The identity of the network of one of so many rows, worked out unless it was before.
    pub fn network_identity(&self, row: usize, rows: usize, work_out: impl FnOnce() -> u128) -> u128 {
        let networks = self.networks.get_or_init(|| (0..rows).map(|_| OnceLock::new()).collect());
        match networks.get(row) {
            Some(network) => *network.get_or_init(work_out),
            None => work_out(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_column_is_read_once_and_a_failure_is_told_each_time() {
        let (derived, reads) = (Derived::default(), Cell::new(0));
        let read = || {
            reads.set(reads.get() + 1);
            Ok(vec![Some(1.5), None])
        };
        for _ in 0..3 {
            assert_eq!(derived.numbers("a", read).unwrap()[..], [Some(1.5), None]);
        }
        assert_eq!(reads.get(), 1);
        let wrong = || Err(DataError::MissingKey { key: "table", mend: "name one" });
        assert!(derived.numbers("b", wrong).is_err() && derived.numbers("b", wrong).is_err());
    }

    #[test]
    fn a_network_is_worked_out_once() {
        let derived = Derived::default();
        assert_eq!(derived.network_identity(1, 2, || 7), 7);
        assert_eq!(derived.network_identity(1, 2, || 8), 7);
        assert_eq!(derived.network_identity(0, 2, || 8), 8);
    }
}
