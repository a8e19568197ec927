//! A `[data]` section to begin with.

use std::collections::HashSet;
use std::fmt::Write;

use archcast_sdk::header::Goal;

use super::guess::{Measure, target_rank, unit, words};
use super::{ColumnKind, FoundCurve, InspectedColumn, Inspection};
use crate::table::{Table, Unit};

/// The section as TOML; what cannot be guessed is a comment that asks.
pub(super) fn write(inspection: &Inspection, table: &Table) -> String {
    let mut text = format!("[data]\ntable        = {}\n", quoted(&inspection.table));
    match inspection.architectures.first() {
        Some(found) => {
            line(&mut text, "space", &quoted(&found.space));
            let columns = serde_json::to_value(&found.architecture).map(toml_value);
            line(&mut text, "architecture", &columns.unwrap_or_default());
            let others = inspection.rows.saturating_sub(found.parsed);
            if others > 0 {
                let _ = writeln!(
                    text,
                    "# {others} of {} rows are no architectures of this space",
                    inspection.rows
                );
            }
        }
        None => {
            text.push_str("# space and architecture: no column names architectures of a built-in space\n");
            match identifying(inspection, table) {
                Some(column) => line(&mut text, "id", &quoted(column)),
                None => text.push_str("# id = \"…\": which column tells the rows apart?\n"),
            }
        }
    }
    if inspection.repeats > 0 {
        line(&mut text, "repeats", "\"mean\"");
        let _ = writeln!(
            text,
            "# {} of {} rows repeat an architecture above",
            inspection.repeats, inspection.rows
        );
    }
    target(&mut text, inspection);
    for curve in &inspection.curves {
        write_curve(&mut text, curve);
    }
    seconds(&mut text, inspection);
    if let Some(horizon) = horizon(inspection) {
        line(&mut text, "horizon", &horizon.to_string());
    }
    text
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key:12} = {value}");
}

fn quoted(text: &str) -> String {
    toml_value(serde_json::Value::from(text))
}

fn toml_value(value: serde_json::Value) -> String {
    // Texts and lists of texts have a form in TOML.
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

fn goal_name(goal: Goal) -> &'static str {
    match goal {
        Goal::Maximize => "maximize",
        Goal::Minimize => "minimize",
    }
}

fn with_unit(unit: Option<Unit>) -> String {
    unit.map(|unit| format!(", unit = {}", quoted(unit.name()))).unwrap_or_default()
}

/// A column whose fields are all there and all different: one that is named like an id, or else of text.
fn identifying<'a>(inspection: &'a Inspection, table: &Table) -> Option<&'a str> {
    let distinct = |column: &&InspectedColumn| {
        let mut seen = HashSet::new();
        let fields = table.column(&column.name).into_iter().flat_map(|column| column.iter());
        column.missing == 0 && fields.into_iter().all(|field| seen.insert(field))
    };
    let named = |column: &&InspectedColumn| {
        words(&column.name).iter().any(|word| ["id", "index", "hash", "name"].contains(&word.as_str()))
    };
    let text = |column: &&InspectedColumn| matches!(column.kind, ColumnKind::Text { .. });
    let columns = || inspection.columns.iter();
    let id = columns().filter(named).find(distinct).or_else(|| columns().filter(text).find(distinct));
    id.map(|column| column.name.as_str())
}

fn target(text: &mut String, inspection: &Inspection) {
    let first = inspection.architectures.first();
    let named = first.map(|found| found.architecture.columns()).unwrap_or_default();
    let of_curve = |name: &str| {
        let parts =
            inspection.curves.iter().filter_map(|curve| curve.columns.as_deref()?.split_once("{epoch}"));
        parts.into_iter().any(|(before, after)| name.starts_with(before) && name.ends_with(after))
    };
    let able = inspection.columns.iter().filter(|column| {
        column.is_number() && !named.contains(&column.name.as_str()) && !of_curve(&column.name)
    });
    let ranked = able.filter_map(|column| Some((target_rank(&column.name)?, column)));
    // Of equals the first, as a table is written with what matters first.
    let best =
        ranked.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, column)| column);
    let Some(column) = best else {
        return curve_target(text, inspection);
    };
    let measure = Measure::of(&column.name);
    let name = quoted(&column.name);
    let unit = with_unit(unit(&column.name, measure, column.range()));
    match measure.goal() {
        Some(goal) => {
            line(text, "target", &format!("{{ column = {name}, goal = \"{}\"{unit} }}", goal_name(goal)));
        }
        None => {
            let _ = writeln!(text, "# which way is better, maximize or minimize?");
            let _ = writeln!(text, "# target     = {{ column = {name}, goal = \"…\" }}");
        }
    }
}

/// The final epoch of a curve, where no column is the value to predict.
fn curve_target(text: &mut String, inspection: &Inspection) {
    let ranked = inspection.curves.iter().filter_map(|curve| Some((target_rank(&curve.name)?, curve)));
    let best = ranked.reduce(|best, next| if next.0 > best.0 { next } else { best });
    match best {
        Some((_, curve)) if Measure::of(&curve.name).goal().is_some() => {
            line(text, "target", &format!("{{ curve = {} }}", quoted(&curve.name)));
        }
        _ => {
            let _ = writeln!(text, "# which value is to be predicted, and which way is better?");
            let _ = writeln!(text, "# target     = {{ column = \"…\", goal = \"…\" }}");
        }
    }
}

fn write_curve(text: &mut String, curve: &FoundCurve) {
    let place = match (&curve.columns, &curve.column) {
        (Some(columns), _) => format!("columns = {}", quoted(columns)),
        (None, column) => format!("column = {}", quoted(column.as_deref().unwrap_or_default())),
    };
    let measure = Measure::of(&curve.name);
    let unit = with_unit(unit(&curve.name, measure, Some((curve.lowest, curve.highest))));
    let bare = curve.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let key = if bare { format!("curves.{}", curve.name) } else { format!("curves.{}", quoted(&curve.name)) };
    match measure.goal() {
        Some(goal) => line(text, &key, &format!("{{ {place}, goal = \"{}\"{unit} }}", goal_name(goal))),
        None => {
            let _ = writeln!(text, "# which way is better, maximize or minimize?");
            let _ = writeln!(text, "# {key} = {{ {place}, goal = \"…\" }}");
        }
    }
}

/// Curves that the section describes: those whose goal is known.
fn horizon(inspection: &Inspection) -> Option<usize> {
    let known = inspection.curves.iter().filter(|curve| Measure::of(&curve.name).goal().is_some());
    known.map(|curve| curve.epochs).max()
}

fn seconds(text: &mut String, inspection: &Inspection) {
    let timed = |column: &&InspectedColumn| {
        let words = words(&column.name);
        let has = |word: &str| words.iter().any(|have| have == word);
        Measure::of(&column.name) == Measure::Time && !has("zc") && !has("latency") && !has("ms")
    };
    for column in inspection.columns.iter().filter(timed) {
        let words = words(&column.name);
        let has = |word: &str| words.iter().any(|have| have == word);
        let word = match column.kind {
            ColumnKind::List { .. } if has("cumulative") || has("total") => "cumulative",
            ColumnKind::List { .. } => "per_epoch",
            ColumnKind::Number { .. } if has("epoch") => "per_epoch",
            ColumnKind::Number { .. } if has("train") || has("training") || has("total") => "total",
            _ => continue,
        };
        return line(text, "seconds", &format!("{{ {word} = {} }}", quoted(&column.name)));
    }
}
