//! Named outputs, refused rows, and a native library behind a predictor.

use super::{fit, fitted_and_predicted, output, predict};
use archcast::plugin::HostServices;
use archcast_sdk::{DatasetBuilder, ErrorKind, dynamic::DynPredictor};
use archcast_tests::predictor;
use serde_json::json;

/// Three rows of one feature; the second is negative.
fn rows() -> DatasetBuilder<'static> {
    DatasetBuilder::new(3).features(&["x"], vec![4.0, -2.0, 0.5]).targets(vec![1.0, 2.0, 3.0])
}

#[test]
fn a_predictor_has_outputs_under_its_own_names_and_a_refused_row_carries_its_reason() {
    let bounds =
        fitted_and_predicted("fixture-two-outputs", "two-outputs/bounds", &json!({}), &rows(), &rows());
    let names: Vec<&str> = bounds.outputs().map(|(name, _)| name).collect();
    assert_eq!(names, ["low", "high"]);
    for (name, first, last) in [("low", 3.0, -0.5), ("high", 5.0, 1.5)] {
        let values = output(&bounds, name);
        assert_eq!((values[0], values[2]), (first, last), "{name}");
        assert!(values[1].is_nan(), "{name}");
    }
    assert_eq!(bounds.reason(1), Some("its first feature is -2, and it must not be negative"));
    assert_eq!(bounds.missing_rows().len(), 1);
}

#[test]
fn outputs_that_depend_on_parameters_are_known_before_the_fit_and_after_a_restore() {
    let (_folder, predictor) = predictor("fixture-two-outputs", "bounds");
    let params = json!({ "margin": 0.25, "middle": true });
    assert_eq!(predictor.outputs(&params).unwrap(), ["low", "high", "middle"]);
    assert_eq!(predictor.outputs(&json!({})).unwrap(), ["low", "high"]);
    let three = fitted_and_predicted("fixture-two-outputs", "bounds", &params, &rows(), &rows());
    assert_eq!(three.outputs().count(), 3);
    assert_eq!(
        (output(&three, "middle")[0], output(&three, "low")[0], output(&three, "high")[2]),
        (4.0, 3.75, 0.75)
    );
}

#[test]
fn a_native_library_is_fed_saved_restored_and_freed_behind_a_predictor() {
    let train = DatasetBuilder::new(4).features(&["x"], vec![0.0; 4]).targets(vec![2.0, 4.0, 6.0, 8.0]);
    let queries = DatasetBuilder::new(2).features(&["x"], vec![5.0, 6.0]);
    let told = fitted_and_predicted("fixture-native", "native/running-mean", &json!({}), &train, &queries);
    assert_eq!(output(&told, "mean"), [5.0; 2]);
    assert_eq!(output(&told, "std"), [5.0_f64.sqrt(); 2]);
}

#[test]
fn a_damaged_state_is_refused_by_the_native_library_itself_and_a_cut_one_before_it() {
    let (_folder, mean) = predictor("fixture-native", "running-mean");
    let state = fit(&mean, &json!({}), &rows()).unwrap().save().unwrap();
    let place = state.windows(8).position(|window| window == b"RMEAN001").expect("the library's own magic");
    let mut damaged = state.clone();
    damaged[place + 7] = b'9';
    let refused = |bytes: &[u8]| mean.restore(bytes, &HostServices::new(0)).err().expect("refused");
    let error = refused(&damaged);
    assert_eq!(error.kind(), ErrorKind::BadData);
    assert!(error.message().contains("these bytes are not a state of running_mean"), "{error}");
    for length in 0..state.len() {
        let error = refused(&state[..length]);
        assert_eq!(error.kind(), ErrorKind::BadData, "{length}: {error}");
    }
    assert!(refused(&state[..state.len() - 1]).message().contains("cut short"));
    // What was refused left nothing behind.
    let whole = mean.restore(&state, &HostServices::new(0)).unwrap();
    assert_eq!(output(&predict(&*whole, &rows()).unwrap(), "mean"), [2.0; 3]);
}

#[test]
fn a_state_of_another_predictor_is_refused_by_name() {
    let (_one, mean) = predictor("fixture-native", "running-mean");
    let (_other, bounds) = predictor("fixture-two-outputs", "bounds");
    let state = fit(&mean, &json!({}), &rows()).unwrap().save().unwrap();
    let error = bounds.restore(&state, &HostServices::new(0)).err().expect("refused");
    assert_eq!(error.kind(), ErrorKind::BadData);
    assert_eq!(error.message(), "this is a saved state of `running-mean`, not of `bounds`");
}
