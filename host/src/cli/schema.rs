//! `archcast schema [-o FILE]`.

use super::{
    Failure, Shared,
    output::{print, sentence},
};
use crate::compose::{KnownPredictor, composition_schema};
use archcast_sdk::Level;
use std::{fs, path::PathBuf};

const EXAMPLES: &str = "\
Editors complete and check a composition by its schema. Even Better TOML and taplo find it by the first
line of the composition, a path relative to it:

  #:schema ./composition.schema.json

The schema has the parameters of the plugins that are installed: write it again when these change.

Examples:
  archcast schema -o composition.schema.json
  archcast schema -o templates/composition.schema.json   # for templates/ensembles/*.toml";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Where the schema is written; left out, it is printed.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let (predictors, refused) = KnownPredictor::all(&shared.registry());
    let services = shared.services(0);
    for reason in refused {
        services.say(Level::Warn, &reason);
    }
    let text = format!("{:#}\n", composition_schema(&predictors));
    let Some(path) = args.output else { return print(&text) };
    fs::write(&path, text).map_err(|error| sentence(format!("{}: {error}", path.display())))?;
    let count = predictors.len();
    let word = if count == 1 { "predictor" } else { "predictors" };
    print(&format!("wrote {} with the parameters of {count} {word}\n", path.display()))
}
