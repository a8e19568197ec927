//! The table of all members and budgets, which the page sorts and filters.

use super::{
    csv::Csv,
    escape::html,
    numbers::{Numbers, Point},
};
use crate::{
    duration,
    study::{Times, metrics::Metric},
};

/// The table as HTML, and its numbers.
pub fn table(numbers: &Numbers<'_>) -> (String, Csv) {
    let others: Vec<Metric> =
        numbers.results.metrics().iter().copied().filter(|&metric| metric != numbers.metric).collect();
    let names: Vec<String> = others.iter().map(ToString::to_string).collect();
    let head = [
        "member",
        "labels",
        "epochs",
        "trials",
        &numbers.metric.to_string(),
        "95 % interval",
        "deviation",
        "initialization by table",
        "initialization measured",
        "query by table",
        "query measured",
        "row asked alone",
        "missing rows",
        "failures",
    ];
    let mut page = String::from("<table class=\"numbers\"><thead><tr>");
    for name in head.into_iter().chain(names.iter().map(String::as_str)) {
        page.push_str(&format!("<th scope=\"col\"><button type=\"button\">{}</button></th>", html(name)));
    }
    page.push_str("</tr></thead><tbody>");
    let clocks = [
        "initialization_table_s",
        "initialization_measured_s",
        "query_table_s",
        "query_measured_s",
        "query_alone_measured_s",
        "missing_rows",
        "failures",
        "without_order",
    ];
    let columns: Vec<&str> =
        Point::COLUMNS.into_iter().chain(clocks).chain(names.iter().map(String::as_str)).collect();
    let mut csv = Csv::new(&columns);
    for point in &numbers.points {
        let more: Vec<Option<f64>> =
            others.iter().map(|&metric| numbers.mean(&point.setting, metric)).collect();
        let clocks = clocks_of(point.times);
        page.push_str("<tr>");
        row(&mut page, point, clocks, &more);
        page.push_str("</tr>");
        point.write(&mut csv);
        clocks.into_iter().for_each(|seconds| csv.number(seconds));
        csv.count(Some(point.troubles.missing_rows as u64));
        csv.count(Some(point.troubles.failures as u64));
        csv.count(Some(point.summary.without_order as u64));
        more.into_iter().for_each(|value| csv.number(value));
        csv.row();
    }
    page.push_str("</tbody></table>");
    (page, csv)
}

/// Initialization by the table and measured, query by the table and measured, and measured for a row asked alone.
fn clocks_of(times: Option<Times>) -> [Option<f64>; 5] {
    [
        times.and_then(|times| times.initialization_table),
        times.map(|times| times.initialization_measured),
        times.and_then(|times| times.query_table),
        times.map(|times| times.query_measured),
        times.map(|times| times.query_alone_measured),
    ]
}

fn row(page: &mut String, point: &Point, clocks: [Option<f64>; 5], more: &[Option<f64>]) {
    let mut cell = |key: String, shown: String| {
        page.push_str(&format!("<td data-v=\"{}\">{}</td>", html(&key), html(&shown)));
    };
    let dash = || "–".to_owned();
    let count = |value: Option<u64>| value.map_or_else(dash, |value| value.to_string());
    let number = |value: Option<f64>| value.map_or_else(dash, |value| format!("{value:.3}"));
    let key = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let summary = &point.summary;
    cell(point.setting.member.clone(), point.setting.member.clone());
    let labels = point.setting.labels.map(|labels| labels as u64);
    let epochs = point.setting.fidelity.map(u64::from);
    for value in [labels, epochs, Some(summary.trials as u64)] {
        cell(value.map_or(String::new(), |value| value.to_string()), count(value));
    }
    cell(key(Some(summary.mean)), number(Some(summary.mean)));
    let interval = summary.interval;
    let shown = interval.map_or_else(dash, |one| format!("{:.3} to {:.3}", one.lower, one.upper));
    cell(key(interval.map(|one| one.lower)), shown);
    cell(key(summary.deviation), number(summary.deviation));
    for seconds in clocks {
        cell(key(seconds), seconds.map_or_else(dash, duration::text));
    }
    for value in [point.troubles.missing_rows, point.troubles.failures] {
        cell(value.to_string(), value.to_string());
    }
    for &value in more {
        cell(key(value), number(value));
    }
}
