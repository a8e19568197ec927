//! Ragged columns and text: curves, graphs, network files; and a file as a parameter.

use super::{fit_error, fitted_and_predicted, output};
use archcast_sdk::{
    DatasetBuilder, ErrorKind,
    dataset::GraphForm,
    header::{CurveInfo, Goal, GraphInfo},
    ndarray::array,
};
use archcast_tests::{fresh_folder, predictor};
use serde_json::json;
use std::fs;

/// A goal and nothing more.
fn goal(goal: Goal) -> CurveInfo {
    CurveInfo { goal, unit: None }
}

#[test]
fn curves_cross_with_their_goal_and_a_row_that_is_too_short_is_missing_with_a_reason() {
    let curves = [vec![3.0, 2.0, 1.5], vec![4.0], vec![], vec![2.0, f64::INFINITY], vec![1.0, 0.25]];
    let losses = DatasetBuilder::new(5).curve("val_loss", goal(Goal::Minimize), &curves);
    let none = DatasetBuilder::new(0).curve("val_loss", goal(Goal::Minimize), &[]);
    let scored = fitted_and_predicted("fixture-curve", "curve/last", &json!({}), &none, &losses);
    let scores = output(&scored, "score");
    assert_eq!((scores[0], scores[4]), (-1.5, -0.25));
    assert!(scores[1..4].iter().all(|score| score.is_nan()));
    for (row, epochs) in [(1, 1), (2, 0)] {
        let reason = format!("its curve `val_loss` ends after {epochs} of the 2 epochs that are needed");
        assert_eq!(scored.reason(row), Some(&reason[..]));
    }
    assert_eq!(scored.reason(3), Some("its curve `val_loss` diverged"));
    assert_eq!(scored.missing_rows().len(), 3);
}

#[test]
fn features_beside_a_curve_are_optional_and_the_only_curve_is_found_by_any_name() {
    let data =
        DatasetBuilder::new(2).curve("top1", goal(Goal::Maximize), &[vec![50.0, 60.0], vec![40.0, 70.5]]);
    let without = fitted_and_predicted("fixture-curve", "last", &json!({}), &data, &data);
    assert_eq!(output(&without, "score"), [60.0, 70.5]);
    let data = data.features(&["x"], vec![0.5, -0.5]);
    let with = fitted_and_predicted("fixture-curve", "last", &json!({}), &data, &data);
    assert_eq!(output(&with, "score"), [60.5, 70.0]);

    let (_folder, last) = predictor("fixture-curve", "curve/last");
    let error = fit_error(&last, &json!({}), &DatasetBuilder::new(1).features(&["x"], vec![0.5]));
    assert_eq!(error.kind(), ErrorKind::BadData);
    assert!(error.message().contains("val_loss"), "{error}");
}

#[test]
fn full_and_pruned_graphs_cross_ragged_and_a_pruned_one_may_be_empty() {
    let vocabulary = |labels: usize| {
        let labels = (0..labels).map(|label| format!("op{label}")).collect();
        move |header: &mut archcast_sdk::Header| header.graphs = Some(GraphInfo { labels, parts: Vec::new() })
    };
    let full = [
        (vec![0, 5, 1], vec![0, 0, 1], vec![[0, 1, 0], [1, 2, 3]]),
        (vec![0, 1], vec![0, 0], vec![[0, 1, 2]]),
        (vec![], vec![], vec![]),
    ];
    let pruned =
        [(vec![0, 1], vec![0, 0], vec![[0, 1, 0]]), (vec![], vec![], vec![]), (vec![6], vec![1], vec![])];
    let queries = DatasetBuilder::new(3)
        .graphs(GraphForm::Full, &full)
        .graphs(GraphForm::Pruned, &pruned)
        .header(vocabulary(7));
    let none = DatasetBuilder::new(0)
        .graphs(GraphForm::Full, &[])
        .graphs(GraphForm::Pruned, &[])
        .header(vocabulary(7));
    let counted = fitted_and_predicted("fixture-graphs", "graphs/count", &json!({}), &none, &queries);
    for (name, counts) in [
        ("full_nodes", [3.0, 2.0, 0.0]),
        ("full_edges", [2.0, 1.0, 0.0]),
        ("pruned_nodes", [2.0, 0.0, 1.0]),
        ("pruned_edges", [1.0, 0.0, 0.0]),
        ("label_sum", [6.0, 1.0, 0.0]),
        ("position_sum", [3.0, 2.0, 0.0]),
        ("vocabulary", [7.0; 3]),
    ] {
        assert_eq!(output(&counted, name), counts, "{name}");
    }

    let (_folder, count) = predictor("fixture-graphs", "graphs/count");
    let bare = DatasetBuilder::new(0).graphs(GraphForm::Full, &[]).graphs(GraphForm::Pruned, &[]);
    let error = fit_error(&count, &json!({}), &bare);
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::BadData, "the header has no vocabulary of graphs")
    );
}

#[test]
fn paths_of_network_files_cross_as_text_and_a_row_without_a_file_is_missing() {
    let folder = fresh_folder();
    let file = |name: &str, size: usize| {
        let path = folder.path().join(name);
        fs::write(&path, vec![0; size]).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let gone = folder.path().join("gone.onnx").to_str().unwrap().to_owned();
    let paths = [Some(file("größe.onnx", 300)), None, Some(gone.clone()), Some(file("b.onnx", 20))];
    let queries = DatasetBuilder::new(4).networks(&paths);
    let none = DatasetBuilder::new(0).networks(&[]);
    let params = json!({ "calibration": file("calibration.bin", 7) });
    let sizes = fitted_and_predicted("fixture-networks", "networks/size", &params, &none, &queries);
    let scores = output(&sizes, "score");
    assert_eq!((scores[0], scores[3]), (307.0, 27.0));
    assert_eq!(sizes.reason(1), Some("it has no network file"));
    assert!(sizes.reason(2).unwrap().contains(&gone), "{:?}", sizes.missing_rows());
    assert_eq!(sizes.missing_rows().len(), 2);
}

#[test]
fn of_alternative_inputs_the_one_that_is_there_serves() {
    let genotypes = array![[1_u16, 2, 3], [4, 0, 4]];
    let data = DatasetBuilder::new(2).genotypes(genotypes.view());
    let sums = fitted_and_predicted("fixture-networks", "size", &json!({}), &data, &data);
    assert_eq!(output(&sums, "score"), [6.0, 8.0]);
    let shown =
        predictor("fixture-networks", "size").1.plugin().manifest().predictors[0].needs[0].to_string();
    assert_eq!(shown, "networks or genotypes");
}

#[test]
fn a_file_as_parameter_is_named_where_it_is_relative_or_not_there() {
    let (_folder, size) = predictor("fixture-networks", "networks/size");
    let none = DatasetBuilder::new(0).networks(&[]);
    for path in ["calibration.bin", "/nowhere/calibration.bin"] {
        let error = fit_error(&size, &json!({ "calibration": path }), &none);
        assert_eq!(error.kind(), ErrorKind::BadParameter);
        assert_eq!(error.details().parameter.as_deref(), Some("calibration"));
        assert!(error.message().contains(path), "{error}");
    }
}
