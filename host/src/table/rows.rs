//! A table as its description says to read it: rows with an identity, architectures, a target.

mod derived;
mod read;

use std::sync::Arc;

use derived::Derived;
use ndarray::ArrayView2;

use super::repeats::pick;
use super::seconds::{Spent, mean};
use super::{Column, Curves, DataError, DataSpec, Networks, Table, Target};
use crate::space::digest::sha256_u128;
use crate::space::{Pool, Space};

/// The rows of a table that count, in the order of the file.
#[derive(Debug, Clone)]
pub struct Rows {
    table: Table,
    spec: DataSpec,
    space: Option<Space>,
    ids: Column,
    genotypes: Option<Pool>,
    identities: Vec<u128>,
    target: Option<Target>,
    curves: Curves,
    spent: Vec<Spent>,
    trained: Vec<Option<u32>>,
    networks: Option<Networks>,
    repeated: Option<Repeated>,
    warnings: Vec<String>,
    derived: Arc<Derived>,
}

/// What rows were before those of one architecture became one.
#[derive(Debug, Clone)]
struct Repeated {
    table: Table,
    /// For each row of now the rows of then.
    groups: Vec<Vec<usize>>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The table that the rows stand in: where several became one (`repeats = "mean"`), the first of them.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The description by which they were read, defaults filled in.
    pub fn spec(&self) -> &DataSpec {
        &self.spec
    }

    /// The space of the architectures, if there is one.
    pub fn space(&self) -> Option<&Space> {
        self.space.as_ref()
    }

    /// What tells a row apart: the field of its id column, or the text of its architecture. Rows that `repeats = "keep"`
    /// kept can share it.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The architectures (n × g), where there is a space.
    pub fn genotypes(&self) -> Option<ArrayView2<'_, u16>> {
        self.genotypes.as_ref().map(|genotypes| genotypes.view())
    }

    /// 128 bits for each row that are the same wherever the row stands: from the space and the genotype, or else from
    /// the content of the network's file, or else from the id.
    pub fn identities(&self) -> &[u128] {
        &self.identities
    }

    /// 128 bits that are the same for rows that are the same network, told by their canonical texts; `None` where there is
    /// no space.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn network_identity(&self, row: usize) -> Option<u128> {
        let (space, genotypes) = (self.space.as_ref()?, self.genotypes.as_ref()?);
        Some(self.derived.network_identity(row, self.len(), || {
            let text = space.canonical(&genotypes.row(row).to_vec());
            sha256_u128(&[b"network\0", space.digest().as_bytes(), text.as_bytes()])
        }))
    }

    /// The value to predict, where the description names one.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
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
        self.spent.get(row)?.until(epochs, self.trained[row])
    }

    /// The network files, where the description names them.
    pub fn networks(&self) -> Option<&Networks> {
        self.networks.as_ref()
    }

    /// What is odd and yet no mistake, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A column as numbers, one for each row, read once; an empty field is a missing value. Where several rows became one
    /// (`repeats = "mean"`), it is the mean of what is known.
    ///
    /// # Errors
    /// As [`Table::numbers`].
    pub fn numbers(&self, column: &str) -> Result<Arc<[Option<f64>]>, DataError> {
        self.derived.numbers(column, || match &self.repeated {
            None => Ok(self.table.numbers(column)?),
            Some(before) => Ok(mean_of_groups(&before.table.numbers(column)?, &before.groups)),
        })
    }
}

/// The mean of what is known in each group.
fn mean_of_groups(numbers: &[Option<f64>], groups: &[Vec<usize>]) -> Vec<Option<f64>> {
    groups.iter().map(|rows| mean(pick(numbers, rows).into_iter().flatten())).collect()
}

#[cfg(test)]
mod tests;
