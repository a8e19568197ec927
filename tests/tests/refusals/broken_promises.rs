//! The host itself finds what a plugin left undone, whatever made the plugin.

use super::{beside_features, copy_to, features_still_work, is_one_sentence, rows};
use archcast::plugin::{HostServices, LoadedPredictor};
use archcast_sdk::{Error, ErrorKind, Predictions, dynamic::DynPredictor};
use archcast_tests::{library, registry};
use serde_json::json;

fn raw(story: impl FnOnce(&LoadedPredictor)) {
    let folder = beside_features(|folder| copy_to(&library("fixture-raw"), folder));
    let registry = registry(folder.path());
    story(&registry.predictor("raw/raw").unwrap());
    features_still_work(&registry);
}

fn run(raw: &LoadedPredictor, fault: &str) -> Result<Predictions, Error> {
    let (data, services) = (rows(), HostServices::new(0));
    let model = raw.fit(&json!({ "fault": fault }), &data.view()?, &services)?;
    let restored = raw.restore(&model.save()?, &services)?;
    let told = model.predict(&data.view()?, &services);
    assert_eq!(told.is_ok(), restored.predict(&data.view()?, &services).is_ok());
    told
}

#[test]
fn what_keeps_its_promises_by_hand_is_used_like_any_other() {
    raw(|raw| {
        assert_eq!(run(raw, "none").unwrap().get("mean").unwrap(), [1.0; 10]);
        // A row may hold anything where it is declared missing.
        let told = run(raw, "missing").unwrap();
        assert_eq!(told.reason(1), Some("the raw fixture says so"));
        assert!(told.get("mean").unwrap()[1].is_nan());
        assert_eq!(told.get("mean").unwrap()[2..], [1.0; 8]);
    });
}

#[test]
fn each_broken_promise_is_an_error_that_names_the_predictor_and_what_it_broke() {
    raw(|raw| {
        for (fault, part) in [
            ("unwritten", "row 1 of output `mean` is left unwritten"),
            ("nan", "output `mean` is NaN for row 1"),
            ("infinite", "output `mean` is inf for row 1"),
            ("missing-beyond", "row 17 is declared missing, but only 10 rows were asked"),
            ("bad-names", "its list of outputs is not JSON"),
        ] {
            let error = run(raw, fault).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Internal, "{fault}: {error}");
            let start = "the predictor `raw/raw` broke its promise: ";
            assert!(error.message().starts_with(start) && error.message().contains(part), "{fault}: {error}");
            is_one_sentence(error.message());
        }
    });
}
