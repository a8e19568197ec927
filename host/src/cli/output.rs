//! Printing: results to standard output, failures to standard error, and nothing lost when a pipe closes.

use super::Failure;
use crate::compose::{Cache, CacheHits, ConfigError, PlanError};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

/// A failed run: an error of the library in a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Plain(String);

impl Diagnostic for Plain {}

/// An error of the library as a failure of the command.
pub fn failure(error: impl std::error::Error) -> Failure {
    Box::new(Plain(error.to_string()))
}

/// A failure in the command's own words.
pub fn sentence(text: impl Into<String>) -> Failure {
    Box::new(Plain(text.into()))
}

/// Mistakes of a composition, or the data's failure.
pub fn plan_failure(error: PlanError) -> Failure {
    match error {
        PlanError::Config(mistakes) => config_failure(mistakes),
        other => failure(other),
    }
}

/// Mistakes of a composition.
pub fn config_failure(mistakes: ConfigError) -> Failure {
    Box::new(Config(mistakes))
}

/// Mistakes in a file: exit code 2.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error(transparent)]
#[diagnostic(transparent)]
struct Config(ConfigError);

/// Prints a text. A reader that has closed its end is no failure: `archcast … | head` is fine.
pub fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failure(error)),
        _ => Ok(()),
    }
}

/// Prints a value as JSON.
pub fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// Prints warnings to standard error, so that results stay what they are.
pub fn warn(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// Says on standard error how much was known already; gives it for the JSON of a result.
pub fn tell_hits(cache: Option<&Cache>, json: bool) -> Option<CacheHits> {
    let hits = cache?.hits();
    if !json && !hits.is_empty() {
        eprintln!("{hits}");
    }
    Some(hits)
}

/// Prints a failure and gives its exit code.
pub fn fail(failure: Failure, json: bool) -> ExitCode {
    let config = failure.source_code().is_some();
    if json {
        let mut mistakes = Vec::new();
        for related in failure.related().into_iter().flatten() {
            let label = related.labels().and_then(|mut labels| labels.next());
            let source = related.source_code().or_else(|| failure.source_code());
            let file = label.as_ref().zip(source).and_then(|(label, source)| {
                source.read_span(label.inner(), 0, 0).ok()?.name().map(str::to_owned)
            });
            mistakes.push(serde_json::json!({
                "file": file,
                "message": related.to_string(),
                "help": related.help().map(|help| help.to_string()),
                "offset": label.map(|label| label.offset()),
            }));
        }
        eprintln!("{:#}", serde_json::json!({ "error": failure.to_string(), "mistakes": mistakes }));
    } else if config {
        let theme = if io::stderr().is_terminal() {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let mut text = String::new();
        match GraphicalReportHandler::new_themed(theme).render_report(&mut text, &*failure) {
            Ok(()) => eprint!("{text}"),
            Err(_) => eprintln!("archcast: {failure}"),
        }
    } else {
        eprintln!("archcast: {failure}");
    }
    ExitCode::from(if config { 2 } else { 1 })
}

/// A table for the terminal: columns as wide as their widest cell, the last one free.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
