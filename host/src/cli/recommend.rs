//! `archcast recommend DIR`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json},
};
use crate::{
    duration,
    study::{Budget, Choice, Larger, Recommendation, Results},
};
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Initialization is all before the first forecast: training the labelled architectures, fitting. A query is one forecast:
training to the epochs seen, predicting. A budget that is left out is no limit.
Where the table does not say how long training took, give budgets as numbers of labels and epochs.

Examples:
  archcast recommend mine.study --init-budget 10h --query-budget 1m
  archcast recommend mine.study --labels 100 --epochs 5 --metric precision@10";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder of a study.
    folder: PathBuf,
    /// Time before the first forecast: 10h, 90m, 2d, or seconds.
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    init_budget: Option<f64>,
    /// Time of one forecast: 1m, 30s, 500ms, or seconds.
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    query_budget: Option<f64>,
    /// Labelled architectures in place of the time of initialization.
    #[arg(long, value_name = "N", conflicts_with = "init_budget")]
    labels: Option<u64>,
    /// Epochs seen in place of the time of a query.
    #[arg(long, value_name = "N", conflicts_with = "query_budget")]
    epochs: Option<u64>,
    /// The metric that counts; left out, the one by which the study compares.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
}

pub fn run(args: &Args, shared: &Shared) -> Result<(), Failure> {
    let results = Results::open(&args.folder).map_err(failure)?;
    let metric = results.metric(args.metric.as_deref()).map_err(failure)?;
    let initialization = budget(args.init_budget, args.labels);
    let query = budget(args.query_budget, args.epochs);
    let told = results.recommend(initialization, query, metric).map_err(failure)?;
    match shared.json {
        true => print_json(&as_json(&told)),
        false => print(&format!("{told}\n")),
    }
}

fn budget(seconds: Option<f64>, count: Option<u64>) -> Budget {
    match (seconds, count) {
        (Some(seconds), _) => Budget::Seconds(seconds),
        (None, Some(count)) => Budget::Count(count),
        (None, None) => Budget::Any,
    }
}

fn as_json(told: &Recommendation) -> Value {
    let choice = |choice: &Choice| {
        json!({
            "member": choice.setting.member, "labels": choice.setting.labels, "fidelity": choice.setting.fidelity,
            "mean": choice.mean, "initialization_s": choice.times.initialization(), "query_s": choice.times.query(),
        })
    };
    let larger = |larger: &Larger| {
        json!({
            "axis": larger.axis.name(), "budget": larger.budget, "choice": choice(&larger.choice),
            "difference": larger.difference,
            "interval": larger.interval.map(|interval| [interval.lower, interval.upper]),
        })
    };
    let interval = told.compared.comparison.best.interval;
    // Comparisons turn values so that higher is better.
    let interval = interval.map(|one| {
        let mut ends = [one.lower, one.upper].map(|end| told.metric.turned(end));
        ends.sort_by(f64::total_cmp);
        ends
    });
    json!({
        "metric": told.metric, "best": choice(&told.best), "interval": interval,
        "trials": told.compared.comparison.trials,
        "tied": told.tied.iter().map(choice).collect::<Vec<_>>(),
        "undecided": told.undecided.iter().map(choice).collect::<Vec<_>>(),
        "larger": told.larger.iter().map(larger).collect::<Vec<_>>(),
        "unknown": told.unknown, "sentences": told.to_string(),
    })
}
