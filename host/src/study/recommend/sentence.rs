//! A recommendation in sentences.

use super::{Axis, Choice, Larger, Recommendation};
use crate::{
    duration,
    study::{Setting, Times, metrics::Better},
};
use std::fmt;

/// ` with 100 labels and 5 epochs`; nothing where the member has neither.
pub fn at(setting: &Setting) -> String {
    match setting.budget() {
        both if both.is_empty() => String::new(),
        both => format!(" with {}", both.join(" and ")),
    }
}

/// What is known of the two clocks.
fn clocks(times: Times) -> String {
    let told = |seconds: Option<f64>| seconds.map_or_else(|| "unknown".to_owned(), duration::text);
    format!("initialization {}, query {}", told(times.initialization()), told(times.query()))
}

fn named(choices: &[Choice]) -> String {
    let name = |choice: &Choice| format!("{}{}", choice.setting.member, at(&choice.setting));
    choices.iter().map(name).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (best, comparison) = (&self.best, &self.compared.comparison);
        let trials = comparison.trials;
        let trials = if trials == 1 { "1 trial".to_owned() } else { format!("{trials} trials") };
        let interval = comparison.best.interval.map_or_else(String::new, |interval| {
            let (one, other) = match self.metric.better() {
                // Values of which lower is better were turned.
                Better::Lower => (-interval.upper, -interval.lower),
                Better::Higher => (interval.lower, interval.upper),
                Better::Near(_) => return String::new(),
            };
            format!(" (95 % interval {one:.3} to {other:.3}, {trials})")
        });
        let (name, at_best) = (&best.setting.member, at(&best.setting));
        writeln!(
            f,
            "Take {name}{at_best}: {} {:.3}{interval}; {}.",
            self.metric.in_words(),
            best.mean,
            clocks(best.times)
        )?;
        match (self.tied.is_empty(), comparison.others.is_empty()) {
            (_, true) => writeln!(f, "No other member can be had for these budgets.")?,
            (true, false) => writeln!(f, "Tied with it: none.")?,
            (false, _) => writeln!(f, "Tied with it: {}.", named(&self.tied))?,
        }
        if !self.undecided.is_empty() {
            writeln!(f, "{trials} are too few to tell from it: {}.", named(&self.undecided))?;
        }
        for axis in [Axis::Initialization, Axis::Query] {
            let budget = if axis == Axis::Initialization { self.initialization } else { self.query };
            match self.larger.iter().find(|larger| larger.axis == axis) {
                Some(larger) => writeln!(f, "{}", self.buys(larger))?,
                None if budget.limit().is_finite() => {
                    writeln!(
                        f,
                        "A larger {} budget buys nothing in this study that chance does not explain.",
                        axis.name()
                    )?;
                }
                None => {}
            }
        }
        if !self.unknown.is_empty() {
            writeln!(f, "Not considered, for their time is not known: {}.", self.unknown.join(", "))?;
        }
        write!(f, "Each member is taken at the best of its budgets, chosen on the trials that are reported.")
    }
}

impl Recommendation {
    fn buys(&self, larger: &Larger) -> String {
        let budget = if larger.axis == Axis::Initialization { self.initialization } else { self.query };
        let interval = larger.interval.map_or_else(String::new, |interval| {
            format!(" ({:.3} to {:.3})", interval.lower, interval.upper)
        });
        format!(
            "{} of {} buys {:.3}{interval} more: {}{}, {} {:.3}.",
            budget.told(larger.axis, larger.budget),
            larger.axis.name(),
            larger.difference,
            larger.choice.setting.member,
            at(&larger.choice.setting),
            self.metric.in_words(),
            larger.choice.mean
        )
    }
}
