//! A table as its description says to read it: rows with an identity, architectures, a target.

use std::collections::HashMap;
use std::path::Path;

use ndarray::{Array2, ArrayView2};

use super::{Column, Curves, DataError, DataSpec, Goal, Mistakes, Table, TableSource, Unit};
use crate::space::digest::sha256_u128;
use crate::space::nearest::clip;
use crate::space::{Pool, Space};

/// The rows of a table, in the order of the file.
#[derive(Debug, Clone)]
pub struct Rows {
    table: Table,
    spec: DataSpec,
    space: Option<Space>,
    id_column: usize,
    genotypes: Option<Pool>,
    identities: Vec<u128>,
    target: Option<Target>,
    curves: Curves,
}

/// The value to predict, row by row, as it stands in the table: in its own unit, whatever its goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The column that it was read from.
    pub column: String,
    /// Which way is better.
    pub goal: Goal,
    /// What it is measured in.
    pub unit: Option<Unit>,
    /// One value for each row; rows without one are unlabelled.
    pub values: Vec<Option<f64>>,
}

impl Rows {
    /// Reads the table that a description names; paths in it are relative to `base_dir`. What it leaves out comes from
    /// a built-in table's own description, if the table is one.
    ///
    /// # Errors
    /// [`DataError`]: the table or the space cannot be had, a column is not there, values are not numbers,
    /// architectures do not parse, rows repeat. Mistakes of one kind come all together.
    pub fn read(spec: &DataSpec, base_dir: &Path) -> Result<Rows, DataError> {
        let Some(name) = &spec.table else {
            let mend = "write `table = \"FILE\"` or `table = \"builtin:nas-bench-201\"`";
            return Err(DataError::MissingKey { key: "table", mend });
        };
        let source = TableSource::resolve(name, base_dir)?;
        let spec = spec.clone().or(source.defaults());
        let space = spec.space.as_deref().map(|space| Space::open(space, base_dir)).transpose()?;
        Rows::from_table(source.read()?, spec, space)
    }

    /// Reads a table that is in memory already; of the description, `table` and `space` are not looked at.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_table(table: Table, spec: DataSpec, space: Option<Space>) -> Result<Rows, DataError> {
        if space.is_some() && spec.architecture.is_none() {
            let mend = "name the column with the architectures: `architecture = \"COLUMN\"`";
            return Err(DataError::MissingKey { key: "architecture", mend });
        }
        let Some(id) = spec.id.as_deref().or(spec.architecture.as_deref()) else {
            let mend = "name the column that tells rows apart: `id = \"COLUMN\"`";
            return Err(DataError::MissingKey { key: "id", mend });
        };
        let ids = table.column(id)?;
        let id_column = table.columns().iter().position(|column| column.name() == id).unwrap_or_default();
        let architectures = spec.architecture.as_deref().map(|name| table.column(name)).transpose()?;
        let target = read_target(&table, &spec)?;
        let curves = Curves::read(&table, &spec)?;
        require_ids(&table, ids)?;
        require_distinct(&table, ids, ids.iter())?;
        let (genotypes, identities) = match (&space, architectures) {
            (Some(space), Some(column)) => {
                let genotypes = parse_all(&table, space, column)?;
                let identities = genotypes.rows().into_iter().map(|row| space.identity(row.iter()));
                let identities: Vec<u128> = identities.collect();
                require_distinct(&table, column, identities.iter())?;
                (Some(genotypes), identities)
            }
            _ => (None, ids.iter().map(|id| sha256_u128(&[b"id\0", id.as_bytes()])).collect()),
        };
        Ok(Rows { id_column, genotypes, identities, target, curves, space, spec, table })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The table that the rows stand in.
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

    /// What tells a row apart, as it stands in the table.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn id(&self, row: usize) -> &str {
        self.table.columns()[self.id_column].get(row)
    }

    /// The architectures (n × g), where there is a space.
    pub fn genotypes(&self) -> Option<ArrayView2<'_, u16>> {
        self.genotypes.as_ref().map(|genotypes| genotypes.view())
    }

    /// 128 bits for each row that are the same wherever the row stands: from the space and the genotype, or else from
    /// the id.
    pub fn identities(&self) -> &[u128] {
        &self.identities
    }

    /// The value to predict, where the description names one.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// The learning curves, cut at the fidelity.
    pub fn curves(&self) -> &Curves {
        &self.curves
    }

    /// A column as numbers, one for each row; an empty field is a missing value.
    ///
    /// # Errors
    /// As [`Table::numbers`].
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, DataError> {
        Ok(self.table.numbers(column)?)
    }
}

fn read_target(table: &Table, spec: &DataSpec) -> Result<Option<Target>, DataError> {
    let Some(target) = &spec.target else { return Ok(None) };
    let values = table.numbers(&target.column)?;
    Ok(Some(Target { column: target.column.clone(), goal: target.goal, unit: target.unit.clone(), values }))
}

fn require_ids(table: &Table, ids: &Column) -> Result<(), DataError> {
    let mut mistakes = Mistakes::default();
    for (row, id) in ids.iter().enumerate() {
        if id.trim().is_empty() {
            mistakes.push(table.line(row), || "nothing here".into());
        }
    }
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(DataError::EmptyIds { origin: table.origin().to_owned(), column: ids.name().to_owned(), mistakes })
}

/// Refuses rows with the same key; `column` is the one that messages quote.
fn require_distinct<K: std::hash::Hash + Eq>(
    table: &Table,
    column: &Column,
    keys: impl Iterator<Item = K>,
) -> Result<(), DataError> {
    let mut first: HashMap<K, usize> = HashMap::with_capacity(table.len());
    let mut mistakes = Mistakes::default();
    for (row, key) in keys.enumerate() {
        let earlier = *first.entry(key).or_insert(row);
        if earlier != row {
            let line = table.line(earlier);
            mistakes.push(table.line(row), || format!("`{}` repeats line {line}", clip(column.get(row))));
        }
    }
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(DataError::Repeated { origin: table.origin().to_owned(), column: column.name().to_owned(), mistakes })
}

fn parse_all(table: &Table, space: &Space, column: &Column) -> Result<Pool, DataError> {
    let mut mistakes = Mistakes::default();
    let width = space.decisions().len();
    let mut flat = Vec::with_capacity(table.len() * width);
    for (row, text) in column.iter().enumerate() {
        match space.parse(text) {
            Ok(genotype) => flat.extend(genotype),
            Err(error) => mistakes.push(table.line(row), || error.to_string()),
        }
    }
    match Array2::from_shape_vec((table.len(), width), flat) {
        Ok(genotypes) if mistakes.is_empty() => Ok(genotypes),
        // The shape fails only where a row gave nothing, and then there is a mistake to tell of.
        _ => Err(DataError::Architectures {
            origin: table.origin().to_owned(),
            column: column.name().to_owned(),
            space: space.name().to_owned(),
            mistakes,
        }),
    }
}

#[cfg(test)]
mod tests;
