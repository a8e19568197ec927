//! The `archcast` command: everything is in the library, [`archcast::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    archcast::cli::run()
}
