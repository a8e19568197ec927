//! `archcast new NAME`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json},
};
use crate::scaffold::{self, Kind, Request, SdkSource};
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  archcast new my-predictor
  archcast new my-extrapolator --kind curve --path plugins/my-extrapolator
  archcast new my-wrapper --kind native";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Name of the crate, the plugin and its predictor: lower-case letters, digits and hyphens.
    name: String,
    /// What the predictor looks at: `tabular`, `curve`, or `native` (wraps a C library).
    #[arg(long, default_value = "tabular")]
    kind: Kind,
    /// The crate's folder; `NAME` if left out.
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// The folder `sdk` of a checkout; left out, the checkout that this program was built from, else the sources in
    /// this program.
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let request = Request {
        folder: args.path.unwrap_or_else(|| PathBuf::from(&args.name)),
        name: args.name,
        kind: args.kind,
        sdk: SdkSource::find(args.sdk.as_deref()).map_err(failure)?,
    };
    let created = scaffold::write(&request).map_err(failure)?;
    match shared.json {
        true => print_json(&json!({
            "name": created.name,
            "folder": created.folder,
            "files": created.files,
            "next_steps": created.next_steps,
        })),
        false => print(&format!("{created}\n")),
    }
}
