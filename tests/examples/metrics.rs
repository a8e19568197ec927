//! Metrics and statistics of made-up numbers, for `peers/metrics.py`: JSON comes in, JSON goes out.

use std::io::{Read, stdin};

use archcast::{
    compose::Gives,
    study::{
        metrics::{Metric, TestAnswers},
        statistics::{corrected_resampled_t, friedman, student_t_interval, wilcoxon_signed_rank},
    },
    table::Unit,
};
use serde::{Deserialize, Serialize};

/// What comes in.
#[derive(Deserialize)]
struct Questions {
    metrics: Vec<Metric>,
    answers: Vec<Answers>,
    differences: Vec<Vec<f64>>,
    tables: Vec<Vec<Vec<f64>>>,
}

/// A test set in percent.
#[derive(Deserialize)]
struct Answers {
    targets: Vec<f64>,
    predictions: Vec<f64>,
    deviations: Vec<f64>,
}

/// What goes out.
#[derive(Serialize)]
struct Values {
    /// By test set and metric; nothing where a metric has no value.
    metrics: Vec<Vec<Option<f64>>>,
    /// By list of differences.
    differences: Vec<OfDifferences>,
    /// By tables.
    tables: Vec<OfTables>,
}

/// Of a list of differences.
#[derive(Serialize)]
struct OfDifferences {
    statistic: f64,
    exact: bool,
    wilcoxon_p: f64,
    t: f64,
    t_p: f64,
    lower: f64,
    upper: f64,
}

/// Of several predictors over several tables.
#[derive(Serialize)]
struct OfTables {
    mean_ranks: Vec<f64>,
    chi_squared: f64,
    p: f64,
}

fn main() {
    let mut text = String::new();
    stdin().read_to_string(&mut text).expect("text");
    let questions: Questions = serde_json::from_str(&text).expect("the script's questions");
    let metrics = questions.answers.iter().map(|answers| {
        let answers = TestAnswers {
            targets: &answers.targets,
            predictions: &answers.predictions,
            deviations: Some(&answers.deviations),
            half_widths: &[],
            gives: &Gives::Distribution,
            unit: Some(&Unit::Percent),
            training_spread: 0.0,
        };
        questions.metrics.iter().map(|metric| metric.of(&answers).ok()).collect()
    });
    let differences = questions.differences.iter().map(|differences| {
        let wilcoxon = wilcoxon_signed_rank(differences);
        let t = corrected_resampled_t(differences, 0.0).expect("several differences");
        let interval = student_t_interval(differences, 0.95).expect("several differences");
        OfDifferences {
            statistic: wilcoxon.statistic,
            exact: wilcoxon.exact,
            wilcoxon_p: wilcoxon.p,
            t: t.t,
            t_p: t.p,
            lower: interval.lower,
            upper: interval.upper,
        }
    });
    let tables = questions.tables.iter().map(|tables| {
        let test = friedman(tables).expect("several tables");
        OfTables { mean_ranks: test.mean_ranks, chi_squared: test.chi_squared, p: test.chi_squared_p }
    });
    let values =
        Values { metrics: metrics.collect(), differences: differences.collect(), tables: tables.collect() };
    println!("{}", serde_json::to_string(&values).expect("plain numbers"));
}
