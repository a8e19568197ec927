//! Learning curves of a table: one column for each epoch, cut at the fidelity.

use std::collections::BTreeMap;

use archcast_sdk::header::{CurveInfo, Goal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DataError, DataSpec, Mistakes, Table, Unit};

/// Where a curve stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurveSpec {
    /// Names of the columns with `{epoch}` in place of the number: `val_loss_{epoch}`.
    pub columns: String,
    /// Which way is better.
    pub goal: Goal,
    /// What it is measured in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// How many epochs are seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Fidelity {
    /// So many epochs.
    Epochs(u32),
    /// A share of the horizon (`"10%"`), or `"none"`: no curve is seen.
    Text(String),
}

/// The curves of all rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    /// By name: what it is, and one list of values for each row from the first epoch on; an empty one is missing.
    pub by_name: BTreeMap<String, (CurveInfo, Vec<Vec<f64>>)>,
    /// The final epoch.
    pub horizon: Option<u32>,
    /// Epochs seen: no curve is longer.
    pub fidelity: Option<u32>,
}

impl Curves {
    /// Reads the curves that a description names, cut at its fidelity.
    ///
    /// # Errors
    /// A pattern that fits no column, epochs with a gap between them, a row whose curve has a hole, a fidelity that is
    /// neither epochs nor a share of a known horizon.
    pub(super) fn read(table: &Table, spec: &DataSpec) -> Result<Self, DataError> {
        let fidelity = match &spec.fidelity {
            None => None,
            Some(fidelity) => Some(epochs(fidelity, spec.horizon)?),
        };
        let mut by_name = BTreeMap::new();
        // Fidelity 0 is "none": nothing of any curve is seen.
        for (name, curve) in spec.curves.iter().filter(|_| fidelity != Some(0)) {
            let mut values = read_one(table, name, curve)?;
            if let Some(seen) = fidelity {
                values.iter_mut().for_each(|row| row.truncate(seen as usize));
            }
            let unit = curve.unit.as_ref().map(|unit| unit.name().to_owned());
            by_name.insert(name.clone(), (CurveInfo { goal: curve.goal, unit }, values));
        }
        Ok(Self { by_name, horizon: spec.horizon, fidelity: fidelity.filter(|&seen| seen > 0) })
    }
}

fn epochs(fidelity: &Fidelity, horizon: Option<u32>) -> Result<u32, DataError> {
    let wrong = |what: String| Err(DataError::Fidelity { what });
    match fidelity {
        Fidelity::Epochs(0) => wrong("0 epochs are none; write `fidelity = \"none\"`".to_owned()),
        Fidelity::Epochs(epochs) => Ok(*epochs),
        Fidelity::Text(text) if text == "none" => Ok(0),
        Fidelity::Text(text) => {
            match text.strip_suffix('%').and_then(|share| share.trim().parse::<f64>().ok()) {
                Some(share) if share > 0.0 && share <= 100.0 => match horizon {
                    Some(horizon) => Ok(((f64::from(horizon) * share / 100.0).floor() as u32).max(1)),
                    None => wrong(format!(
                        "`{text}` is a share of the final epoch, and [data] does not say `horizon`"
                    )),
                },
                _ => wrong(format!("`{text}` is neither epochs (20), a share (\"10%\") nor \"none\"")),
            }
        }
    }
}

fn read_one(table: &Table, name: &str, curve: &CurveSpec) -> Result<Vec<Vec<f64>>, DataError> {
    let wrong =
        |what: String| DataError::Curve { origin: table.origin().to_owned(), curve: name.to_owned(), what };
    let Some((before, after)) = curve.columns.split_once("{epoch}") else {
        return Err(wrong(format!("its columns `{}` do not hold `{{epoch}}`", curve.columns)));
    };
    let mut columns: Vec<(u32, &str)> = table
        .columns()
        .iter()
        .filter_map(|column| {
            let number = column.name().strip_prefix(before)?.strip_suffix(after)?;
            Some((number.parse().ok()?, column.name()))
        })
        .collect();
    columns.sort_unstable();
    let Some(&(first, _)) = columns.first() else {
        return Err(wrong(format!("no column is named like `{}`", curve.columns)));
    };
    for (place, (epoch, column)) in (first..).zip(&columns) {
        if place != *epoch {
            return Err(wrong(format!("epoch {place} has no column, although there is `{column}`")));
        }
    }
    if first > 1 {
        return Err(wrong(format!("its first column is epoch {first}; a curve begins at epoch 0 or 1")));
    }
    let mut rows = vec![Vec::new(); table.len()];
    let mut ended = vec![false; table.len()];
    let mut mistakes = Mistakes::default();
    for (epoch, column) in columns {
        for (row, number) in table.numbers(column)?.into_iter().enumerate() {
            match number {
                None => ended[row] = true,
                Some(number) if !ended[row] => rows[row].push(number),
                Some(_) => {
                    mistakes.push(table.line(row), || format!("a value at epoch {epoch} after a missing one"))
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(rows) } else { Err(wrong(format!("some rows have holes{mistakes}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(csv: &str, spec: &str) -> Result<Curves, DataError> {
        let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
        Curves::read(&table, &toml::from_str(spec).unwrap())
    }

    const SPEC: &str = "curves.val_loss = { columns = \"l_{epoch}\", goal = \"minimize\" }\n";

    #[test]
    fn a_curve_is_read_ragged_and_cut_at_the_fidelity() {
        let csv = "id,l_1,l_2,l_3\na,3,2,1\nb,5,,\n";
        let whole = read(csv, SPEC).unwrap();
        assert_eq!(whole.by_name["val_loss"].1, [vec![3.0, 2.0, 1.0], vec![5.0]]);
        let cut = read(csv, &format!("{SPEC}horizon = 4\nfidelity = \"50%\"")).unwrap();
        assert_eq!(cut.by_name["val_loss"].1, [vec![3.0, 2.0], vec![5.0]]);
        assert_eq!(cut.fidelity, Some(2));
        assert!(read(csv, &format!("{SPEC}fidelity = \"none\"")).unwrap().by_name.is_empty());
    }

    #[test]
    fn what_cannot_be_a_curve_is_named() {
        for (csv, spec, part) in [
            ("id,x\na,1\n", SPEC, "no column is named like `l_{epoch}`"),
            ("id,l_1,l_3\na,1,2\n", SPEC, "epoch 2 has no column"),
            ("id,l_5\na,1\n", SPEC, "first column is epoch 5"),
            ("id,l_1,l_2\na,,2\n", SPEC, "line 2: a value at epoch 2 after a missing one"),
            ("id,l_1\na,1\n", &format!("{SPEC}fidelity = \"10%\""), "does not say `horizon`"),
            ("id,l_1\na,1\n", &format!("{SPEC}fidelity = \"some\""), "`some` is neither"),
        ] {
            let message = read(csv, spec).unwrap_err().to_string();
            assert!(message.contains(part), "{part}\n{message}");
        }
    }
}
