//! The tables of the published benchmarks, each read as its description in `tests/tables/` says.

use archcast::{
    compose::Composition,
    space::Space,
    table::{DataSpec, Rows},
};
use archcast_tests::skipped;
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

/// What is known of a table from its README and from the file itself.
struct Known {
    /// The description.
    name: &'static str,
    rows: usize,
    labelled: usize,
    /// A row, its id and its target.
    row: (usize, &'static str, f64),
    /// Seconds of that row's whole training.
    seconds: Option<f64>,
}

const fn known(
    name: &'static str,
    (rows, labelled): (usize, usize),
    row: (usize, &'static str, f64),
) -> Known {
    Known { name, rows, labelled, row, seconds: None }
}

const KNOWN: [Known; 17] = [
    known("nas-bench-101", (211_920, 211_920), (105_960, "7,100001110000001110101,12222", 87.5935)),
    Known {
        seconds: Some(1444.22),
        ..known(
            "nas-bench-201",
            (15_625, 15_625),
            (
                0,
                "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
                81.9827,
            ),
        )
    },
    known("nas-bench-201-meco", (15_625, 15_284), (7_812, "114131", 2.491045)),
    known("nas-bench-graph-citeseer", (26_206, 26_206), (13_103, "0111,skip|cheb|sage|fc", 0.664667)),
    known("nas-bench-graph-cora", (26_206, 26_206), (13_103, "0111,skip|cheb|sage|fc", 0.723333)),
    known("nas-bench-graph-cs", (26_206, 26_206), (13_103, "0111,skip|cheb|sage|fc", 0.899333)),
    known("nas-bench-graph-pubmed", (26_206, 26_206), (13_103, "0111,skip|cheb|sage|fc", 0.764)),
    known("nas-bench-macro", (6_561, 6_561), (3_280, "11111111", 91.93)),
    Known {
        seconds: Some(25370.380000000005),
        ..known("nas-bench-nlp", (248, 244), (124, "1006417", 5.432137))
    },
    Known { seconds: Some(6876.7), ..known("spikenas", (7_433, 7_433), (3_000, "120302", 87.14)) },
    known(
        "suite-zero-nas-bench-101-cifar10",
        (500, 500),
        (250, "7,100110011111101100100,21021", 89.58333134651184),
    ),
    known("suite-zero-nas-bench-201-cifar10", (725, 725), (362, "232104", 89.1)),
    known(
        "suite-zero-nas-bench-301-cifar10",
        (365, 365),
        (182, "1:0 0:2 0:3 2:1 2:1 0:2 0:1 1:2 | 0:6 1:1 0:3 1:0 3:3 0:6 0:3 3:4", 93.11410241297011),
    ),
    known("suite-zero-transnas-macro-class_object", (662, 662), (331, "2411", 46.56150436401367)),
    known("suite-zero-transnas-micro-autoencoder", (711, 711), (355, "202202", 0.2648094892501831)),
    known("suite-zero-transnas-micro-class_object", (711, 711), (355, "202202", 28.423566818237305)),
    known("suite-zero-transnas-micro-jigsaw", (711, 711), (355, "202202", 9.822850227355957)),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tables")
}

/// The description of that name, as a composition reads it.
fn description(name: &str) -> DataSpec {
    let path = folder().join(name).with_extension("toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let whole = format!("{text}\n[member.any]\nuse = \"any/any\"\n");
    Composition::parse(&whole, name).unwrap_or_else(|error| panic!("{}", error.lines().join("\n"))).data
}

#[test]
fn every_description_is_known_here() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let known: BTreeSet<String> = KNOWN.iter().map(|known| known.name.to_owned()).collect();
    assert_eq!(files, known);
    for known in &KNOWN {
        let spec = description(known.name);
        assert!(spec.table.is_some() && spec.space.is_some() && spec.target.is_some(), "{}", known.name);
    }
}

#[test]
fn every_table_reads_by_its_description() {
    let story = "every_table_reads_by_its_description";
    let Some(tables) = env::var_os("ARCHCAST_TABLES").map(PathBuf::from) else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
        skipped(story, "ARCHCAST_TABLES does not name the folder of tables");
        return;
    };
    let mut left_out = Vec::new();
    for known in &KNOWN {
        let spec = description(known.name);
        let space = spec.space.clone().unwrap_or_default();
        if !Space::builtin_names().any(|name| name == space) {
            left_out.push(format!("{}: there is no space {space}", known.name));
            continue;
        }
        match Rows::read(&spec, &tables) {
            Ok(rows) => check(known, &rows),
            Err(error) => panic!("{}: {error}", known.name),
        }
    }
    if !left_out.is_empty() {
        let left_out = left_out.join("; ");
        println!("skipped: {left_out}");
        skipped(story, &left_out);
    }
}

fn check(known: &Known, rows: &Rows) {
    let name = known.name;
    let target = rows.target().unwrap_or_else(|| panic!("{name} has a target"));
    assert_eq!(rows.len(), known.rows, "{name}");
    assert_eq!(target.values.iter().flatten().count(), known.labelled, "{name}");
    assert_eq!(rows.genotypes().map(|genotypes| genotypes.nrows()), Some(known.rows), "{name}");
    let (row, id, value) = known.row;
    assert_eq!((rows.id(row), target.values[row]), (id, Some(value)), "{name}");
    assert_eq!(rows.seconds(row, None), known.seconds, "{name}");
    assert!(rows.warnings().is_empty(), "{name}: {:?}", rows.warnings());
    for (curve, (_, values)) in &rows.curves().by_name {
        let longest = values.iter().map(Vec::len).max();
        assert_eq!(longest, rows.curves().horizon.map(|horizon| horizon as usize), "{name}: {curve}");
    }
}
