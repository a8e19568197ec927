//! A panic anywhere in a plugin is an error with its message and place; the process and the plugin go on.

use super::{beside_features, copy_to, features_still_work, rows};
use archcast::plugin::{HostServices, LoadedPredictor};
use archcast_sdk::{
    Error, ErrorKind,
    dynamic::{DynModel, DynPredictor},
};
use archcast_tests::{library, registry};
use serde_json::json;
use std::{fs, path::Path, sync::Arc};

fn rogue(story: impl FnOnce(&LoadedPredictor)) {
    let folder = beside_features(|folder| copy_to(&library("fixture-rogue"), folder));
    let registry = registry(folder.path());
    let rogue = registry.predictor("rogue/rogue").unwrap();
    story(&rogue);
    // The same library still does its work, and so does the one beside it.
    let sound = fit(&rogue, "none").unwrap();
    let told = sound.predict(&rows().view().unwrap(), &HostServices::new(0)).unwrap();
    assert_eq!(told.get("mean").unwrap()[..3], [0.0, 1.0, 2.0]);
    features_still_work(&registry);
}

fn fit(rogue: &LoadedPredictor, crime: &str) -> Result<Box<dyn DynModel>, Error> {
    rogue.fit(&json!({ "crime": crime }), &rows().view().unwrap(), &HostServices::new(0))
}

/// An internal error with this message, which happened in the line of the fixture's source that holds the message.
#[track_caller]
fn is_a_panic(error: &Error, message: &str, code: &str) {
    assert_eq!(error.kind(), ErrorKind::Internal, "{error}");
    assert!(
        error.message().starts_with("the predictor panicked: ") && error.message().contains(message),
        "{error}"
    );
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plugins/rogue/src/lib.rs");
    let source = fs::read_to_string(source).unwrap();
    let line = 1 + source.lines().position(|line| line.contains(code)).expect("the crime's line");
    let location = error.details().location.as_deref().expect("a place");
    let place: Vec<&str> = location.rsplitn(3, ':').collect();
    assert!(place[2].ends_with("rogue/src/lib.rs"), "{location}");
    assert_eq!(place[1], line.to_string(), "{location}");
    assert!(place[0].parse::<u32>().is_ok_and(|column| column > 1), "{location}");
}

#[test]
fn a_panic_in_fit_is_an_error_with_its_place() {
    rogue(|rogue| {
        let error = fit(rogue, "panic-in-fit").err().expect("refused");
        is_a_panic(&error, "a crime in fit", "panic!(\"a crime in fit\")");
        assert_eq!(error.message(), "the predictor panicked: a crime in fit");
    });
}

#[test]
fn a_panic_in_predict_is_an_error_each_time_and_on_every_thread() {
    rogue(|rogue| {
        let model = fit(rogue, "panic-in-predict").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let error =
                            model.predict(&rows().view().unwrap(), &HostServices::new(0)).unwrap_err();
                        is_a_panic(&error, "a crime in predict", "panic!(\"a crime in predict\")");
                    }
                });
            }
        });
        // It can still be saved and restored.
        rogue.restore(&model.save().unwrap(), &HostServices::new(0)).unwrap();
    });
}

#[test]
fn a_panic_while_saving_is_an_error_and_the_model_stays_usable() {
    rogue(|rogue| {
        let model = fit(rogue, "panic-in-save").unwrap();
        let error = model.save().unwrap_err();
        is_a_panic(&error, "a crime while saving", "a crime while saving");
        assert_eq!(model.predict(&rows().view().unwrap(), &HostServices::new(0)).unwrap().rows(), 10);
    });
}

#[test]
fn a_panic_while_restoring_is_an_error() {
    rogue(|rogue| {
        let state = fit(rogue, "panic-in-restore").unwrap().save().unwrap();
        let error = rogue.restore(&state, &HostServices::new(0)).err().expect("refused");
        is_a_panic(&error, "a crime while restoring", "a crime while restoring");
    });
}

#[test]
fn a_panic_in_a_part_of_a_parallel_loop_is_an_error_with_the_place_in_that_part() {
    rogue(|rogue| {
        for threads in [1, 2, 4] {
            let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
            let services = HostServices::new(0).on_pool(pool);
            let params = json!({ "crime": "panic-in-parallel" });
            let error = rogue.fit(&params, &rows().view().unwrap(), &services).err().expect("refused");
            is_a_panic(&error, "a crime in part 42", "a crime in part {part}");
            // The pool's threads are as good as before.
            assert!(rogue.fit(&json!({}), &rows().view().unwrap(), &services).is_ok());
        }
    });
}

#[test]
fn a_panic_while_a_model_is_dropped_does_not_end_the_process() {
    rogue(|rogue| {
        for _ in 0..3 {
            let model = fit(rogue, "panic-in-drop").unwrap();
            let state = model.save().unwrap();
            drop(model);
            drop(rogue.restore(&state, &HostServices::new(0)).unwrap());
        }
        let model = fit(rogue, "panic-in-drop").unwrap();
        std::thread::spawn(move || drop(model)).join().unwrap();
    });
}

#[test]
fn nan_where_a_number_was_promised_and_a_value_too_few_are_errors() {
    rogue(|rogue| {
        for (crime, part) in
            [("nan", "output `mean` is NaN for row 9"), ("short", "9 rows where 10 were asked")]
        {
            let model = fit(rogue, crime).unwrap();
            let error = model.predict(&rows().view().unwrap(), &HostServices::new(0)).unwrap_err();
            assert_eq!(
                (error.kind(), error.message().contains(part)),
                (ErrorKind::Internal, true),
                "{error}"
            );
        }
    });
}
