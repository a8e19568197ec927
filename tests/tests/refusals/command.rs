//! The same refusals as a user meets them: `plugins list`, `plugins info`, `--json`, and a run that fails.

use super::{beside_features, copy_to};
use archcast_tests::{Run, abi, archcast, library};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A sound plugin and one of each kind of refusal, by the name that the list shows and a part of the reason.
fn zoo() -> (TempDir, [(&'static str, &'static str); 4]) {
    let variants = ["abi-2", "missing-library"].map(abi::build_variant);
    let folder = beside_features(|folder| {
        variants.iter().for_each(|library| copy_to(library, folder));
        fs::write(folder.join("notes.so"), "these are notes").unwrap();
        let whole = fs::read(library("fixture-many")).unwrap();
        fs::write(folder.join("cut.so"), &whole[..whole.len() / 2]).unwrap();
    });
    let expected = [
        ("abi-abi-2", "it is built against ABI 2.0.0"),
        ("abi-missing-library", "it needs the library `libarchcast_fixture_absent.so`"),
        ("notes.so", "this is not a dynamic library (a text file)"),
        ("cut.so", "the file is cut short"),
    ];
    (folder, expected)
}

fn plugins(folder: &Path, arguments: &[&str]) -> Run {
    archcast(&[&["--plugin-dir", folder.to_str().unwrap(), "plugins"], arguments].concat())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_list_ends_well_and_gives_each_refused_plugin_one_line_with_its_reason() {
    let (folder, expected) = zoo();
    let run = plugins(folder.path(), &["list"]).succeeded();
    assert_eq!(run.err, "");
    let lines =
        |start: &str| -> Vec<&str> { run.out.lines().filter(|line| line.starts_with(start)).collect() };
    assert!(
        lines("features ").iter().any(|line| line.contains("nearest") && line.contains("ready")),
        "{}",
        run.out
    );
    for (name, reason) in expected {
        let reasons = lines(&format!("{name}: "));
        assert!(
            matches!(reasons[..], [only] if only.contains(reason) && only.ends_with(".so)")),
            "{}",
            run.out
        );
        assert!(lines(name).iter().any(|line| line.contains("refused")), "{}", run.out);
    }
}

#[test]
fn a_list_as_json_has_status_reason_and_manifest_of_each() {
    let (folder, expected) = zoo();
    let listed = json(&plugins(folder.path(), &["list", "--json"]).succeeded().out);
    let entry = |name: &str| {
        listed
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["name"] == name)
            .unwrap_or_else(|| panic!("{listed:#}"))
    };
    let sound = entry("features");
    assert_eq!((&sound["status"], &sound["reason"]), (&Value::from("ready"), &Value::Null));
    assert_eq!(sound["manifest"]["predictors"][0]["name"], "nearest");
    assert_eq!(sound["origin"], "--plugin-dir");
    for (name, reason) in expected {
        let entry = entry(name);
        assert_eq!(entry["status"], "refused", "{name}");
        assert!(entry["reason"].as_str().unwrap().contains(reason), "{name}: {entry}");
        // What has a readable manifest shows it, refused or not.
        assert_eq!(entry["manifest"].is_object(), !name.ends_with(".so"), "{name}");
        assert!(Path::new(entry["file"].as_str().unwrap()).is_file(), "{name}");
    }
}

#[test]
fn info_of_a_refused_plugin_or_of_its_predictor_fails_with_the_reason_and_names_the_file() {
    let (folder, expected) = zoo();
    for (name, reason) in expected.into_iter().chain([("abi-abi-2/mean", "it is built against ABI 2.0.0")]) {
        let run = plugins(folder.path(), &["info", name]);
        assert_eq!((run.code, &run.out[..]), (1, ""), "{name}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(run.err.contains(reason) && run.err.contains(folder.path().to_str().unwrap()), "{}", run.err);
        let run = plugins(folder.path(), &["info", name, "--json"]);
        assert!(json(&run.err)["error"].as_str().unwrap().contains(reason), "{name}");
    }
}

#[test]
fn info_of_the_sound_plugin_beside_them_shows_parameters_and_a_stanza() {
    let (folder, _) = zoo();
    let shown = plugins(folder.path(), &["info", "features"]).succeeded().out;
    for part in [
        "features/nearest: Mean target of the nearest rows.",
        "1..1000",
        "Rows that vote.",
        "use = \"features/nearest\"",
        "k = 3",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let shown = json(&plugins(folder.path(), &["info", "features/nearest", "--json"]).succeeded().out);
    assert_eq!(shown["schema"]["properties"]["k"]["default"], 3);
    assert_eq!(shown["descriptor"]["family"], "model-based");
}

#[test]
fn a_panic_during_a_fit_or_a_prediction_ends_the_command_with_a_message_a_place_and_no_backtrace() {
    let folder = beside_features(|folder| copy_to(&library("fixture-rogue"), folder));
    let run =
        |words: &[&str]| archcast(&[&["--plugin-dir", folder.path().to_str().unwrap()], words].concat());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (crime, message) in [
        ("panic-in-fit", "a crime in fit"),
        ("panic-in-parallel", "a crime in part 42"),
        ("panic-in-save", "a crime while saving"),
        ("panic-in-predict", "a crime in predict"),
        ("panic-in-restore", "a crime while restoring"),
        ("nan", "is NaN for row"),
        ("panic-in-drop", ""),
    ] {
        let (config, model) = (path("rogue.toml"), path("rogue.model"));
        let text = format!(
            "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 5\n[member.one]\nuse = \"rogue/rogue\"\n\
             inputs = [\"adjacency-one-hot\"]\nparams = {{ crime = \"{crime}\" }}\n"
        );
        fs::write(&config, text).unwrap();
        let fitted = run(&["fit", &config, "-o", &model]);
        let ended = if fitted.code == 0 { run(&["predict", &model]) } else { fitted };
        if message.is_empty() {
            ended.succeeded();
            continue;
        }
        assert_eq!(ended.code, 1, "{crime}: {}\n{}", ended.out, ended.err);
        assert!(ended.err.contains(message) && ended.err.contains("rogue"), "{crime}: {}", ended.err);
        assert!(
            !ended.err.contains("thread '") && !ended.err.contains("backtrace"),
            "{crime}: {}",
            ended.err
        );
        if crime.starts_with("panic") {
            assert!(ended.err.contains("rogue/src/lib.rs:"), "{crime}: {}", ended.err);
        }
        fs::remove_file(&model).ok();
    }
}
