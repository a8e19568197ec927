//! `archcast evaluate join DIR… --out DIR`.

use super::{
    super::{
        Failure, Shared,
        output::{print, print_json},
    },
    study_failure,
};
use crate::study::join;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folders of one study, each with other trials.
    #[arg(required = true, num_args = 2..)]
    folders: Vec<PathBuf>,
    /// The folder of the whole, which must be new.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub fn run(args: &Args, shared: &Shared) -> Result<(), Failure> {
    let cells = join(&args.folders, &args.out).map_err(study_failure)?;
    match shared.json {
        true => print_json(&serde_json::json!({ "out": args.out, "cells": cells })),
        false => print(&format!("joined {cells} cells into {}\n", args.out.display())),
    }
}
