//! Feature matrices, their roles, genotypes, unlabelled rows, and fits on no rows.

use super::{fit_error, fitted_and_predicted, output};
use archcast_sdk::{
    DatasetBuilder, ErrorKind,
    dynamic::DynPredictor,
    header::{FeatureInfo, FeatureKind, Role},
    ndarray::array,
};
use archcast_tests::predictor;
use serde_json::json;

/// Four rows on a square.
fn square() -> DatasetBuilder<'static> {
    DatasetBuilder::new(4)
        .features(&["x", "y"], vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
        .targets(vec![10.0, 20.0, 30.0, 40.0])
}

#[test]
fn features_and_targets_cross_and_a_model_with_state_comes_back() {
    let own = fitted_and_predicted(
        "fixture-features",
        "features/nearest",
        &json!({ "k": 1 }),
        &square(),
        &square(),
    );
    assert_eq!(output(&own, "mean"), [10.0, 20.0, 30.0, 40.0]);

    let queries = DatasetBuilder::new(2).features(&["x", "y"], vec![0.0, 0.25, 0.75, 2.0]);
    let two =
        fitted_and_predicted("fixture-features", "features/nearest", &json!({ "k": 2 }), &square(), &queries);
    assert_eq!(output(&two, "mean"), [15.0, 30.0]);
    let default = fitted_and_predicted("fixture-features", "nearest", &json!({}), &square(), &queries);
    assert_eq!(output(&default, "mean"), [20.0, 30.0]);
}

#[test]
fn a_descriptor_and_the_schema_of_parameters_cross_as_they_were_written() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    let info = nearest.info();
    assert_eq!(
        (&info.name[..], info.minimum_rows, info.family.to_string()),
        ("nearest", 1, "model-based".into())
    );
    assert_eq!((&info.cites[0][..5], &info.complexity[..]), ("Cover", "fit O(1), predict O(n d) a row"));
    let schema = nearest.schema().unwrap();
    let k = &schema["properties"]["k"];
    assert_eq!((&k["default"], &k["minimum"], &k["maximum"]), (&json!(3), &json!(1), &json!(1000)));
    assert_eq!(k["description"], "Rows that vote.");
    assert_eq!(nearest.outputs(&json!({})).unwrap(), ["mean"]);
    assert_eq!(nearest.full_name(), "features/nearest");
}

#[test]
fn kinds_and_roles_of_the_feature_columns_cross_beside_genotypes() {
    let info = |name: &str, kind, role| FeatureInfo { name: name.into(), kind, role };
    let features = vec![
        info("0-1=skip", FeatureKind::Categorical, Role::Encoding("adjacency".into())),
        info("depth", FeatureKind::Ordinal, Role::Encoding("depths".into())),
        info("params_m", FeatureKind::Number, Role::Column),
        info("score", FeatureKind::Number, Role::Member("ridge".into())),
    ];
    let genotypes = array![[5_u16, 6], [0, 7]];
    let data = DatasetBuilder::new(2)
        .feature_matrix(features, vec![1.0, 2.0, 3.0, 4.0, 0.5, 0.0, 0.25, -1.0], Vec::new())
        .genotypes(genotypes.view())
        .targets(vec![0.0, 1.0]);
    let counted = fitted_and_predicted("fixture-roles", "roles/count", &json!({}), &data, &data);
    for (name, count) in
        [("encodings", 2.0), ("columns", 1.0), ("members", 1.0), ("ordinals", 1.0), ("categoricals", 1.0)]
    {
        assert_eq!(output(&counted, name), [count; 2], "{name}");
    }
    assert_eq!(output(&counted, "score"), [11_433.0, 6_903.0]);
}

#[test]
fn missing_cells_cross_as_missing_and_are_refused_by_a_predictor_that_needs_them_all() {
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    let info = |name: &str| FeatureInfo { name: name.into(), kind: FeatureKind::Number, role: Role::Column };
    let holed = DatasetBuilder::new(2)
        .feature_matrix(vec![info("x"), info("y")], vec![0.0, f64::NAN, 1.0, 2.0], vec![1, 0, 1, 1])
        .targets(vec![0.0, 1.0]);
    let error = fit_error(&nearest, &json!({}), &holed);
    assert_eq!(error.kind(), ErrorKind::BadData);
    assert!(error.message().contains("missing"), "{error}");
}

#[test]
fn a_predictor_that_learns_nothing_is_fitted_on_no_rows_and_sees_the_columns() {
    let none = DatasetBuilder::new(0).features(&["x", "y"], Vec::new());
    let queries = DatasetBuilder::new(3).features(&["x", "y"], vec![1.0, 9.0, 2.0, 9.0, -3.0, 9.0]);
    let default = fitted_and_predicted("fixture-settings", "settings/fixed", &json!({}), &none, &queries);
    assert_eq!(output(&default, "score"), [1.5, 2.5, -2.5]);
    assert_eq!(output(&default, "rows"), [0.0; 3]);
    assert_eq!(output(&default, "columns"), [2.0; 3]);
    let set =
        fitted_and_predicted("fixture-settings", "fixed", &json!({ "offset": -0.25 }), &queries, &queries);
    assert_eq!(output(&set, "score"), [0.75, 1.75, -3.25]);
    assert_eq!(output(&set, "rows"), [3.0; 3]);
    // Nothing is asked either.
    let nothing = fitted_and_predicted("fixture-settings", "fixed", &json!({}), &none, &none);
    assert_eq!((nothing.rows(), output(&nothing, "score").len()), (0, 0));
}

#[test]
fn rows_without_a_target_reach_a_fit_that_asks_for_them() {
    let train = DatasetBuilder::new(4)
        .features(&["x", "y"], vec![1.0, 0.0, 2.0, 0.0, 3.0, 2.0, 6.0, 2.0])
        .labels(&[Some(0.5), None, None, None]);
    let queries = DatasetBuilder::new(2).features(&["x", "y"], vec![3.0, 1.0, 4.0, 5.0]);
    let centred =
        fitted_and_predicted("fixture-unlabelled", "unlabelled/centred", &json!({}), &train, &queries);
    assert_eq!(output(&centred, "score"), [0.0, 5.0]);
    assert_eq!(output(&centred, "labelled"), [1.0; 2]);
    assert_eq!(output(&centred, "unlabelled"), [3.0; 2]);
}
