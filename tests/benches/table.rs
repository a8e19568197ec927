//! Reading the 211,920 cells of NAS-Bench-101 from each format, whole, from the file to columns of text with a digest.
//! `tests/peers/read_table.py` runs it side by side with pandas; more figures stand in `tests/peers/RESULTS.md`.
//!
//! Measured 2026-11-24, x86-64 with 2 cores, rustc 1.95.0, load average 2.3: csv.gz 0.103 s, csv 0.060 s, jsonl 0.112 s,
//! jsonl.gz 0.160 s, parquet 0.080 s (medians of 25).
//!
//! The table is found through ARCHCAST_TABLES. Prints the seconds of every reading: `csv.gz 0.123`.

use archcast::table::{TableSource, convert};
use std::{env, hint::black_box, path::PathBuf, time::Instant};

/// Readings of each file.
const ROUNDS: usize = 5;

fn main() {
    let Some(tables) = env::var_os("ARCHCAST_TABLES").map(PathBuf::from) else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of the tables");
        return;
    };
    let cells = TableSource::File(tables.join("nas-bench-101/cells.csv.gz"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = vec![("csv.gz", cells.clone())];
    for ending in ["csv", "jsonl", "jsonl.gz", "parquet"] {
        let path = folder.path().join(format!("cells.{ending}"));
        convert(&cells, &path).expect("it is a table");
        files.push((ending, TableSource::File(path)));
    }
    for _ in 0..ROUNDS {
        for (ending, source) in &files {
            let started = Instant::now();
            let table = black_box(source.read().expect("it is a table"));
            println!("{ending} {:.4}", started.elapsed().as_secs_f64());
            assert_eq!(table.len(), 211_920);
        }
    }
}
