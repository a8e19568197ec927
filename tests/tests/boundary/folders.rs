//! Several plugins at once: two copies, two plugins side by side, folders in folders, names that two offer.

use super::{fit, output, predict};
use archcast::plugin::{Folders, LoadedPredictor, PluginError, Registry, Status};
use archcast_sdk::DatasetBuilder;
use archcast_tests::{fresh_folder, library, plugin_folder, registry};
use serde_json::json;
use std::{fs, path::Path};

fn rows() -> DatasetBuilder<'static> {
    DatasetBuilder::new(2).features(&["x"], vec![1.0, 2.0]).targets(vec![10.0, 20.0])
}

fn answer(predictor: &LoadedPredictor, name: &str) -> Vec<f64> {
    output(&predict(&*fit(predictor, &json!({}), &rows()).unwrap(), &rows()).unwrap(), name)
}

/// Whether this process has mapped a file.
fn is_loaded(path: &Path) -> bool {
    fs::read_to_string("/proc/self/maps").unwrap().contains(path.to_str().unwrap())
}

#[test]
fn of_two_copies_in_two_folders_the_first_is_used_and_the_other_is_shown_as_shadowed() {
    let (first, second) = (plugin_folder(&["fixture-features"]), plugin_folder(&["fixture-features"]));
    for (one, other) in [(&first, &second), (&second, &first)] {
        let registry = Registry::discover(Folders::only(&[one.path().to_owned(), other.path().to_owned()]));
        let [used, hidden] = registry.found() else { panic!("{:?}", registry.found()) };
        assert_eq!(used.path.parent(), Some(one.path()));
        assert_eq!(used.status, Status::Ready);
        assert_eq!(hidden.status, Status::Shadowed { by: used.path.clone() });
        assert_eq!(registry.predictor_names(), ["features/nearest"]);
        assert_eq!(registry.plugin("features").unwrap().path, used.path);
        let before = is_loaded(&hidden.path);
        assert_eq!(answer(&registry.predictor("nearest").unwrap(), "mean"), [15.0; 2]);
        assert!(is_loaded(&used.path));
        assert_eq!(is_loaded(&hidden.path), before, "the shadowed copy is not loaded");
    }
}

#[test]
fn two_copies_load_into_one_process_and_work_at_once() {
    let folders = [plugin_folder(&["fixture-features"]), plugin_folder(&["fixture-features"])];
    let registries = folders.each_ref().map(|folder| registry(folder.path()));
    let [one, other] = registries.each_ref().map(|registry| registry.predictor("nearest").unwrap());
    let models =
        [(1, &one), (2, &other)].map(|(k, predictor)| fit(predictor, &json!({ "k": k }), &rows()).unwrap());
    assert_eq!(output(&predict(&*models[0], &rows()).unwrap(), "mean"), [10.0, 20.0]);
    assert_eq!(output(&predict(&*models[1], &rows()).unwrap(), "mean"), [15.0, 15.0]);
    assert_eq!(output(&predict(&*models[0], &rows()).unwrap(), "mean"), [10.0, 20.0]);
}

#[test]
fn two_copies_under_two_names_in_one_folder_are_one_plugin() {
    let folder = plugin_folder(&["fixture-features"]);
    fs::copy(library("fixture-features"), folder.path().join("another.so")).unwrap();
    let registry = registry(folder.path());
    let names: Vec<_> = registry.found().iter().map(|found| found.path.file_name().unwrap()).collect();
    assert_eq!(names, ["another.so", "libfixture_features.so"]);
    assert_eq!(registry.found()[1].status, Status::Shadowed { by: folder.path().join("another.so") });
    assert_eq!(answer(&registry.predictor("features/nearest").unwrap(), "mean"), [15.0; 2]);
}

#[test]
fn all_fixtures_side_by_side_in_one_folder_load_and_work_at_once() {
    let packages = [
        "curve",
        "features",
        "graphs",
        "many",
        "memory",
        "native",
        "networks",
        "raw",
        "rogue",
        "roles",
        "settings",
        "two-outputs",
        "unlabelled",
    ];
    let packages: Vec<String> = packages.iter().map(|name| format!("fixture-{name}")).collect();
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let folder = plugin_folder(&packages);
    let registry = registry(folder.path());
    assert!(registry.found().iter().all(|found| found.status == Status::Ready));
    let loaded: Vec<LoadedPredictor> =
        registry.predictor_names().iter().map(|name| registry.predictor(name).unwrap()).collect();
    assert_eq!(loaded.len(), 17);
    for (name, output, values) in [
        ("features/nearest", "mean", [15.0, 15.0]),
        ("native/running-mean", "mean", [15.0, 15.0]),
        ("settings/fixed", "score", [1.5, 2.5]),
        ("rogue/rogue", "mean", [1.0, 2.0]),
        ("raw/raw", "mean", [1.0, 1.0]),
        ("two-outputs/bounds", "high", [2.0, 3.0]),
        ("unlabelled/centred", "score", [-0.5, 0.5]),
    ] {
        assert_eq!(answer(&registry.predictor(name).unwrap(), output), values, "{name}");
    }
}

#[test]
fn a_plugin_in_a_folder_of_its_own_name_is_found_and_used() {
    let folder = fresh_folder();
    let own = folder.path().join("features");
    fs::create_dir_all(own.join("deeper")).unwrap();
    fs::copy(library("fixture-features"), own.join("libfixture_features.so")).unwrap();
    fs::copy(library("fixture-native"), own.join("deeper").join("libfixture_native.so")).unwrap();
    fs::write(own.join("README.md"), "Nearest neighbours.").unwrap();
    let registry = registry(folder.path());
    assert_eq!(registry.predictor_names(), ["features/nearest"], "and nothing from a folder below");
    assert_eq!(answer(&registry.predictor("nearest").unwrap(), "mean"), [15.0; 2]);
}

#[test]
fn a_short_name_that_two_plugins_offer_is_answered_with_both_full_names() {
    let folder = plugin_folder(&["fixture-roles", "fixture-graphs"]);
    let registry = registry(folder.path());
    let error = registry.predictor("count").unwrap_err();
    let sentence =
        "the predictor `count` is offered by several plugins; write `graphs/count` or `roles/count`";
    assert_eq!(error.to_string(), sentence);
    for name in ["graphs/count", "roles/count"] {
        assert_eq!(registry.predictor(name).unwrap().full_name(), name);
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one_and_an_empty_folder_with_its_path() {
    let folder = plugin_folder(&["fixture-features"]);
    let here = registry(folder.path());
    let error = here.predictor("features/nearst").unwrap_err().to_string();
    assert!(error.contains("`features/nearst`") && error.contains("`features/nearest`"), "{error}");
    let error = here.plugin("feature").unwrap_err();
    assert!(matches!(error, PluginError::UnknownPlugin { .. }), "{error}");
    assert!(error.to_string().contains("`features`"), "{error}");

    let empty = fresh_folder();
    let error = registry(empty.path()).predictor("nearest").unwrap_err().to_string();
    assert!(error.contains(empty.path().to_str().unwrap()), "{error}");
}
