//! The README's picture and figures are what the commands print.

use archcast_tests::{archcast_in, fresh_folder, plugin_folder};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the demo measures, and with which flags.
const HYBRID: &str = "templates/ensembles/omni-nas-bench-201.toml";
const BUDGET: [&str; 4] = ["--labels=100", "--trials=20", "--test=500", "--seed=1"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn picture() -> String {
    fs::read_to_string(root().join("docs/demo.svg")).expect("the picture is there")
}

fn shows(picture: &str, text: &str) {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert!(picture.contains(&escaped), "docs/demo.svg lacks\n{text}");
}

#[test]
fn the_readme_shows_how_the_hybrid_of_the_demo_ranks_beside_its_members() {
    let (plugins, folder) = (plugin_folder(&["archcast-plugin-trees", "archcast-plugin-gp"]), fresh_folder());
    let (plugins, study) = (plugins.path().display().to_string(), folder.path().join("hybrid.study"));
    let study = study.display().to_string();
    let args = [&["--plugin-dir", &plugins, "evaluate", HYBRID, "--out", &study], &BUDGET[..]].concat();
    let shown = archcast_in(&root(), &args).succeeded().out;
    let picture = picture();
    // Measured seconds follow, which differ from run to run.
    let ranking: Vec<&str> = shown
        .lines()
        .filter_map(|line| Some(line.split_once(" ± ")?.0))
        .filter(|line| line.len() < 20)
        .collect();
    assert_eq!(ranking.len(), 5, "{shown}");
    assert!(ranking[0].starts_with("team "), "{shown}");
    for line in ranking {
        shows(&picture, line);
    }
}

#[test]
fn the_readme_shows_what_the_demo_predicts() {
    let (plugins, folder) = (plugin_folder(&["archcast-plugin-trees", "archcast-plugin-gp"]), fresh_folder());
    let (plugins, model) = (plugins.path().display().to_string(), folder.path().join("hybrid.model"));
    let model = model.display().to_string();
    archcast_in(&root(), &["--plugin-dir", &plugins, "fit", HYBRID, "-o", &model]).succeeded();
    let shown =
        archcast_in(&root(), &["--plugin-dir", &plugins, "predict", &model, "--top", "10"]).succeeded().out;
    assert_eq!(shown.lines().count(), 14, "{shown}");
    let picture = picture();
    for line in shown.lines() {
        shows(&picture, line);
    }
}

#[test]
fn the_readme_says_how_many_laws_there_are() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README is there");
    let laws = archcast_sdk::conformance::laws().len();
    assert!(
        readme.contains(&format!("the {laws} laws")),
        "the README does not say that there are {laws} laws"
    );
}
