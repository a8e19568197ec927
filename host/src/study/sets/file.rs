//! Splits as a file: a table with a row for each row of each set, by its id, so that another program can use the same rows.

use super::{Split, Tables};
use crate::{
    space::nearest::clip,
    study::StudyError,
    table::{Column, Kind, Mistakes, Rows, TableSource, TableWriter, WriteError},
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

/// Names of the sets in the file.
const SETS: [&str; 2] = ["test", "train"];

/// Writes splits as a table with the columns `trial`, `set` (`test`, `train`), `place` and `id`.
///
/// # Errors
/// [`WriteError`].
pub fn write_splits(path: &Path, splits: &[Split], tables: Tables<'_>) -> Result<(), WriteError> {
    let kinds = [("trial", Kind::Integer), ("set", Kind::Text), ("place", Kind::Integer), ("id", Kind::Text)];
    let mut writer = TableWriter::create(path, &kinds.map(|(name, kind)| (name.to_owned(), kind)))?;
    for split in splits {
        let mut columns = kinds.map(|(name, _)| Column::new(name.to_owned()));
        let sets = [(&split.test, tables.tested()), (&split.train, tables.train)];
        for ((chosen, rows), set) in sets.into_iter().zip(SETS) {
            for (place, &row) in chosen.iter().enumerate() {
                let fields =
                    [split.trial.to_string(), set.to_owned(), place.to_string(), rows.id(row).to_owned()];
                columns.iter_mut().zip(&fields).for_each(|(column, field)| column.push(field));
            }
        }
        writer.write(&columns)?;
    }
    writer.finish()
}

/// Reads splits, in the order of their trials.
///
/// # Errors
/// A file that is no table of splits; ids that the table lacks or that have no target, with their lines.
pub fn read_splits(path: &Path, tables: Tables<'_>) -> Result<Vec<Split>, StudyError> {
    let table = TableSource::File(path.to_owned()).read().map_err(crate::table::DataError::from)?;
    let column = |name: &str| table.column(name).map_err(crate::table::DataError::from);
    let (trials, sets, ids) = (column("trial")?, column("set")?, column("id")?);
    let by_id = |rows: &Rows| -> HashMap<String, usize> {
        (0..rows.len()).rev().map(|row| (rows.id(row).to_owned(), row)).collect()
    };
    let (training, tested) = (by_id(tables.train), by_id(tables.tested()));
    let mut mistakes = Mistakes::default();
    let mut splits: BTreeMap<usize, Split> = BTreeMap::new();
    for row in 0..table.len() {
        let (line, id, set) = (table.line(row), ids.get(row), sets.get(row).trim());
        let Ok(trial) = trials.get(row).trim().parse::<usize>() else {
            mistakes.push(line, || format!("`{}` is no number of a trial", clip(trials.get(row))));
            continue;
        };
        let split = splits.entry(trial).or_insert_with(|| Split { trial, ..Split::default() });
        let (known, rows, chosen) = match set {
            "test" => (&tested, tables.tested(), &mut split.test),
            "train" => (&training, tables.train, &mut split.train),
            _ => {
                mistakes.push(line, || format!("`{}` is no set; there are {}", clip(set), SETS.join(", ")));
                continue;
            }
        };
        let has_target = |row: usize| rows.target().is_some_and(|target| target.values[row].is_some());
        match known.get(id) {
            None => mistakes.push(line, || format!("`{}` is no row of the table", clip(id))),
            Some(&row) if !has_target(row) => {
                mistakes.push(line, || format!("`{}` has no target", clip(id)));
            }
            Some(&row) => chosen.push(row),
        }
    }
    for split in splits.values().filter(|split| split.test.is_empty()) {
        mistakes.push(1, || format!("trial {} tests no row", split.trial));
    }
    if !mistakes.is_empty() || splits.is_empty() {
        if splits.is_empty() && mistakes.is_empty() {
            mistakes.push(1, || "there is no row".to_owned());
        }
        return Err(StudyError::BadSplits { path: path.display().to_string(), mistakes });
    }
    let mut splits: Vec<Split> = splits.into_values().collect();
    splits.iter_mut().try_for_each(|split| split.with_targets(tables))?;
    Ok(splits)
}
