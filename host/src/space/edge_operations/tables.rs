//! Every architecture of the real tables is read, and printed as the table writes it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::space::Space;
use crate::table::TableSource;

fn tables() -> Option<PathBuf> {
    let folder = std::env::var_os("ARCHCAST_TABLES");
    if folder.is_none() {
        println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
    }
    folder.map(PathBuf::from)
}

fn reads_back(space: &Space, text: &str) {
    assert_eq!(space.print(&space.parse(text).unwrap()), text);
}

#[test]
fn every_row_of_transnas_micro_is_read_and_printed_back() {
    let Some(folder) = tables() else { return };
    let space = Space::builtin("transnas-micro").unwrap();
    for task in ["autoencoder", "class_object", "jigsaw"] {
        let file = format!("nas-bench-suite-zero/transnas-micro-{task}.csv.gz");
        let table = TableSource::open(&file, Path::new(&folder)).unwrap();
        assert_eq!(table.len(), 711);
        for text in table.column("ops").unwrap().iter() {
            reads_back(&space, text);
            let published = format!("64-41414-{}_{}_{}", &text[..1], &text[1..3], &text[3..]);
            assert_eq!(space.parse(&published), space.parse(text));
        }
    }
}

#[test]
fn every_row_of_spikenas_is_read_and_printed_back() {
    let Some(folder) = tables() else { return };
    let space = Space::builtin("spikenas").unwrap();
    let file = std::fs::File::open(folder.join("spikenas-bench/cifar10-curves.jsonl.gz")).unwrap();
    let mut rows = 0;
    for line in BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines() {
        let line = line.unwrap();
        // The text alone: the curves behind it are most of a line.
        let text = line.split("\"ops\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        reads_back(&space, text);
        rows += 1;
    }
    assert_eq!(rows, 7_772);
}
