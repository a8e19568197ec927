//! From a table and its description to rows.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use ndarray::Array2;

use super::{Known, Repeated, Rows, mean_of_groups};
use crate::space::digest::sha256_u128;
use crate::space::nearest::clip;
use crate::space::{Pool, Space};
use crate::table::curves::FullCurves;
use crate::table::repeats::{groups, pick};
use crate::table::seconds::{self, Spent, mean_by_epoch};
use crate::table::unit::range;
use crate::table::{
    Column, Curves, DataError, DataSpec, Mistakes, Networks, Repeats, Table, TableSource, Target,
};

impl Rows {
    /// Reads the table that a description names; paths in it are relative to `base_dir`. What it leaves out comes from
    /// a built-in table's own description, if the table is one.
    ///
    /// # Errors
    /// [`DataError`]: the table or the space cannot be had, a column is not there, values are not numbers,
    /// architectures do not parse, rows repeat. Mistakes that do not hang on each other come all together.
    pub fn read(spec: &DataSpec, base_dir: &Path) -> Result<Rows, DataError> {
        let (table, folder, spec, space) = open(spec, base_dir)?;
        Rows::from_table(table, spec, space, &folder)
    }

    /// The description for a table of architectures to be predicted by a model that was fitted by it and reads these
    /// curves: of the target, the seconds and other curves the table may lack the columns, and an architecture may come
    /// more than once. The warning, if there is one, says what else was not applied.
    pub fn spec_of_candidates(
        mut spec: DataSpec,
        table: &Table,
        curves: &[String],
    ) -> (DataSpec, Option<String>) {
        let has = |column: &str| table.column(column).is_ok();
        spec.curves.retain(|name, curve| curves.contains(name) || curve.is_in(table));
        spec.target = spec.target.filter(|target| target.is_in(table, &spec.curves));
        spec.seconds = spec.seconds.filter(|seconds| has(seconds.column()));
        let lacking =
            spec.filter.as_ref().and_then(|filter| filter.columns().into_iter().find(|name| !has(name)));
        let warning = lacking.map(|name| {
            let origin = table.origin();
            format!(
                "{origin} has no column `{}`, so `where` was not applied and every row counts",
                clip(name)
            )
        });
        if warning.is_some() {
            spec.filter = None;
        }
        spec.repeats = spec.repeats.or(Some(Repeats::Keep));
        (spec, warning)
    }

    /// Reads a table that is in memory already; of the description, `table` and `space` are not looked at. Network files
    /// are relative to `folder`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_table(
        table: Table,
        spec: DataSpec,
        space: Option<Space>,
        folder: &Path,
    ) -> Result<Rows, DataError> {
        let mut failures = spec.mistakes();
        if space.is_some() && spec.architecture.is_none() {
            let mend = "name the column with the architectures: `architecture = \"COLUMN\"`";
            failures.push(DataError::MissingKey { key: "architecture", mend });
        } else if spec.id.is_none() && spec.architecture.is_none() && spec.network.is_none() {
            let mend = "name the column that tells rows apart: `id = \"COLUMN\"`";
            failures.push(DataError::MissingKey { key: "id", mend });
        }
        let table = match spec.filter.as_ref().map(|filter| filter.rows(&table)) {
            None => table,
            Some(Ok(rows)) => table.select(&rows),
            // Rows that do not count must not be told of, so nothing more can be said.
            Some(Err(error)) => {
                failures.push(error);
                return Err(DataError::of(failures));
            }
        };
        let mut keep = |error: DataError| failures.push(error);
        let read = spec.architecture.as_ref().map(|columns| columns.read(&table, space.as_ref()));
        let architectures = match read {
            Some(Err(errors)) => {
                errors.into_iter().for_each(&mut keep);
                None
            }
            Some(Ok(read)) => Some(read),
            None => None,
        };
        let networks = spec.network.as_ref().map(|spec| Networks::find(&table, spec, folder));
        let networks = networks.transpose().map_err(&mut keep).ok().flatten();
        let spent = spec.seconds.as_ref().map(|spec| seconds::read(&table, spec));
        let (spent, warning) = spent.transpose().map_err(&mut keep).ok().flatten().unwrap_or_default();
        let ids = match (&spec.id, &architectures, &spec.network) {
            (Some(id), _, _) => table.column(id).cloned().map_err(|error| keep(error.into())).ok(),
            (None, Some(architectures), _) => Some(architectures.texts.clone()),
            (None, None, Some(network)) if spec.architecture.is_none() => {
                table.column(&network.column).ok().cloned()
            }
            _ => None,
        };
        let curves = FullCurves::read(&table, &spec, &mut failures);
        let target =
            Target::read(&table, &spec, &curves).map_err(|error| failures.push(error)).ok().flatten();
        if let Some(ids) = &ids {
            failures.extend(require_ids(&table, ids).err());
        }
        let (true, Some(ids)) = (failures.is_empty(), ids) else { return Err(DataError::of(failures)) };

        let width = space.as_ref().map(|space| space.decisions().len());
        let texts = architectures.as_ref().map(|read| &read.texts).unwrap_or(&ids).clone();
        let flat = architectures.map(|read| read.genotypes).unwrap_or_default();
        // The shape always fits: every row gave as many values as there are decisions.
        let genotypes = width.and_then(|width| Array2::from_shape_vec((table.len(), width), flat).ok());
        let identities = identities(space.as_ref(), genotypes.as_ref(), networks.as_ref(), &ids)?;
        if spec.repeats.unwrap_or_default() == Repeats::Error {
            require_distinct(&table, &ids, ids.iter())?;
            require_distinct(&table, &texts, identities.iter())?;
        }
        let trained = (0..table.len()).map(|row| curves.trained(row).or(spec.horizon)).collect();
        let whole = Whole {
            table,
            spec,
            space,
            ids,
            genotypes,
            identities,
            target,
            curves,
            spent,
            trained,
            networks,
        };
        let mut warnings = whole.warnings();
        warnings.extend(warning);
        whole.rows(warnings)
    }
}

fn open(
    spec: &DataSpec,
    base_dir: &Path,
) -> Result<(Table, std::path::PathBuf, DataSpec, Option<Space>), DataError> {
    let Some(name) = &spec.table else {
        let mend = "write `table = \"FILE\"` or `table = \"builtin:nas-bench-201\"`";
        return Err(DataError::MissingKey { key: "table", mend });
    };
    let source = TableSource::resolve(name, base_dir)?;
    let spec = spec.clone().or(source.defaults());
    let space = spec.space.as_deref().map(|space| Space::open(space, base_dir)).transpose()?;
    let folder = source.folder().unwrap_or(base_dir).to_owned();
    Ok((source.read()?, folder, spec, space))
}

fn identities(
    space: Option<&Space>,
    genotypes: Option<&Pool>,
    networks: Option<&Networks>,
    ids: &Column,
) -> Result<Vec<u128>, DataError> {
    if let (Some(space), Some(genotypes)) = (space, genotypes) {
        return Ok(genotypes.rows().into_iter().map(|row| space.identity(row.iter())).collect());
    }
    let of_id = |id: &str| sha256_u128(&[b"id\0", id.as_bytes()]);
    let Some(networks) = networks else { return Ok(ids.iter().map(of_id).collect()) };
    let of_network = ids.iter().zip(&networks.paths).map(|(id, path)| match path {
        None => Ok(of_id(id)),
        Some(path) => match std::fs::read(path) {
            Ok(content) => Ok(sha256_u128(&[b"network\0", &content])),
            Err(error) => {
                let what = format!("cannot read {}: {error}", path.display());
                Err(DataError::Key { key: "network", what })
            }
        },
    });
    of_network.collect()
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

/// All that was read, before the fidelity is cut and rows of one architecture become one.
struct Whole {
    table: Table,
    spec: DataSpec,
    space: Option<Space>,
    ids: Column,
    genotypes: Option<Pool>,
    identities: Vec<u128>,
    target: Option<Target>,
    curves: FullCurves,
    spent: Vec<Spent>,
    trained: Vec<Option<u32>>,
    networks: Option<Networks>,
}

impl Whole {
    /// Units that the values contradict, and curves that diverge.
    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut doubt = |what: String, unit: &Option<super::super::Unit>, range: Option<(f64, f64)>| {
            let doubt =
                unit.as_ref().zip(range).and_then(|(unit, (low, high))| Some((unit, unit.doubt(low, high)?)));
            warnings
                .extend(doubt.map(|(unit, why)| format!("{what} has the unit `{}`, but {why}", unit.name())));
        };
        if let Some(target) = &self.target {
            let known = range(target.values.iter().copied().flatten());
            doubt(format!("the target `{}`", clip(&target.column)), &target.unit, known);
        }
        for (name, curve) in &self.curves.by_name {
            let unit = self.spec.curves.get(name).and_then(|curve| curve.unit.clone());
            doubt(format!("the curve `{name}`"), &unit, range(curve.values.iter().flatten().copied()));
        }
        for (name, curve) in self.curves.by_name.iter().filter(|(_, curve)| curve.diverged > 0) {
            let rows =
                if curve.diverged == 1 { "1 row".to_owned() } else { format!("{} rows", curve.diverged) };
            warnings.push(format!("the curve `{name}` diverges (NaN or infinite) in {rows}, and ends there"));
        }
        warnings
    }

    fn rows(self, warnings: Vec<String>) -> Result<Rows, DataError> {
        let (mut whole, mut repeated) = (self, None);
        if whole.spec.repeats == Some(Repeats::Mean) {
            let groups = groups(&whole.identities);
            if groups.len() < whole.table.len() {
                let table = whole.collapse(&groups);
                repeated = Some(Repeated { table, groups });
            }
            require_distinct(&whole.table, &whole.ids, whole.ids.iter())?;
        }
        let Whole {
            table,
            spec,
            space,
            ids,
            genotypes,
            identities,
            target,
            curves,
            spent,
            trained,
            networks,
        } = whole;
        let cut = Curves::cut(&curves, &spec)?;
        let known = Known {
            table,
            spec,
            space,
            ids,
            genotypes,
            identities,
            target,
            full: curves,
            spent,
            trained,
            networks,
            repeated,
            warnings,
            derived: Default::default(),
            encodings: Default::default(),
        };
        Ok(Rows { known: Arc::new(known), curves: cut })
    }

    /// Makes each group of rows one row, and gives the table as it was.
    fn collapse(&mut self, groups: &[Vec<usize>]) -> Table {
        let first: Vec<usize> = groups.iter().filter_map(|rows| rows.first()).copied().collect();
        let table = self.table.select(&first);
        let mut ids = Column::new(self.ids.name().to_owned());
        first.iter().for_each(|&row| ids.push(self.ids.get(row)));
        self.ids = ids;
        self.genotypes = self.genotypes.take().map(|all| all.select(ndarray::Axis(0), &first));
        self.identities = pick(&self.identities, &first);
        if let Some(target) = &mut self.target {
            target.values = mean_of_groups(&target.values, groups);
        }
        for curve in self.curves.by_name.values_mut() {
            let of_group = |rows: &Vec<usize>| {
                let runs: Vec<&[f64]> =
                    rows.iter().filter_map(|&row| curve.values.get(row)).map(Vec::as_slice).collect();
                mean_by_epoch(&runs)
            };
            curve.values = groups.iter().map(of_group).collect::<Vec<_>>().into();
        }
        if !self.spent.is_empty() {
            let of_group = |rows: &Vec<usize>| {
                Spent::mean(&rows.iter().filter_map(|&row| self.spent.get(row)).collect::<Vec<_>>())
            };
            self.spent = groups.iter().map(of_group).collect();
        }
        // Seconds are means over runs, and so are the epochs that they are shared out over.
        let epochs = |rows: &Vec<usize>| pick(&self.trained, rows).into_iter().flatten().max();
        self.trained = groups.iter().map(epochs).collect();
        if let Some(networks) = &mut self.networks {
            networks.paths = pick(&networks.paths, &first);
        }
        std::mem::replace(&mut self.table, table)
    }
}
