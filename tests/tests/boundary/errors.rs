//! Errors cross with their kind, their sentence, the parameter at fault and the place of a panic.

use super::{fit, fit_error, predict};
use archcast_sdk::{DatasetBuilder, ErrorKind, dynamic::DynPredictor};
use archcast_tests::predictor;
use serde_json::json;

fn rows() -> DatasetBuilder<'static> {
    DatasetBuilder::new(2).features(&["x"], vec![1.0, 2.0]).targets(vec![10.0, 20.0])
}

#[test]
fn a_parameter_at_fault_is_named_with_what_would_be_right() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    for (params, parameter, part) in [
        (json!({ "k": 0 }), "k", "is 0; it must be at least 1"),
        (json!({ "k": 1001 }), "k", "1000"),
        (json!({ "k": "many" }), "k", "is \"many\""),
        (json!({ "kk": 1 }), "kk", "unknown"),
    ] {
        for error in [fit_error(&nearest, &params, &rows()), nearest.outputs(&params).unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
            assert_eq!(error.details().parameter.as_deref(), Some(parameter), "{error}");
            assert!(
                error.message().starts_with(&format!("`{parameter}`")) && error.message().contains(part),
                "{error}"
            );
        }
    }
}

#[test]
fn too_few_rows_are_explained_with_both_numbers() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    let unlabelled = DatasetBuilder::new(2).features(&["x"], vec![1.0, 2.0]).labels(&[None, None]);
    let error = fit_error(&nearest, &json!({}), &unlabelled);
    assert_eq!(error.kind(), ErrorKind::TooFewRows);
    assert_eq!(error.message(), "0 labelled rows, but this predictor needs at least 1 labelled row");
}

#[test]
fn values_that_are_not_finite_are_refused_with_their_column_and_row() {
    let (_folder, fixed) = predictor("fixture-settings", "settings/fixed");
    let model = fit(&fixed, &json!({}), &rows()).unwrap();
    for (value, word) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
        let spoilt = DatasetBuilder::new(2).features(&["x"], vec![1.0, value]).targets(vec![10.0, 20.0]);
        let sentence =
            format!("column `features` holds {word} in row 1; give a finite number or mark it missing");
        for error in [fit_error(&fixed, &json!({}), &spoilt), predict(&*model, &spoilt).unwrap_err()] {
            assert_eq!((error.kind(), error.message()), (ErrorKind::BadData, &sentence[..]));
        }
    }
}

#[test]
fn an_error_in_the_authors_own_words_crosses_unchanged() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    let model = fit(&nearest, &json!({}), &rows()).unwrap();
    let wide = DatasetBuilder::new(1).features(&["x", "ä"], vec![1.0, 2.0]);
    let error = predict(&*model, &wide).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::BadData, "2 features, but the model was fitted on 1")
    );
    assert_eq!(error.details().location, None);
    let bare = predict(&*model, &DatasetBuilder::new(1)).unwrap_err();
    assert_eq!(bare.kind(), ErrorKind::BadData);
    assert!(bare.message().contains("features"), "{bare}");
}
