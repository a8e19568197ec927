//! What a study came to, on the terminal: a table of members by budget, and the answer in a sentence.

use super::super::output::table;
pub use crate::duration::text as duration;
use crate::study::{MemberHeader, Results, Setting, Summary, Times, metrics::Metric};
use serde_json::{Value, json};
use std::path::Path;

/// Columns of budgets that fit a terminal.
const COLUMNS: usize = 8;

/// As many columns leave room for the intervals of their means.
const WITH_INTERVAL: usize = 3;

pub fn as_text(results: &Results, metric: Metric, folder: &Path) -> String {
    let mut text = String::new();
    let labels: Vec<usize> = axis(results, |member| &member.labels);
    let fidelities: Vec<u32> = axis(results, |member| &member.fidelities);
    let (last_labels, last_fidelity) = (labels.last().copied(), fidelities.last().copied());
    if !labels.is_empty() {
        let at = last_fidelity.map_or(String::new(), |epochs| format!(", {} epochs seen", epochs));
        let shown = spread(&labels);
        let of = |member: &MemberHeader| {
            shown.iter().map(|&labels| results.setting_at(member, Some(labels), last_fidelity)).collect()
        };
        text.push_str(&ranking(results, metric, &format!("{metric} by labelled rows{at}"), &shown, of));
    }
    if !fidelities.is_empty() {
        let at = last_labels.map_or(String::new(), |labels| format!(", {labels} labelled rows"));
        let shown = spread(&fidelities);
        let of = |member: &MemberHeader| {
            shown.iter().map(|&epochs| results.setting_at(member, last_labels, Some(epochs))).collect()
        };
        text.push_str(&ranking(results, metric, &format!("{metric} by epochs seen{at}"), &shown, of));
    }
    if labels.is_empty() && fidelities.is_empty() {
        let of = |member: &MemberHeader| vec![results.setting_at(member, None, None)];
        text.push_str(&ranking(results, metric, &metric.to_string(), &["mean"], of));
    }
    text.push_str(&troubles(results));
    if metric == Metric::KendallTau
        && let Some(ceiling) = results.noise_ceiling()
    {
        text.push_str(&format!("noise ceiling (repeated runs among themselves): {:.3}\n", ceiling.mean));
    }
    match results.answer(metric) {
        Ok(answer) => text.push_str(&format!("{}\n", answer.sentence)),
        Err(reason) => {
            text.push_str(&format!("Which is best at the largest budget cannot be told: {reason}\n"))
        }
    }
    text.push_str(&format!("results in {}\n", folder.display()));
    text
}

/// The values of an axis that any member is measured at.
fn axis<T: Ord + Copy>(results: &Results, of: fn(&MemberHeader) -> &Vec<T>) -> Vec<T> {
    let mut all: Vec<T> = results.members().iter().flat_map(of).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// As many of the values as fit, the first and the last among them.
fn spread<T: Copy>(values: &[T]) -> Vec<T> {
    if values.len() <= COLUMNS {
        return values.to_vec();
    }
    (0..COLUMNS).map(|place| values[place * (values.len() - 1) / (COLUMNS - 1)]).collect()
}

fn ranking<T: ToString>(
    results: &Results,
    metric: Metric,
    title: &str,
    budgets: &[T],
    settings: impl Fn(&MemberHeader) -> Vec<Option<Setting>>,
) -> String {
    let mut rows: Vec<(f64, Vec<String>)> = Vec::new();
    for member in results.members() {
        let settings = settings(member);
        let summaries: Vec<Option<Summary>> =
            settings.iter().map(|setting| results.summary(setting.as_ref()?, metric).ok()?).collect();
        let last = settings.iter().rev().flatten().next();
        let times = last.and_then(|setting| results.times(setting));
        let mean = |summary: &Summary| metric.turned(summary.mean);
        let key = summaries.last().and_then(Option::as_ref).map_or(f64::NEG_INFINITY, mean);
        let mut row = vec![member.name.clone()];
        let shown = |summary: Option<Summary>| {
            summary.map_or_else(|| "–".to_owned(), |summary| value(&summary, budgets.len() <= WITH_INTERVAL))
        };
        row.extend(summaries.into_iter().map(shown));
        row.push(times.map_or_else(
            || "–".to_owned(),
            |times| clock(times.initialization_table, times.initialization_measured),
        ));
        row.push(
            times.map_or_else(|| "–".to_owned(), |times| clock(times.query_table, times.query_measured)),
        );
        rows.push((key, row));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let budgets: Vec<String> = budgets.iter().map(ToString::to_string).collect();
    let mut head = vec!["member"];
    head.extend(budgets.iter().map(String::as_str));
    head.extend(["initialization", "query"]);
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    format!("{title}\n{}\n", table(&head, &rows))
}

/// A mean, with half of the width of its interval where there is room.
fn value(summary: &Summary, room: bool) -> String {
    match summary.interval.filter(|_| room) {
        Some(interval) => format!("{:.3} ± {:.3}", summary.mean, interval.half_width()),
        None => format!("{:.3}", summary.mean),
    }
}

/// Table seconds and measured ones; unknown ones are a dash, and there is none where nothing is trained.
fn clock(by_table: Option<f64>, measured: f64) -> String {
    match by_table {
        None => format!("– + {}", duration(measured)),
        Some(0.0) => duration(measured),
        Some(seconds) => format!("{} + {}", duration(seconds), duration(measured)),
    }
}

/// Rows without predictions, and members that failed.
fn troubles(results: &Results) -> String {
    let mut text = String::new();
    for member in results.members() {
        let (mut failures, mut missing, mut reason) = (0, 0, None);
        for setting in results.settings(member) {
            let troubles = results.troubles(&setting);
            failures += troubles.failures;
            missing += troubles.missing_rows;
            reason = reason.or(troubles.reason);
        }
        if failures + missing > 0 {
            let why = reason.map_or(String::new(), |reason| format!(", e.g. {reason}"));
            text.push_str(&format!("{}: {missing} predictions are missing (they count as the worst), {failures} cells failed{why}\n", member.name));
        }
    }
    text
}

pub fn as_json(results: &Results, metric: Metric, folder: &Path) -> Value {
    let budgets = |member: &MemberHeader| -> Vec<Value> {
        results
            .settings(member)
            .iter()
            .map(|setting| {
                let summary = results.summary(setting, metric).ok().flatten();
                let times: Option<Times> = results.times(setting);
                let troubles = results.troubles(setting);
                json!({
                    "labels": setting.labels, "fidelity": setting.fidelity,
                    "trials": summary.as_ref().map(|summary| summary.trials),
                    "mean": summary.as_ref().map(|summary| summary.mean),
                    "deviation": summary.as_ref().and_then(|summary| summary.deviation),
                    "interval": summary.as_ref().and_then(|summary| summary.interval.map(|interval| [interval.lower, interval.upper])),
                    "without_order": summary.as_ref().map(|summary| summary.without_order),
                    "missing_rows": troubles.missing_rows, "failures": troubles.failures,
                    "initialization_table_s": times.and_then(|times| times.initialization_table),
                    "initialization_measured_s": times.map(|times| times.initialization_measured),
                    "query_table_s": times.and_then(|times| times.query_table),
                    "query_measured_s": times.map(|times| times.query_measured),
                    "query_alone_measured_s": times.map(|times| times.query_alone_measured),
                })
            })
            .collect()
    };
    let members: Vec<Value> = results
        .members()
        .iter()
        .map(|member| json!({ "member": member.name, "predictor": member.description, "budgets": budgets(member) }))
        .collect();
    let (done, total) = results.done();
    json!({
        "folder": folder, "digest": results.digest(), "metric": metric, "cells": done, "of": total,
        "members": members, "noise_ceiling": results.noise_ceiling().map(|ceiling| ceiling.mean),
        "answer": results.answer(metric).ok().map(|answer| answer.sentence),
    })
}

/// Bytes in the unit that reads best.
pub fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{:.0} KiB", count as f64 / 1024.0),
        _ => format!("{:.0} MiB", count as f64 / 1_048_576.0),
    }
}

/// Numbers between commas.
pub fn list<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
