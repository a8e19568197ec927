//! Fitted models: used from several threads at once, after their predictor is gone, and restored elsewhere.

use super::{bits, fit, predict};
use archcast_sdk::{DatasetBuilder, dynamic::DynModel};
use archcast_tests::{plugin_folder, predictor, registry};
use serde_json::json;
use std::thread;

fn data() -> DatasetBuilder<'static> {
    let values: Vec<f64> = (0..600).map(|i| f64::from(i * 37 % 101)).collect();
    let targets: Vec<f64> = (0..200).map(f64::from).collect();
    DatasetBuilder::new(200)
        .features(&["x", "y", "z"], values)
        .targets(targets)
        .identities((0..200).map(|row| [row, 1]))
}

#[test]
fn a_model_predicts_the_same_from_four_threads_at_once() {
    for (package, name) in [
        ("fixture-features", "features/nearest"),
        ("fixture-many", "many/draws"),
        ("fixture-native", "native/running-mean"),
        ("fixture-two-outputs", "two-outputs/bounds"),
    ] {
        let (_folder, predictor) = predictor(package, name);
        let model = fit(&predictor, &json!({}), &data()).unwrap();
        let expected = bits(&predict(&*model, &data()).unwrap());
        let state = model.save().unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        assert_eq!(bits(&predict(&*model, &data()).unwrap()), expected, "{name}");
                        assert_eq!(model.save().unwrap(), state, "{name}");
                    }
                });
            }
        });
    }
}

#[test]
fn several_models_are_fitted_at_once_and_dropped_on_other_threads() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    let models: Vec<Box<dyn DynModel>> = thread::scope(|scope| {
        let fits: Vec<_> = (1..=4)
            .map(|k| {
                scope.spawn({
                    let nearest = &nearest;
                    move || fit(nearest, &json!({ "k": k }), &data()).unwrap()
                })
            })
            .collect();
        fits.into_iter().map(|fit| fit.join().unwrap()).collect()
    });
    let expected: Vec<_> = models.iter().map(|model| bits(&predict(&**model, &data()).unwrap())).collect();
    for (model, expected) in models.into_iter().zip(expected) {
        let told = thread::spawn(move || bits(&predict(&*model, &data()).unwrap())).join().unwrap();
        assert_eq!(told, expected);
    }
}

#[test]
fn a_model_outlives_its_predictor_its_registry_and_the_file_of_its_library() {
    let folder = plugin_folder(&["fixture-features"]);
    let model = {
        let registry = registry(folder.path());
        fit(&registry.predictor("nearest").unwrap(), &json!({ "k": 1 }), &data()).unwrap()
    };
    drop(folder);
    let told = predict(&*model, &data()).unwrap();
    assert_eq!(told.rows(), 200);
    assert_eq!(model.importance().unwrap(), None);
}
