//! `archcast report DIR`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json},
};
use crate::{report::Report, study::Results};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
`archcast evaluate` writes the same at its end. The page is one file and loads nothing; the drawings (SVG) and their
numbers (CSV) can be saved from it, and lie in DIR/charts as well.

Examples:
  archcast report mine.study
  archcast report mine.study --metric precision@10 -o precision.html";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The folder of a study.
    folder: PathBuf,
    /// Write the page alone, to this file; left out, the page and charts go into the folder.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The metric that is drawn; left out, the one by which the study compares.
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
}

pub fn run(args: &Args, shared: &Shared) -> Result<(), Failure> {
    let results = Results::open(&args.folder).map_err(failure)?;
    let metric = results.metric(args.metric.as_deref()).map_err(failure)?;
    let report = shared.pool.install(|| Report::of(&results, metric, &heading(&args.folder)));
    let path = match &args.output {
        Some(path) => report.write(path).map(|()| path.clone()),
        None => report.write_into(&args.folder),
    };
    let path = path.map_err(failure)?;
    match shared.json {
        true => print_json(&serde_json::json!({ "output": path, "metric": metric })),
        false => print(&format!("wrote {}\n", path.display())),
    }
}

/// The heading of a study's report: the name of its folder.
pub fn heading(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.strip_suffix(".study").map_or(name.clone(), str::to_owned)
}
