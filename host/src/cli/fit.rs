//! `archcast fit CONFIG -o MODEL`.

use super::{
    Failure, Shared,
    output::{config_failure, failure, plan_failure, print, print_json, sentence, warn},
};
use crate::{
    compose::{Composition, Plan, Training, draw, rows_of_file},
    table::Rows,
};
use serde_json::json;
use std::{fs, path::PathBuf, time::Instant};

const EXAMPLES: &str = "\
Examples:
  archcast fit templates/ensembles/first.toml -o first.model
  archcast fit mine.toml --table results.csv --labels 50 --seed 3 -o mine.model
  archcast fit mine.toml --rows train-ids.txt -o mine.model";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The composition, a TOML file.
    config: PathBuf,
    /// A table in place of the one in the file: a path, or `builtin:NAME`.
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// How many labelled rows train, in place of the file's.
    #[arg(long, value_name = "N", conflicts_with = "rows")]
    labels: Option<usize>,
    /// A file with the ids of the rows that train, one on each line.
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Seed of the draw and of the fit.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the model is written.
    #[arg(long, short, value_name = "MODEL")]
    output: PathBuf,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let origin = args.config.display().to_string();
    let text = fs::read_to_string(&args.config).map_err(|error| sentence(format!("{origin}: {error}")))?;
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
    let plan = Plan::check(&composition, &shared.registry(), &rows, &base).map_err(plan_failure)?;
    let training = match &args.rows {
        Some(path) => rows_of_file(&rows, path).map_err(failure)?,
        // What learns nothing needs no labels.
        None if plan.minimum_rows() == 0 && rows.target().is_none() => Training { rows: Vec::new() },
        None => draw(&rows, composition.data.labels, args.seed).map_err(|error| {
            match composition.blame_split(&error) {
                Some(mistakes) => config_failure(mistakes),
                None => failure(error),
            }
        })?,
    };
    let started = Instant::now();
    let model = plan.fit(&rows, &training, args.seed, &|seed| shared.services(seed)).map_err(failure)?;
    let seconds = started.elapsed().as_secs_f64();
    model.save(&args.output).map_err(failure)?;
    let header = model.header();
    if shared.json {
        return print_json(&json!({
            "model": args.output,
            "member": header.member,
            "predictor": header.predictor,
            "params": header.params,
            "seed": header.seed,
            "training_rows": training.rows.len(),
            "features": header.features.len(),
            "fit_seconds": seconds,
        }));
    }
    print(&format!(
        "fitted `{}` ({}) on {} of {} rows of {}, {} features, in {:.3} s\nwrote {}\n",
        header.member,
        header.predictor,
        training.rows.len(),
        rows.len(),
        rows.table().origin(),
        header.features.len(),
        seconds,
        args.output.display()
    ))
}
