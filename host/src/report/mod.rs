//! The report of a study: one HTML file with charts that loads nothing, and each chart as SVG and its numbers as CSV.
//!
//! | file | what it draws |
//! |---|---|
//! | `quality` | quality against initialization time and against query time |
//! | `front` | cost against quality with the Pareto front |
//! | `winners` | the best member for each pair of budgets |
//! | `pairwise` | each member against each other one |
//! | `predicted`, `calibration` | predictions and their deviations |
//! | `table`, `made` | all numbers; how they were made |
//!
//! The charts share `numbers` (what is shown), `cost` (seconds, or what is trained), `scale`, `frame`, `legend`, `look` and
//! `drawing`.

mod calibration;
mod chart;
mod cost;
mod csv;
mod drawing;
mod escape;
mod frame;
mod front;
mod legend;
mod look;
mod made;
mod numbers;
mod page;
mod pairwise;
mod predicted;
mod quality;
mod scale;
mod table;
mod winners;

use crate::{
    study::{Results, metrics::Metric},
    write_aside,
};
use chart::Chart;
use cost::Clock;
use numbers::Numbers;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Name of the page in the folder of a study.
pub const REPORT: &str = "report.html";
/// Name of the folder of charts in the folder of a study.
pub const CHARTS: &str = "charts";

/// A report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub struct ReportError {
    path: PathBuf,
    error: io::Error,
}

/// The report of a study.
#[derive(Debug)]
pub struct Report {
    page: String,
    /// Name and text of each file of a chart.
    files: Vec<(String, String)>,
}

impl Report {
    /// The report of a study by a metric; `name` is its heading.
    pub fn of(results: &Results, metric: Metric, name: &str) -> Self {
        let numbers = Numbers::of(results, metric);
        let mut charts: Vec<Chart> = Vec::new();
        charts.extend(quality::chart(&numbers, Clock::Initialization));
        charts.extend(quality::chart(&numbers, Clock::Query));
        charts.extend(winners::chart(&numbers));
        charts.extend(pairwise::chart(&numbers));
        charts.extend(front::chart(&numbers));
        charts.extend(calibration::chart(&numbers));
        charts.extend(predicted::charts(&numbers));
        let (page, csv) = page::page(&numbers, name, &charts);
        let mut files = vec![("numbers.csv".to_owned(), csv.text().to_owned())];
        for chart in &charts {
            files.push((format!("{}.svg", chart.name), page::standalone(chart)));
            files.push((format!("{}.csv", chart.name), chart.csv.text().to_owned()));
        }
        Self { page, files }
    }

    /// The page.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Writes the page alone.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ReportError> {
        write_aside(path, self.page.as_bytes()).map_err(at(path))
    }

    /// Writes the page and the charts into the folder of a study. Gives the path of the page.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write_into(&self, folder: &Path) -> Result<PathBuf, ReportError> {
        let charts = folder.join(CHARTS);
        fs::create_dir_all(&charts).map_err(at(&charts))?;
        for (name, text) in &self.files {
            let path = charts.join(name);
            write_aside(&path, text.as_bytes()).map_err(at(&path))?;
        }
        let path = folder.join(REPORT);
        self.write(&path)?;
        Ok(path)
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> ReportError {
    move |error| ReportError { path: path.to_owned(), error }
}
