//! The `[data]` part of a composition.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

use super::keys::known_keys;
use super::{
    Architecture, CurveSpec, DataError, Fidelity, NetworkSpec, Repeats, SecondsSpec, TableSource, TargetSpec,
    Where,
};
use crate::space::Space;

/// How to read a table. What is left out is taken from a built-in table's own description, if the table is one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(remote = "Self", default, deny_unknown_fields)]
pub struct DataSpec {
    /// A path, or `builtin:NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// A built-in space, or the path of a TOML file that declares one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// The column with the text form of the architectures, a pattern over several, or a column for each decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Architecture>,
    /// The column that tells rows apart; left out, it is `architecture`, or the network's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A file for each architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkSpec>,
    /// Which rows count; left out, all.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<Where>,
    /// What becomes of rows with the same architecture; left out, they are a mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// The value to predict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetSpec>,
    /// How many labelled rows train; left out, all that have a target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<usize>,
    /// How many unlabelled rows there are for each labelled one, for members that use them; 0 or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlabelled: Option<f64>,
    /// Learning curves by name: `train_loss`, `val_loss`, `train_acc`, `val_acc`, or others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub curves: BTreeMap<String, CurveSpec>,
    /// What training took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<SecondsSpec>,
    /// The final epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
    /// Epochs seen, of training and query rows alike; left out, all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<Fidelity>,
}
known_keys!(DataSpec);

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
            network: self.network.or(defaults.network),
            filter: self.filter.or(defaults.filter),
            repeats: self.repeats.or(defaults.repeats),
            target: self.target.or(defaults.target),
            labels: self.labels.or(defaults.labels),
            unlabelled: self.unlabelled.or(defaults.unlabelled),
            curves: if self.curves.is_empty() { defaults.curves } else { self.curves },
            seconds: self.seconds.or(defaults.seconds),
            horizon: self.horizon.or(defaults.horizon),
            fidelity: self.fidelity.or(defaults.fidelity),
        }
    }

    /// What is wrong with it whatever the table.
    pub(super) fn mistakes(&self) -> Vec<DataError> {
        let mut mistakes = Vec::new();
        if let Some(factor) = self.unlabelled.filter(|factor| !(factor.is_finite() && *factor >= 0.0)) {
            let what = format!("{factor} is no factor; it is 0 or more (1.0: as many as labelled rows)");
            mistakes.push(DataError::Key { key: "unlabelled", what });
        }
        if self.horizon == Some(0) {
            let what = "the final epoch is 1 or more".to_owned();
            mistakes.push(DataError::Key { key: "horizon", what });
        }
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Goal, Unit};

    /// Every key there is.
    const WHOLE: &str = r#"
table        = "a.csv"
space        = "nas-bench-201"
architecture = "{left} | {right}"
id           = "name"
network      = { column = "path", input = [3, 32, 32] }
where        = "epochs == 100 and not status != 'OK'"
repeats      = "mean"
target       = { curve = "val_loss", epoch = 50, goal = "minimize" }
labels       = 100
unlabelled   = 1.5
curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
curves.val_acc  = { column = "acc", goal = "maximize", unit = "percent" }
seconds      = { per_epoch = "s" }
horizon      = 200
fidelity     = "10%"
"#;

    #[test]
    fn a_description_is_read_from_toml_and_written_back() {
        let spec: DataSpec = toml::from_str(WHOLE).unwrap();
        assert_eq!(spec.curves["val_acc"].unit, Some(Unit::Percent));
        assert_eq!((spec.labels, spec.unlabelled), (Some(100), Some(1.5)));
        assert_eq!(spec.repeats, Some(Repeats::Mean));
        assert_eq!(toml::from_str::<DataSpec>(&toml::to_string(&spec).unwrap()).unwrap(), spec);
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<DataSpec>(&json).unwrap(), spec);
        let every = WHOLE.lines().filter_map(|line| line.split([' ', '.']).next());
        assert!(
            every.filter(|key| !key.is_empty()).all(|key| json.contains(&format!("\"{key}\":"))),
            "{json}"
        );
        assert_eq!(DataSpec::default().or(spec.clone()), spec);
    }

    #[test]
    fn unknown_keys_bring_the_nearest_one() {
        let message = |text: &str| toml::from_str::<DataSpec>(text).unwrap_err().message().to_owned();
        assert_eq!(message("tabel = \"a.csv\""), "unknown key `tabel`; did you mean `table`?");
        assert_eq!(message("target = { colum = \"a\" }"), "unknown key `colum`; did you mean `column`?");
        assert_eq!(message("curves.a = { gaol = \"minimize\" }"), "unknown key `gaol`; did you mean `goal`?");
        assert_eq!(message("network = { shape = [1] }"), "unknown key `shape`; there are `column`, `input`");
        assert!(message("repeats = \"men\"").contains("`mean`"));
        assert!(message("where = \"a = 3\"").contains("at character 3: expected `==`"));
        assert!(message("architecture = 3").contains("a column, a pattern"));
    }

    #[test]
    fn what_is_left_out_comes_from_the_defaults() {
        let own = DataSpec { id: Some("arch_index".into()), ..DataSpec::default() };
        let other = DataSpec { id: Some("x".into()), space: Some("y".into()), ..DataSpec::default() };
        let both = own.or(other);
        assert_eq!((both.id.as_deref(), both.space.as_deref()), (Some("arch_index"), Some("y")));
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        for text in ["unlabelled = -0.5", "unlabelled = nan", "horizon = 0"] {
            assert_eq!(toml::from_str::<DataSpec>(text).unwrap().mistakes().len(), 1, "{text}");
        }
        let zero: DataSpec = toml::from_str("unlabelled = 0\nhorizon = 1").unwrap();
        assert!(zero.mistakes().is_empty());
        assert_eq!(
            toml::from_str::<DataSpec>("target = { column = \"a\", goal = \"minimize\" }")
                .unwrap()
                .target
                .unwrap()
                .goal,
            Some(Goal::Minimize)
        );
    }
}
