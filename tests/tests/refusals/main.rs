//! What is broken, foreign or wicked is refused in one sentence, and every other plugin stays usable.

mod abi_variants;
mod broken_files;
mod broken_promises;
mod command;
mod no_code_is_run;
mod panics;

use archcast::plugin::{Found, LoadedPredictor, PluginError, Refusal, Registry, Status};
use archcast_sdk::{DatasetBuilder, dynamic::DynPredictor};
use archcast_tests::{fresh_folder, library};
use serde_json::json;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A folder with the features fixture, and beside it what `add` puts there.
fn beside_features(add: impl FnOnce(&Path)) -> TempDir {
    let folder = fresh_folder();
    copy_to(&library("fixture-features"), folder.path());
    add(folder.path());
    folder
}

fn copy_to(library: &Path, folder: &Path) {
    fs::copy(library, folder.join(library.file_name().expect("a library has a name"))).expect("copied");
}

/// Ten rows whose targets are ten times their feature.
fn rows() -> DatasetBuilder<'static> {
    let values: Vec<f64> = (0..10).map(f64::from).collect();
    let targets = values.iter().map(|value| value * 10.0).collect::<Vec<_>>();
    DatasetBuilder::new(10).features(&["x"], values).targets(targets)
}

/// The plugin that lies beside still lists, loads, fits and predicts.
#[track_caller]
fn features_still_work(registry: &Registry) {
    let services = archcast::plugin::HostServices::new(0);
    let nearest = registry.predictor("features/nearest").unwrap();
    let data = rows();
    let model = nearest.fit(&json!({ "k": 1 }), &data.view().unwrap(), &services).unwrap();
    let told = model.predict(&data.view().unwrap(), &services).unwrap();
    assert_eq!(told.get("mean").unwrap(), data.view().unwrap().targets().unwrap().to_vec());
}

/// What the fitted `mean` of an ABI variant gives for the ten rows: their mean target.
#[track_caller]
fn mean_of(predictor: &LoadedPredictor) -> Vec<f64> {
    let services = archcast::plugin::HostServices::new(0);
    let data = rows();
    let model = predictor.fit(&json!({}), &data.view().unwrap(), &services).unwrap();
    let restored = predictor.restore(&model.save().unwrap(), &services).unwrap();
    drop(model);
    restored.predict(&data.view().unwrap(), &services).unwrap().get("mean").unwrap().to_vec()
}

/// What was found under this file name.
#[track_caller]
fn found<'r>(registry: &'r Registry, file: &str) -> &'r Found {
    let named = |found: &&Found| found.path.file_name().is_some_and(|name| name == file);
    registry.found().iter().find(named).unwrap_or_else(|| panic!("{file} was not found"))
}

/// Why a file is refused without having been loaded.
#[track_caller]
fn refusal_of(registry: &Registry, file: &str) -> Refusal {
    match &found(registry, file).status {
        Status::Refused(refusal) => refusal.clone(),
        other => panic!("{file} is {other:?}"),
    }
}

/// Why a plugin is refused when it is used, and the whole sentence.
#[track_caller]
fn refusal_on_use(registry: &Registry, predictor: &str) -> (Refusal, String) {
    let error = registry.predictor(predictor).expect_err("refused");
    let sentence = error.to_string();
    match error {
        PluginError::Refused { refusal, .. } => (*refusal, sentence),
        other => panic!("{other}"),
    }
}

/// One sentence: on one line, and short enough to be read.
#[track_caller]
fn is_one_sentence(sentence: &str) {
    assert!(
        !sentence.contains('\n') && !sentence.ends_with('.') && sentence.chars().count() < 400,
        "{sentence}"
    );
}
