//! Members side by side at one budget.

use super::{Results, Setting, Values};
use crate::study::{
    metrics::Metric,
    statistics::{CompareError, Comparison, Contender, Margins, compare_with_best},
};
use std::collections::BTreeSet;

/// Members compared at one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetComparison {
    /// Labelled rows.
    pub labels: Option<usize>,
    /// Epochs seen, 0 for none.
    pub fidelity: Option<u32>,
    /// What they are compared by.
    pub metric: Metric,
    /// The best and the others. Values are turned so that higher is better ([`Metric::turned`]).
    pub comparison: Comparison,
    /// The setting of each contender by its place in the comparison.
    pub settings: Vec<Setting>,
    /// Members that are not compared, each with the reason.
    pub left_out: Vec<(String, String)>,
}

impl Results {
    /// Compares the members that were run at a budget with the best of them, over the trials that all of them have. A member
    /// that is not measured along an axis takes part at every value of it.
    ///
    /// # Errors
    /// [`CompareError::Nobody`] where no member has a trial at this budget.
    pub fn compare(
        &self,
        labels: Option<usize>,
        fidelity: Option<u32>,
        metric: Metric,
    ) -> Result<BudgetComparison, CompareError> {
        let mut left_out = Vec::new();
        let mut settings = Vec::new();
        for member in self.members() {
            match self.setting_at(member, labels, fidelity) {
                Some(setting) => settings.push(setting),
                None => left_out.push((member.name.clone(), "it is not run at this budget".to_owned())),
            }
        }
        let mut compared = self.compare_settings(settings, metric)?;
        left_out.append(&mut compared.left_out);
        Ok(BudgetComparison { labels, fidelity, left_out, ..compared })
    }

    /// Compares members, each at a budget of its own, with the best of them, over the trials that all of them have.
    ///
    /// # Errors
    /// [`CompareError::Nobody`] where none has a trial.
    pub fn compare_settings(
        &self,
        settings: Vec<Setting>,
        metric: Metric,
    ) -> Result<BudgetComparison, CompareError> {
        let mut left_out = Vec::new();
        let mut found = Vec::new();
        for setting in settings {
            let mut leave = |why: String| left_out.push((setting.member.clone(), why));
            match self.values(&setting, metric) {
                Err((trial, why)) => leave(format!("trial {trial}: {why}")),
                Ok(values) if values.trials.is_empty() => leave("no cell of it is done".to_owned()),
                Ok(values) => found.push((setting, values)),
            }
        }
        let trials = common(found.iter().map(|(_, values)| &values.trials[..]));
        let turned: Vec<Vec<f64>> = found.iter().map(|(_, values)| turned(values, &trials, metric)).collect();
        let contenders: Vec<Contender<'_>> = found
            .iter()
            .zip(&turned)
            .map(|((setting, _), values)| {
                let times = self.times(setting);
                Contender {
                    name: &setting.member,
                    values,
                    query: times.and_then(|times| times.query()).unwrap_or(f64::INFINITY),
                    initialization: times.and_then(|times| times.initialization()).unwrap_or(f64::INFINITY),
                }
            })
            .collect();
        let comparison = compare_with_best(&contenders, Margins::of(metric), &self.resamples(trials.len()))?;
        let settings = found.into_iter().map(|(setting, _)| setting).collect();
        Ok(BudgetComparison { labels: None, fidelity: None, metric, comparison, settings, left_out })
    }
}

/// The values at these trials, turned so that higher is better.
pub(super) fn turned(values: &Values, trials: &BTreeSet<usize>, metric: Metric) -> Vec<f64> {
    let each = values.trials.iter().zip(&values.values);
    each.filter(|(trial, _)| trials.contains(trial)).map(|(_, &value)| metric.turned(value)).collect()
}

/// The trials that all lists have.
pub(super) fn common<'a>(mut lists: impl Iterator<Item = &'a [usize]>) -> BTreeSet<usize> {
    let first: BTreeSet<usize> = lists.next().into_iter().flatten().copied().collect();
    lists.fold(first, |common, list| list.iter().copied().filter(|trial| common.contains(trial)).collect())
}
