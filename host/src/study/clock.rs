//! What training cost by the table: the part of the two clocks that no run here measures.
//!
//! Initialization time is the full training of the labelled rows; query time is the training of one row to the epochs seen.
//! To both comes what measuring the columns took that a member reads.
//! Both are unknown where they are not known of a single row, and 0 where nothing is trained.

use super::{StudyMember, Tables};
use crate::table::{DataError, Rows};
use serde::{Deserialize, Serialize};

/// Seconds by the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TableSeconds {
    /// Training of all labelled rows.
    pub initialization: Option<f64>,
    /// Mean over the tested rows of the training to the epochs seen.
    pub query: Option<f64>,
}

/// What measuring the columns took that a member reads, row by row; unknown where it is not known of one of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreSeconds {
    train: Vec<Option<f64>>,
    /// Of the rows of the table that is tested, where that is another.
    test: Option<Vec<Option<f64>>>,
}

impl ScoreSeconds {
    /// What the tables say for a member.
    ///
    /// # Errors
    /// A column that the tested table lacks.
    pub fn of(member: &StudyMember, tables: Tables<'_>) -> Result<Self, DataError> {
        let Some(plan) = member.plans.values().next_back() else { return Ok(Self::default()) };
        let train = plan.query_seconds(tables.train)?;
        let test = tables.test.map(|rows| plan.query_seconds(rows)).transpose()?;
        Ok(Self { train, test })
    }

    fn trained(&self, row: usize) -> Option<f64> {
        self.train.get(row).copied().flatten()
    }

    fn tested(&self, row: usize) -> Option<f64> {
        self.test.as_ref().unwrap_or(&self.train).get(row).copied().flatten()
    }
}

impl TableSeconds {
    /// What the table says of these labelled rows, and of these tested rows trained for so many epochs; `None` for members
    /// that read no curves.
    pub fn of(
        train: (&Rows, &[usize]),
        test: (&Rows, &[usize]),
        epochs: Option<u32>,
        scores: &ScoreSeconds,
    ) -> Self {
        let (rows, labelled) = train;
        let trained = |&row: &usize| Some(rows.seconds(row, None)? + scores.trained(row)?);
        let initialization = total(labelled.iter().map(trained));
        let (rows, tested) = test;
        let partly = |row: usize| match epochs {
            None | Some(0) => Some(0.0),
            epochs => rows.seconds(row, epochs),
        };
        let asked = |&row: &usize| Some(partly(row)? + scores.tested(row)?);
        let query = total(tested.iter().map(asked)).map(|total| total / tested.len().max(1) as f64);
        Self { initialization, query }
    }
}

/// The sum, 0 of nothing; `None` where one is not known.
fn total(seconds: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    seconds.sum::<Option<f64>>().map(|total| total + 0.0)
}

/// Seconds that were measured here, on one thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Fitting, tuning and cross-fitting included.
    pub fit: f64,
    /// Predicting one row: that of all tested rows over their number.
    pub predict_row: f64,
    /// Predicting one row that is asked alone, as a search that asks row by row waits for it.
    #[serde(default)]
    pub predict_alone: f64,
    /// The whole cell.
    pub cell: f64,
    /// Of it within plugins.
    pub plugins: f64,
}
