//! `archcast fit CONFIG -o MODEL`.

use super::{
    Failure, Shared,
    composition::Chosen,
    output::{failure, print, print_json, tell_hits},
};
use crate::compose::{Checked, Draw, rows_of_file};
use archcast_sdk::Level;
use serde_json::json;
use std::{path::PathBuf, time::Instant};

const EXAMPLES: &str = "\
Examples:
  archcast fit templates/ensembles/first.toml -o first.model
  archcast fit mine.toml --table results.csv --labels 50 --seed 3 -o mine.model
  archcast fit mine.toml --rows train-ids.txt -o mine.model";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    composition: Chosen,
    /// A file with the ids of the rows that train, one on each line.
    #[arg(long, value_name = "FILE", conflicts_with = "labels")]
    rows: Option<PathBuf>,
    /// Seed of the draw and of the fit.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the model is written.
    #[arg(long, short, value_name = "MODEL")]
    output: PathBuf,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let draw = if args.rows.is_some() { Draw::Named } else { Draw::Labels };
    let checked = args.composition.check(&shared.registry(), draw)?;
    let training = match &args.rows {
        Some(path) => rows_of_file(&checked.rows, path),
        None => checked.training(args.seed),
    };
    let training = training.map_err(failure)?;
    let Checked { rows, plan, .. } = checked;
    let cache = shared.cache()?;
    let plan = match &cache {
        Some(cache) => plan.with_cache(cache),
        None => plan,
    };
    let services = shared.services_with_rows(args.seed);
    for warning in plan.warnings() {
        services.say(Level::Warn, warning);
    }
    let started = Instant::now();
    let model = plan.fit(&rows, &training, args.seed, &services).map_err(failure)?;
    let seconds = started.elapsed().as_secs_f64();
    let header = model.header();
    for warning in header.warnings.iter().filter(|warning| !plan.warnings().contains(warning)) {
        services.say(Level::Warn, warning);
    }
    model.save(&args.output).map_err(failure)?;
    let hits = tell_hits(cache.as_deref(), shared.json);
    let used = header.predictor();
    let features = used.map(|used| used.features.len());
    if shared.json {
        return print_json(&json!({
            "model": args.output,
            "member": header.member(),
            "predictor": used.map(|used| &used.predictor),
            "params": used.map(|used| &used.params),
            "tuned": used.and_then(|used| used.tuned.as_ref()),
            "seed": header.seed,
            "training_rows": training.rows.len(),
            "features": features,
            "members": header.nodes.iter().map(|node| &node.name).collect::<Vec<_>>(),
            "warnings": header.warnings,
            "fit_seconds": seconds,
            "cache": hits,
        }));
    }
    print(&format!(
        "fitted `{}` ({}) on {} of {} rows of {}, {}in {:.3} s\nwrote {}\n",
        header.member(),
        header.description(),
        training.rows.len(),
        rows.len(),
        rows.table().origin(),
        features.map(|count| format!("{count} features, ")).unwrap_or_default(),
        seconds,
        args.output.display()
    ))
}
