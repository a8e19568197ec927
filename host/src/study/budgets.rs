//! The budgets of a study: numbers of labelled rows and epochs seen.

use super::{StudyError, StudyFiles, grid};
use crate::table::{Rows, TargetValue};

/// The budgets, each list in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// Numbers of labelled rows.
    pub labels: Vec<usize>,
    /// Epochs seen; 0 is none.
    pub fidelities: Vec<u32>,
    /// Rows that are tested.
    pub test: usize,
}

impl Budgets {
    /// The budgets that a study names, or else the field's for such a table. `tested` are the rows of the table that is
    /// tested.
    ///
    /// # Errors
    /// Numbers that cannot be, fidelities beyond the curves or at which the target itself is seen.
    pub fn of(files: &StudyFiles, rows: &Rows, tested: &Rows) -> Result<Self, StudyError> {
        let with_target = |rows: &Rows| {
            rows.target().map_or(0, |target| target.values.iter().filter(|value| value.is_some()).count())
        };
        let (have, to_test) = (with_target(rows), with_target(tested));
        let test = files.spec.test.unwrap_or_else(|| grid::default_test(to_test));
        if test < 2 {
            let what = format!("{test} tested rows have no order; test at least 2 (better 100 or more)");
            return Err(files.wrong("test", what));
        }
        let left = if std::ptr::eq(rows, tested) { test } else { 0 };
        let mut labels = match &files.spec.labels {
            Some(labels) if labels.is_empty() => {
                return Err(files.wrong(
                    "labels",
                    "the list is empty; name at least one number of labelled rows".to_owned(),
                ));
            }
            Some(labels) if labels.contains(&0) => {
                let what = "0 labelled rows teach nothing; members that learn nothing are measured without labels anyway";
                return Err(files.wrong("labels", what.to_owned()));
            }
            Some(labels) => labels.clone(),
            None => grid::default_labels(have, left),
        };
        labels.sort_unstable();
        labels.dedup();
        Ok(Self { labels, fidelities: fidelities(files, rows)?, test })
    }
}

fn fidelities(files: &StudyFiles, rows: &Rows) -> Result<Vec<u32>, StudyError> {
    let longest = rows.longest_curve();
    let shown = shown_at(rows);
    let Some(named) = &files.spec.fidelities else {
        let most = longest.map(|longest| shown.map_or(longest, |shown| longest.min(shown)));
        return Ok(most.map_or_else(|| vec![0], grid::default_epochs));
    };
    let horizon = rows.curves().horizon.or(longest);
    let mut epochs = Vec::new();
    for fidelity in named {
        let seen = fidelity.epochs(horizon).map_err(|error| files.wrong("fidelities", error.to_string()))?;
        let most = longest.unwrap_or(0);
        if seen > most {
            let what = match longest {
                None => format!(
                    "{seen} epochs, and the data have no curves; write `curves.NAME = {{ … }}` in [data], or \"none\""
                ),
                Some(most) => format!(
                    "{seen} epochs are beyond the curves, of which the longest has {most}; the largest possible is {}",
                    shown.map_or(most, |shown| most.min(shown - 1))
                ),
            };
            return Err(files.wrong("fidelities", what));
        }
        if let Some(shown) = shown.filter(|&shown| seen >= shown) {
            let what = format!(
                "with {seen} epochs the target itself is seen, which is the curve at epoch {shown}; the largest possible is {}",
                shown - 1
            );
            return Err(files.wrong("fidelities", what));
        }
        epochs.push(seen);
    }
    if epochs.is_empty() {
        return Err(
            files.wrong("fidelities", "the list is empty; name at least one, or leave it out".to_owned())
        );
    }
    epochs.sort_unstable();
    epochs.dedup();
    Ok(epochs)
}

/// The epoch at which the target is a value of a curve, where it is one.
fn shown_at(rows: &Rows) -> Option<u32> {
    let target = rows.spec().target.as_ref()?;
    match &target.value {
        TargetValue::Curve { epoch, .. } => epoch.or(rows.spec().horizon).filter(|&epoch| epoch > 0),
        TargetValue::Column(_) => None,
    }
}
