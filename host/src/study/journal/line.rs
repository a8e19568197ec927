//! Lines of the journal.

use super::super::{Cell, Measured, StudyHeader, TableSeconds};
use crate::compose::conformal::{LEVELS, upper};
use archcast_sdk::Predictions;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range};

/// The version that this archcast writes, and the latest that it reads.
pub const VERSION: u64 = 1;

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// Which study it is.
    Head(Box<Head>),
    /// A finished cell: its result, which is the same on every machine, and what was measured here.
    Cell {
        /// The result.
        result: Box<CellResult>,
        /// What was measured.
        measured: Measured,
    },
}

/// Which study it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the journal.
    pub archcast_journal: u64,
    /// Digest of the study.
    pub digest: String,
    /// The first trial, and the one after the last, that were asked for.
    pub trials: [usize; 2],
    /// The study.
    pub study: StudyHeader,
}

impl Head {
    pub(super) fn of(study: &StudyHeader, trials: Range<usize>) -> Self {
        let trials = [trials.start, trials.end];
        Self { archcast_journal: VERSION, digest: study.digest(), trials, study: study.clone() }
    }
}

/// What a member said of the test rows of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellResult {
    /// The cell.
    #[serde(flatten)]
    pub cell: Cell,
    /// Its first output for each test row in the order of the split: a score, higher being better, or a mean in the target's
    /// unit; `null` where the row is missing.
    pub predictions: Vec<Option<f64>>,
    /// Its standard deviations, where it gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviations: Option<Vec<Option<f64>>>,
    /// Half the widths of its intervals around the mean by their level in percent, where it gives intervals.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub half_widths: BTreeMap<String, Vec<Option<f64>>>,
    /// Why rows are missing: places in the test set by reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, Vec<usize>>,
    /// Why the member could not be fitted or asked, where it could not; all rows are missing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What training cost by the table.
    pub table_seconds: TableSeconds,
}

impl CellResult {
    /// The result of a cell whose member answered.
    pub fn of(cell: Cell, answers: &Predictions, table_seconds: TableSeconds) -> Self {
        let mut missing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (&row, reason) in answers.missing_rows() {
            missing.entry(reason.clone()).or_default().push(row);
        }
        let told = |values: &[f64]| -> Vec<Option<f64>> {
            let told = |(row, &value): (usize, &f64)| {
                (value.is_finite() && answers.reason(row).is_none()).then_some(value)
            };
            values.iter().enumerate().map(told).collect()
        };
        let first = answers.outputs().next().map(|(_, values)| told(values));
        Self {
            predictions: first.unwrap_or_else(|| vec![None; answers.rows()]),
            deviations: answers.get("std").map(told),
            half_widths: half_widths(answers)
                .into_iter()
                .map(|(level, all)| (level.to_string(), told(&all)))
                .collect(),
            cell,
            missing,
            failure: None,
            table_seconds,
        }
    }

    /// The result of a cell whose member failed.
    pub fn failed(cell: Cell, rows: usize, reason: String, table_seconds: TableSeconds) -> Self {
        Self {
            cell,
            predictions: vec![None; rows],
            deviations: None,
            half_widths: BTreeMap::new(),
            missing: BTreeMap::new(),
            failure: Some(reason),
            table_seconds,
        }
    }
}

/// Half the widths of the intervals around the mean, by their level in percent.
fn half_widths(answers: &Predictions) -> Vec<(u8, Vec<f64>)> {
    let ends = |level: u8| Some((answers.get("mean")?, answers.get(&upper(level))?));
    let half = |level: u8| {
        let (means, ends) = ends(level)?;
        Some((level, ends.iter().zip(means).map(|(end, mean)| end - mean).collect()))
    };
    LEVELS.into_iter().filter_map(half).collect()
}
