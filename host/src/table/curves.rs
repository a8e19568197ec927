//! Learning curves of a table, cut at the fidelity.

mod full;
mod list;

use std::collections::BTreeMap;
use std::sync::Arc;

use archcast_sdk::header::{CurveInfo, Goal};
use serde::{Deserialize, Deserializer, Serialize};

use super::keys::{known_keys, schema_of_keys};
use super::{DataError, DataSpec, Unit};
pub(super) use full::{FullCurve, FullCurves};
pub(super) use list::{Item, items, looks_like_list};

/// Where a curve stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Keys", into = "Keys")]
pub struct CurveSpec {
    /// Its column or columns.
    pub source: CurveSource,
    /// Which way is better.
    pub goal: Goal,
    /// What it is measured in.
    pub unit: Option<Unit>,
}

/// The column or columns of a curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CurveSource {
    /// One column for each epoch: their names with `{epoch}` in place of the number, which runs from 0 or from 1.
    /// The first column is epoch 1 either way.
    Wide(String),
    /// One column with a list in each field: `[2.3, 1.9, 1.7]`.
    List(String),
}

#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Keys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Names of the columns with `{epoch}` in place of the number.
    columns: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Column with a list in each field.
    column: Option<String>,
    /// Which way is better.
    goal: Goal,
    /// What it is measured in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
}
known_keys!(Keys);
schema_of_keys!(CurveSpec, "CurveSpec", Keys);

impl TryFrom<Keys> for CurveSpec {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let source = match (keys.columns, keys.column) {
            (Some(columns), None) => CurveSource::Wide(columns),
            (None, Some(column)) => CurveSource::List(column),
            (Some(_), Some(_)) => {
                return Err(
                    "a curve has `columns` (one for each epoch) or a `column` (with lists), not both".into(),
                );
            }
            (None, None) => {
                return Err("a curve stands in `columns = \"…_{epoch}\"` (one for each epoch) or in a \
                            `column` with lists"
                    .into());
            }
        };
        Ok(CurveSpec { source, goal: keys.goal, unit: keys.unit })
    }
}

impl From<CurveSpec> for Keys {
    fn from(spec: CurveSpec) -> Keys {
        let (columns, column) = match spec.source {
            CurveSource::Wide(columns) => (Some(columns), None),
            CurveSource::List(column) => (None, Some(column)),
        };
        Keys { columns, column, goal: spec.goal, unit: spec.unit }
    }
}

/// How many epochs are seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Fidelity {
    /// So many epochs.
    Epochs(u32),
    /// A share of the horizon (`"10%"`), or `"none"`: no curve is seen.
    Text(String),
}

impl<'de> Deserialize<'de> for Fidelity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl serde::de::Visitor<'_> for Either {
            type Value = Fidelity;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("epochs (20), a share (\"10%\") or \"none\"")
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Fidelity, E> {
                let unexpected = serde::de::Unexpected::Signed(number);
                u32::try_from(number).map(Fidelity::Epochs).map_err(|_| E::invalid_value(unexpected, &self))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Fidelity, E> {
                let unexpected = serde::de::Unexpected::Unsigned(number);
                u32::try_from(number).map(Fidelity::Epochs).map_err(|_| E::invalid_value(unexpected, &self))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Fidelity, E> {
                Ok(Fidelity::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One list of values for each row, which rows at other fidelities may share.
pub type CurveValues = Arc<Vec<Vec<f64>>>;

/// The curves of all rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    /// By name: what it is, and one list of values for each row from the first epoch on; an empty one is missing.
    pub by_name: BTreeMap<String, (CurveInfo, CurveValues)>,
    /// The final epoch.
    pub horizon: Option<u32>,
    /// Epochs seen: no curve is longer.
    pub fidelity: Option<u32>,
}

impl Curves {
    /// Whole curves cut at the fidelity of their description.
    ///
    /// # Errors
    /// A fidelity that is neither epochs up to the horizon nor a share of a known one.
    pub(super) fn cut(full: &FullCurves, spec: &DataSpec) -> Result<Self, DataError> {
        let seen = match &spec.fidelity {
            None => None,
            Some(fidelity) => Some(epochs(fidelity, spec.horizon)?),
        };
        if let (Some(seen), Some(horizon)) = (seen, spec.horizon.filter(|&horizon| seen > Some(horizon))) {
            let what = format!(
                "{seen} epochs are more than the final epoch, `horizon = {horizon}`; give {horizon} or less"
            );
            return Err(DataError::Fidelity { what });
        }
        Ok(Self::seen(full, spec, seen))
    }

    /// Whole curves of which so many epochs are seen: `None` for all, 0 for none.
    pub(super) fn seen(full: &FullCurves, spec: &DataSpec, seen: Option<u32>) -> Self {
        let cut = |values: &Arc<Vec<Vec<f64>>>| match seen {
            None => Arc::clone(values),
            Some(seen) => {
                let most = seen as usize;
                Arc::new(values.iter().map(|row| row[..most.min(row.len())].to_vec()).collect())
            }
        };
        let mut by_name = BTreeMap::new();
        for (name, FullCurve { values, .. }) in full.by_name.iter().filter(|_| seen != Some(0)) {
            let Some(curve) = spec.curves.get(name) else { continue };
            let unit = curve.unit.as_ref().map(|unit| unit.name().to_owned());
            by_name.insert(name.clone(), (CurveInfo { goal: curve.goal, unit }, cut(values)));
        }
        Self { by_name, horizon: spec.horizon, fidelity: seen.filter(|&seen| seen > 0) }
    }
}

impl Fidelity {
    /// The epochs that it means; 0 for none.
    ///
    /// # Errors
    /// A fidelity that is neither epochs nor a share of a known horizon.
    pub fn epochs(&self, horizon: Option<u32>) -> Result<u32, DataError> {
        epochs(self, horizon)
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

#[cfg(test)]
mod tests;
