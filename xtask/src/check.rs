//! `cargo xtask check`: what must hold before any test is worth running.

use crate::failure::{Failure, Result};
use crate::{child, torch};

/// Formatting, clippy and documentation, each with warnings denied; all run, so that one call shows everything.
pub fn run() -> Result {
    let fmt = child::cargo(&["fmt", "--all", "--check"])?;
    // Not by RUSTFLAGS: they would compile every dependency again.
    let clippy =
        child::cargo(&["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    let mut doc = child::cargo(&["doc", "--release", "--workspace", "--no-deps"])?;
    doc.env("RUSTDOCFLAGS", "-D warnings");

    let mut steps = vec![("formatting", fmt), ("clippy", clippy), ("documentation", doc)];
    if let Some(fmt) = torch::cargo(&["fmt", "--check"])? {
        steps.push(("formatting with libtorch", fmt));
    }
    if let Some(clippy) = torch::cargo(&["clippy", "--release", "--all-targets", "--", "-D", "warnings"])? {
        steps.push(("clippy with libtorch", clippy));
    }
    if let Some(mut doc) = torch::cargo(&["doc", "--release", "--no-deps"])? {
        doc.env("RUSTDOCFLAGS", "-D warnings");
        steps.push(("documentation with libtorch", doc));
    }

    let mut failed = Vec::new();
    for (what, command) in steps {
        if let Err(failure) = child::run(command) {
            eprintln!("xtask: {}", failure.sentence);
            failed.push(what);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::new(format!("to be mended: {}", failed.join(", ")))) }
}
