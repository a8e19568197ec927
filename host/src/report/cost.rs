//! The axis of cost: seconds where they are known, else what is trained.

use super::{
    frame::Axis,
    numbers::{Numbers, Point},
    scale::Scale,
};
use crate::duration;

/// Architectures that are asked for in the whole cost of a member.
pub const QUERIES: f64 = 1000.0;

/// Which cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Before the first question.
    Initialization,
    /// Of each question.
    Query,
    /// Initialization and [`QUERIES`] questions.
    Whole,
}

/// What a cost counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Seconds,
    Labels,
    Epochs,
    /// Epochs of this many of each labelled row, and those of the questions.
    TrainedEpochs(u32),
}

/// A cost of points, the same for all of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    clock: Clock,
    counts: Counts,
}

impl Cost {
    /// Seconds where they are known of every point whose cost grows along the axis and of some point; else labels or epochs.
    pub fn of(clock: Clock, numbers: &Numbers<'_>) -> Self {
        let seconds = Self { clock, counts: Counts::Seconds };
        let grows = |point: &Point| match clock {
            Clock::Initialization => point.setting.labels.is_some(),
            Clock::Query => point.setting.fidelity.is_some(),
            Clock::Whole => point.setting.labels.is_some() || point.setting.fidelity.is_some(),
        };
        let known = |point: &&Point| seconds.value(point).is_some();
        let points = &numbers.points;
        if points.iter().any(|point| known(&point))
            && points.iter().filter(|point| grows(point)).all(|point| known(&point))
        {
            return seconds;
        }
        let counts = match (clock, numbers.results.header().longest_curve) {
            (Clock::Query, _) => Counts::Epochs,
            (Clock::Whole, Some(longest)) => Counts::TrainedEpochs(longest),
            _ => Counts::Labels,
        };
        Self { clock, counts }
    }

    /// The cost of a point; `None` where it is not known.
    pub fn value(self, point: &Point) -> Option<f64> {
        let times = point.times?;
        let labels = point.setting.labels.unwrap_or(0) as f64;
        let epochs = f64::from(point.setting.fidelity.unwrap_or(0));
        match (self.counts, self.clock) {
            (Counts::Seconds, Clock::Initialization) => times.initialization(),
            (Counts::Seconds, Clock::Query) => times.query(),
            (Counts::Seconds, Clock::Whole) => Some(times.initialization()? + QUERIES * times.query()?),
            (Counts::Labels, _) => Some(labels),
            (Counts::Epochs, _) => Some(epochs),
            (Counts::TrainedEpochs(longest), _) => Some(labels * f64::from(longest) + QUERIES * epochs),
        }
    }

    /// The name of its column.
    pub fn column(self) -> &'static str {
        match (self.counts, self.clock) {
            (Counts::Seconds, Clock::Initialization) => "initialization_s",
            (Counts::Seconds, Clock::Query) => "query_s",
            (Counts::Seconds, Clock::Whole) => "whole_s",
            (Counts::Labels, _) => "cost_labels",
            (Counts::Epochs, _) => "cost_epochs",
            (Counts::TrainedEpochs(_), _) => "cost_trained_epochs",
        }
    }

    /// What the axis says.
    pub fn title(self) -> String {
        let clock = match self.clock {
            Clock::Initialization => "initialization",
            Clock::Query => "query",
            Clock::Whole => "initialization and 1000 queries",
        };
        match self.counts {
            Counts::Seconds if self.clock == Clock::Whole => format!("time of {clock}"),
            Counts::Seconds => format!("{clock} time"),
            Counts::Labels => "labelled rows (seconds unknown)".to_owned(),
            Counts::Epochs => "epochs seen (seconds unknown)".to_owned(),
            Counts::TrainedEpochs(_) => format!("trained epochs of {clock} (seconds unknown)"),
        }
    }

    /// What the cost is, in a sentence.
    pub fn words(self) -> &'static str {
        match (self.counts, self.clock) {
            (Counts::Seconds, Clock::Initialization) => {
                "Initialization time is the training of the labelled rows by the table and the fitting measured here."
            }
            (Counts::Seconds, Clock::Query) => {
                "Query time is the training of a row to the epochs seen by the table and the predicting measured here."
            }
            (Counts::Seconds, Clock::Whole) => {
                "The time is that of initialization and of 1000 queries, by the table and as measured here."
            }
            (Counts::Labels, _) => {
                "The table does not say what training took, so the axis counts labelled rows; `seconds` in [data] names them."
            }
            (Counts::Epochs, _) => {
                "The table does not say what training took, so the axis counts epochs seen; `seconds` in [data] names them."
            }
            (Counts::TrainedEpochs(_), _) => {
                "The table does not say what training took, so the axis counts the epochs of all labelled rows and of 1000 queries."
            }
        }
    }

    /// A value of it in words.
    pub fn told(self, value: f64) -> String {
        match self.counts {
            Counts::Seconds => duration::text(value),
            Counts::Labels => format!("{value} labelled rows"),
            Counts::Epochs => format!("{value} epochs"),
            Counts::TrainedEpochs(_) => format!("{value} trained epochs"),
        }
    }

    /// The axis of a scale.
    pub fn axis(self, scale: &Scale) -> Axis {
        let ticks = match self.counts {
            Counts::Seconds => match scale.ticks_among(&duration::ROUND, 7) {
                few if few.len() < 3 => scale.ticks_among(&duration::FINE, 7),
                ticks => ticks,
            },
            _ => scale.ticks(6),
        };
        let words = |tick: f64| match self.counts {
            Counts::Seconds => duration::round_text(tick),
            _ => super::frame::number(tick),
        };
        Axis { title: self.title(), ticks: ticks.into_iter().map(|tick| (tick, words(tick))).collect() }
    }
}
