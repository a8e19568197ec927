//! Each member against each other one.

use super::{
    BudgetComparison, Results,
    compare::{common, margins, turned},
};
use crate::study::statistics::{Interval, holm, paired_difference};

/// Below it a p-value speaks against chance.
const LEVEL: f64 = 0.05;

/// Two members over the same trials. Values are turned so that higher is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Place of the first one among the settings of the comparison.
    pub first: usize,
    /// Place of the second one.
    pub second: usize,
    /// Mean of the differences first - second.
    pub difference: f64,
    /// The 95 % interval of that mean; `None` of one trial.
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
    /// All pairs of the members that a comparison compares, over the trials that all of them have. One is better where the
    /// interval does not contain 0, the corrected p-value is below 0.05 and the difference is large enough to matter.
    pub fn pairs(&self, compared: &BudgetComparison) -> Vec<Pair> {
        let metric = compared.metric;
        let of = |setting| self.values(setting, metric).ok();
        let Some(values) = compared.settings.iter().map(of).collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        let trials = common(values.iter().map(|values| &values.trials[..]));
        let values: Vec<Vec<f64>> = values.iter().map(|values| turned(values, &trials, metric)).collect();
        let resamples = self.resamples(trials.len());
        let places = (0..values.len()).flat_map(|one| (one + 1..values.len()).map(move |other| (one, other)));
        let pair = |(first, second): (usize, usize)| {
            let paired = paired_difference(&values[first], &values[second], &resamples)?;
            Some((first, second, paired))
        };
        let paired: Vec<_> = places.filter_map(pair).collect();
        let p_values: Vec<f64> = paired.iter().map(|(_, _, paired)| paired.wilcoxon.p).collect();
        let margins = margins(metric);
        let all = paired.into_iter().zip(holm(&p_values));
        all.map(|((first, second, paired), holm_p)| {
            let clear = paired.interval.is_some_and(|interval| !interval.contains(0.0)) && holm_p < LEVEL;
            let outcome = match paired.interval {
                Some(_) if clear && paired.mean >= margins.equal => Outcome::First,
                Some(_) if clear && -paired.mean >= margins.equal => Outcome::Second,
                Some(interval) if interval.half_width() <= margins.decided => Outcome::Tied,
                _ => Outcome::Undecided,
            };
            let (difference, interval, p) = (paired.mean, paired.interval, paired.wilcoxon.p);
            Pair { first, second, difference, interval, p, holm_p, outcome }
        })
        .collect()
    }
}
