//! `target`: the value to predict.

use std::collections::BTreeMap;

use archcast_sdk::header::Goal;
use serde::{Deserialize, Serialize};

use super::curves::{FullCurve, FullCurves};
use super::keys::{known_keys, schema_of_keys};
use super::{CurveSpec, DataError, DataSpec, Table, Unit};
use crate::space::nearest::suggest;

/// The value to predict, as `[data]` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Keys", into = "Keys")]
pub struct TargetSpec {
    /// Where it stands.
    pub value: TargetValue,
    /// Which way is better; left out, as the curve says. A column has no default: an accuracy and a latency look
    /// alike.
    pub goal: Option<Goal>,
    /// What it is measured in; left out, as the curve says.
    pub unit: Option<Unit>,
}

/// Where the value to predict stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetValue {
    /// In this column; an empty field makes an unlabelled row.
    Column(String),
    /// In a learning curve; a row whose curve is shorter is unlabelled.
    Curve {
        /// The curve's name in `curves`.
        curve: String,
        /// The epoch, from 1; left out, the horizon.
        epoch: Option<u32>,
    },
}

#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Keys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The column that holds it; an empty field makes an unlabelled row.
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The curve that holds it, a name in `curves`; a row whose curve is shorter is unlabelled.
    curve: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The epoch of the curve, from 1; left out, the horizon.
    epoch: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// Which way is better; left out, as the curve says.
    goal: Option<Goal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// What it is measured in; left out, as the curve says.
    unit: Option<Unit>,
}
known_keys!(Keys);
schema_of_keys!(TargetSpec, "TargetSpec", Keys);

impl std::fmt::Display for TargetSpec {
    /// `val_acc, higher is better`, or `val_loss at epoch 50`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            TargetValue::Column(column) => f.write_str(column)?,
            TargetValue::Curve { curve, epoch: Some(epoch) } => write!(f, "{curve} at epoch {epoch}")?,
            TargetValue::Curve { curve, epoch: None } => write!(f, "{curve} at the last epoch")?,
        }
        match self.goal {
            Some(Goal::Minimize) => f.write_str(", lower is better"),
            Some(_) => f.write_str(", higher is better"),
            None => Ok(()),
        }
    }
}

impl TryFrom<Keys> for TargetSpec {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let value = match (keys.column, keys.curve, keys.epoch) {
            (Some(_), _, Some(_)) => return Err("`epoch` belongs to a `curve`, not to a `column`".into()),
            (Some(_), Some(_), _) => return Err("it is a `column` or a `curve`, not both".into()),
            (None, None, _) => {
                return Err(
                    "it does not say what; write `column = \"…\"`, or `curve = \"…\"` with `epoch = …`"
                        .into(),
                );
            }
            (_, _, Some(0)) => return Err("epochs count from 1".into()),
            (Some(_), None, None) if keys.goal.is_none() => {
                return Err("`goal` is missing; write `goal = \"maximize\"` or `goal = \"minimize\"`".into());
            }
            (Some(column), None, None) => TargetValue::Column(column),
            (None, Some(curve), epoch) => TargetValue::Curve { curve, epoch },
        };
        Ok(TargetSpec { value, goal: keys.goal, unit: keys.unit })
    }
}

impl From<TargetSpec> for Keys {
    fn from(spec: TargetSpec) -> Keys {
        let (column, curve, epoch) = match spec.value {
            TargetValue::Column(column) => (Some(column), None, None),
            TargetValue::Curve { curve, epoch } => (None, Some(curve), epoch),
        };
        Keys { column, curve, epoch, goal: spec.goal, unit: spec.unit }
    }
}

impl TargetSpec {
    /// A column.
    pub fn column(name: &str, goal: Goal, unit: Option<Unit>) -> TargetSpec {
        TargetSpec { value: TargetValue::Column(name.to_owned()), goal: Some(goal), unit }
    }

    /// Whether a table, read with these curves, has what it is taken from.
    pub(super) fn is_in(&self, table: &Table, curves: &BTreeMap<String, CurveSpec>) -> bool {
        match &self.value {
            TargetValue::Column(column) => table.column(column).is_ok(),
            TargetValue::Curve { curve, .. } => curves.contains_key(curve),
        }
    }

    /// The column that it names, if it names one.
    pub fn column_name(&self) -> Option<&str> {
        match &self.value {
            TargetValue::Column(column) => Some(column),
            TargetValue::Curve { .. } => None,
        }
    }
}

/// The value to predict, row by row, as it stands in the table: in its own unit, whatever its goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The column that it was read from; of a curve in a list column, `CURVE at epoch N`.
    pub column: String,
    /// Which way is better.
    pub goal: Goal,
    /// What it is measured in.
    pub unit: Option<Unit>,
    /// One value for each row; rows without one are unlabelled.
    pub values: Vec<Option<f64>>,
}

impl Target {
    /// Reads the target that a description names; nothing where it names none, or one of a curve that could not be read.
    pub(super) fn read(
        table: &Table,
        spec: &DataSpec,
        curves: &FullCurves,
    ) -> Result<Option<Target>, DataError> {
        let Some(target) = &spec.target else { return Ok(None) };
        let (goal, unit) = (target.goal, target.unit.clone());
        let wrong = |what: String| Err(DataError::Key { key: "target", what });
        match &target.value {
            TargetValue::Column(column) => {
                let values = table.numbers(column)?;
                let Some(goal) = goal else { return wrong("`goal` is missing".to_owned()) };
                Ok(Some(Target { column: column.clone(), goal, unit, values }))
            }
            TargetValue::Curve { curve: name, epoch } => {
                let Some(described) = spec.curves.get(name) else {
                    let known = suggest(name, spec.curves.keys().map(String::as_str));
                    return wrong(format!("`curves` has no curve `{name}`; {known}"));
                };
                let epoch = match (*epoch, spec.horizon) {
                    (Some(epoch), Some(horizon)) if epoch > horizon => {
                        return wrong(format!("epoch {epoch} is past the final one (`horizon = {horizon}`)"));
                    }
                    (Some(epoch), _) | (None, Some(epoch)) => epoch,
                    (None, None) => {
                        return wrong("write the `epoch`, or the final one as `horizon`".to_owned());
                    }
                };
                let Some(curve) = curves.by_name.get(name) else { return Ok(None) };
                let values = curve.at(epoch);
                Ok(Some(Target {
                    column: column_of(curve, name, epoch),
                    goal: goal.unwrap_or(described.goal),
                    unit: unit.or_else(|| described.unit.clone()),
                    values,
                }))
            }
        }
    }
}

fn column_of(curve: &FullCurve, name: &str, epoch: u32) -> String {
    let wide = curve.columns.get(epoch.saturating_sub(1) as usize);
    wide.cloned().unwrap_or_else(|| format!("{name} at epoch {epoch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> Result<TargetSpec, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_target_is_a_column_or_an_epoch_of_a_curve() {
        let target = spec("column = \"latency\"\ngoal = \"minimize\"\nunit = \"ms\"").unwrap();
        assert_eq!(target, TargetSpec::column("latency", Goal::Minimize, Some(Unit::Other("ms".into()))));
        let target = spec("curve = \"val_loss\"\nepoch = 50").unwrap();
        assert_eq!(target.value, TargetValue::Curve { curve: "val_loss".into(), epoch: Some(50) });
        for target in [target, TargetSpec::column("a", Goal::Maximize, None)] {
            assert_eq!(spec(&toml::to_string(&target).unwrap()).unwrap(), target);
        }
    }

    #[test]
    fn what_is_no_target_says_what_would_be_one() {
        for (text, part) in [
            ("column = \"a\"", "`goal` is missing; write `goal = \"maximize\"`"),
            ("goal = \"maximize\"", "write `column = \"…\"`, or `curve = \"…\"`"),
            ("column = \"a\"\ncurve = \"b\"", "a `column` or a `curve`, not both"),
            ("column = \"a\"\nepoch = 3\ngoal = \"maximize\"", "`epoch` belongs to a `curve`"),
            ("curve = \"a\"\nepoch = 0", "epochs count from 1"),
            ("colum = \"a\"", "unknown key `colum`; did you mean `column`?"),
            ("column = \"a\"\ngoal = \"max\"", "`maximize`"),
        ] {
            let message = spec(text).unwrap_err();
            assert!(message.contains(part), "{part}\n{message}");
        }
    }
}
