//! A table as its description says to read it: rows with an identity, architectures, a target.

mod derived;
mod encoded;
mod read;

use std::sync::Arc;

use derived::Derived;
use encoded::Encodings;
use ndarray::{Array2, ArrayView2};

use super::curves::FullCurves;
use super::repeats::pick;
use super::seconds::{Spent, mean};
use super::{Column, Curves, DataError, DataSpec, Networks, Table, Target};
use crate::encoding::Encoding;
use crate::space::digest::sha256_u128;
use crate::space::{Pool, Space};

/// The rows of a table that count, in the order of the file. A clone shares all but the curves.
#[derive(Debug, Clone)]
pub struct Rows {
    known: Arc<Known>,
    curves: Curves,
}

/// All that is known of the rows, whatever the fidelity.
#[derive(Debug)]
struct Known {
    table: Table,
    spec: DataSpec,
    space: Option<Space>,
    ids: Column,
    genotypes: Option<Pool>,
    identities: Vec<u128>,
    target: Option<Target>,
    full: FullCurves,
    spent: Vec<Spent>,
    trained: Vec<Option<u32>>,
    networks: Option<Networks>,
    repeated: Option<Repeated>,
    warnings: Vec<String>,
    derived: Derived,
    encodings: Encodings,
}

/// What rows were before those of one architecture became one.
#[derive(Debug)]
struct Repeated {
    table: Table,
    /// For each row of now the rows of then.
    groups: Vec<Vec<usize>>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.known.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.known.table.is_empty()
    }

    /// The table that the rows stand in: where several became one (`repeats = "mean"`), the first of them.
    pub fn table(&self) -> &Table {
        &self.known.table
    }

    /// The description by which they were read, defaults filled in.
    pub fn spec(&self) -> &DataSpec {
        &self.known.spec
    }

    /// The space of the architectures, if there is one.
    pub fn space(&self) -> Option<&Space> {
        self.known.space.as_ref()
    }

    /// What tells a row apart: the field of its id column, or the text of its architecture. Rows that `repeats = "keep"`
    /// kept can share it.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn id(&self, row: usize) -> &str {
        self.known.ids.get(row)
    }

    /// The architectures (n × g), where there is a space.
    pub fn genotypes(&self) -> Option<ArrayView2<'_, u16>> {
        self.known.genotypes.as_ref().map(|genotypes| genotypes.view())
    }

    /// 128 bits for each row that are the same wherever the row stands: from the space and the genotype, or else from
    /// the content of the network's file, or else from the id.
    pub fn identities(&self) -> &[u128] {
        &self.known.identities
    }

    /// 128 bits that are the same for rows that are the same network, told by their canonical texts; `None` where there is
    /// no space.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn network_identity(&self, row: usize) -> Option<u128> {
        let (space, genotypes) = (self.known.space.as_ref()?, self.known.genotypes.as_ref()?);
        Some(self.known.derived.network_identity(row, self.len(), || {
            let text = space.canonical(&genotypes.row(row).to_vec());
            sha256_u128(&[b"network\0", space.digest().as_bytes(), text.as_bytes()])
        }))
    }

    /// The value to predict, where the description names one.
    pub fn target(&self) -> Option<&Target> {
        self.known.target.as_ref()
    }

    /// The learning curves, cut at the fidelity.
    pub fn curves(&self) -> &Curves {
        &self.curves
    }

    /// Seconds that the first `epochs` epochs of a row's training took, or all of it; `None` where that is not known.
    /// Of a total it is the share of the row's epochs: the length of its longest curve, or else the horizon.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn seconds(&self, row: usize, epochs: Option<u32>) -> Option<f64> {
        self.known.spent.get(row)?.until(epochs, self.known.trained[row])
    }

    /// The network files, where the description names them.
    pub fn networks(&self) -> Option<&Networks> {
        self.known.networks.as_ref()
    }

    /// What is odd and yet no mistake, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.known.warnings
    }

    /// The same rows of which so many epochs are seen: `None` for all, 0 for none.
    #[must_use]
    pub fn at_fidelity(&self, epochs: Option<u32>) -> Rows {
        let curves = Curves::seen(&self.known.full, &self.known.spec, epochs);
        Rows { known: Arc::clone(&self.known), curves }
    }

    /// Epochs of the longest curve, whatever the fidelity; `None` where there is no curve.
    pub fn longest_curve(&self) -> Option<u32> {
        let lengths = self.known.full.by_name.values().flat_map(|curve| curve.values.iter()).map(Vec::len);
        lengths.max().and_then(|epochs| u32::try_from(epochs).ok()).filter(|&epochs| epochs > 0)
    }

    /// For each row the targets of the runs that became it (`repeats = "mean"`); nothing where the target is no column, or
    /// no row was several.
    pub fn runs(&self) -> Vec<Vec<f64>> {
        let (Some(before), Some(target)) = (&self.known.repeated, &self.known.target) else {
            return Vec::new();
        };
        let Ok(all) = before.table.numbers(&target.column) else { return Vec::new() };
        before.groups.iter().map(|runs| pick(&all, runs).into_iter().flatten().collect()).collect()
    }

    /// A column as numbers, one for each row, read once; an empty field is a missing value. Where several rows became one
    /// (`repeats = "mean"`), it is the mean of what is known.
    ///
    /// # Errors
    /// As [`Table::numbers`].
    pub fn numbers(&self, column: &str) -> Result<Arc<[Option<f64>]>, DataError> {
        self.known.derived.numbers(column, || match &self.known.repeated {
            None => Ok(self.known.table.numbers(column)?),
            Some(before) => Ok(mean_of_groups(&before.table.numbers(column)?, &before.groups)),
        })
    }

    /// An encoding of these rows, in this order, where encodings are kept ([`keep_encodings`](Self::keep_encodings)) and
    /// there is a space: row after row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn encoded(&self, encoding: Encoding, rows: &[usize]) -> Option<Array2<f64>> {
        let (space, genotypes) = (self.known.space.as_ref()?, self.known.genotypes.as_ref()?);
        self.known.encodings.of(encoding, space, genotypes, rows)
    }

    /// From now on a row is encoded once, however often it is asked for: what pays where the same rows are taken again and
    /// again, as in a study.
    pub fn keep_encodings(&self) {
        self.known.encodings.keep();
    }
}

/// The mean of what is known in each group.
fn mean_of_groups(numbers: &[Option<f64>], groups: &[Vec<usize>]) -> Vec<Option<f64>> {
    groups.iter().map(|rows| mean(pick(numbers, rows).into_iter().flatten())).collect()
}

#[cfg(test)]
mod tests;
