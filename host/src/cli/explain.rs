//! `archcast explain CONFIG`.

use super::{
    Failure, Shared,
    composition::{Chosen, Prepared},
    output::{failure, print, print_json},
};

const EXAMPLES: &str = "\
Examples:
  archcast explain templates/ensembles/first.toml
  archcast explain mine.toml --labels 1000
  archcast explain mine.toml --dot | dot -Tsvg > mine.svg";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    composition: Chosen,
    /// Print a graph in the language of Graphviz in place of a tree.
    #[arg(long, conflicts_with = "json")]
    dot: bool,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let registry = shared.registry();
    let prepared = Prepared::read(args.composition, &registry)?;
    // How many rows train does not depend on the seed; which of them are the same network hardly matters.
    let training = prepared.training(0)?;
    let explained = prepared.plan.explain(&prepared.composition, &registry, &prepared.rows, &training);
    match (args.dot, shared.json) {
        (true, _) => print(&explained.dot()),
        (false, true) => print_json(&serde_json::to_value(&explained).map_err(failure)?),
        (false, false) => print(&explained.to_string()),
    }
}
