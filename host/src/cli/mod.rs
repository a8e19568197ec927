//! The command line: one file for each subcommand, and no logic of its own.

mod composition;
mod evaluate;
mod explain;
mod fit;
mod new;
mod output;
mod plugins;
mod predict;
mod recommend;
mod report;
mod rows;
mod schema;
mod space;
mod table;

use crate::compose::Cache;
use crate::plugin::{Folders, HostServices, Registry};
use archcast_sdk::Level;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// What a user's mistake or a failed run ends with.
type Failure = Box<dyn miette::Diagnostic + Send + Sync>;

const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  the run failed: a file, the data, a predictor
  2  the command line or the composition is wrong

What predictors gave before is kept in $ARCHCAST_CACHE, or archcast in
$XDG_CACHE_HOME, or ~/.cache/archcast: 1 GiB, or $ARCHCAST_CACHE_MIB MiB at most.

Examples:
  archcast plugins list
  archcast fit templates/ensembles/first.toml -o first.model
  archcast predict first.model --top 10";

/// Forecasts how well a neural architecture will perform before anyone pays to train it.
#[derive(Debug, Parser)]
#[command(name = "archcast", version, about, after_help = EXIT_CODES)]
struct Cli {
    /// Look for plugins in this folder first (several may be given).
    #[arg(long, global = true, value_name = "DIR")]
    plugin_dir: Vec<PathBuf>,
    /// Threads for predictors that use several; all cores if left out.
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// Where predictors that can use a GPU compute: `cpu`, `cuda:0`, or `auto` for a GPU where there is one.
    #[arg(long, global = true, value_name = "DEVICE", default_value = "cpu", value_parser = device)]
    device: String,
    /// Print results as JSON, for machines.
    #[arg(long, global = true)]
    json: bool,
    /// Show what predictors log, not only their warnings, and all details of a refused plugin.
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Neither read nor write what predictors gave before.
    #[arg(long, global = true)]
    no_cache: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the installed plugins, or check one.
    Plugins(plugins::Args),
    /// Show search spaces, draw architectures, count them, find their neighbours.
    Space(space::Args),
    /// Write a plugin crate to start from.
    New(new::Args),
    /// Show what a composition comes to, without fitting it.
    Explain(explain::Args),
    /// Fit a composition and write the model.
    Fit(fit::Args),
    /// Predict with a fitted model.
    Predict(predict::Args),
    /// Measure predictors side by side: which one for which budget.
    Evaluate(Box<evaluate::Args>),
    /// Say which member of a study to take for given budgets.
    Recommend(recommend::Args),
    /// Write the report of a study: one page with charts.
    Report(report::Args),
    /// Write a JSON Schema of compositions, for editors.
    Schema(schema::Args),
    /// Show the built-in tables, look into a table, or convert one.
    Table(table::Args),
}

/// What every subcommand gets.
struct Shared {
    plugin_dirs: Vec<PathBuf>,
    device: String,
    json: bool,
    verbose: bool,
    no_cache: bool,
    pool: Arc<rayon::ThreadPool>,
    rows: Arc<rows::Line>,
}

impl Shared {
    fn registry(&self) -> Registry {
        Registry::discover(Folders::standard(&self.plugin_dirs))
    }

    /// What predictors gave before, unless the command line says otherwise.
    fn cache(&self) -> Result<Option<Arc<Cache>>, Failure> {
        match self.no_cache {
            true => Ok(None),
            false => Ok(Cache::of_user().map_err(output::failure)?.map(Arc::new)),
        }
    }

    fn services(&self, seed: u64) -> HostServices {
        let verbose = self.verbose;
        let services = HostServices::new(seed).on_pool(Arc::clone(&self.pool)).on_device(self.device.clone());
        let line = Arc::clone(&self.rows);
        services.on_log(move |level, message| {
            if verbose || level == Level::Warn {
                let kind = if level == Level::Warn { "warning" } else { "note" };
                line.aside(|| eprintln!("{kind}: {message}"));
            }
        })
    }

    /// The same, with a line that shows how far a member is with its rows.
    fn services_with_rows(&self, seed: u64) -> HostServices {
        let line = Arc::clone(&self.rows);
        self.services(seed).on_rows(move |member, done, of| line.show(member, done, of))
    }
}

/// A device as it is written.
fn device(text: &str) -> Result<String, String> {
    let number = text.strip_prefix("cuda:").map(str::parse::<u32>);
    match (text, number) {
        ("cpu" | "auto", _) | (_, Some(Ok(_))) => Ok(text.to_owned()),
        _ => Err("a device is `cpu`, `cuda:0` or `auto`".to_owned()),
    }
}

/// Runs the command of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(cli.threads.unwrap_or(0)).build() {
        Ok(pool) => Arc::new(pool),
        Err(error) => {
            eprintln!("archcast: {} threads could not be started: {error}", cli.threads.unwrap_or(0));
            return ExitCode::from(1);
        }
    };
    let Cli { plugin_dir: plugin_dirs, device, json, verbose, no_cache, .. } = cli;
    let shared = Shared { plugin_dirs, device, json, verbose, no_cache, pool, rows: Arc::default() };
    let outcome = match cli.command {
        Command::Plugins(args) => plugins::run(args, &shared),
        Command::Space(args) => space::run(args, &shared),
        Command::New(args) => new::run(args, &shared),
        Command::Explain(args) => explain::run(args, &shared),
        Command::Fit(args) => fit::run(args, &shared),
        Command::Predict(args) => predict::run(args, &shared),
        Command::Evaluate(args) => evaluate::run(*args, &shared),
        Command::Recommend(args) => recommend::run(&args, &shared),
        Command::Report(args) => report::run(&args, &shared),
        Command::Schema(args) => schema::run(args, &shared),
        Command::Table(args) => table::run(args, &shared),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::fail(failure, shared.json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
