//! The noise ceiling: how well repeated runs of one and the same training agree. No predictor can be expected to agree better
//! with one run than another run does.

use super::{StudyError, StudyFiles, metrics::kendall_tau_b, sets::target_of, statistics::mean};
use crate::table::Rows;

/// Repeated runs of the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    /// The columns, where they are columns.
    pub columns: Vec<String>,
    /// For each run its value of each row.
    values: Vec<Vec<Option<f64>>>,
}

impl Runs {
    /// The runs that a study names, or else the columns `TARGET_run1`, `TARGET_run2` and so on, or else the rows that became
    /// one (`repeats = "mean"`). Nothing where there are fewer than two.
    ///
    /// # Errors
    /// Columns that are not there or hold no numbers, or only one.
    pub fn of(files: &StudyFiles, rows: &Rows) -> Result<Option<Self>, StudyError> {
        let target = target_of(rows)?;
        let columns: Vec<String> = match &files.spec.runs {
            Some(named) if named.len() == 1 => {
                return Err(files.wrong(
                    "runs",
                    "one run does not show how much runs differ; name at least two columns, or none"
                        .to_owned(),
                ));
            }
            Some(named) => named.clone(),
            None => {
                let is_there = |name: &String| rows.table().column(name).is_ok();
                (1..).map(|run| format!("{}_run{run}", target.column)).take_while(is_there).collect()
            }
        };
        if columns.len() >= 2 {
            let values = columns.iter().map(|column| rows.numbers(column).map(|numbers| numbers.to_vec()));
            let values =
                values.collect::<Result<_, _>>().map_err(|error| files.wrong("runs", error.to_string()))?;
            return Ok(Some(Self { columns, values }));
        }
        let each = rows.runs();
        let most = each.iter().map(Vec::len).max().unwrap_or(0);
        let run = |run: usize| each.iter().map(|runs| runs.get(run).copied()).collect();
        let values: Vec<Vec<Option<f64>>> = (0..most).map(run).collect();
        Ok((most >= 2).then_some(Self { columns: Vec::new(), values }))
    }

    /// The mean Kendall tau of two runs over these rows, those with both; `None` where no two runs have two rows in common
    /// that differ.
    pub fn ceiling(&self, tested: &[usize]) -> Option<f64> {
        let mut taus = Vec::new();
        for (place, one) in self.values.iter().enumerate() {
            for other in &self.values[place + 1..] {
                let pairs = tested.iter().filter_map(|&row| Some((one[row]?, other[row]?)));
                let (one, other): (Vec<f64>, Vec<f64>) = pairs.unzip();
                taus.extend(kendall_tau_b(&one, &other));
            }
        }
        mean(&taus)
    }
}
