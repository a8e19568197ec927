//! Runs a study, or tells what it will take.

use super::{
    super::{
        Failure, Shared,
        output::{failure, print, print_json, table, warn},
        report::heading,
    },
    flags::Flags,
    progress::Bar,
    study_failure, summary,
};
use crate::report::Report;
use crate::study::{Results, RunOptions, Study, StudyError, StudyFiles};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// The compositions whose members are measured, TOML files over the same data.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder of the results; left out, FILE.study in this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A table in place of the one in the files: a path, or `builtin:NAME`.
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// Show the cells, and the time and memory that they will take, and run nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    flags: Flags,
}

pub fn run(args: RunArgs, shared: &Shared) -> Result<(), Failure> {
    let here = std::env::current_dir().map_err(failure)?;
    let folder = args.out.unwrap_or_else(|| default_folder(&args.files));
    let files = StudyFiles::read(&args.files, args.flags.spec(), args.table, &here).map_err(study_failure)?;
    let study = Study::prepare(&files, &shared.registry(), &here).map_err(study_failure)?;
    warn(&study.warnings);
    let threads = shared.pool.current_num_threads();
    let services = shared.services(study.header.seed);
    if args.dry_run {
        return dry_run(&study, &services, threads, shared.json);
    }
    let cancelled = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&cancelled);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)).map_err(failure)?;
    let options = RunOptions { threads, cancelled, services };
    let bar = Bar::new(study.header.metric);
    let study = Arc::new(study);
    let ran = study.run(&folder, &options, |progress| bar.show(progress));
    bar.end();
    let times = ran.map_err(|error: StudyError| study_failure(error))?;
    if shared.verbose {
        eprintln!(
            "note: {} cells in {:.1} s on {threads} threads; {:.1} s within cells, of which {:.1} % are not the plugins'",
            times.cells,
            times.wall,
            times.cells_seconds,
            100.0 * times.own_share()
        );
    }
    let results = Results::open(&folder).map_err(study_failure)?;
    let metric = results.header().metric;
    let report = shared.pool.install(|| Report::of(&results, metric, &heading(&folder)));
    report.write_into(&folder).map_err(failure)?;
    match shared.json {
        true => print_json(&summary::as_json(&results, metric, &folder)),
        false => print(&summary::as_text(&results, metric, &folder)),
    }
}

/// The name of the first file with `.study` in place of its ending, in the current folder.
fn default_folder(files: &[PathBuf]) -> PathBuf {
    let first = files.first().and_then(|file| file.file_name()).unwrap_or_default();
    Path::new(first).with_extension("study")
}

fn dry_run(
    study: &Study,
    services: &crate::plugin::HostServices,
    threads: usize,
    json: bool,
) -> Result<(), Failure> {
    let estimate = study.estimate(services);
    let on_threads = estimate.seconds / threads as f64;
    let members = || study.members.iter().zip(&estimate.members);
    if json {
        let of = |(member, told): (&crate::study::StudyMember, &crate::study::MemberEstimate)| {
            json!({
                "member": member.name, "predictor": member.description, "by_labels": member.by_labels,
                "by_fidelity": member.by_fidelity, "cells": told.cells, "seconds": told.seconds, "failure": told.failure,
            })
        };
        return print_json(&json!({
            "cells": study.cells.len(), "labels": study.budgets.labels, "fidelities": study.budgets.fidelities,
            "trials": [study.trials.start, study.trials.end], "test": study.header.test,
            "members": members().map(of).collect::<Vec<_>>(), "seconds": estimate.seconds, "threads": threads,
            "seconds_on_threads": on_threads, "memory_bytes": estimate.memory, "journal_bytes": estimate.journal,
        }));
    }
    let rows: Vec<Vec<String>> = members()
        .map(|(member, told)| {
            let axes = match (member.by_labels, member.by_fidelity) {
                (true, true) => "labels × epochs",
                (true, false) => "labels",
                (false, true) => "epochs",
                (false, false) => "–",
            };
            let failure = told.failure.as_ref().map_or(String::new(), |reason| format!("fails: {reason}"));
            let cells = format!("{:>6}", told.cells);
            vec![
                member.name.clone(),
                member.description.clone(),
                axes.to_owned(),
                cells,
                summary::duration(told.seconds),
                failure,
            ]
        })
        .collect();
    let mut text = table(&["member", "is", "measured by", " cells", "time", ""], &rows);
    text.push_str(&format!(
        "\n{} cells: labels {}; epochs {}; trials {}..{}; {} rows tested\n",
        study.cells.len(),
        summary::list(&study.budgets.labels),
        summary::list(&study.budgets.fidelities),
        study.trials.start,
        study.trials.end,
        study.header.test,
    ));
    text.push_str(&format!(
        "about {} on {threads} threads, told from a few cells of each member; memory about {}, journal about {}\n",
        summary::duration(on_threads),
        estimate.memory.map_or("–".to_owned(), summary::bytes),
        summary::bytes(estimate.journal),
    ));
    print(&text)
}
