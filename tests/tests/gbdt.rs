//! XGBoost and LightGBM through the compiled plugin and the command.

use archcast::table::Table;
use archcast_tests::{archcast_in, fresh_folder, is_built, plugin_folder, skipped};
use std::{fs, path::Path};

const PLUGIN: &str = "archcast-plugin-gbdt";

/// Whether the plugin is there; the story is noted as left out where it is not.
fn is_here(story: &str) -> bool {
    let is_here = is_built(PLUGIN);
    if !is_here {
        skipped(story, "the plugin gbdt is not built; `cargo xtask test` builds it");
    }
    is_here
}

fn run(folder: &Path, plugins: &Path, arguments: &[&str]) -> archcast_tests::Run {
    let plugins = plugins.display().to_string();
    archcast_in(folder, &[&["--plugin-dir", &plugins], arguments].concat())
}

#[test]
fn boosted_trees_pass_the_laws_through_the_boundary() {
    if !is_here("boosted_trees_pass_the_laws_through_the_boundary") {
        return;
    }
    let plugins = plugin_folder(&[PLUGIN]);
    for name in ["gbdt/xgboost", "gbdt/lightgbm"] {
        let run = run(Path::new("."), plugins.path(), &["plugins", "check", name]);
        assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
        let laws = archcast_sdk::conformance::laws().len();
        assert!(run.out.contains(&format!("{laws} passed, 0 failed")), "{}", run.out);
    }
    let list = run(Path::new("."), plugins.path(), &["plugins", "info", "gbdt"]).succeeded().out;
    for library in ["XGBoost 1.6.2", "LightGBM 4.7.0"] {
        assert!(list.contains(library), "{list}");
    }
}

/// The rows and predictions of the plugin's unit tests, which `xgboost==1.6.2` and `lightgbm==4.7.0` made: the host
/// encodes, standardises, seeds, saves, loads and turns back.
#[test]
fn predictions_of_the_command_are_those_of_the_python_packages() {
    if !is_here("predictions_of_the_command_are_those_of_the_python_packages") {
        return;
    }
    const MEAN: f64 = 82.708112;
    const DEVIATION: f64 = 15.155117837458604;
    let (plugins, folder) = (plugin_folder(&[PLUGIN]), fresh_folder());
    let ids: Vec<String> = (0..100).map(|row| row.to_string()).collect();
    fs::write(folder.path().join("rows.txt"), ids.join("\n")).unwrap();
    for (name, want) in [
        ("xgboost", [0.40522885, 0.23799132, 0.3814204, 0.40772825, -1.2702129]),
        ("lightgbm", [0.711169523, -0.219314192, 0.142876762, -1.056284415, -2.854086288]),
    ] {
        let composition = format!(
            "[data]\ntable = \"builtin:nas-bench-201\"\nid = \"arch_index\"\n[member.trees]\nuse = \"gbdt/{name}\"\n"
        );
        fs::write(folder.path().join("trees.toml"), composition).unwrap();
        let fit = ["fit", "trees.toml", "--rows", "rows.txt", "--seed", "0", "-o", "trees.model"];
        run(folder.path(), plugins.path(), &fit).succeeded();
        run(folder.path(), plugins.path(), &["predict", "trees.model", "-o", "out.csv"]).succeeded();
        let out = Table::from_bytes(&fs::read(folder.path().join("out.csv")).unwrap(), "out.csv").unwrap();
        let (rows, means) = (out.column("id").unwrap(), out.numbers("mean").unwrap());
        for (row, want) in (100..105).zip(want) {
            let place = rows.iter().position(|id| id == row.to_string()).unwrap();
            let z = (means[place].unwrap() - MEAN) / DEVIATION;
            assert!((z - want).abs() < 1e-5, "{name}, row {row}: {z} is not {want}");
        }
    }
}
