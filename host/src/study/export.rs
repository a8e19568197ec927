//! Results and splits as tables for other programs.

use super::{Results, StudyError, StudyHeader, Tables, write_splits};
use crate::table::{Column, DataSpec, Kind, Rows, TableWriter, number::push_float};
use std::path::Path;

/// What of the results is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exported {
    /// A row for each cell with its metrics: the same bytes wherever the study ran.
    #[default]
    Metrics,
    /// The same with the seconds that were measured, which differ from run to run.
    MetricsAndTimes,
    /// A row for each tested row of each cell: prediction, deviation, target.
    Predictions,
}

/// Writes results in the order of members, budgets and trials.
///
/// # Errors
/// A file that cannot be written, or whose name does not say its format.
pub fn export_results(results: &Results, what: Exported, path: &Path) -> Result<usize, StudyError> {
    let mut sheet = Sheet::default();
    match what {
        Exported::Metrics => metrics(results, false, &mut sheet),
        Exported::MetricsAndTimes => metrics(results, true, &mut sheet),
        Exported::Predictions => predictions(results, &mut sheet),
    }
    let names: Vec<(String, Kind)> =
        sheet.columns.iter().map(|(column, kind)| (column.name().to_owned(), *kind)).collect();
    let mut writer = TableWriter::create(path, &names)?;
    let columns: Vec<Column> = sheet.columns.into_iter().map(|(column, _)| column).collect();
    let rows = columns.first().map_or(0, Column::len);
    writer.write(&columns)?;
    writer.finish()?;
    Ok(rows)
}

/// Writes the rows of the trials by their ids, which are read from the tables of the study.
///
/// # Errors
/// A table that is no longer there or has changed; a file that cannot be written.
pub fn export_splits(results: &Results, path: &Path, here: &Path) -> Result<usize, StudyError> {
    let header = results.header();
    let read = |spec: &DataSpec, digest: &str| -> Result<Rows, StudyError> {
        let rows = Rows::read(spec, here)?;
        match rows.table().digest() == digest {
            true => Ok(rows),
            false => {
                let what = format!("{} is not the table that the study ran on", rows.table().origin());
                Err(StudyError::Unknown { what })
            }
        }
    };
    let train = read(&header.data, &header.table.digest)?;
    let test = tested_spec(header).map(|(spec, digest)| read(&spec, digest)).transpose()?;
    let tables = Tables { train: &train, test: test.as_ref() };
    write_splits(path, results.splits(), tables)?;
    Ok(results.splits().iter().map(|split| split.test.len() + split.train.len()).sum())
}

fn tested_spec(header: &StudyHeader) -> Option<(DataSpec, &str)> {
    let other = header.test_table.as_ref()?;
    Some((DataSpec { table: Some(other.origin.clone()), ..header.data.clone() }, &other.digest))
}

/// Columns that are filled row by row.
#[derive(Default)]
struct Sheet {
    columns: Vec<(Column, Kind)>,
    at: usize,
}

impl Sheet {
    fn row(&mut self) {
        self.at = 0;
    }

    /// The next field of the row; the first row makes the column.
    fn field(&mut self, name: &str, kind: Kind, write: impl FnOnce(&mut String)) {
        if self.at == self.columns.len() {
            self.columns.push((Column::new(name.to_owned()), kind));
        }
        self.columns[self.at].0.push_with(write);
        self.at += 1;
    }

    fn text(&mut self, name: &str, value: &str) {
        self.field(name, Kind::Text, |text| text.push_str(value));
    }

    fn count(&mut self, name: &str, value: Option<u64>) {
        self.field(name, Kind::Integer, |text| {
            text.push_str(&value.map_or(String::new(), |value| value.to_string()))
        });
    }

    fn number(&mut self, name: &str, value: Option<f64>) {
        self.field(name, Kind::Number, |text| {
            if let Some(value) = value {
                push_float(text, value);
            }
        });
    }

    fn cell(&mut self, cell: &super::Cell) {
        self.row();
        self.text("member", &cell.setting.member);
        self.count("labels", cell.setting.labels.map(|labels| labels as u64));
        self.count("fidelity", cell.setting.fidelity.map(u64::from));
        self.count("trial", Some(cell.trial as u64));
    }
}

fn metrics(results: &Results, times: bool, sheet: &mut Sheet) {
    for (result, measured) in results.all_cells() {
        sheet.cell(&result.cell);
        for &metric in results.metrics() {
            sheet.number(&metric.to_string(), results.value(&result.cell, metric).ok());
        }
        let missing = result.predictions.iter().filter(|value| value.is_none()).count();
        sheet.count("rows", Some(result.predictions.len() as u64));
        sheet.count("missing", Some(missing as u64));
        let reason = result.failure.as_deref().or_else(|| result.missing.keys().next().map(String::as_str));
        sheet.text("reason", reason.unwrap_or_default());
        sheet.number("initialization_table_s", result.table_seconds.initialization);
        sheet.number("query_table_s", result.table_seconds.query);
        if times {
            let good = result.failure.is_none();
            sheet.number("fit_measured_s", good.then_some(measured.fit));
            sheet.number("predict_row_measured_s", good.then_some(measured.predict_row));
            sheet.number("predict_alone_measured_s", good.then_some(measured.predict_alone));
        }
    }
}

fn predictions(results: &Results, sheet: &mut Sheet) {
    for (result, _) in results.all_cells() {
        let Some(split) = results.split(result.cell.trial) else { continue };
        for (place, prediction) in result.predictions.iter().enumerate() {
            sheet.cell(&result.cell);
            sheet.count("row", split.test.get(place).map(|&row| row as u64));
            sheet.number("target", split.test_targets.get(place).copied());
            sheet.number("prediction", *prediction);
            let deviation = result.deviations.as_ref().and_then(|deviations| *deviations.get(place)?);
            sheet.number("deviation", deviation);
        }
    }
}
