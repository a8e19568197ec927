//! Which columns are learning curves.

use std::collections::BTreeMap;

use serde::Serialize;

use super::guess::{Measure, curve_name, words};
use super::{ColumnKind, InspectedColumn};

/// A learning curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundCurve {
    /// A name for it: the field's, where its columns are named like that.
    pub name: String,
    /// The pattern of its columns, one for each epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    /// The column with its lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Epochs of the longest.
    pub epochs: usize,
    /// The smallest value.
    pub lowest: f64,
    /// The largest value.
    pub highest: f64,
}

impl FoundCurve {
    /// Where it stands, in words.
    pub(super) fn place(&self) -> String {
        match (&self.columns, &self.column) {
            (Some(columns), _) => format!("columns `{columns}`"),
            (None, Some(column)) => format!("lists in `{column}`"),
            (None, None) => String::new(),
        }
    }
}

/// The curves among the columns that name no architecture.
pub(super) fn find(columns: &[InspectedColumn], architecture: &[&str]) -> Vec<FoundCurve> {
    let mut curves: Vec<FoundCurve> = Vec::new();
    let mut add = |curve: FoundCurve| {
        if curves.iter().all(|other| other.name != curve.name) {
            curves.push(curve);
        }
    };
    for column in columns {
        let ColumnKind::List { longest, lowest, highest } = column.kind else { continue };
        // Seconds by epoch are no metric.
        if longest >= 2 && Measure::of(&column.name) != Measure::Time {
            let (name, column) = (curve_name(&column.name), Some(column.name.clone()));
            add(FoundCurve { name, columns: None, column, epochs: longest, lowest, highest });
        }
    }
    for (pattern, numbered) in numbered(columns, architecture) {
        let first = numbered.keys().next().copied().unwrap_or(0);
        let last = numbered.keys().next_back().copied().unwrap_or(0);
        let whole = first <= 1 && numbered.len() as u32 == last.saturating_sub(first).saturating_add(1);
        let ranges: Vec<(f64, f64)> = numbered.values().filter_map(|column| column.range()).collect();
        if numbered.len() < 3 || !whole || ranges.is_empty() {
            continue;
        }
        let lowest = ranges.iter().fold(f64::INFINITY, |lowest, range| lowest.min(range.0));
        let highest = ranges.iter().fold(f64::NEG_INFINITY, |highest, range| highest.max(range.1));
        let name = curve_name(&pattern.replace("{epoch}", ""));
        let epochs = numbered.len();
        add(FoundCurve { name, columns: Some(pattern), column: None, epochs, lowest, highest });
    }
    curves
}

/// Columns of numbers whose names differ in a number alone, by pattern and number.
fn numbered<'a>(
    columns: &'a [InspectedColumn],
    architecture: &[&str],
) -> BTreeMap<String, BTreeMap<u32, &'a InspectedColumn>> {
    let mut patterns: BTreeMap<String, BTreeMap<u32, &InspectedColumn>> = BTreeMap::new();
    for column in columns {
        let numbers = matches!(column.kind, ColumnKind::Number { .. } | ColumnKind::Empty);
        if !numbers || architecture.contains(&column.name.as_str()) {
            continue;
        }
        // The last run of digits: in `nb201_acc_12` it is the epoch.
        let Some(end) = column.name.rfind(|character: char| character.is_ascii_digit()) else { continue };
        let (upto, after) = column.name.split_at(end + 1);
        let before = upto.trim_end_matches(|character: char| character.is_ascii_digit());
        let Some(Ok(number)) = upto.get(before.len()..).map(str::parse) else { continue };
        // Runs, seeds and folds are numbered too.
        let other = ["run", "seed", "fold", "trial", "split", "rep", "op", "edge", "node", "layer"];
        if words(before).last().is_some_and(|word| other.contains(&word.as_str())) {
            continue;
        }
        patterns.entry(format!("{before}{{epoch}}{after}")).or_default().insert(number, column);
    }
    patterns
}
