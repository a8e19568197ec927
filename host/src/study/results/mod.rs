//! The results of a study: values of metrics over trials, times, comparisons. Reports and recommendations are made of these.

mod answer;
mod compare;
mod pairs;
mod times;

pub use answer::Answer;
pub use compare::BudgetComparison;
pub use pairs::{Outcome, Pair};
pub use times::Times;

use super::{
    Cell, CellResult, Measured, Setting, Split, StudyError, StudyHeader,
    header::MemberHeader,
    journal::Contents,
    metrics::{Metric, Undefined},
    statistics::{Interval, Resamples, mean, mean_interval, standard_deviation},
};
use crate::space::nearest::suggest;
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Confidence of intervals.
pub const CONFIDENCE: f64 = 0.95;

/// The results of a study, as far as it has run.
#[derive(Debug)]
pub struct Results {
    contents: Contents,
    metrics: Vec<Metric>,
    scored: BTreeMap<Setting, BTreeMap<usize, Scored>>,
    /// Resamples by the number of trials: they are the same for all that has as many.
    resamples: Mutex<BTreeMap<usize, Arc<Resamples>>>,
}

/// The metrics of a cell, in the order of [`Results::metrics`].
#[derive(Debug, Clone)]
struct Scored {
    values: Vec<Result<f64, Undefined>>,
}

/// A metric of a member at a budget, trial by trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// The trials, ascending.
    pub trials: Vec<usize>,
    /// A value for each; a trial without any order counts as 0.
    pub values: Vec<f64>,
    /// Trials that count as 0 because they gave no order, and why.
    pub without_order: Vec<(usize, Undefined)>,
}

/// A metric of a member at a budget over its trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Trials.
    pub trials: usize,
    /// Mean over them.
    pub mean: f64,
    /// Standard deviation over them; `None` of one trial.
    pub deviation: Option<f64>,
    /// The 95 % interval of the mean; `None` of one trial.
    pub interval: Option<Interval>,
    /// Trials that count as 0 because they gave no order.
    pub without_order: usize,
}

/// What went wrong in the cells of a member at a budget.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Troubles {
    /// Test rows without prediction, over all trials.
    pub missing_rows: usize,
    /// All test rows.
    pub rows: usize,
    /// Trials in which the member failed.
    pub failures: usize,
    /// The most frequent reason of either.
    pub reason: Option<String>,
}

impl Results {
    /// Reads the folder of a study, whether it is complete or not.
    ///
    /// # Errors
    /// Files that are no journal.
    pub fn open(folder: &Path) -> Result<Self, StudyError> {
        Ok(Self::of(Contents::read(folder)?))
    }

    /// The results of what stands in a journal.
    pub fn of(contents: Contents) -> Self {
        let header = &contents.header;
        let mut metrics = Metric::STANDARD.to_vec();
        if !metrics.contains(&header.metric) {
            metrics.push(header.metric);
        }
        let some_member =
            |metric: &Metric| header.members.iter().any(|member| metric.applies_to(&member.gives));
        metrics.retain(some_member);
        let score = |result: &CellResult| -> Option<(Cell, Scored)> {
            let split = contents.split(result.cell.trial)?;
            let values = metrics.iter().map(|&metric| header.measure(metric, result, split)).collect();
            Some((result.cell.clone(), Scored { values }))
        };
        let cells: Vec<(Cell, Scored)> =
            contents.results.par_iter().filter_map(|(_, (result, _))| score(result)).collect();
        let mut scored: BTreeMap<Setting, BTreeMap<usize, Scored>> = BTreeMap::new();
        for (cell, one) in cells {
            scored.entry(cell.setting).or_default().insert(cell.trial, one);
        }
        Self { contents, metrics, scored, resamples: Mutex::default() }
    }

    /// What the study is.
    pub fn header(&self) -> &StudyHeader {
        &self.contents.header
    }

    /// Digest of all that decides the results.
    pub fn digest(&self) -> &str {
        &self.contents.digest
    }

    /// The members, by name.
    pub fn members(&self) -> &[MemberHeader] {
        &self.contents.header.members
    }

    /// The metrics that apply to some member.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The metric of this name, or the one by which the study compares where there is none.
    ///
    /// # Errors
    /// A name that no metric has, with the nearest; a metric that applies to no member.
    pub fn metric(&self, name: Option<&str>) -> Result<Metric, StudyError> {
        let Some(name) = name else { return Ok(self.header().metric) };
        let metric: Metric = name.parse().map_err(|error: super::metrics::MetricNameError| {
            StudyError::Unknown { what: error.to_string() }
        })?;
        if !self.members().iter().any(|member| metric.applies_to(&member.gives)) {
            return Err(StudyError::Unknown { what: format!("no member gives what `{metric}` needs") });
        }
        Ok(metric)
    }

    /// The member of this name.
    ///
    /// # Errors
    /// There is none; with the nearest name.
    pub fn member(&self, name: &str) -> Result<&MemberHeader, StudyError> {
        let names = || self.members().iter().map(|member| &member.name[..]);
        self.header().member(name).ok_or_else(|| StudyError::Unknown {
            what: format!("there is no member `{name}`; {}", suggest(name, names())),
        })
    }

    /// The trials that were asked for, ascending.
    pub fn trials(&self) -> Vec<usize> {
        let all: BTreeSet<usize> = match self.header().splits {
            Some(_) => self.contents.splits.iter().map(|split| split.trial).collect(),
            None => self.contents.trials.iter().flat_map(Clone::clone).collect(),
        };
        all.into_iter().collect()
    }

    /// The rows of the trials.
    pub fn splits(&self) -> &[Split] {
        &self.contents.splits
    }

    /// Cells that are done, and all of them.
    pub fn done(&self) -> (usize, usize) {
        let settings: usize = self.members().iter().map(|member| self.settings(member).len()).sum();
        (self.contents.results.len(), settings * self.trials().len())
    }

    /// The budgets of a member.
    pub fn settings(&self, member: &MemberHeader) -> Vec<Setting> {
        let labels: Vec<Option<usize>> = match member.by_labels {
            true => member.labels.iter().copied().map(Some).collect(),
            false => vec![None],
        };
        let fidelities: Vec<Option<u32>> = match member.by_fidelity {
            true => member.fidelities.iter().copied().map(Some).collect(),
            false => vec![None],
        };
        let at = |labels: Option<usize>| {
            let name = &member.name;
            fidelities.iter().map(move |&fidelity| Setting { member: name.clone(), labels, fidelity })
        };
        labels.into_iter().flat_map(at).collect()
    }

    /// The setting of a member at a budget of labels and epochs: an axis along which it is not measured is of no account.
    /// `None` where it was not run at this budget.
    pub fn setting_at(
        &self,
        member: &MemberHeader,
        labels: Option<usize>,
        fidelity: Option<u32>,
    ) -> Option<Setting> {
        let labels = match (member.by_labels, labels) {
            (false, _) => None,
            (true, labels) => Some(labels.filter(|labels| member.labels.contains(labels))?),
        };
        let fidelity = match (member.by_fidelity, fidelity) {
            (false, _) => None,
            (true, fidelity) => Some(fidelity.filter(|fidelity| member.fidelities.contains(fidelity))?),
        };
        Some(Setting { member: member.name.clone(), labels, fidelity })
    }

    /// A metric at a budget, trial by trial.
    ///
    /// # Errors
    /// The first trial that has no value and cannot count as 0, and why.
    pub fn values(&self, setting: &Setting, metric: Metric) -> Result<Values, (usize, Undefined)> {
        let mut all = Values { trials: Vec::new(), values: Vec::new(), without_order: Vec::new() };
        let place = self.metrics.iter().position(|&one| one == metric);
        for (&trial, scored) in self.scored.get(setting).into_iter().flatten() {
            let value = match place {
                Some(place) => scored.values[place],
                None => self.measure_again(setting, trial, metric),
            };
            let value = value.or_else(|reason| {
                all.without_order.push((trial, reason));
                reason.counts_as().ok_or((trial, reason))
            })?;
            all.trials.push(trial);
            all.values.push(value);
        }
        Ok(all)
    }

    /// A metric that is not among the usual ones, from the predictions of the cell.
    fn measure_again(&self, setting: &Setting, trial: usize, metric: Metric) -> Result<f64, Undefined> {
        let cell = Cell { setting: setting.clone(), trial };
        match (self.contents.results.get(&cell), self.contents.split(trial)) {
            (Some((result, _)), Some(split)) => self.header().measure(metric, result, split),
            _ => Err(Undefined::TooFewRows { rows: 0, needed: 1 }),
        }
    }

    /// A metric at a budget over its trials; `None` where there is no trial.
    ///
    /// # Errors
    /// As [`values`](Self::values).
    pub fn summary(&self, setting: &Setting, metric: Metric) -> Result<Option<Summary>, (usize, Undefined)> {
        let all = self.values(setting, metric)?;
        let Some(centre) = mean(&all.values) else { return Ok(None) };
        Ok(Some(Summary {
            trials: all.values.len(),
            mean: centre,
            deviation: standard_deviation(&all.values),
            interval: mean_interval(&all.values, CONFIDENCE, &self.resamples(all.values.len())),
            without_order: all.without_order.len(),
        }))
    }

    /// Resamples of so many trials: the same for all comparisons of a study.
    fn resamples(&self, trials: usize) -> Arc<Resamples> {
        let mut drawn = self.resamples.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Resamples::new(trials, self.header().seed));
        Arc::clone(drawn.entry(trials).or_insert_with(new))
    }

    /// What went wrong at a budget.
    pub fn troubles(&self, setting: &Setting) -> Troubles {
        let mut troubles = Troubles::default();
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for (result, _) in self.cells(setting) {
            troubles.rows += result.predictions.len();
            troubles.missing_rows += result.predictions.iter().filter(|value| value.is_none()).count();
            if let Some(reason) = &result.failure {
                troubles.failures += 1;
                *reasons.entry(reason).or_default() += result.predictions.len();
            }
            for (reason, rows) in &result.missing {
                *reasons.entry(reason).or_default() += rows.len();
            }
        }
        troubles.reason =
            reasons.into_iter().max_by_key(|(_, count)| *count).map(|(reason, _)| reason.to_owned());
        troubles
    }

    /// The finished cells of a budget, by trial, with what was measured.
    pub fn cells(&self, setting: &Setting) -> impl Iterator<Item = (&CellResult, &Measured)> {
        let from = Cell { setting: setting.clone(), trial: 0 };
        let to = Cell { setting: setting.clone(), trial: usize::MAX };
        self.contents.results.range(from..=to).map(|(_, (result, measured))| (result, measured))
    }

    /// All finished cells in the order of members, budgets and trials.
    pub fn all_cells(&self) -> impl Iterator<Item = (&CellResult, &Measured)> {
        self.contents.results.values().map(|(result, measured)| (result, measured))
    }

    /// The rows of a trial.
    pub fn split(&self, trial: usize) -> Option<&Split> {
        self.contents.split(trial)
    }

    /// The value of one of [`metrics`](Self::metrics) for a cell.
    ///
    /// # Errors
    /// Why it has none.
    pub fn value(&self, cell: &Cell, metric: Metric) -> Result<f64, Undefined> {
        let place = self.metrics.iter().position(|&one| one == metric);
        let scored = self.scored.get(&cell.setting).and_then(|trials| trials.get(&cell.trial));
        match (place, scored) {
            (Some(place), Some(scored)) => scored.values[place],
            _ => self.measure_again(&cell.setting, cell.trial, metric),
        }
    }

    /// The noise ceiling: Kendall tau between repeated runs of the tested rows, over the trials; `None` where the table has no
    /// repeated runs.
    pub fn noise_ceiling(&self) -> Option<Summary> {
        let asked = self.trials();
        let of_asked = self.contents.splits.iter().filter(|split| asked.binary_search(&split.trial).is_ok());
        let taus: Vec<f64> = of_asked.filter_map(|split| split.ceiling).collect();
        Some(Summary {
            trials: taus.len(),
            mean: mean(&taus)?,
            deviation: standard_deviation(&taus),
            interval: mean_interval(&taus, CONFIDENCE, &self.resamples(taus.len())),
            without_order: 0,
        })
    }
}
