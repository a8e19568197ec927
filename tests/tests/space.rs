//! `archcast space`: search spaces on the command line.

use archcast_tests::{archcast, archcast_in, fresh_folder};
use serde_json::Value;
use std::{fs, path::Path};

fn lines(arguments: &[&str]) -> Vec<String> {
    archcast(arguments).succeeded().out.lines().map(str::to_owned).collect()
}

#[test]
fn list_names_every_built_in_space_with_its_size() {
    let lines = lines(&["space", "list"]);
    assert!(
        lines.iter().any(|line| line.starts_with("nas-bench-201 ") && line.contains(" 15625 ")),
        "{lines:#?}"
    );
    let list: Value = serde_json::from_str(&archcast(&["space", "list", "--json"]).succeeded().out).unwrap();
    assert_eq!(list.as_array().unwrap().len(), lines.len() - 1);
}

#[test]
fn samples_are_as_many_as_asked_the_same_by_seed_and_readable() {
    let sample = |seed: &str| lines(&["space", "sample", "transnas-macro", "--count", "20", "--seed", seed]);
    let drawn = sample("7");
    assert_eq!(drawn.len(), 20);
    assert_eq!(drawn, sample("7"));
    assert_ne!(drawn, sample("8"));
    for text in &drawn {
        assert!(!lines(&["space", "neighbours", "transnas-macro", text]).contains(text));
    }
}

#[test]
fn count_tells_networks_from_architectures() {
    assert_eq!(
        lines(&["space", "count", "nas-bench-macro"]),
        ["architectures       6561", "different networks  3969"]
    );
}

#[test]
fn a_space_of_ones_own_is_read_and_its_mistakes_are_told_with_their_place() {
    let folder = fresh_folder();
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/spaces/mobile.toml");
    let text = fs::read_to_string(template).unwrap();
    fs::write(folder.path().join("mine.toml"), &text).unwrap();
    let info = archcast_in(folder.path(), &["space", "info", "mine.toml"]).succeeded().out;
    assert!(info.contains("  depth_1         2, 3, 4\n"), "{info}");
    fs::write(folder.path().join("mine.toml"), text.replacen("ordinal", "ordinary", 1)).unwrap();
    let run = archcast_in(folder.path(), &["space", "info", "mine.toml"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("mine.toml, line 16, column 1: unknown field `ordinary`"), "{}", run.err);
}

#[test]
fn a_text_that_is_no_architecture_is_refused_where_it_is_wrong() {
    let run = archcast(&["space", "neighbours", "transnas-macro", "64-1524-basic"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.starts_with("archcast: `5` stands for no block at character 5; there are `1` plain"),
        "{}",
        run.err
    );
}
