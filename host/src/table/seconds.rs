//! `seconds`: what training took.

use serde::{Deserialize, Serialize};

use super::curves::{Item, items, looks_like_list};
use super::keys::{known_keys, schema_of_keys};
use super::{DataError, Mistakes, Table};
use crate::space::nearest::clip;

/// Where the seconds of training stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Keys", into = "Keys")]
pub enum SecondsSpec {
    /// Seconds of the whole training; a part of its epochs takes that part of them.
    Total(String),
    /// Seconds of an epoch: one number for all, or a list with one for each.
    PerEpoch(String),
    /// A list: seconds from the start to the end of each epoch.
    Cumulative(String),
}

#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Keys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Column with the seconds of the whole training.
    total: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Column with the seconds of an epoch: a number, or a list.
    per_epoch: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Column with a list: seconds from the start to the end of each epoch.
    cumulative: Option<String>,
}
known_keys!(Keys);
schema_of_keys!(SecondsSpec, "SecondsSpec", Keys);

impl TryFrom<Keys> for SecondsSpec {
    type Error = &'static str;

    fn try_from(keys: Keys) -> Result<Self, &'static str> {
        match (keys.total, keys.per_epoch, keys.cumulative) {
            (Some(column), None, None) => Ok(SecondsSpec::Total(column)),
            (None, Some(column), None) => Ok(SecondsSpec::PerEpoch(column)),
            (None, None, Some(column)) => Ok(SecondsSpec::Cumulative(column)),
            _ => Err(
                "it is one of `{ total = COLUMN }`, `{ per_epoch = COLUMN }` and `{ cumulative = COLUMN }`",
            ),
        }
    }
}

impl From<SecondsSpec> for Keys {
    fn from(spec: SecondsSpec) -> Keys {
        let none = Keys::default();
        match spec {
            SecondsSpec::Total(column) => Keys { total: Some(column), ..none },
            SecondsSpec::PerEpoch(column) => Keys { per_epoch: Some(column), ..none },
            SecondsSpec::Cumulative(column) => Keys { cumulative: Some(column), ..none },
        }
    }
}

impl SecondsSpec {
    /// The column that it names.
    pub fn column(&self) -> &str {
        match self {
            SecondsSpec::Total(column) | SecondsSpec::PerEpoch(column) | SecondsSpec::Cumulative(column) => {
                column
            }
        }
    }
}

/// What is known of the training time of one row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spent {
    Unknown,
    Total(f64),
    PerEpoch(f64),
    /// From the start to the end of each epoch.
    ByEpoch(Vec<f64>),
}

impl Spent {
    /// Seconds of the first epochs, or of all; `trained` is how many those are, where that is known.
    pub(super) fn until(&self, epochs: Option<u32>, trained: Option<u32>) -> Option<f64> {
        match (self, epochs) {
            (Spent::Unknown, _) => None,
            (Spent::Total(total), None) => Some(*total),
            (Spent::Total(total), Some(epochs)) => {
                let trained = trained.filter(|&trained| trained >= epochs && trained > 0)?;
                Some(total * f64::from(epochs) / f64::from(trained))
            }
            (Spent::PerEpoch(each), epochs) => Some(each * f64::from(epochs.or(trained)?)),
            (Spent::ByEpoch(ends), None) => ends.last().copied(),
            (Spent::ByEpoch(ends), Some(epochs)) => match (epochs as usize).checked_sub(1) {
                None => Some(0.0),
                Some(last) => ends.get(last).copied(),
            },
        }
    }

    /// The mean over runs of one architecture; runs of which nothing is known do not count.
    pub(super) fn mean(runs: &[&Spent]) -> Spent {
        let all = |value: fn(&Spent) -> Option<f64>| mean(runs.iter().filter_map(|run| value(run)));
        let lists: Vec<&[f64]> = runs
            .iter()
            .filter_map(|run| match run {
                Spent::ByEpoch(ends) => Some(ends.as_slice()),
                _ => None,
            })
            .collect();
        if !lists.is_empty() {
            return Spent::ByEpoch(mean_by_epoch(&lists));
        }
        let total = |run: &Spent| if let Spent::Total(total) = run { Some(*total) } else { None };
        let each = |run: &Spent| if let Spent::PerEpoch(each) = run { Some(*each) } else { None };
        all(total).map(Spent::Total).or(all(each).map(Spent::PerEpoch)).unwrap_or(Spent::Unknown)
    }
}

/// The mean of some numbers, if there is any.
pub(super) fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = numbers.fold((0u32, 0.0), |(count, sum), number| (count + 1, sum + number));
    (count > 0).then(|| sum / f64::from(count))
}

/// The mean of some lists, value by value, up to the end of the shortest; an empty list is missing, not short.
pub(super) fn mean_by_epoch(lists: &[&[f64]]) -> Vec<f64> {
    let lists: Vec<&&[f64]> = lists.iter().filter(|list| !list.is_empty()).collect();
    let shortest = lists.iter().map(|list| list.len()).min().unwrap_or(0);
    (0..shortest).filter_map(|at| mean(lists.iter().filter_map(|list| list.get(at).copied()))).collect()
}

/// Reads the seconds of all rows, with a warning where some are 0.
///
/// # Errors
/// A column that is not there; all fields that are no seconds.
pub(super) fn read(table: &Table, spec: &SecondsSpec) -> Result<(Vec<Spent>, Option<String>), DataError> {
    let column = table.column(spec.column())?;
    let mut mistakes = Mistakes::default();
    let mut zeros = 0usize;
    let mut rows = Vec::with_capacity(table.len());
    for (row, field) in column.iter().map(str::trim).enumerate() {
        let list = match spec {
            SecondsSpec::Total(_) => false,
            SecondsSpec::PerEpoch(_) => looks_like_list(field),
            SecondsSpec::Cumulative(_) => true,
        };
        let read = match (field, list) {
            ("", _) => Ok(Spent::Unknown),
            (_, true) => by_epoch(field, matches!(spec, SecondsSpec::PerEpoch(_))),
            _ => single(field, spec),
        };
        match read {
            // No training takes no time: who wrote 0 did not know.
            Ok(Spent::Total(0.0) | Spent::PerEpoch(0.0)) => {
                zeros += 1;
                rows.push(Spent::Unknown);
            }
            Ok(spent) => rows.push(spent),
            Err(reason) => mistakes.push(table.line(row), || reason),
        }
    }
    if !mistakes.is_empty() {
        let what = format!(
            "{}: {} in `{}` cannot be read{mistakes}",
            table.origin(),
            mistakes.counted("field"),
            column.name()
        );
        return Err(DataError::Key { key: "seconds", what });
    }
    let warning = (zeros > 0).then(|| {
        let rows = if zeros == 1 { "1 row of".to_owned() } else { format!("{zeros} rows of") };
        format!("{rows} {} with 0 in `{}`: taken as unknown", table.origin(), column.name())
    });
    Ok((rows, warning))
}

fn single(field: &str, spec: &SecondsSpec) -> Result<Spent, String> {
    let seconds = field.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    match (seconds, spec) {
        (Some(seconds), SecondsSpec::Total(_)) => Ok(Spent::Total(seconds)),
        (Some(seconds), _) => Ok(Spent::PerEpoch(seconds)),
        (None, _) => Err(format!("`{}` is no number of seconds", clip(field))),
    }
}

fn by_epoch(field: &str, each: bool) -> Result<Spent, String> {
    let mut items = items(field)?;
    while items.last() == Some(&Item::Missing) {
        items.pop();
    }
    let mut ends: Vec<f64> = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let before = ends.last().copied().unwrap_or(0.0);
        match item {
            Item::Number(seconds) if each && seconds >= 0.0 => ends.push(before + seconds),
            Item::Number(seconds) if !each && seconds >= before => ends.push(seconds),
            Item::Number(_) if !each => {
                return Err(format!("epoch {} ends before the one before it", index + 1));
            }
            Item::Missing => return Err(format!("a hole: epoch {} is missing before others", index + 1)),
            _ => return Err(format!("epoch {} has no number of seconds", index + 1)),
        }
    }
    Ok(if ends.is_empty() { Spent::Unknown } else { Spent::ByEpoch(ends) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(csv: &str, spec: SecondsSpec) -> Result<Vec<Spent>, String> {
        let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
        read(&table, &spec).map(|(rows, _)| rows).map_err(|error| error.to_string())
    }

    #[test]
    fn a_part_of_the_epochs_takes_its_part_of_the_total() {
        let rows = spent("s,t\n200,\n,\n0,\n", SecondsSpec::Total("s".into())).unwrap();
        assert_eq!(rows[0].until(Some(10), Some(100)), Some(20.0));
        assert_eq!(rows[0].until(None, None), Some(200.0));
        assert_eq!(rows[0].until(Some(10), None), None);
        assert_eq!(rows[0].until(Some(101), Some(100)), None);
        assert_eq!((&rows[1], &rows[2]), (&Spent::Unknown, &Spent::Unknown));
    }

    #[test]
    fn seconds_of_epochs_add_up() {
        let rows = spent("s\n3\n\"[1, 2.5, 4]\"\n\"[1,null]\"\n", SecondsSpec::PerEpoch("s".into())).unwrap();
        assert_eq!((rows[0].until(Some(10), None), rows[0].until(None, Some(4))), (Some(30.0), Some(12.0)));
        assert_eq!((rows[1].until(Some(2), None), rows[1].until(None, None)), (Some(3.5), Some(7.5)));
        assert_eq!((rows[1].until(Some(4), None), rows[1].until(Some(0), None)), (None, Some(0.0)));
        assert_eq!(rows[2].until(None, None), Some(1.0));
        let rows = spent("s\n\"[1, 2.5, 4]\"\n", SecondsSpec::Cumulative("s".into())).unwrap();
        assert_eq!(rows[0].until(Some(2), None), Some(2.5));
    }

    #[test]
    fn what_is_no_time_is_told_with_its_line() {
        let wrong = |field: &str, spec| spent(&format!("s,t\n{field},\n"), spec).unwrap_err();
        let total = SecondsSpec::Total("s".into());
        assert_eq!(
            wrong("-1", total.clone()),
            "[data] `seconds`: t.csv: 1 field in `s` cannot be read\n  line 2: `-1` is no number of seconds"
        );
        assert!(wrong("nan", total).contains("`nan` is no number"));
        let cumulative = SecondsSpec::Cumulative("s".into());
        assert!(wrong("\"[2, 1]\"", cumulative.clone()).contains("epoch 2 ends before the one before it"));
        assert!(wrong("\"[2, null, 3]\"", cumulative.clone()).contains("a hole: epoch 2"));
        assert!(wrong("7", cumulative).contains("`7` is no list"));
    }

    #[test]
    fn one_of_three_words_says_what_the_column_holds() {
        let spec =
            |text: &str| toml::from_str::<SecondsSpec>(text).map_err(|error| error.message().to_owned());
        assert_eq!(spec("total = \"s\"").unwrap(), SecondsSpec::Total("s".into()));
        assert!(spec("totl = \"s\"").unwrap_err().contains("did you mean `total`?"));
        assert!(spec("").unwrap_err().contains("it is one of"));
        let each = SecondsSpec::PerEpoch("s".into());
        assert_eq!(spec(&toml::to_string(&each).unwrap()).unwrap(), each);
    }

    #[test]
    fn the_mean_of_runs_passes_over_what_is_unknown() {
        assert_eq!(
            Spent::mean(&[&Spent::Total(1.0), &Spent::Unknown, &Spent::Total(3.0)]),
            Spent::Total(2.0)
        );
        assert_eq!(mean_by_epoch(&[&[1.0, 2.0, 3.0], &[3.0, 4.0], &[]]), [2.0, 3.0]);
    }
}
