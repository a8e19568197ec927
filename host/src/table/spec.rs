//! The `[data]` part of a composition.

use archcast_sdk::header::Goal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

use super::{CurveSpec, Fidelity, TableSource};
use crate::space::Space;

/// How to read a table. What is left out is taken from a built-in table's own description, if the table is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// A path, or `builtin:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// A built-in space, or the path of a TOML file that declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// The column with the text form of the architectures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// The column that tells rows apart; left out, it is `architecture`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The value to predict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetSpec>,
    /// How many labelled rows train; left out, all that have a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<usize>,
    /// Learning curves by name: `train_loss`, `val_loss`, `train_acc`, `val_acc`, or others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub curves: BTreeMap<String, CurveSpec>,
    /// The final epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
    /// Epochs seen, of training and query rows alike; left out, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<Fidelity>,
}

/// The value to predict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// The column that holds it; an empty field makes an unlabelled row.
    pub column: String,
    /// Which way is better. There is no default: an accuracy and a latency look alike.
    pub goal: Goal,
    /// What it is measured in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// What a value is measured in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
pub enum Unit {
    /// From 0 to 100.
    Percent,
    /// From 0 to 1.
    Fraction,
    /// Anything else, in the user's words.
    Other(String),
}

impl Unit {
    /// As it is written.
    pub fn name(&self) -> &str {
        match self {
            Unit::Percent => "percent",
            Unit::Fraction => "fraction",
            Unit::Other(name) => name,
        }
    }
}

impl From<String> for Unit {
    fn from(name: String) -> Unit {
        match name.as_str() {
            "percent" => Unit::Percent,
            "fraction" => Unit::Fraction,
            _ => Unit::Other(name),
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.name().to_owned()
    }
}

impl DataSpec {
    /// The same with paths that are relative to `base` made absolute, so that it serves from any folder.
    #[must_use]
    pub fn absolute(mut self, base: &Path) -> DataSpec {
        let absolute = |path: String| base.join(path).to_string_lossy().into_owned();
        self.table =
            self.table.map(|table| if TableSource::is_builtin(&table) { table } else { absolute(table) });
        self.space = self.space.map(|space| if Space::is_path(&space) { absolute(space) } else { space });
        self
    }

    /// This description, with what it leaves out taken from `defaults`.
    pub fn or(self, defaults: DataSpec) -> DataSpec {
        DataSpec {
            table: self.table.or(defaults.table),
            space: self.space.or(defaults.space),
            architecture: self.architecture.or(defaults.architecture),
            id: self.id.or(defaults.id),
            target: self.target.or(defaults.target),
            labels: self.labels.or(defaults.labels),
            curves: if self.curves.is_empty() { defaults.curves } else { self.curves },
            horizon: self.horizon.or(defaults.horizon),
            fidelity: self.fidelity.or(defaults.fidelity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_from_toml() {
        let spec: DataSpec = toml::from_str(
            "table = \"a.csv\"\nspace = \"nas-bench-201\"\narchitecture = \"ops\"\nlabels = 100\n\
             target = { column = \"latency\", goal = \"minimize\", unit = \"ms\" }",
        )
        .unwrap();
        let target = spec.target.unwrap();
        assert_eq!((target.goal, target.unit), (Goal::Minimize, Some(Unit::Other("ms".into()))));
        assert_eq!(spec.labels, Some(100));
        assert_eq!(spec.id, None);
    }

    #[test]
    fn unknown_keys_and_a_target_without_goal_are_refused() {
        assert!(toml::from_str::<DataSpec>("tabel = \"a.csv\"").unwrap_err().message().contains("`table`"));
        assert!(
            toml::from_str::<DataSpec>("target = { column = \"a\" }")
                .unwrap_err()
                .message()
                .contains("`goal`")
        );
        let error = toml::from_str::<DataSpec>("target = { column = \"a\", goal = \"max\" }").unwrap_err();
        assert!(error.message().contains("`maximize`"), "{error}");
    }

    #[test]
    fn what_is_left_out_comes_from_the_defaults() {
        let own = DataSpec { id: Some("arch_index".into()), ..DataSpec::default() };
        let other = DataSpec { id: Some("x".into()), space: Some("y".into()), ..DataSpec::default() };
        let both = own.or(other);
        assert_eq!((both.id.as_deref(), both.space.as_deref()), (Some("arch_index"), Some("y")));
    }
}
