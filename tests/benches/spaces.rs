//! The classes of identical networks of nas-bench-101: finding one cell of each, and hashing and encoding them all. One
//! core. The counts are asserted.
//!
//! Measured 2026-11-24, x86-64 with 2 cores, rustc 1.95.0. Load average 1 to 2:
//!
//! * 423,624 classes found in 0.16 s; all hashed and compared in 7.1 s (17 us a cell); 61 MB of memory at most.
//! * Adjacency one-hot of all of them 0.12 s, categorical 0.10 s; a text is printed in 0.37 us and read in 0.31 us.
//! * Paths of a cell and their columns 0.13 us (`tests/peers/RESULTS.md`).
//! * 82,247 classes of cells with any number of edges found in 0.31 s.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use archcast::encoding::Encoding;
use archcast::space::{Pool, Space};

fn main() {
    let space = Space::builtin("nas-bench-101").expect("it is built in");
    let cells: Vec<Vec<u16>> =
        timed("one cell of each class", 1, || space.representatives().expect("few enough").collect());
    assert_eq!(cells.len(), 423_624);
    let hashes: HashSet<u128> = timed("published hash, a cell", cells.len(), || {
        cells.iter().map(|cell| u128::from_str_radix(&space.canonical(cell), 16).expect("hex")).collect()
    });
    assert_eq!(hashes.len(), 423_624);
    println!("{} classes, as many hashes; peak memory so far {}", cells.len(), peak_memory());
    drop(hashes);

    let texts: Vec<String> =
        timed("print, a cell", cells.len(), || cells.iter().map(|cell| space.print(cell)).collect());
    let read: Vec<Vec<u16>> = timed("parse, a cell", cells.len(), || {
        texts.iter().map(|text| space.parse(text).expect("it was printed just now")).collect()
    });
    assert_eq!(read, cells);
    drop((texts, read));

    let pool = Pool::from_shape_vec((cells.len(), 26), cells.concat()).expect("26 decisions each");
    for encoding in [Encoding::AdjacencyOneHot, Encoding::AdjacencyCategorical] {
        let encoded =
            timed(&format!("{}, all cells", encoding.name()), 1, || encoding.encode(&space, pool.view()));
        assert_eq!(encoded.nrows(), cells.len());
    }

    // The best of many over few cells, as `tests/peers/path_encoding.py` measures.
    let few: Vec<&Vec<u16>> = cells.iter().step_by(cells.len() / 2_000).collect();
    let mut columns = Vec::with_capacity(100 * few.len());
    let mut best = Duration::MAX;
    for _ in 0..500 {
        columns.clear();
        let start = Instant::now();
        for cell in &few {
            let first = columns.len();
            space.visit_paths(cell, &mut |_, operations| columns.push(column(operations)));
            columns[first..].sort_unstable();
            // A path that is there twice has one column.
            let mut kept = first;
            for place in first..columns.len() {
                if place == first || columns[place] != columns[kept - 1] {
                    columns[kept] = columns[place];
                    kept += 1;
                }
            }
            columns.truncate(kept);
        }
        best = best.min(start.elapsed());
    }
    println!("paths and their columns, a cell: {:?}", best / few.len() as u32);
    println!("{:.2} different paths a cell", black_box(columns).len() as f64 / few.len() as f64);

    every_class_of_seven_nodes_has_its_hash();
}

/// What nas-bench-101 leaves out are cells of more edges. That the hash is exact up to seven nodes does not hang on that
/// limit, nor on operations, which only tell more cells apart.
fn every_class_of_seven_nodes_has_its_hash() {
    let text =
        "kind = \"node-operations\"\nname = \"any edges\"\nnodes = 7\nmost_edges = 21\noperations = [\"a\"]";
    let space = Space::from_toml(text, "any edges").expect("it is a declaration");
    let cells: Vec<Vec<u16>> = timed("one cell of each class, any edges", 1, || {
        space.representatives().expect("few enough").collect()
    });
    let hashes: HashSet<String> = cells.iter().map(|cell| space.canonical(cell)).collect();
    assert_eq!(hashes.len(), cells.len());
    println!("{} classes with any number of edges and one operation, as many hashes", cells.len());
}

/// The column of a path among all sequences of three operations, shorter ones first.
fn column(operations: &[u16]) -> usize {
    operations.iter().rev().fold(0, |column, &operation| 3 * column + usize::from(operation) + 1)
}

fn timed<T>(what: &str, share: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what}: {:?}", start.elapsed() / share as u32);
    done
}

/// The most memory that this process has held, where the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}
