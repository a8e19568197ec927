//! Budgets of the two clocks.

use crate::{
    duration,
    study::{Setting, Times},
};

/// What may be spent along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// As much as one likes.
    Any,
    /// Seconds.
    Seconds(f64),
    /// Labelled rows, for initialization, or epochs seen, for a query.
    Count(u64),
}

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Before the first question.
    Initialization,
    /// Of each question.
    Query,
}

impl Budget {
    /// What a setting costs in the unit of this budget; `None` where that is not known. Any budget counts as seconds.
    pub fn cost(self, axis: Axis, setting: &Setting, times: Times) -> Option<f64> {
        match (self, axis) {
            (Budget::Any, _) => Some(0.0),
            (Budget::Count(_), Axis::Initialization) => Some(setting.labels.unwrap_or(0) as f64),
            (Budget::Count(_), Axis::Query) => Some(f64::from(setting.fidelity.unwrap_or(0))),
            (Budget::Seconds(_), Axis::Initialization) => times.initialization(),
            (Budget::Seconds(_), Axis::Query) => times.query(),
        }
    }

    /// Whether it pays a cost.
    pub fn pays(self, cost: f64) -> bool {
        cost <= self.limit()
    }

    /// The most that it pays.
    pub fn limit(self) -> f64 {
        match self {
            Budget::Any => f64::INFINITY,
            Budget::Seconds(seconds) => seconds,
            Budget::Count(count) => count as f64,
        }
    }

    /// A cost in the unit of this budget, in words.
    pub fn told(self, axis: Axis, cost: f64) -> String {
        match (self, axis) {
            (Budget::Count(_), Axis::Initialization) if cost == 1.0 => "1 label".to_owned(),
            (Budget::Count(_), Axis::Initialization) => format!("{cost} labels"),
            (Budget::Count(_), Axis::Query) if cost == 1.0 => "1 epoch".to_owned(),
            (Budget::Count(_), Axis::Query) => format!("{cost} epochs"),
            _ => duration::text(cost),
        }
    }
}

impl Axis {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Initialization => "initialization",
            Axis::Query => "query",
        }
    }

    /// The flag that counts in place of seconds.
    pub(super) fn counting_flag(self) -> &'static str {
        match self {
            Axis::Initialization => "--labels",
            Axis::Query => "--epochs",
        }
    }
}
