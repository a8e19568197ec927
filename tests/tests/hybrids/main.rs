//! Hybrids: members that combine, that feed each other, and what must not leak between them.

mod combinations;
mod conformal;
mod families;
mod leak;
mod random_plans;
mod templates;

use archcast::{
    compose::{Composition, FittedModel, Plan, PlanError, Training},
    plugin::{HostServices, Registry},
    table::Rows,
};
use archcast_tests::{plugin_folder, registry};
use std::path::Path;
use tempfile::TempDir;

/// Plugins, and the rows of a table.
struct Place {
    _folder: TempDir,
    registry: Registry,
    rows: Rows,
}

impl Place {
    /// The built-in table of NAS-Bench-201, and these plugins beside the linear ones.
    fn new(packages: &[&str]) -> Self {
        let folder = plugin_folder(&[&["archcast-plugin-linear"], packages].concat());
        let registry = registry(folder.path());
        let spec = toml::from_str("table = \"builtin:nas-bench-201\"").unwrap();
        let rows = Rows::read(&spec, Path::new("")).unwrap();
        Self { _folder: folder, registry, rows }
    }

    /// The plan of these members, with no `[data]` of its own.
    fn plan(&self, members: &str) -> Result<Plan, PlanError> {
        let text = format!("[data]\ntable = \"builtin:nas-bench-201\"\n{members}");
        let composition = Composition::parse(&text, "mine.toml")?;
        Plan::check(&composition, &self.registry, &self.rows, Path::new(""))
    }

    #[track_caller]
    fn fit(&self, members: &str, training: &Training) -> FittedModel {
        let plan = self.plan(members).unwrap_or_else(|error| panic!("{error}: {error:?}"));
        plan.fit(&self.rows, training, 0, &HostServices::new(0)).unwrap_or_else(|error| panic!("{error}"))
    }
}
