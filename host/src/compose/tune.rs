//! How parameters are chosen: random search over the ranges of a predictor's schema, scored by cross-validation.

use super::{
    ModelError, Queries,
    combine::primary,
    folds::{self, FEWEST_ROWS},
    node::{Answers, FittedUse, Targets},
    plan::UseNode,
    ranges::Ranges,
    scores::moments,
};
use crate::{
    plugin::HostServices,
    study::metrics::{Residual, kendall_tau_b, negative_log_likelihood},
};
use archcast_sdk::{Services, dynamic::DynPredictor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Instant;

/// Deviations count as at least this share of that of the targets: one row could make a likelihood infinite.
const LEAST_DEVIATION: f64 = 1e-6;

/// `tune = { trials = 35, folds = 3, metric = "kendall-tau", seconds = 600 }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tune {
    /// Settings that are tried, the given one among them.
    #[serde(default = "trials")]
    pub trials: usize,
    /// Parts into which the training rows are cut; each is predicted by a model of the others.
    #[serde(default = "folds")]
    pub folds: usize,
    /// What is compared on the rows held out.
    #[serde(default)]
    pub metric: TuneMetric,
    /// No further setting is begun after so many seconds; left out, none is too late.
    #[serde(default)]
    pub seconds: Option<f64>,
}

/// What settings are compared by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TuneMetric {
    /// Rank correlation with the target; higher is better.
    #[default]
    KendallTau,
    /// Root mean squared error in the target's unit; lower is better.
    Rmse,
    /// Mean negative log likelihood of the normal distributions of a predictor that gives deviations; lower is better.
    Nll,
}

fn trials() -> usize {
    20
}

fn folds() -> usize {
    3
}

/// The setting that was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// Settings that were tried.
    pub tried: usize,
    /// What the best one reached on the rows held out.
    pub score: f64,
}

/// Fits a predictor, with parameters as given or chosen by its `tune`. Rows after those that have `targets` are unlabelled.
pub fn tuned(
    name: &str,
    node: &UseNode,
    queries: &Queries<'_>,
    targets: &Targets,
    scores: &Answers,
    services: &HostServices,
    warn: &dyn Fn(String),
) -> Result<FittedUse, ModelError> {
    let fit = |params: &Value, queries: &Queries<'_>, targets: &Targets, scores: &Answers| {
        FittedUse::fit(name, node, params, queries, targets, scores, services)
    };
    let Some(tune) = &node.tune else { return fit(&node.params, queries, targets, scores) };
    let rows = targets.values.len();
    if rows < FEWEST_ROWS.max(tune.folds) {
        let need = FEWEST_ROWS.max(tune.folds);
        warn(format!(
            "member `{name}`: {rows} training rows are too few to tune ({need}); its parameters stay as given"
        ));
        return fit(&node.params, queries, targets, scores);
    }
    let schema = node
        .predictor
        .schema()
        .map_err(|error| ModelError::of_predictor(name, &node.predictor.full_name(), error))?;
    let ranges = Ranges::of(&schema);
    if ranges.is_empty() {
        warn(format!(
            "member `{name}`: `{}` has no ranges to tune; its parameters stay as given",
            node.info.name
        ));
        return fit(&node.params, queries, targets, scores);
    }
    let mut networks = queries.networks();
    networks.truncate(rows);
    // Unlabelled rows help to fit in every fold and are never held out.
    let unlabelled: Vec<usize> = (rows..queries.len()).collect();
    let held_out = |params: &Value| -> Result<f64, ModelError> {
        let mut told = vec![f64::NAN; rows];
        let mut deviations = vec![f64::NAN; rows];
        for held in folds::cut_groups(&networks, tune.folds) {
            let rest = folds::rest(rows, &held);
            let all = [&rest[..], &unlabelled].concat();
            let model = fit(params, &queries.select(&all), &targets.take(&rest), &scores.take(&all))?;
            let answer = model.predict(name, &queries.select(&held), &scores.take(&held), services)?;
            for (&place, value) in held.iter().zip(primary(&answer)) {
                told[place] = value;
            }
            for (&place, &deviation) in held.iter().zip(answer.get("std").unwrap_or_default()) {
                deviations[place] = deviation;
            }
        }
        Ok(tune.metric.of(&told, &deviations, &targets.turned()))
    };
    let mut rng = ChaCha8Rng::seed_from_u64(services.seed());
    let started = Instant::now();
    let mut best = (f64::NEG_INFINITY, node.params.clone());
    let mut tried = 0;
    let mut failure = None;
    for trial in 0..tune.trials {
        if trial > 0 && tune.seconds.is_some_and(|seconds| started.elapsed().as_secs_f64() > seconds) {
            warn(format!(
                "member `{name}`: tuning ended after {trial} of {} settings, as its `seconds` say",
                tune.trials
            ));
            break;
        }
        // The setting as given is the first.
        let params = if trial == 0 { node.params.clone() } else { ranges.draw(&node.params, &mut rng) };
        match held_out(&params) {
            Ok(score) => {
                tried += 1;
                if score > best.0 {
                    best = (score, params);
                }
            }
            // A setting that a predictor cannot be fitted with is none; if all are so, the reason is told.
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let (0, Some(error)) = (tried, failure) {
        return Err(error);
    }
    let mut fitted = fit(&best.1, queries, targets, scores)?;
    let score = if tune.metric == TuneMetric::KendallTau { best.0 } else { -best.0 };
    fitted.about.tuned = Some(Tuned { tried, score: if score.is_finite() { score } else { 0.0 } });
    Ok(fitted)
}

impl TuneMetric {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            TuneMetric::KendallTau => "kendall-tau",
            TuneMetric::Rmse => "rmse",
            TuneMetric::Nll => "nll",
        }
    }

    /// The metric over rows that have a prediction, turned so that higher is better.
    fn of(self, told: &[f64], deviations: &[f64], targets: &[f64]) -> f64 {
        let rows = told.iter().zip(deviations).zip(targets).filter(|((told, _), _)| !told.is_nan());
        let (told, targets): (Vec<f64>, Vec<f64>) =
            rows.clone().map(|((&told, _), &target)| (told, target)).unzip();
        if told.is_empty() {
            return f64::NEG_INFINITY;
        }
        match self {
            TuneMetric::KendallTau => kendall_tau_b(&targets, &told).unwrap_or(-1.0),
            TuneMetric::Rmse => {
                let squares = told.iter().zip(&targets).map(|(told, target)| (told - target).powi(2));
                -(squares.sum::<f64>() / told.len() as f64).sqrt()
            }
            TuneMetric::Nll => {
                let least = LEAST_DEVIATION * moments(&targets).1;
                let rows: Vec<Residual> = rows
                    .map(|((told, &deviation), target)| Residual {
                        residual: target - told,
                        deviation: deviation.max(least),
                    })
                    .collect();
                let likelihood = negative_log_likelihood(&rows);
                if likelihood.is_finite() { -likelihood } else { f64::NEG_INFINITY }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_prefers_the_better_answers_and_none_rewards_no_answer() {
        let targets = [1.0, 2.0, 3.0, 4.0];
        let (near, far) = ([1.1, 2.1, 2.9, 4.2], [2.0, 1.0, 4.0, 3.0]);
        for metric in [TuneMetric::KendallTau, TuneMetric::Rmse, TuneMetric::Nll] {
            let of = |told: &[f64]| metric.of(told, &[0.5; 4], &targets);
            assert!(of(&near) > of(&far), "{}", metric.name());
            assert_eq!(of(&[f64::NAN; 4]), f64::NEG_INFINITY);
        }
    }

    #[test]
    fn the_likelihood_punishes_deviations_that_are_too_small_and_bears_those_of_0() {
        let of = |deviation: f64| TuneMetric::Nll.of(&[1.5, 2.5], &[deviation; 2], &[1.0, 3.0]);
        // ½ ln 2π + ln ½ + ½ of two errors of one deviation.
        assert!((of(0.5) + 0.725_791_352_6).abs() < 1e-9, "{}", of(0.5));
        assert!(of(0.5) > of(0.1) && of(0.5) > of(5.0) && of(0.0).is_finite());
        assert_eq!(of(f64::NAN), TuneMetric::Nll.of(&[1.5, 2.5], &[0.0; 2], &[1.0, 3.0]));
    }
}
