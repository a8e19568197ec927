//! Encodings of rows that are kept, for where the same rows are taken again and again.

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

/// What was encoded so far; nothing is kept before [`keep`](Self::keep).
#[derive(Debug, Default)]
pub(super) struct Encodings {
    kept: AtomicBool,
    by_encoding: Mutex<HashMap<Encoding, Option<Encoded>>>,
}

impl Encodings {
    pub(super) fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    /// These rows in an encoding; nothing where encodings are not kept, or this one is too wide.
    pub(super) fn of(
        &self,
        encoding: Encoding,
        space: &Space,
        genotypes: &Pool,
        rows: &[usize],
    ) -> Option<Array2<f64>> {
        if !self.kept.load(Ordering::Relaxed) {
            return None;
        }
        let kept = {
            let mut by_encoding = self.by_encoding.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = by_encoding.entry(encoding).or_insert_with(|| {
                let width = encoding.features(space).len();
                (width <= WIDEST).then(|| (0..genotypes.nrows()).map(|_| OnceLock::new()).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_rows_are_those_that_are_encoded_anew() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let genotypes = Pool::from_shape_fn((4, 6), |(row, decision)| ((row + decision) % 5) as u16);
        let encodings = Encodings::default();
        assert!(encodings.of(Encoding::Path, &space, &genotypes, &[1]).is_none());
        encodings.keep();
        for rows in [vec![3, 1], vec![1, 0, 3, 3]] {
            for encoding in [Encoding::AdjacencyOneHot, Encoding::Path] {
                let kept = encodings.of(encoding, &space, &genotypes, &rows).unwrap();
                assert_eq!(kept, encoding.encode(&space, genotypes.select(Axis(0), &rows).view()));
            }
        }
    }
}
