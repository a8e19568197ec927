//! Each member against each other one.

use super::{
    BudgetComparison, Results,
    compare::{common, turned},
};
use crate::study::statistics::{
    Interval, Margins, Verdict, holm, mean, simultaneous_intervals, verdict, wilcoxon_signed_rank,
};

/// Two members over the same trials. Values are turned so that higher is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Place of the first one among the settings of the comparison.
    pub first: usize,
    /// Place of the second one.
    pub second: usize,
    /// Mean of the differences first - second.
    pub difference: f64,
    /// The interval of that mean, adjusted so that those of all pairs hold together with 95 % confidence; `None` of one
    /// trial.
    pub interval: Option<Interval>,
    /// Two-sided p-value of Wilcoxon's signed-rank test.
    pub p: f64,
    /// The p-value with Holm's correction for all pairs.
    pub holm_p: f64,
    /// What can be said of the two.
    pub outcome: Outcome,
}

/// What can be said of two members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The first is better.
    First,
    /// The second is better.
    Second,
    /// The difference is practically none, or may be.
    Tied,
    /// There are too few trials to speak of a tie.
    Undecided,
}

impl Results {
    /// All pairs of the members that a comparison compares, over the trials that all of them have. What can be said of a pair
    /// follows the rules by which members are compared with the best.
    pub fn pairs(&self, compared: &BudgetComparison) -> Vec<Pair> {
        let metric = compared.metric;
        let of = |setting| self.values(setting, metric).ok();
        let Some(values) = compared.settings.iter().map(of).collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        let trials = common(values.iter().map(|values| &values.trials[..]));
        let values: Vec<Vec<f64>> = values.iter().map(|values| turned(values, &trials, metric)).collect();
        let places: Vec<(usize, usize)> = (0..values.len())
            .flat_map(|first| (first + 1..values.len()).map(move |second| (first, second)))
            .collect();
        let differences: Vec<Vec<f64>> = places
            .iter()
            .map(|&(first, second)| values[first].iter().zip(&values[second]).map(|(a, b)| a - b).collect())
            .collect();
        let intervals = simultaneous_intervals(&differences, &self.resamples(trials.len()));
        let p_values: Vec<f64> = differences.iter().map(|each| wilcoxon_signed_rank(each).p).collect();
        let corrected = holm(&p_values);
        let pairs =
            places.into_iter().zip(&differences).zip(intervals).zip(p_values.into_iter().zip(corrected));
        pairs
            .map(|((((first, second), differences), interval), (p, holm_p))| {
                let difference = mean(differences).unwrap_or(0.0);
                let outcome = outcome(difference, interval, Margins::of(metric));
                Pair { first, second, difference, interval, p, holm_p, outcome }
            })
            .collect()
    }
}

fn outcome(difference: f64, interval: Option<Interval>, margins: Margins) -> Outcome {
    match (verdict(difference.abs(), interval, margins), difference > 0.0) {
        (Verdict::Tied, _) => Outcome::Tied,
        (Verdict::Undecided, _) => Outcome::Undecided,
        (Verdict::Worse, true) => Outcome::First,
        (Verdict::Worse, false) => Outcome::Second,
    }
}
