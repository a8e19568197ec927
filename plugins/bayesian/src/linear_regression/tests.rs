use super::*;
use archcast_sdk::{LocalServices, header::Role, parameters::schema_of, serde_json::json};

/// Rows of three columns of an encoding.
fn rows(values: &[[f64; 3]]) -> DatasetBuilder<'static> {
    DatasetBuilder::new(values.len()).features(&["a", "b", "c"], values.as_flattened().to_vec()).header(
        |header| {
            for info in &mut header.features {
                info.role = Role::Encoding("code".into());
            }
        },
    )
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<LinearRegression> {
    let services = LocalServices::new(0).with_threads(2);
    LinearRegression::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn predict(model: &LinearRegression, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn linear() -> Params {
    Params { basis: Some(Basis::Linear) }
}

const ROWS: [[f64; 3]; 6] =
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]];
const TARGETS: [f64; 6] = [70.0, 74.0, 81.0, 90.0, 78.0, 79.5];

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<LinearRegression>();
}

#[test]
fn the_schema_gives_the_bases_to_search() {
    let basis = &schema_of::<Params>()["properties"]["basis"];
    assert_eq!(basis["x-tune"], json!({ "choices": ["linear", "pairwise"] }));
}

// scikit-learn's BayesianRidge with flat priors on the precisions (tol 1e-12) maximises the same likelihood.
#[test]
fn predictions_are_those_of_the_closed_form_at_the_precisions_found() {
    let model = fit(&linear(), &rows(&ROWS).targets(TARGETS.to_vec())).unwrap();
    let predictions = predict(&model, &rows(&[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]));
    let (means, deviations) = (predictions.get("mean").unwrap(), predictions.get("std").unwrap());
    for (have, want) in means.iter().zip([90.906_916, 66.593_084]) {
        assert!((have - want).abs() < 1e-5, "{means:?}");
    }
    for (have, want) in deviations.iter().zip([2.268_392, 2.268_392]) {
        assert!((have - want).abs() < 1e-5, "{deviations:?}");
    }
}

#[test]
fn pairs_find_what_no_sum_of_the_choices_tells() {
    // Two decisions of two choices: the target is whether they agree.
    let code = |a: bool, b: bool| [f64::from(a), f64::from(!a), f64::from(b)];
    let data: Vec<[f64; 3]> = (0..24).map(|i| code(i % 2 == 0, i / 2 % 2 == 0)).collect();
    let targets: Vec<f64> =
        (0..24).map(|i| f64::from((i % 2 == 0) == (i / 2 % 2 == 0)) + 0.01 * f64::from(i % 5)).collect();
    let data = rows(&data).targets(targets);
    let asked = rows(&[code(true, true), code(true, false)]);
    let flat = predict(&fit(&linear(), &data).unwrap(), &asked);
    let found = predict(&fit(&Params::default(), &data).unwrap(), &asked);
    let gap = |predictions: &Predictions| {
        let means = predictions.get("mean").unwrap();
        means[0] - means[1]
    };
    assert!(gap(&flat).abs() < 0.1 && gap(&found) > 0.9, "{} {}", gap(&flat), gap(&found));
}

#[test]
fn too_many_pairs_are_told_or_left_out() {
    let n = 30;
    let names: Vec<String> = (0..100).map(|k| format!("x{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let data = DatasetBuilder::new(n).features(&names, vec![1.0; n * 100]).header(|header| {
        for info in &mut header.features {
            info.role = Role::Encoding("code".into());
        }
    });
    let data = data.targets((0..n).map(|i| i as f64).collect::<Vec<_>>());
    let error = fit(&Params { basis: Some(Basis::Pairwise) }, &data).unwrap_err();
    assert!(error.message().contains("too many pairs"), "{}", error.message());
    let model = fit(&Params::default(), &data).unwrap();
    assert_eq!(model.fitted.unwrap().terms.len(), 100);
}

#[test]
fn equal_targets_are_predicted_with_no_deviation_and_repeated_rows_do_no_harm() {
    let model = fit(&Params::default(), &rows(&ROWS).targets(vec![7.5; 6])).unwrap();
    let predictions = predict(&model, &rows(&[[3.0; 3]]));
    assert_eq!((predictions.get("mean").unwrap()[0], predictions.get("std").unwrap()[0]), (7.5, 0.0));
    let same = [[1.0, 0.0, 1.0]; 6];
    let model = fit(&Params::default(), &rows(&same).targets(vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0])).unwrap();
    let predictions = predict(&model, &rows(&[[1.0, 0.0, 1.0], [0.0; 3]]));
    assert!((predictions.get("mean").unwrap()[0] - 2.0).abs() < 1e-9);
    assert!(predictions.get("std").unwrap().iter().all(|std| std.is_finite() && *std > 0.0));
}

#[test]
fn one_row_is_refused() {
    let error = fit(&Params::default(), &rows(&ROWS[..1]).targets(vec![7.5])).unwrap_err();
    assert_eq!(error.message(), "1 labelled rows, but this predictor needs at least 2 labelled rows");
}

#[test]
fn a_row_with_a_missing_or_huge_feature_is_missing_and_the_others_go_on() {
    let data = rows(&ROWS).targets(TARGETS.to_vec());
    let model = fit(&Params::default(), &data).unwrap();
    let infos = data.view().unwrap().header().unwrap().features.clone();
    let values = vec![1.0, f64::NAN, 0.0, 1.0, 1.0, 0.0, 1e300, 1.0, 0.0];
    let queries = DatasetBuilder::new(3).feature_matrix(infos, values, vec![1, 0, 1, 1, 1, 1, 1, 1, 1]);
    let predictions = predict(&model, &queries);
    assert_eq!(predictions.reason(0), Some("a feature is missing"));
    assert!(predictions.reason(1).is_none());
    assert!(predictions.reason(2).unwrap().contains("too large"));
}
