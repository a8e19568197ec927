//! A composition of the command line, read and checked: what every subcommand that runs one begins with.

use super::{
    Failure,
    output::{config_failure, failure, plan_failure, sentence, warn},
};
use crate::{
    compose::{Checked, Composition, Draw},
    plugin::Registry,
};
use std::{fs, path::PathBuf};

/// Which composition is meant, and what takes the place of what it says.
#[derive(Debug, clap::Args)]
pub struct Chosen {
    /// The composition, a TOML file.
    config: PathBuf,
    /// A table in place of the one in the file: a path, or `builtin:NAME`.
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// How many labelled rows train, in place of the file's.
    #[arg(long, value_name = "N")]
    labels: Option<usize>,
}

impl Chosen {
    /// Reads the composition and its data, and checks both against the plugins.
    pub fn check(self, registry: &Registry, draw: Draw) -> Result<Checked, Failure> {
        let origin = self.config.display().to_string();
        let text = fs::read_to_string(&self.config).map_err(|error| {
            sentence(format!("cannot read the composition {origin}: {error}; give a TOML file"))
        })?;
        let mut recovered = Composition::recover(&text, &origin).map_err(config_failure)?;
        let composition = &mut recovered.composition;
        let here = std::env::current_dir().map_err(failure)?;
        // Paths in the file are relative to the file, those on the command line to the current folder.
        let base = self.config.parent().map(|parent| here.join(parent)).unwrap_or_else(|| here.clone());
        composition.data = std::mem::take(&mut composition.data).absolute(&base);
        if let Some(table) = self.table {
            composition.replace_table(table);
            composition.data = std::mem::take(&mut composition.data).absolute(&here);
        }
        if let Some(labels) = self.labels {
            composition.replace_labels(labels);
        }
        let checked = Checked::of(recovered, registry, &here, &base, draw).map_err(plan_failure)?;
        warn(checked.rows.warnings());
        Ok(checked)
    }
}
