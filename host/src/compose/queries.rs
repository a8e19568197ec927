//! Rows to fit on or to predict: some of a table, or architectures alone.

use super::{
    ModelError,
    data::{NamedCurve, curves_of},
};
use crate::{
    encoding::Encoding,
    space::{Pool, Space},
    table::Rows,
};
use ndarray::{Array2, ArrayView2, Axis, concatenate};

/// Rows that are encoded at a time.
const BLOCK: usize = 1024;

/// Rows with all that is known of them.
#[derive(Debug, Clone)]
pub struct Queries<'a> {
    table: Option<(&'a Rows, Vec<usize>)>,
    identities: Vec<u128>,
    genotypes: Option<Pool>,
    space: Option<&'a Space>,
    /// The final epoch and the epochs seen.
    epochs: (Option<u32>, Option<u32>),
}

impl<'a> Queries<'a> {
    /// These rows of a table, in this order.
    pub fn of_rows(rows: &'a Rows, selected: &[usize]) -> Self {
        Self {
            identities: selected.iter().map(|&row| rows.identities()[row]).collect(),
            genotypes: rows.genotypes().map(|all| all.select(Axis(0), selected)),
            space: rows.space(),
            epochs: (rows.curves().horizon, rows.curves().fidelity),
            table: Some((rows, selected.to_vec())),
        }
    }

    /// Architectures of which nothing else is known.
    pub fn of_genotypes(
        space: Option<&'a Space>,
        genotypes: ArrayView2<'_, u16>,
        identities: &[u128],
    ) -> Self {
        let (identities, genotypes) = (identities.to_vec(), Some(genotypes.to_owned()));
        Self { table: None, identities, genotypes, space, epochs: (None, None) }
    }

    /// Those at these places.
    pub fn select(&self, places: &[usize]) -> Self {
        Self {
            table: self
                .table
                .as_ref()
                .map(|(rows, selected)| (*rows, places.iter().map(|&place| selected[place]).collect())),
            identities: places.iter().map(|&place| self.identities[place]).collect(),
            genotypes: self.genotypes.as_ref().map(|all| all.select(Axis(0), places)),
            ..*self
        }
    }

    /// These and others after them. Of architectures that are in no table nothing else is known, and then of none.
    #[must_use]
    pub fn and(&self, others: &Queries<'a>) -> Self {
        let table = match (&self.table, &others.table) {
            (Some((rows, first)), Some((_, then))) => Some((*rows, [&first[..], then].concat())),
            _ => None,
        };
        let both = self.genotypes.as_ref().zip(others.genotypes.as_ref());
        Self {
            table,
            identities: [&self.identities[..], &others.identities].concat(),
            // They are of one space, and so as wide as each other.
            genotypes: both.and_then(|(first, then)| concatenate(Axis(0), &[first.view(), then.view()]).ok()),
            ..*self
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.identities.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.identities.is_empty()
    }

    /// What tells each row apart.
    pub fn identities(&self) -> &[u128] {
        &self.identities
    }

    /// The architectures, where there is a space.
    pub fn genotypes(&self) -> Option<ArrayView2<'_, u16>> {
        self.genotypes.as_ref().map(|genotypes| genotypes.view())
    }

    /// The table and the rows of it, where there is one.
    pub fn table(&self) -> Option<(&'a Rows, &[usize])> {
        self.table.as_ref().map(|(rows, selected)| (*rows, &selected[..]))
    }

    /// Their space.
    pub fn space(&self) -> Option<&'a Space> {
        self.space
    }

    /// What is equal for rows that are the same network: by their canonical texts, or where there is no space by their
    /// identities.
    pub fn networks(&self) -> Vec<u128> {
        match &self.table {
            Some((rows, selected)) => selected
                .iter()
                .zip(&self.identities)
                .map(|(&row, &identity)| rows.network_identity(row).unwrap_or(identity))
                .collect(),
            None => self.identities.clone(),
        }
    }

    /// A column of the table as numbers.
    ///
    /// # Errors
    /// [`ModelError::NeedsColumn`] where there is no table; a column that is not there or not numeric.
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, ModelError> {
        let Some((rows, selected)) = &self.table else {
            return Err(ModelError::NeedsColumn { column: column.to_owned() });
        };
        let all = rows.numbers(column)?;
        Ok(selected.iter().map(|&row| all[row]).collect())
    }

    /// The rows in an encoding, block by block, so that the whole need not be in memory at once; nothing where there is no
    /// space.
    pub fn encode_blocks(&self, encoding: Encoding, mut take: impl FnMut(usize, Array2<f64>)) {
        let (Some(space), Some(genotypes)) = (self.space, &self.genotypes) else { return };
        for (block, genotypes) in genotypes.axis_chunks_iter(Axis(0), BLOCK).enumerate() {
            let first = block * BLOCK;
            let kept = self.table.as_ref().and_then(|(rows, selected)| {
                rows.encoded(encoding, selected.get(first..first + genotypes.nrows())?)
            });
            take(first, kept.unwrap_or_else(|| encoding.encode(space, genotypes)));
        }
    }

    /// The network file of each row and the shape of one input, where the data have network files.
    pub fn network_files(&self) -> Option<(Vec<Option<String>>, &[u32])> {
        let (rows, selected) = self.table.as_ref()?;
        let networks = rows.networks()?;
        let path =
            |row: &usize| networks.paths[*row].as_ref().map(|path| path.to_string_lossy().into_owned());
        Some((selected.iter().map(path).collect(), &networks.input))
    }

    /// These curves.
    ///
    /// # Errors
    /// [`ModelError::NeedsColumn`] where there is no table; a curve that the data do not name.
    pub fn curves(&self, names: &[String]) -> Result<Vec<NamedCurve>, ModelError> {
        match (&self.table, names.first()) {
            (_, None) => Ok(Vec::new()),
            (Some((rows, selected)), _) => Ok(curves_of(rows, names, Some(selected))?),
            (None, Some(first)) => Err(ModelError::NeedsColumn { column: format!("curve:{first}") }),
        }
    }

    /// The final epoch and the epochs seen.
    pub fn epochs(&self) -> (Option<u32>, Option<u32>) {
        self.epochs
    }

    /// Seconds that each row's training took up to the epochs seen, or all of it; `None` where that is not known.
    pub fn seconds(&self) -> Vec<Option<f64>> {
        match &self.table {
            Some((rows, selected)) => {
                selected.iter().map(|&row| rows.seconds(row, rows.curves().fidelity)).collect()
            }
            None => vec![None; self.len()],
        }
    }
}
