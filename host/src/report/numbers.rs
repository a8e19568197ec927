//! What all charts are made of: each member at each of its budgets, once.

use super::{csv::Csv, look::Look};
use crate::study::{
    MemberHeader, Results, Setting, Summary, Times, Troubles,
    metrics::{Better, Metric},
    statistics::mean,
};
use rayon::prelude::*;

/// The results of a study by one metric.
#[derive(Debug)]
pub struct Numbers<'a> {
    /// The results.
    pub results: &'a Results,
    /// The metric.
    pub metric: Metric,
    /// The budgets that have a value, in the order of members and budgets.
    pub points: Vec<Point>,
    /// Members and budgets without one, and why.
    pub without: Vec<(Setting, String)>,
}

/// A member at a budget.
#[derive(Debug, Clone)]
pub struct Point {
    /// Place of the member.
    pub member: usize,
    /// The member and the budget.
    pub setting: Setting,
    /// The metric over trials.
    pub summary: Summary,
    /// The two clocks.
    pub times: Option<Times>,
    /// What went wrong.
    pub troubles: Troubles,
}

impl<'a> Numbers<'a> {
    /// Those of a metric.
    pub fn of(results: &'a Results, metric: Metric) -> Self {
        let members = results.members().iter().enumerate();
        let settings: Vec<(usize, Setting)> = members
            .flat_map(|(place, member)| {
                results.settings(member).into_iter().map(move |setting| (place, setting))
            })
            .collect();
        let told: Vec<Result<Point, (Setting, String)>> = settings
            .into_par_iter()
            .map(|(member, setting)| match results.summary(&setting, metric) {
                Ok(Some(summary)) => {
                    let times = results.times(&setting);
                    let troubles = results.troubles(&setting);
                    Ok(Point { member, setting, summary, times, troubles })
                }
                Ok(None) => Err((setting, "no cell of it is done".to_owned())),
                Err((trial, why)) => Err((setting, format!("trial {trial}: {why}"))),
            })
            .collect();
        let mut numbers = Self { results, metric, points: Vec::new(), without: Vec::new() };
        for one in told {
            match one {
                Ok(point) => numbers.points.push(point),
                Err(why) => numbers.without.push(why),
            }
        }
        numbers
    }

    /// The mean of another metric over the trials of a budget, where it has one.
    pub fn mean(&self, setting: &Setting, metric: Metric) -> Option<f64> {
        mean(&self.results.values(setting, metric).ok()?.values)
    }

    /// The header of a member.
    pub fn member(&self, place: usize) -> Option<&'a MemberHeader> {
        self.results.members().get(place)
    }

    /// The points of each member that has some, with its look and name.
    pub fn by_member(&self) -> impl Iterator<Item = (Look, &'a str, Vec<&Point>)> {
        self.results.members().iter().enumerate().filter_map(|(place, member)| {
            let own: Vec<&Point> = self.points.iter().filter(|point| point.member == place).collect();
            (!own.is_empty()).then_some((Look(place), &member.name[..], own))
        })
    }

    /// The largest budgets of the study that have a value: labels and fidelity.
    pub fn largest(&self) -> (Option<usize>, Option<u32>) {
        let labels = self.points.iter().filter_map(|point| point.setting.labels).max();
        (labels, self.points.iter().filter_map(|point| point.setting.fidelity).max())
    }

    /// What no predictor can be expected to pass, where it is known and the metric is the one that it is told in.
    pub fn ceiling(&self) -> Option<f64> {
        let told = self.metric == Metric::KendallTau;
        self.results.noise_ceiling().filter(|_| told).map(|ceiling| ceiling.mean)
    }

    /// Which values are better, in words.
    pub fn better(&self) -> String {
        match self.metric.better() {
            Better::Higher => "higher is better".to_owned(),
            Better::Lower => "lower is better".to_owned(),
            Better::Near(value) => format!("nearer to {value} is better"),
        }
    }
}

impl Point {
    /// The budget in words.
    pub fn budget(&self) -> String {
        self.setting.budget().join(", ")
    }

    /// What a pointer shows.
    pub fn title(&self) -> String {
        let interval = self
            .summary
            .interval
            .map_or(String::new(), |interval| format!(" ({:.3} to {:.3})", interval.lower, interval.upper));
        let at = self.budget();
        let at = if at.is_empty() { at } else { format!(", {at}") };
        format!(
            "{}{at}: {:.3}{interval}, {} trials",
            self.setting.member, self.summary.mean, self.summary.trials
        )
    }

    /// Names of the columns that [`write`](Self::write) fills.
    pub const COLUMNS: [&'static str; 8] =
        ["member", "labels", "fidelity", "trials", "mean", "lower", "upper", "deviation"];

    /// Writes the member, the budget and the value.
    pub fn write(&self, csv: &mut Csv) {
        csv.word(&self.setting.member);
        csv.count(self.setting.labels.map(|labels| labels as u64));
        csv.count(self.setting.fidelity.map(u64::from));
        csv.count(Some(self.summary.trials as u64));
        csv.number(Some(self.summary.mean));
        csv.number(self.summary.interval.map(|interval| interval.lower));
        csv.number(self.summary.interval.map(|interval| interval.upper));
        csv.number(self.summary.deviation);
    }
}
