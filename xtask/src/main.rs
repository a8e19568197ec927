//! The tasks around archcast: building, the demo, the tests, the checks.
//!
//! `cargo xtask help` lists them. Every task uses one profile (`--release`), one package selection (`--workspace`) and
//! one set of variables, because another of these compiles native dependencies once more.

mod build;
mod check;
mod child;
mod demo;
mod failure;
mod native;
mod places;
mod skipped;
mod tally;
mod test;
mod torch;

use std::process::ExitCode;

use failure::{Failure, Result};

const HELP: &str = "\
Tasks around archcast.

Usage: cargo xtask TASK

Tasks:
  build                build the host and all plugins; place the plugins beside the host
  demo [--table FILE]  build, then list plugins, fit a first model and rank architectures with it
                       (FILE: your own table instead of the built-in one)
  test [FILTER...]     build, then run every test, or those whose name holds a FILTER
                       (ARCHCAST_TABLES=FOLDER gives the tests that need large tables their data)
  torch                find libtorch ($LIBTORCH, or that of Python) or install it (1.3 GB, CPU), then build the plugin
                       that needs it and place it beside the host; from then on the other tasks include it
  check                formatting, clippy and documentation, warnings denied
  help                 this text
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.sentence.is_empty() {
                eprintln!("xtask: {}", failure.sentence);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(args: &[String]) -> Result {
    let (task, rest) = match args.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", args),
    };
    if rest.iter().any(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    match task {
        "build" => no_arguments(task, rest).and_then(|()| build::run()),
        "demo" => demo::run(rest),
        "test" => test::run(rest),
        "torch" => no_arguments(task, rest).and_then(|()| torch::run()),
        "check" => no_arguments(task, rest).and_then(|()| check::run()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::usage(format!(
            "there is no task `{other}`; `cargo xtask help` lists those there are"
        ))),
    }
}

fn no_arguments(task: &str, rest: &[String]) -> Result {
    match rest.first() {
        None => Ok(()),
        Some(arg) => Err(Failure::usage(format!("`{task}` takes no arguments, but was given `{arg}`"))),
    }
}
