use super::*;
use crate::ridge::{self, Ridge};
use archcast_sdk::{LocalServices, header::FeatureInfo, parameters::schema_of, serde_json::json};

fn fit_on(threads: usize, penalty: Option<f64>, data: &DatasetBuilder<'_>) -> Lasso {
    let services = LocalServices::new(0).with_threads(threads);
    let cx = Context::new(&services, &|_| None);
    Lasso::fit(&Params { penalty }, &data.view().unwrap(), &cx).unwrap()
}

fn fit(penalty: Option<f64>, data: &DatasetBuilder<'_>) -> Lasso {
    fit_on(1, penalty, data)
}

fn predict<P: Predictor>(model: &P, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn means(predictions: &Predictions) -> Vec<f64> {
    predictions.get("mean").unwrap().to_vec()
}

fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (a, b) in have.iter().zip(want) {
        assert!((a - b).abs() <= tolerance, "{have:?} {want:?}");
    }
}

const NAMES: [&str; 3] = ["a", "b", "c"];
const ROWS: [[f64; 3]; 10] = [
    [1.0, 2.0, 0.0],
    [2.0, 0.5, 1.0],
    [3.0, -1.0, 1.0],
    [4.0, 0.0, 0.0],
    [5.0, 2.5, 1.0],
    [6.0, 1.0, 0.0],
    [7.0, -2.0, 1.0],
    [8.0, 3.0, 0.0],
    [9.0, 0.5, 0.0],
    [10.0, -1.5, 1.0],
];
const TARGETS: [f64; 10] = [1.2, 1.9, 3.3, 3.8, 5.1, 6.4, 6.6, 8.9, 8.7, 9.6];

fn sample() -> DatasetBuilder<'static> {
    DatasetBuilder::new(10).features(&NAMES, ROWS.concat()).targets(TARGETS.to_vec())
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Lasso>();
}

/// Made by scikit-learn 1.9.1, `Lasso(alpha, tol=1e-14, max_iter=1_000_000)` on the sample with each column minus its
/// mean over its population deviation; `tests/peers/lasso.py` makes them again.
#[test]
fn weights_are_those_of_scikit_learn() {
    for (penalty, weights) in [
        (0.01, [2.8425833033985994, 0.25197265730512386, -0.014800833382119714]),
        (0.05, [2.794277197232502, 0.20938230596177906, 0.0]),
        (0.4, [2.4009094843271783, 0.0, 0.0]),
        (1.5, [1.3009094843271782, 0.0, 0.0]),
        (3.0, [0.0, 0.0, 0.0]),
    ] {
        let model = fit(Some(penalty), &sample());
        near(&model.weights, &weights, 1e-9);
        near(&[model.intercept], &[5.55], 1e-14);
        assert_eq!(model.importance().unwrap(), model.weights.iter().map(|w| w.abs()).collect::<Vec<_>>());
    }
}

/// Made by scikit-learn 1.9.1, `LassoCV(alphas=100, eps=1e-3, tol=1e-12)` on standardised columns, row i in fold i mod
/// 5; `tests/peers/lasso.py` makes them again.
#[test]
fn chosen_penalties_are_those_of_scikit_learn() {
    near(&[fit(None, &sample()).penalty], &[0.03453092125225119], 1e-12);
    for (n, d, penalty) in [(60, 12, 0.5182165517471873), (40, 80, 0.641826093996878)] {
        let (rows, targets) = counted(n, d);
        near(&[fit(None, &numbered(&rows, &targets)).penalty], &[penalty], 1e-12);
    }
}

/// Whole numbers that look drawn: n rows, d features.
fn counted(n: usize, d: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let cell = |row: usize, feature: usize| ((row * 37 + feature * 101 + row * row * feature) % 23) as f64;
    let rows: Vec<Vec<f64>> = (0..n).map(|row| (0..d).map(|feature| cell(row, feature)).collect()).collect();
    let target = |(row, cells): (usize, &Vec<f64>)| cells[3] - 2.0 * cells[7] + (row * 17 % 11) as f64;
    let targets = rows.iter().enumerate().map(target).collect();
    (rows, targets)
}

/// Rows whose features are numbered.
fn numbered(rows: &[Vec<f64>], targets: &[f64]) -> DatasetBuilder<'static> {
    let names: Vec<String> = (0..rows[0].len()).map(|feature| format!("f{feature}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &name[..]).collect();
    DatasetBuilder::new(rows.len()).features(&names, rows.concat()).targets(targets.to_vec())
}

/// The conditions of Karush, Kuhn and Tucker: `zⱼᵀ r / n` is `λ sign(wⱼ)` where a weight is, and at most λ elsewhere.
fn assert_least(model: &Lasso, rows: &[Vec<f64>], targets: &[f64]) {
    let place = |row: &Vec<f64>| -> Vec<f64> {
        row.iter().enumerate().map(|(feature, &value)| model.scaling.apply(feature, value)).collect()
    };
    let z: Vec<Vec<f64>> = rows.iter().map(place).collect();
    let fitted =
        |z: &Vec<f64>| model.intercept + z.iter().zip(&model.weights).map(|(z, w)| z * w).sum::<f64>();
    let residual: Vec<f64> = z.iter().zip(targets).map(|(z, y)| y - fitted(z)).collect();
    for (feature, &weight) in model.weights.iter().enumerate() {
        let slope = z.iter().zip(&residual).map(|(z, r)| z[feature] * r).sum::<f64>() / targets.len() as f64;
        match weight == 0.0 {
            true => assert!(slope.abs() <= model.penalty + 1e-8, "{feature}: {slope} {}", model.penalty),
            false => near(&[slope], &[model.penalty * weight.signum()], 1e-8),
        }
    }
}

#[test]
fn more_columns_than_rows_still_have_the_least_sum() {
    // 17 of the columns are there twice.
    let (rows, targets) = counted(12, 40);
    let data = numbered(&rows, &targets);
    for penalty in [Some(0.05), Some(1.0), None] {
        let model = fit(penalty, &data);
        assert!(model.weights.iter().any(|weight| *weight != 0.0));
        assert_least(&model, &rows, &targets);
    }
    // Without a penalty there are many answers; each that is reached goes through every row.
    let model = fit(Some(0.0), &data);
    near(&means(&predict(&model, &data)), &targets, 1e-6);
}

#[test]
fn without_a_penalty_it_is_ridge_without_one() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let data = sample();
    let ridge = Ridge::fit(&ridge::Params { penalty: Some(0.0) }, &data.view().unwrap(), &cx).unwrap();
    near(&means(&predict(&fit(Some(0.0), &data), &data)), &means(&predict(&ridge, &data)), 1e-8);
}

#[test]
fn one_row_and_a_constant_target_predict_that_target() {
    for n in [1, 4] {
        for penalty in [None, Some(0.0), Some(1.0)] {
            let data = DatasetBuilder::new(n)
                .features(&["a"], (0..n).map(|i| i as f64).collect::<Vec<_>>())
                .targets(vec![0.1; n]);
            let model = fit(penalty, &data);
            assert_eq!((model.intercept, &model.weights[..]), (0.1, &[0.0][..]));
            let asked = DatasetBuilder::new(2).features(&["a"], vec![-3.0, 1e9]);
            assert_eq!(means(&predict(&model, &asked)), [0.1, 0.1]);
        }
    }
}

#[test]
fn two_rows_are_too_few_to_choose_by_and_give_their_mean() {
    let data = DatasetBuilder::new(2).features(&["a"], vec![1.0, 2.0]).targets(vec![1.0, 3.0]);
    let model = fit(None, &data);
    assert_eq!((model.intercept, &model.weights[..]), (2.0, &[0.0][..]));
}

#[test]
fn a_constant_column_gets_no_weight_and_changes_no_other() {
    let rows = ROWS.iter().flat_map(|row| [row[0], row[1], row[2], 0.1]).collect::<Vec<_>>();
    let data = DatasetBuilder::new(10).features(&["a", "b", "c", "same"], rows).targets(TARGETS.to_vec());
    for penalty in [None, Some(0.0), Some(0.05)] {
        let (with, without) = (fit(penalty, &data), fit(penalty, &sample()));
        assert_eq!(with.weights, [&without.weights[..], &[0.0]].concat());
        assert_eq!(with.penalty, without.penalty);
    }
    let same = DatasetBuilder::new(3).features(&["a"], vec![5.0; 3]).targets(vec![1.0, 2.0, 6.0]);
    assert_eq!(means(&predict(&fit(None, &same), &same)), [3.0; 3]);
}

#[test]
fn rows_that_are_repeated_change_nothing_under_a_given_penalty() {
    let twice = DatasetBuilder::new(20)
        .features(&NAMES, [ROWS.concat(), ROWS.concat()].concat())
        .targets([TARGETS, TARGETS].concat());
    near(&fit(Some(0.05), &twice).weights, &fit(Some(0.05), &sample()).weights, 1e-9);
    let only =
        DatasetBuilder::new(6).features(&["a"], vec![1.0; 6]).targets(vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
    assert_eq!(means(&predict(&fit(None, &only), &only)), [2.0; 6]);
}

#[test]
fn threads_and_company_change_no_bit() {
    let one = fit_on(1, None, &sample());
    for threads in [2, 3, 8] {
        let many = fit_on(threads, None, &sample());
        assert_eq!((many.penalty.to_bits(), &many.weights), (one.penalty.to_bits(), &one.weights));
    }
    let all = means(&predict(&one, &sample()));
    for (row, mean) in ROWS.iter().zip(all) {
        let alone = predict(&one, &DatasetBuilder::new(1).features(&NAMES, row.to_vec()));
        assert_eq!(means(&alone)[0].to_bits(), mean.to_bits());
    }
}

#[test]
fn a_missing_feature_is_refused_in_training_and_leaves_a_query_missing() {
    let view = sample();
    let infos: Vec<FeatureInfo> = view.view().unwrap().header().unwrap().features.clone();
    let mut validity = vec![1; 30];
    validity[3 * 4 + 1] = 0;
    let holed =
        |data: DatasetBuilder<'static>| data.feature_matrix(infos.clone(), ROWS.concat(), validity.clone());
    let services = LocalServices::new(0);
    let train = holed(DatasetBuilder::new(10)).targets(TARGETS.to_vec());
    let error = Lasso::fit(&Params::default(), &train.view().unwrap(), &Context::new(&services, &|_| None))
        .unwrap_err();
    assert!(error.message().starts_with("row 4 lacks feature 1"), "{error}");
    let predictions = predict(&fit(None, &sample()), &holed(DatasetBuilder::new(10)));
    let missing: Vec<(&usize, &String)> = predictions.missing_rows().iter().collect();
    assert_eq!(missing, [(&4, &"a feature is missing".to_owned())]);
}

#[test]
fn numbers_that_overflow_are_an_error_in_training_and_a_missing_row_in_a_query() {
    let small = DatasetBuilder::new(3).features(&["a"], vec![1e-3, 2e-3, 4e-3]).targets(vec![1.0, 2.0, 4.0]);
    let predictions =
        predict(&fit(Some(0.05), &small), &DatasetBuilder::new(2).features(&["a"], vec![1e-3, 1.7e308]));
    assert!(predictions.reason(0).is_none() && predictions.reason(1).unwrap().contains("too large"));
    let huge =
        DatasetBuilder::new(3).features(&["a"], vec![1.0, 2.0, 4.0]).targets(vec![-1e308, 1e308, 1.7e308]);
    let services = LocalServices::new(0);
    let error = Lasso::fit(&Params::default(), &huge.view().unwrap(), &Context::new(&services, &|_| None));
    assert!(error.unwrap_err().message().contains("scale the target"));
}

#[test]
fn the_schema_gives_the_range_to_search() {
    let penalty = &schema_of::<Params>()["properties"]["penalty"];
    assert_eq!(penalty["x-tune"], json!({ "low": 1e-4, "high": 1.0, "log": true }));
}
