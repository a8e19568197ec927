//! `archcast evaluate export DIR -o FILE`.

use super::{
    super::{
        Failure, Shared,
        output::{failure, print, print_json},
    },
    study_failure,
};
use crate::{
    study::{Exported, Results, export_results, export_splits},
    table::Format,
};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of a study.
    folder: PathBuf,
    /// Where it is written: .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Write the rows of each trial by their ids, for another program to use the same.
    #[arg(long, conflicts_with_all = ["times", "predictions"])]
    splits: bool,
    /// Write the measured seconds as well, which differ from run to run.
    #[arg(long, conflicts_with = "predictions")]
    times: bool,
    /// Write the prediction and the target of each tested row in place of metrics.
    #[arg(long)]
    predictions: bool,
}

pub fn run(args: &Args, shared: &Shared) -> Result<(), Failure> {
    // Before anything is read for nothing.
    Format::of(&args.output).map_err(failure)?;
    let results = Results::open(&args.folder).map_err(study_failure)?;
    let rows = match args.splits {
        true => {
            let here = std::env::current_dir().map_err(failure)?;
            export_splits(&results, &args.output, &here)
        }
        false => {
            let what = match (args.predictions, args.times) {
                (true, _) => Exported::Predictions,
                (_, true) => Exported::MetricsAndTimes,
                _ => Exported::Metrics,
            };
            export_results(&results, what, &args.output)
        }
    };
    let rows = rows.map_err(study_failure)?;
    match shared.json {
        true => print_json(&serde_json::json!({ "output": args.output, "rows": rows })),
        false => print(&format!("wrote {} with {rows} rows\n", args.output.display())),
    }
}
