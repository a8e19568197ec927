//! `cargo xtask test`: every test, and an account of what was left out.

use std::io::{BufRead, BufReader, Write};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::tally::Tally;
use crate::{build, child, skipped, torch};

/// The variable that names the folder of the large tables, which are not part of the checkout.
const TABLES: &str = "ARCHCAST_TABLES";

/// Builds, runs the tests of the whole workspace or those that a filter names, and sums up.
pub fn run(filters: &[String]) -> Result {
    // The stories load the built libraries as files; cargo does not know that they depend on them.
    build::run()?;
    let left_out = skipped::folder();
    skipped::clear(&left_out)?;

    // Behind `--` the harness takes any number of filters; before it, cargo takes one.
    let filters: Vec<&String> = filters.iter().filter(|filter| *filter != "--").collect();
    // A test runs in its package's folder, the user stands elsewhere.
    let tables = match std::env::var_os(TABLES) {
        Some(tables) => Some(
            std::path::absolute(tables)
                .map_err(|error| Failure::usage(format!("{TABLES} does not name a folder: {error}")))?,
        ),
        None => None,
    };
    let all = child::cargo(&["test", "--release", "--workspace", "--no-fail-fast"])?;
    let with_libtorch = torch::cargo(&["test", "--release", "--no-fail-fast"])?;
    let torch_is_there = with_libtorch.is_some();
    let mut tally = Tally::default();
    for mut command in [Some(all), with_libtorch].into_iter().flatten() {
        if !filters.is_empty() {
            command.arg("--").args(&filters);
        }
        if let Some(tables) = &tables {
            command.env(TABLES, tables);
        }
        tally.add(stream(command)?);
    }
    let outcome = report(&tally, &skipped::collect(&left_out));
    if !torch_is_there {
        println!("{}", torch::LEFT_OUT);
    }
    outcome
}

/// Runs the tests, passing each line on and counting.
fn stream(mut command: Command) -> Result<Tally> {
    let line = child::typed(&command);
    println!("$ {line}");
    let fail = |error| child::cannot_start(&line, &error);

    // One pipe for both streams: which program a result belongs to is told by cargo's lines on the other one.
    let (reader, writer) = std::io::pipe().map_err(fail)?;
    command.stdout(writer.try_clone().map_err(fail)?).stderr(writer);
    // Colour codes would hide the words that are counted.
    command.env("CARGO_TERM_COLOR", "never");
    let mut child = command.spawn().map_err(fail)?;
    // The command holds the writing end, and the reader ends only when no one does.
    drop(command);

    let mut tally = Tally::default();
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    let mut out = std::io::stdout();
    loop {
        bytes.clear();
        // Read as bytes: a failing test may print anything.
        if reader.read_until(b'\n', &mut bytes).map_err(fail)? == 0 {
            break;
        }
        out.write_all(&bytes).and_then(|()| out.flush()).ok();
        tally.read(&String::from_utf8_lossy(&bytes));
    }
    tally.finish(child.wait().map_err(fail)?.success());
    Ok(tally)
}

/// Prints what ran, what was left out and why, and the closing line.
fn report(tally: &Tally, left_out: &[skipped::Skipped]) -> Result {
    // The harness takes a test that left itself out for a passed one.
    let passed = tally.passed().saturating_sub(left_out.len());
    let (failed, skipped) = (tally.failed(), tally.ignored() + left_out.len());

    println!("\nTests run: {}.", passed + failed);
    if tally.unfinished() > 0 {
        println!("Of these failed without a result (a crash, or no compiling): {}.", tally.unfinished());
    }
    if skipped == 0 {
        println!("Nothing was left out.");
    } else {
        println!("Left out:");
        tally.ignored_tests().iter().for_each(|test| println!("  ignored: {test}"));
        left_out.iter().for_each(|test| println!("  skipped: {}: {}", test.name, test.why));
        if std::env::var_os(TABLES).is_none() && !left_out.is_empty() {
            println!("  (tests over large tables run where {TABLES} names the folder that holds them)");
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    std::io::stdout().flush().ok();

    if failed == 0 { Ok(()) } else { Err(Failure::already_told()) }
}
