//! The README's picture and figures are what the commands print.

use archcast_tests::{archcast_in, fresh_folder, plugin_folder};
use std::{fs, path::Path};

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let picture = fs::read_to_string(root.join("docs/demo.svg")).expect("the picture is there");
    let readme = fs::read_to_string(root.join("README.md")).expect("the README is there");
    let (plugins, models) = (plugin_folder(&["archcast-plugin-linear"]), fresh_folder());
    let (plugins, model) = (plugins.path().display().to_string(), models.path().join("first.model"));
    let model = model.display().to_string();
    let config = "templates/ensembles/first.toml";
    archcast_in(&root, &["--plugin-dir", &plugins, "fit", config, "-o", &model]).succeeded();
    let shown =
        archcast_in(&root, &["--plugin-dir", &plugins, "predict", &model, "--top", "10"]).succeeded().out;
    assert_eq!(shown.lines().count(), 14, "{shown}");
    for line in shown.lines() {
        let escaped = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(picture.contains(&escaped), "docs/demo.svg lacks the line\n{line}");
    }
    let tau = shown.lines().last().and_then(|line| line.rsplit(' ').next()).expect("the last line tells it");
    let tau: f64 = tau.parse().expect("a number");
    assert!(
        readme.contains(&format!("Kendall tau {tau:.2}")),
        "the README does not say Kendall tau {tau:.2}"
    );
    let laws = archcast_sdk::conformance::laws().len();
    assert!(
        readme.contains(&format!("the {laws} laws")),
        "the README does not say that there are {laws} laws"
    );
}
