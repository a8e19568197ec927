//! Whole curves, before any cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::list::{Item, item, items};
use super::{CurveSource, CurveSpec};
use crate::space::nearest::clip;
use crate::table::{DataError, DataSpec, Mistakes, Table};

/// The whole curves of all rows.
#[derive(Debug, Clone, Default)]
pub(in crate::table) struct FullCurves {
    pub by_name: BTreeMap<String, FullCurve>,
}

/// One metric of all rows.
#[derive(Debug, Clone, Default)]
pub(in crate::table) struct FullCurve {
    /// For each row the values from the first epoch on; an empty list is missing. Ends before the first value that is
    /// not finite.
    pub values: Arc<Vec<Vec<f64>>>,
    /// Epochs that were trained, those with values that are not finite included.
    pub trained: Vec<u32>,
    /// Names of the columns by epoch, where there is one for each.
    pub columns: Vec<String>,
    /// Rows whose curve goes over into values that are not finite.
    pub diverged: usize,
}

impl FullCurve {
    /// The value of each row at an epoch, from 1.
    pub fn at(&self, epoch: u32) -> Vec<Option<f64>> {
        let index = (epoch as usize).checked_sub(1);
        self.values.iter().map(|row| index.and_then(|index| row.get(index)).copied()).collect()
    }

    /// Adds a row: its values up to where they end or diverge.
    ///
    /// # Errors
    /// The epoch, from 1, of a value that follows a missing one.
    fn push(&mut self, items: impl Iterator<Item = Item>) -> Result<(), usize> {
        let (mut values, mut trained) = (Vec::new(), 0);
        let (mut ended, mut diverged) = (false, false);
        for (index, item) in items.enumerate() {
            match item {
                Item::Missing => ended = true,
                _ if ended => return Err(index + 1),
                Item::Diverged => diverged = true,
                Item::Number(number) if !diverged => values.push(number),
                Item::Number(_) => {}
            }
            if !ended {
                trained = u32::try_from(index + 1).unwrap_or(u32::MAX);
            }
        }
        self.diverged += usize::from(diverged);
        Arc::make_mut(&mut self.values).push(values);
        self.trained.push(trained);
        Ok(())
    }
}

impl FullCurves {
    /// Reads the curves that a description names; what is wrong with one goes to `failures`.
    pub fn read(table: &Table, spec: &DataSpec, failures: &mut Vec<DataError>) -> Self {
        let mut by_name = BTreeMap::new();
        for (name, curve) in &spec.curves {
            match read_one(table, name, curve) {
                Ok(curve) => drop(by_name.insert(name.clone(), curve)),
                Err(error) => failures.push(error),
            }
        }
        Self { by_name }
    }

    /// Epochs that a row was trained, by its longest curve; `None` where it has none.
    pub fn trained(&self, row: usize) -> Option<u32> {
        let lengths = self.by_name.values().filter_map(|curve| curve.trained.get(row).copied());
        lengths.max().filter(|&epochs| epochs > 0)
    }
}

impl CurveSpec {
    /// Whether a table has its column or columns.
    pub(in crate::table) fn is_in(&self, table: &Table) -> bool {
        match &self.source {
            CurveSource::Wide(pattern) => wide_columns(table, pattern).is_ok(),
            CurveSource::List(column) => table.column(column).is_ok(),
        }
    }
}

fn read_one(table: &Table, name: &str, curve: &CurveSpec) -> Result<FullCurve, DataError> {
    let wrong =
        |what: String| DataError::Curve { origin: table.origin().to_owned(), curve: name.to_owned(), what };
    let (read, mistakes) = match &curve.source {
        CurveSource::List(column) => read_lists(table, column)?,
        CurveSource::Wide(pattern) => read_wide(table, &wide_columns(table, pattern).map_err(&wrong)?)?,
    };
    if mistakes.is_empty() {
        return Ok(read);
    }
    let what = match &curve.source {
        CurveSource::List(column) => {
            format!("{} in `{column}` cannot be read{mistakes}", mistakes.counted("list"))
        }
        CurveSource::Wide(_) => format!("{} cannot be read{mistakes}", mistakes.counted("row")),
    };
    Err(wrong(what))
}

/// The columns of a pattern by epoch, or what is wrong with it.
fn wide_columns(table: &Table, pattern: &str) -> Result<Vec<String>, String> {
    let Some((before, after)) = pattern.split_once("{epoch}") else {
        return Err(format!("its columns `{pattern}` do not hold `{{epoch}}`"));
    };
    let mut columns: Vec<(u32, &str)> = table
        .columns()
        .iter()
        .filter_map(|column| {
            let number = column.name().strip_prefix(before)?.strip_suffix(after)?;
            // A sign is no part of an epoch's number, though `parse` takes it.
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            Some((number.parse().ok().filter(|_| digits)?, column.name()))
        })
        .collect();
    columns.sort_unstable();
    let Some(&(first, _)) = columns.first() else {
        let names = table.columns().iter().map(|column| column.name());
        let near = crate::space::nearest::nearest(&pattern.replace("{epoch}", "1"), names);
        let near = near.map_or(String::new(), |near| format!("; the nearest is `{near}`"));
        return Err(format!("no column is named like `{pattern}`{near}"));
    };
    for (place, (epoch, column)) in (first..).zip(&columns) {
        if place != *epoch {
            return Err(match columns.iter().find(|(other, name)| other == epoch && name != column) {
                Some((_, other)) => format!("both `{other}` and `{column}` are epoch {epoch}"),
                None => format!("epoch {place} has no column, although there is `{column}`"),
            });
        }
    }
    if first > 1 {
        return Err(format!("its first column is epoch {first}; a curve begins at epoch 0 or 1"));
    }
    Ok(columns.into_iter().map(|(_, name)| name.to_owned()).collect())
}

fn read_wide(table: &Table, names: &[String]) -> Result<(FullCurve, Mistakes), DataError> {
    let columns = names.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
    let mut curve = FullCurve { columns: names.to_vec(), ..FullCurve::default() };
    let mut mistakes = Mistakes::default();
    for row in 0..table.len() {
        let mut items = Vec::with_capacity(columns.len());
        for column in &columns {
            let field = column.get(row).trim();
            match item(field) {
                Some(item) => items.push(item),
                None => {
                    let text = || format!("`{}` in `{}` is not a number", clip(field), column.name());
                    mistakes.push(table.line(row), text);
                    break;
                }
            }
        }
        if let Err(epoch) = curve.push(items.into_iter()) {
            let name = names.get(epoch.saturating_sub(1)).map_or("", String::as_str);
            mistakes.push(table.line(row), || format!("a hole: `{name}` has a value after a missing one"));
        }
    }
    Ok((curve, mistakes))
}

fn read_lists(table: &Table, column: &str) -> Result<(FullCurve, Mistakes), DataError> {
    let mut curve = FullCurve::default();
    let mut mistakes = Mistakes::default();
    for (row, field) in table.column(column)?.iter().enumerate() {
        match items(field) {
            Ok(items) => {
                if let Err(epoch) = curve.push(items.into_iter()) {
                    let hole = || format!("a hole: epoch {epoch} has a value after a missing one");
                    mistakes.push(table.line(row), hole);
                }
            }
            Err(reason) => mistakes.push(table.line(row), || reason),
        }
    }
    Ok((curve, mistakes))
}
