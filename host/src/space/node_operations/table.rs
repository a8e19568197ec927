//! Every row of the real tables, where the folder of them is given.

use std::path::PathBuf;

use crate::space::Space;
use crate::table::{Table, TableSource};

fn table(test: &str, file: &str) -> Option<Table> {
    let Some(folder) = std::env::var_os("ARCHCAST_TABLES") else {
        println!("skipped: {test} needs the folder of tables, which ARCHCAST_TABLES names");
        return None;
    };
    Some(TableSource::File(PathBuf::from(folder).join(file)).read().unwrap())
}

#[test]
fn every_row_of_the_benchmark_is_read_printed_and_hashed_as_published() {
    let Some(table) = table("nas-bench-101", "nas-bench-101/cells.csv.gz") else { return };
    let space = Space::builtin("nas-bench-101").unwrap();
    let column = |name| table.column(name).unwrap();
    let (nodes, adjacency, ops) = (column("vertices"), column("adjacency"), column("ops"));
    let hashes = column("cell_hash");
    assert_eq!(table.len(), 211_920);
    for row in 0..table.len() {
        let text = format!("{},{},{}", nodes.get(row), adjacency.get(row), ops.get(row));
        let genotype = space.parse(&text).unwrap();
        assert_eq!(space.print(&genotype), text);
        assert_eq!(space.pruned_graph(&genotype).len().to_string(), nodes.get(row));
        // The hash takes most of the time.
        if is_hashed(row) {
            assert_eq!(space.canonical(&genotype), hashes.get(row));
        }
    }
}

/// Every row in a build that is optimised, one in eight in any other.
fn is_hashed(row: usize) -> bool {
    !cfg!(debug_assertions) || row.is_multiple_of(8)
}

#[test]
fn every_row_of_suite_zero_is_read_and_hashed_as_published() {
    let file = "nas-bench-suite-zero/nas-bench-101-cifar10.csv.gz";
    let Some(table) = table("nas-bench-suite-zero", file) else { return };
    let space = Space::builtin("nas-bench-101").unwrap();
    let column = |name| table.column(name).unwrap();
    let (nodes, adjacency, ops) = (column("vertices"), column("adjacency"), column("ops"));
    let mut other = 0;
    for (row, hash) in column("cell_hash").iter().enumerate() {
        let text = format!("{},{},{}", nodes.get(row), adjacency.get(row), ops.get(row));
        let genotype = space.parse(&text).unwrap();
        assert_eq!(space.canonical(&genotype), hash);
        assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        other += usize::from(space.print(&genotype) != text);
    }
    assert_eq!(other, 0);
}
