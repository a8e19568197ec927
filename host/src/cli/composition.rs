//! A composition of the command line, read and checked: what every subcommand that runs one begins with.

use super::{
    Failure,
    output::{config_failure, failure, plan_failure, sentence, warn},
};
use crate::{
    compose::{Composition, Plan, Training, draw},
    plugin::Registry,
    table::Rows,
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

/// A composition with its data and its plan.
pub struct Prepared {
    /// The composition, with what the command line says in its place.
    pub composition: Composition,
    /// The rows of its table.
    pub rows: Rows,
    /// The plan.
    pub plan: Plan,
}

impl Prepared {
    /// Reads a composition and its data, and checks both against the plugins.
    pub fn read(args: Chosen, registry: &Registry) -> Result<Self, Failure> {
        let origin = args.config.display().to_string();
        let text =
            fs::read_to_string(&args.config).map_err(|error| sentence(format!("{origin}: {error}")))?;
        let mut composition = Composition::parse(&text, &origin).map_err(config_failure)?;
        let here = std::env::current_dir().map_err(failure)?;
        // Paths in the file are relative to the file, those on the command line to the current folder.
        let base = args.config.parent().map(|parent| here.join(parent)).unwrap_or_else(|| here.clone());
        composition.data = composition.data.absolute(&base);
        if let Some(table) = args.table {
            composition.replace_table(table);
            composition.data = composition.data.absolute(&here);
        }
        if let Some(labels) = args.labels {
            composition.replace_labels(labels);
        }
        let rows =
            Rows::read(&composition.data, &here).map_err(|error| plan_failure(composition.blame(error)))?;
        warn(rows.warnings());
        let plan = Plan::check(&composition, registry, &rows, &base).map_err(plan_failure)?;
        Ok(Self { composition, rows, plan })
    }

    /// The rows that train, drawn by this seed.
    pub fn training(&self, seed: u64) -> Result<Training, Failure> {
        // What learns nothing needs no labels.
        if self.plan.minimum_rows() == 0 && self.rows.target().is_none() {
            return Ok(Training::default());
        }
        draw(&self.rows, self.composition.data.labels, seed).map_err(|error| {
            match self.composition.blame_split(&error) {
                Some(mistakes) => config_failure(mistakes),
                None => failure(error),
            }
        })
    }
}
