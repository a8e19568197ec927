//! What training cost by the table: the part of the two clocks that no run here measures.
//!
//! Initialization time is the full training of the labelled rows; query time is the training of one row to the epochs seen.
//! Both are unknown where they are not known of a single row, and 0 where nothing is trained.

use crate::table::Rows;
use serde::{Deserialize, Serialize};

/// Seconds by the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TableSeconds {
    /// Training of all labelled rows.
    pub initialization: Option<f64>,
    /// Mean over the tested rows of the training to the epochs seen.
    pub query: Option<f64>,
}

impl TableSeconds {
    /// What the table says of these labelled rows, and of these tested rows trained for so many epochs; `None` for members
    /// that read no curves.
    pub fn of(train: (&Rows, &[usize]), test: (&Rows, &[usize]), epochs: Option<u32>) -> Self {
        let (rows, labelled) = train;
        let initialization = labelled.iter().map(|&row| rows.seconds(row, None)).sum::<Option<f64>>();
        let (rows, tested) = test;
        let query = match epochs {
            None | Some(0) => Some(0.0),
            epochs => {
                let total = tested.iter().map(|&row| rows.seconds(row, epochs)).sum::<Option<f64>>();
                total.map(|total| total / tested.len().max(1) as f64)
            }
        };
        Self { initialization, query }
    }
}

/// Seconds that were measured here, on one thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Fitting, tuning and cross-fitting included.
    pub fit: f64,
    /// Predicting one row: that of all tested rows over their number.
    pub predict_row: f64,
    /// The whole cell.
    pub cell: f64,
    /// Of it within plugins.
    pub plugins: f64,
}
