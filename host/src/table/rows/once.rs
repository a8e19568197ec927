//! What is worked out of rows once and kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ndarray::{Array2, Axis};

use crate::encoding::Encoding;
use crate::space::{Pool, Space};

/// Widest encoding that is kept; a row of a wider one would take more than 32 KiB.
const WIDEST: usize = 4096;

/// An encoding of each row, once it was asked for.
type Encoded = Arc<[OnceLock<Box<[f64]>>]>;

/// What was worked out so far.
#[derive(Debug, Default)]
pub(super) struct Once {
    numbers: Mutex<HashMap<String, Arc<Vec<Option<f64>>>>>,
    networks: OnceLock<Box<[OnceLock<u128>]>>,
    keeps_encodings: AtomicBool,
    encodings: Mutex<HashMap<Encoding, Option<Encoded>>>,
}

/// A cell for each row.
fn cells<T>(rows: usize) -> Vec<OnceLock<T>> {
    (0..rows).map(|_| OnceLock::new()).collect()
}

impl Once {
    /// A column's numbers.
    pub(super) fn numbers<E>(
        &self,
        column: &str,
        read: impl FnOnce() -> Result<Vec<Option<f64>>, E>,
    ) -> Result<Arc<Vec<Option<f64>>>, E> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = numbers.get(column) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(read()?);
        numbers.insert(column.to_owned(), Arc::clone(&read));
        Ok(read)
    }

    /// The network that a row is.
    pub(super) fn network(&self, rows: usize, row: usize, tell: impl FnOnce() -> u128) -> u128 {
        let networks = self.networks.get_or_init(|| cells(rows).into());
        *networks[row].get_or_init(tell)
    }

    pub(super) fn keep_encodings(&self) {
        self.keeps_encodings.store(true, Ordering::Relaxed);
    }

    /// These rows in an encoding; nothing where encodings are not kept, or this one is too wide.
    pub(super) fn encoded(
        &self,
        encoding: Encoding,
        space: &Space,
        genotypes: &Pool,
        rows: &[usize],
    ) -> Option<Array2<f64>> {
        if !self.keeps_encodings.load(Ordering::Relaxed) {
            return None;
        }
        let kept = {
            let mut encodings = self.encodings.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = encodings.entry(encoding).or_insert_with(|| {
                let width = encoding.features(space).len();
                (width <= WIDEST).then(|| cells(genotypes.nrows()).into())
            });
            Arc::clone(kept.as_ref()?)
        };
        let new: Vec<usize> = rows.iter().copied().filter(|&row| kept[row].get().is_none()).collect();
        if !new.is_empty() {
            let encoded = encoding.encode(space, genotypes.select(Axis(0), &new).view());
            for (&row, values) in new.iter().zip(encoded.rows()) {
                kept[row].get_or_init(|| values.iter().copied().collect());
            }
        }
        let width = rows.first().and_then(|&row| kept[row].get()).map_or(0, |values| values.len());
        let flat: Vec<f64> = rows.iter().filter_map(|&row| kept[row].get()).flatten().copied().collect();
        Array2::from_shape_vec((rows.len(), width), flat).ok()
    }
}
