//! The rows of each trial: which are tested, and which train.
//!
//! A trial's sets depend on the study's seed and the trial's number alone, so every member sees the same rows: trials are
//! paired. The training rows stand in the order in which they were drawn, and a budget of fewer labels takes the first of
//! them: trials are nested. The test rows are the same at every budget.

mod file;
mod mutation;
mod shuffle;

pub use file::{read_splits, write_splits};

use super::{Group, Sampling, StudyError, seeds};
use crate::table::{Rows, Target};
use serde::{Deserialize, Serialize};
use shuffle::Shuffle;
use std::collections::HashSet;

/// The rows of one trial, as places in the table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The trial, from 0.
    pub trial: usize,
    /// Rows that are tested, of the table of the test.
    pub test: Vec<usize>,
    /// Rows that train, in the order in which they were drawn.
    pub train: Vec<usize>,
    /// Architectures that were drawn and that the table lacks or that were there already, so that others were drawn.
    #[serde(default)]
    pub redrawn: usize,
    /// Targets of the test rows.
    pub test_targets: Vec<f64>,
    /// Targets of the training rows.
    pub train_targets: Vec<f64>,
    /// Kendall tau between repeated runs of the test rows, where there are such: what no predictor can be expected to pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<f64>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Seed of the study.
    pub seed: u64,
    /// Rows to test.
    pub test: usize,
    /// Most rows that train.
    pub labels: usize,
    /// How.
    pub sampling: Sampling,
    /// What is never on both sides.
    pub group: Group,
}

/// The table that trains, and the one that is tested where that is another.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Training rows come from it.
    pub train: &'a Rows,
    /// Test rows come from it; left out, from the same.
    pub test: Option<&'a Rows>,
}

impl<'a> Tables<'a> {
    /// The table that is tested.
    pub fn tested(&self) -> &'a Rows {
        self.test.unwrap_or(self.train)
    }
}

/// The target of a table.
///
/// # Errors
/// There is none.
pub fn target_of(rows: &Rows) -> Result<&Target, StudyError> {
    rows.target().ok_or_else(|| StudyError::NoTarget { origin: rows.table().origin().to_owned() })
}

/// The rows with a target, in an order that does not depend on the order of the file.
pub(super) fn labelled(rows: &Rows) -> Result<Vec<usize>, StudyError> {
    let target = target_of(rows)?;
    let mut labelled: Vec<usize> = (0..rows.len()).filter(|&row| target.values[row].is_some()).collect();
    labelled.sort_by(|&a, &b| (rows.identities()[a], rows.id(a)).cmp(&(rows.identities()[b], rows.id(b))));
    Ok(labelled)
}

/// What is equal for rows that must not be on both sides of a split.
pub(super) fn group_of(rows: &Rows, row: usize, group: Group) -> u128 {
    match group {
        Group::Canonical => rows.network_identity(row).unwrap_or(rows.identities()[row]),
        Group::None => rows.identities()[row],
    }
}

impl Drawing {
    /// Draws the rows of these trials.
    ///
    /// # Errors
    /// Too few rows: with the largest number of labels that every trial can have.
    pub fn draw(&self, tables: Tables<'_>, trials: std::ops::Range<usize>) -> Result<Vec<Split>, StudyError> {
        let labelled_rows = labelled(tables.train)?;
        let tested_rows = match tables.test {
            Some(other) => labelled(other)?,
            None => labelled_rows.clone(),
        };
        if self.test == 0
            || self.test > tested_rows.len()
            || (tables.test.is_none() && self.test == tested_rows.len())
        {
            let origin = tables.tested().table().origin().to_owned();
            return Err(StudyError::TestTooLarge { origin, test: self.test, have: tested_rows.len() });
        }
        let mut splits = Vec::new();
        let mut possible = usize::MAX;
        for trial in trials {
            let mut split = match self.sampling {
                Sampling::Uniform => self.uniform(tables, &labelled_rows, &tested_rows, trial),
                Sampling::Mutation => mutation::draw(self, tables.train, &labelled_rows, trial)?,
            };
            possible = possible.min(split.train.len());
            split.with_targets(tables)?;
            splits.push(split);
        }
        if possible < self.labels {
            return Err(StudyError::TooFewRows { labels: self.labels, possible, test: self.test });
        }
        Ok(splits)
    }

    /// Each labelled row equally likely, none twice; the training rows are the next ones of the same shuffle that are no
    /// network of the test.
    fn uniform(&self, tables: Tables<'_>, labelled: &[usize], tested: &[usize], trial: usize) -> Split {
        let mut rng = seeds::of_trial(self.seed, "sets", trial);
        let mut shuffle = Shuffle::new(tested.to_vec());
        let test: Vec<usize> = (0..self.test).filter_map(|_| shuffle.next(&mut rng)).collect();
        let taken: HashSet<u128> =
            test.iter().map(|&row| group_of(tables.tested(), row, self.group)).collect();
        if tables.test.is_some() {
            shuffle = Shuffle::new(labelled.to_vec());
        }
        let mut train = Vec::with_capacity(self.labels);
        while train.len() < self.labels {
            let Some(row) = shuffle.next(&mut rng) else { break };
            if !taken.contains(&group_of(tables.train, row, self.group)) {
                train.push(row);
            }
        }
        Split { trial, test, train, ..Split::default() }
    }
}

impl Split {
    /// Reads the targets of its rows.
    ///
    /// # Errors
    /// A table without target, a row without one.
    pub(super) fn with_targets(&mut self, tables: Tables<'_>) -> Result<(), StudyError> {
        let of = |rows: &Rows, chosen: &[usize]| -> Result<Vec<f64>, StudyError> {
            let target = target_of(rows)?;
            let value = |&row: &usize| {
                target.values[row].ok_or_else(|| StudyError::NoTarget { origin: rows.id(row).to_owned() })
            };
            chosen.iter().map(value).collect()
        };
        self.test_targets = of(tables.tested(), &self.test)?;
        self.train_targets = of(tables.train, &self.train)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
