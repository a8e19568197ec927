//! What is known and what is not.

use super::{CELLS, Place, cells, files, json, number};
use std::fs;

#[test]
fn a_changed_member_is_fitted_anew_and_no_other() {
    let place = Place::new();
    let all = number(&json(&place.run(&["--json", "explain", "mine.toml"]))["fits"]);
    assert_eq!(place.fit("mine.toml", "first.model"), (all, 0));
    assert_eq!(place.fit("mine.toml", "second.model"), (all, all));
    assert_eq!(place.model("first.model"), place.model("second.model"));
    assert_eq!(place.uncached("mine.toml"), place.model("first.model"));

    let ridge = place.change("penalty = 2.5", "penalty = 0.5");
    assert_eq!(place.fit(&ridge, "changed.model"), (all, all - place.fits_of("ridge")));
    assert_eq!(place.uncached(&ridge), place.model("changed.model"));

    // What reads it is handed the same scores, so that it need not be fitted anew either.
    let more = place.change("parts = 64", "parts = 65");
    assert_eq!(place.fit(&more, "changed.model"), (all, all - place.fits_of("more")));
    assert_eq!(place.uncached(&more), place.model("changed.model"));
}

#[test]
fn other_rows_another_seed_or_another_plugin_are_not_known() {
    let place = Place::new();
    let (all, _) = place.fit("mine.toml", "a.model");
    // A predictor that learns nothing is still handed the rows.
    for (from, to) in [("labels = 40", "labels = 41"), ("labels = 40", "labels = 40\nwhere = \"y > 20\"")] {
        let other = place.change(from, to);
        assert_eq!(place.fit(&other, "b.model").1, 0, "{to}");
    }
    let seeded = json(&place.run(&["--json", "fit", "mine.toml", "--seed", "7", "-o", "b.model"]));
    assert_eq!(number(&seeded["cache"]["known_fits"]), 0);

    let library =
        files(place.plugins.path()).into_iter().find(|path| path.to_string_lossy().contains("many"));
    let library = library.unwrap();
    let mut bytes = fs::read(&library).unwrap();
    bytes.push(0);
    fs::write(&library, bytes).unwrap();
    assert_eq!(place.fit("mine.toml", "b.model"), (all, place.fits_of("ridge")));
    assert_eq!(place.model("a.model"), place.model("b.model"));
}

#[test]
fn slow_answers_are_known_by_row() {
    let place = Place::new();
    place.fit("mine.toml", "a.model");
    let asked = |table: &[&str]| {
        let told = json(&place.run(&[&["--json", "predict", "a.model"], table].concat()));
        (number(&told["cache"]["answers"]), number(&told["cache"]["known_answers"]))
    };
    let plain = place.run(&["predict", "a.model", "-o", "plain.csv", "--no-cache"]);
    // Those of the training rows were asked at the fit.
    let all = CELLS as u64;
    assert_eq!(asked(&["-o", "first.csv"]), (all, 40));
    assert_eq!(asked(&["-o", "second.csv"]), (all, all));
    for name in ["first.csv", "second.csv"] {
        assert!(place.model(name) == place.model("plain.csv"), "{name}");
    }
    let cells = cells();
    let (one, two) = (&cells[7][..], &cells[150][..]);
    assert_eq!(asked(&["--arch", one, "--arch", two]), (2, 2));
    let line = place.run(&["predict", "a.model", "--arch", one]);
    assert_eq!(line.err, "cache: 1 of 1 member answer was known\n");
    assert_eq!(plain.err, "");
}

#[test]
fn hits_are_told_after_a_fit() {
    let place = Place::new();
    let (all, _) = place.fit("mine.toml", "a.model");
    let run = place.run(&["fit", "mine.toml", "-o", "a.model"]);
    assert!(run.err.starts_with(&format!("cache: {all} of {all} member fits were known")), "{}", run.err);
}

#[test]
fn warnings_of_a_fit_are_given_again_when_it_is_known() {
    let mut place = Place::new();
    place.plugins = archcast_tests::plugin_folder(&["fixture-context"]);
    let (data, _) = super::HYBRID.split_once("[member").unwrap();
    let text = format!("{data}[member.a]\nuse = \"context/asks\"\n");
    fs::write(place.path("mine.toml"), text).unwrap();
    let runs: Vec<String> = (0..2).map(|_| place.run(&["fit", "mine.toml", "-o", "a.model"]).err).collect();
    assert!(runs.iter().all(|err| err.starts_with("warning: the fixture warns\n")), "{runs:?}");
    assert!(runs[0].contains("0 of 1") && runs[1].contains("1 of 1"), "{runs:?}");
}

#[test]
fn explain_says_what_is_kept() {
    let place = Place::new();
    let out = place.run(&["explain", "mine.toml"]).out;
    for part in ["cached   fits\n", "cached   fits, and answers by row\n"] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    let told = json(&place.run(&["--json", "explain", "mine.toml"]));
    let sum = told["members"].as_array().unwrap().iter().find(|member| member["name"] == "sum").unwrap();
    assert_eq!(sum["cached"], serde_json::json!({ "fits": true, "answers": true }));
}

#[test]
fn without_a_cache_nothing_is_read_or_written() {
    let place = Place::new();
    let told = json(&place.run(&["--json", "fit", "mine.toml", "-o", "a.model", "--no-cache"]));
    assert!(told["cache"].is_null());
    place.run(&["predict", "a.model", "--no-cache"]);
    assert!(!place.cache.exists());
    place.fit("mine.toml", "b.model");
    let before = files(&place.cache);
    assert!(!before.is_empty());
    for file in &before {
        fs::write(file, "not what was written").unwrap();
    }
    place.run(&["fit", "mine.toml", "-o", "c.model", "--no-cache"]);
    assert!(files(&place.cache).iter().all(|file| fs::read(file).unwrap() == b"not what was written"));
    assert_eq!(files(&place.cache).len(), before.len());
    assert_eq!(place.model("b.model"), place.model("c.model"));
}
