//! Predictions on their way into a table of their own.

use super::Forecast;
use crate::table::{Column, Kind, TableWriter, WriteError, number::push_float};
use std::path::{Path, PathBuf};

/// A table with every row's prediction: id, the outputs, `missing` (the reason), `trained`, and where targets are known
/// `same_network` (as a row that trained) and `true` (the target). Its format is what the file's name says; it is written aside and renamed, so there is never half of one.
#[derive(Debug)]
pub struct ForecastFile {
    path: PathBuf,
    /// Nothing before the first rows, which say what the outputs are called.
    writer: Option<TableWriter>,
}

impl ForecastFile {
    /// A table that is not yet begun.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), writer: None }
    }

    /// Appends predictions.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn add(&mut self, forecast: &Forecast) -> Result<(), WriteError> {
        let mut columns = Vec::new();
        columns.push((Kind::Text, filled("id", forecast, |row, text| text.push_str(forecast.id(row)))));
        for (name, values) in forecast.predictions().outputs() {
            let output = filled(name, forecast, |row, text| {
                if let (None, Some(&value)) = (forecast.reason(row), values.get(row)) {
                    push_float(text, value);
                }
            });
            columns.push((Kind::Number, output));
        }
        let reason = |row, text: &mut String| text.push_str(forecast.reason(row).unwrap_or_default());
        columns.push((Kind::Text, filled("missing", forecast, reason)));
        let flag = |is: bool| if is { "true" } else { "false" };
        let trained = |row, text: &mut String| text.push_str(flag(forecast.trained(row)));
        columns.push((Kind::Flag, filled("trained", forecast, trained)));
        if forecast.has_truth() {
            let same = |row, text: &mut String| text.push_str(flag(forecast.same_network(row)));
            columns.push((Kind::Flag, filled("same_network", forecast, same)));
            let truth = filled("true", forecast, |row, text| {
                if let Some(truth) = forecast.truth(row) {
                    push_float(text, truth);
                }
            });
            columns.push((Kind::Number, truth));
        }
        let (kinds, columns): (Vec<Kind>, Vec<Column>) = columns.into_iter().unzip();
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let names = columns.iter().map(|column| column.name().to_owned()).zip(kinds);
                self.writer.insert(TableWriter::create(&self.path, &names.collect::<Vec<_>>())?)
            }
        };
        writer.write(&columns)
    }

    /// Ends the file and gives it its name.
    ///
    /// # Errors
    /// [`WriteError::File`].
    pub fn finish(self) -> Result<(), WriteError> {
        self.writer.map_or(Ok(()), TableWriter::finish)
    }
}

/// A column with one field for each row, which `write` appends to the text that it is given.
fn filled(name: &str, forecast: &Forecast, write: impl Fn(usize, &mut String)) -> Column {
    let mut column = Column::new(name.to_owned());
    (0..forecast.len()).for_each(|row| column.push_with(|text| write(row, text)));
    column
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableSource;

    #[test]
    fn every_format_has_the_same_predictions() {
        let folder = tempfile::tempdir().unwrap();
        let rows = [(Some(3), Some(-4), false), (None, None, false), (Some(-1), Some(0), true)];
        for name in ["p.csv", "p.csv.gz", "p.jsonl", "p.jsonl.gz", "p.parquet"] {
            let path = folder.path().join(name);
            let mut file = ForecastFile::new(&path);
            file.add(&Forecast::of_rows_for_tests(7, &rows[..2])).unwrap();
            file.add(&Forecast::of_rows_for_tests(9, &rows[2..])).unwrap();
            file.finish().unwrap();
            let table = TableSource::File(path).read().unwrap();
            let columns: Vec<(&str, Vec<&str>)> =
                table.columns().iter().map(|column| (column.name(), column.iter().collect())).collect();
            let expected = [
                ("id", vec!["7", "8", "9"]),
                ("mean", vec!["3", "", "-1"]),
                ("missing", vec!["", "no curve", ""]),
                ("trained", vec!["false", "false", "true"]),
                ("same_network", vec!["false"; 3]),
                ("true", vec!["-4", "", "0"]),
            ];
            assert_eq!(columns, expected, "{name}");
        }
    }

    #[test]
    fn a_file_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["p.csv.gz", "p.jsonl", "p.parquet"] {
            let mut file = ForecastFile::new(&folder.path().join(name));
            file.add(&Forecast::of_rows_for_tests(0, &[(Some(1), None, false)])).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
