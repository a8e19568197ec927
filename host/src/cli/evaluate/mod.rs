//! `archcast evaluate FILE…`, and what is done with its results.

mod export;
mod flags;
mod join;
mod progress;
mod run;
mod summary;

use super::{
    Failure, Shared,
    output::{config_failure, failure},
};
use crate::study::StudyError;
use clap::Subcommand;

const EXAMPLES: &str = "\
The results go to a folder, FILE.study if --out does not say another. The same command in the same folder goes on
where it was ended, whatever ended it; more --trials are added to those that are there.

Examples:
  archcast evaluate templates/studies/linear.toml
  archcast evaluate mine.toml other.toml --labels 20,50,100 --trials 40 --test 200 --seed 0 --threads 2 --out mine.study
  archcast evaluate templates/studies/linear.toml --dry-run
  archcast evaluate export mine.study -o results.parquet
  archcast evaluate export mine.study --splits -o splits.csv
  archcast evaluate join first.study second.study --out whole.study";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the results of a study, or its splits, as a table.
    Export(export::Args),
    /// Join folders of one study that have different trials.
    Join(join::Args),
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    match args.command {
        Some(Command::Export(args)) => export::run(&args, shared),
        Some(Command::Join(args)) => join::run(&args, shared),
        None => run::run(args.run, shared),
    }
}

/// A failure of a study, with its places where it is a mistake of a file.
fn study_failure(error: StudyError) -> Failure {
    match error {
        StudyError::Config(mistakes) => config_failure(mistakes),
        other => failure(other),
    }
}
