//! The best of many predictions, and how well they agree with what is known.

use super::Forecast;
use crate::{
    study::metrics::{Undefined, kendall_tau_b},
    table::Goal,
};

/// What is kept of predictions that come in parts: the best unseen rows, counts, and two numbers for each unseen row
/// whose target is known.
#[derive(Debug)]
pub struct Ranking {
    top: usize,
    goal: Goal,
    best: Vec<Ranked>,
    outputs: Vec<String>,
    rows: usize,
    training_rows: usize,
    same_network_rows: usize,
    missing_rows: usize,
    has_truth: bool,
    truths: Vec<f64>,
    ranks: Vec<f64>,
}

/// A row among the best.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// What tells the row apart.
    pub id: String,
    /// The outputs, in the order of their names.
    pub outputs: Vec<f64>,
    /// The target, where it is known.
    pub truth: Option<f64>,
    /// Why the prediction is missing, if it is.
    pub missing: Option<String>,
    rank: f64,
}

/// Equal rows have equal bits; a missing one is equal to itself.
impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        let bits = |row: &Self| row.outputs.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        (&self.id, bits(self), self.truth, &self.missing)
            == (&other.id, bits(other), other.truth, &other.missing)
    }
}

impl Ranking {
    /// Nothing yet; the best `top` rows will be kept. `goal` is the target's.
    pub fn new(goal: Goal, top: usize) -> Self {
        Self {
            top,
            goal,
            best: Vec::new(),
            outputs: Vec::new(),
            rows: 0,
            training_rows: 0,
            same_network_rows: 0,
            missing_rows: 0,
            has_truth: false,
            truths: Vec::new(),
            ranks: Vec::new(),
        }
    }

    /// Adds the predictions of rows that come after those added before.
    pub fn add(&mut self, forecast: &Forecast) {
        self.rows += forecast.len();
        self.training_rows += forecast.training_rows();
        self.same_network_rows += (0..forecast.len()).filter(|&row| forecast.same_network(row)).count();
        self.missing_rows += forecast.missing_rows();
        self.has_truth |= forecast.has_truth();
        self.outputs = forecast.output_names();
        for row in forecast.comparable() {
            if let Some(truth) = forecast.truth(row) {
                self.truths.push(self.goal.turn(truth));
                self.ranks.push(forecast.rank(row));
            }
        }
        let before = std::mem::take(&mut self.best);
        let mut later = forecast.best(self.top).into_iter().map(|row| Ranked {
            id: forecast.id(row).to_owned(),
            outputs: forecast.outputs(row).map(|(_, value)| value).collect(),
            truth: forecast.truth(row),
            missing: forecast.reason(row).map(str::to_owned),
            rank: forecast.rank(row),
        });
        let mut before = before.into_iter().peekable();
        let mut next = later.next();
        while self.best.len() < self.top {
            // Of equals, the earlier row.
            match (
                before.next_if(|row| next.as_ref().is_none_or(|next| key(row.rank) >= key(next.rank))),
                next.take(),
            ) {
                (Some(row), waiting) => {
                    self.best.push(row);
                    next = waiting;
                }
                (None, Some(row)) => {
                    self.best.push(row);
                    next = later.next();
                }
                (None, None) => break,
            }
        }
    }

    /// The best unseen rows, best first; equal ones in the order of the table, missing ones last.
    pub fn best(&self) -> &[Ranked] {
        &self.best
    }

    /// Names of the outputs.
    pub fn output_names(&self) -> &[String] {
        &self.outputs
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Rows that trained the model.
    pub fn training_rows(&self) -> usize {
        self.training_rows
    }

    /// Rows that did not train the model and are the same network as one that did.
    pub fn same_network_rows(&self) -> usize {
        self.same_network_rows
    }

    /// Rows that are missing.
    pub fn missing_rows(&self) -> usize {
        self.missing_rows
    }

    /// Whether targets are known.
    pub fn has_truth(&self) -> bool {
        self.has_truth
    }

    /// How many rows [`kendall_tau`](Self::kendall_tau) compares.
    pub fn compared(&self) -> usize {
        self.truths.len()
    }

    /// Kendall tau-b between predictions and targets over the unseen rows that have both; `None` where there are fewer
    /// than 2.
    pub fn kendall_tau(&self) -> Option<Result<f64, Undefined>> {
        (self.truths.len() >= 2).then(|| kendall_tau_b(&self.truths, &self.ranks))
    }
}

/// A rank by which missing rows come last.
pub(super) fn key(rank: f64) -> f64 {
    if rank.is_nan() { f64::NEG_INFINITY } else { rank }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row: its prediction (missing where there is none), its target, whether it trained.
    type Row = (Option<i8>, Option<i8>, bool);

    fn added(parts: &[&[Row]], top: usize) -> Ranking {
        let mut ranking = Ranking::new(Goal::Minimize, top);
        let mut row = 0;
        for part in parts {
            ranking.add(&Forecast::of_rows_for_tests(row, part));
            row += part.len();
        }
        ranking
    }

    #[test]
    fn the_best_come_first_and_the_missing_last_whatever_part_they_came_in() {
        let rows: [Row; 5] = [
            (Some(1), None, false),
            (None, None, false),
            (Some(3), None, false),
            (Some(9), None, true),
            (Some(3), None, false),
        ];
        let ids = |ranking: &Ranking| ranking.best().iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&added(&[&rows], 9)), ["2", "4", "0", "1"]);
        assert_eq!(ids(&added(&[&rows[..2], &rows[2..3], &rows[3..]], 2)), ["2", "4"]);
    }

    proptest! {
        #[test]
        fn parts_say_the_same_as_the_whole(
            rows in prop::collection::vec(any::<Row>(), 0..40), first: u8, second: u8, top in 0_usize..50,
        ) {
            let first = usize::from(first) % (rows.len() + 1);
            let second = first + usize::from(second) % (rows.len() - first + 1);
            let parts = added(&[&rows[..first], &rows[first..second], &rows[second..]], top);
            let whole = added(&[&rows], top);
            prop_assert_eq!(parts.best(), whole.best());
            prop_assert_eq!(parts.kendall_tau(), whole.kendall_tau());
            prop_assert_eq!(
                (parts.len(), parts.training_rows(), parts.missing_rows(), parts.compared()),
                (whole.len(), whole.training_rows(), whole.missing_rows(), whole.compared())
            );
        }
    }
}
