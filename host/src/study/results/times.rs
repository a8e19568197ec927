//! The two clocks at a budget.

use super::{Results, Setting};
use crate::study::statistics::mean;

/// The two clocks of a member at a budget. What the table says comes from another machine than what was measured here, so
/// they are two numbers; charts use the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// Seconds of training the labelled rows by the table, mean over trials; `None` where that is not known.
    pub initialization_table: Option<f64>,
    /// Seconds of fitting, tuning included, measured here: median over trials.
    pub initialization_measured: f64,
    /// Seconds of training a row to the epochs seen by the table, mean over trials; `None` where that is not known.
    pub query_table: Option<f64>,
    /// Seconds of predicting a row, measured here: median over trials.
    pub query_measured: f64,
    /// Seconds of predicting a row that is asked alone, measured here: median over trials.
    pub query_alone_measured: f64,
}

impl Times {
    /// Initialization time in seconds; `None` where a part of it is not known.
    pub fn initialization(&self) -> Option<f64> {
        Some(self.initialization_table? + self.initialization_measured)
    }

    /// Query time of a row in seconds; `None` where a part of it is not known.
    pub fn query(&self) -> Option<f64> {
        Some(self.query_table? + self.query_measured)
    }
}

impl Results {
    /// The two clocks at a budget; `None` where no cell of it is done.
    pub fn times(&self, setting: &Setting) -> Option<Times> {
        let cells: Vec<_> = self.cells(setting).collect();
        let table = |of: fn(&crate::study::TableSeconds) -> Option<f64>| -> Option<f64> {
            let known: Option<Vec<f64>> = cells.iter().map(|(result, _)| of(&result.table_seconds)).collect();
            mean(&known?)
        };
        // A cell that failed was not measured.
        let measured = |of: fn(&crate::study::Measured) -> f64| -> f64 {
            let good = cells.iter().filter(|(result, _)| result.failure.is_none());
            median(good.map(|(_, measured)| of(measured)).collect()).unwrap_or(0.0)
        };
        (!cells.is_empty()).then(|| Times {
            initialization_table: table(|seconds| seconds.initialization),
            initialization_measured: measured(|measured| measured.fit),
            query_table: table(|seconds| seconds.query),
            query_measured: measured(|measured| measured.predict_row),
            query_alone_measured: measured(|measured| measured.predict_alone),
        })
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[middle - 1] + upper) / 2.0 })
}
