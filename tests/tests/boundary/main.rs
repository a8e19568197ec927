//! Every fixture plugin, loaded as a compiled library and driven through the boundary.

mod curves_and_files;
mod errors;
mod features;
mod folders;
mod models;
mod outputs;
mod services;

use archcast::plugin::{HostServices, LoadedPredictor};
use archcast_sdk::{
    DatasetBuilder, Error, Predictions, Result,
    dynamic::{DynModel, DynPredictor},
};
use archcast_tests::{plugin_folder, registry};
use serde_json::Value;

/// Fits under seed 7.
fn fit(predictor: &LoadedPredictor, params: &Value, train: &DatasetBuilder<'_>) -> Result<Box<dyn DynModel>> {
    predictor.fit(params, &train.view()?, &HostServices::new(7))
}

/// Fits what must not be fitted, and gives the error.
#[track_caller]
fn fit_error(predictor: &LoadedPredictor, params: &Value, train: &DatasetBuilder<'_>) -> Error {
    match fit(predictor, params, train) {
        Ok(_) => panic!("{} was fitted", predictor.full_name()),
        Err(error) => error,
    }
}

/// Predicts under seed 7.
fn predict(model: &dyn DynModel, queries: &DatasetBuilder<'_>) -> Result<Predictions> {
    model.predict(&queries.view()?, &HostServices::new(7))
}

/// Fits a predictor of a fixture and predicts. On the way the model is saved, and restored by the same registry, by a
/// fresh one on the same folder, and by a copy of the library: each must save to the same bytes and predict the same.
#[track_caller]
fn fitted_and_predicted(
    package: &str,
    name: &str,
    params: &Value,
    train: &DatasetBuilder<'_>,
    queries: &DatasetBuilder<'_>,
) -> Predictions {
    let (folder, elsewhere) = (plugin_folder(&[package]), plugin_folder(&[package]));
    let here = registry(folder.path());
    let predictor = here.predictor(name).unwrap();
    let model = fit(&predictor, params, train).unwrap();
    let predictions = predict(&*model, queries).unwrap();
    let state = model.save().unwrap();
    let (fresh, other) = (registry(folder.path()), registry(elsewhere.path()));
    for registry in [&here, &fresh, &other] {
        let restored = registry.predictor(name).unwrap().restore(&state, &HostServices::new(0)).unwrap();
        assert_eq!(restored.save().unwrap(), state);
        assert_eq!(bits(&predict(&*restored, queries).unwrap()), bits(&predictions));
    }
    predictions
}

/// Predictions to the last bit: NaN is equal to itself.
#[derive(Debug, PartialEq)]
struct Bits {
    outputs: Vec<(String, Vec<u64>)>,
    missing: Vec<(usize, String)>,
}

fn bits(predictions: &Predictions) -> Bits {
    let outputs = predictions.outputs().map(|(name, values)| (name.to_owned(), bits_of(values))).collect();
    let missing = predictions.missing_rows().iter().map(|(&row, reason)| (row, reason.clone())).collect();
    Bits { outputs, missing }
}

fn bits_of(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The values of an output that must be there.
#[track_caller]
fn output(predictions: &Predictions, name: &str) -> Vec<f64> {
    predictions.get(name).unwrap_or_else(|| panic!("there is no output `{name}`")).to_vec()
}
