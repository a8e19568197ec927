use super::*;
use archcast_sdk::{ErrorKind, LocalServices, header::FeatureInfo, parameters::schema_of, serde_json::json};

fn try_fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Mlp> {
    let services = LocalServices::new(3);
    Mlp::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &Mlp, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// Rows of two features whose product is the target.
fn product(count: usize) -> DatasetBuilder<'static> {
    let value = |place: usize| (place as f64 * 0.7).sin();
    let rows: Vec<f64> = (0..count).flat_map(|row| [value(3 * row), value(5 * row + 1)]).collect();
    let targets: Vec<f64> = (0..count).map(|row| 50.0 + 10.0 * value(3 * row) * value(5 * row + 1)).collect();
    DatasetBuilder::new(count).features(&["a", "b"], rows).targets(targets)
}

fn small() -> Params {
    Params { width: Some(16), epochs: Some(200), learning_rate: Some(1e-2), ..Params::default() }
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Mlp>();
}

#[test]
fn a_product_is_learnt() {
    let data = product(60);
    let model = try_fit(&small(), &data).unwrap();
    let have = ask(&model, &data);
    let want = data.view().unwrap().targets().unwrap().to_vec();
    let mean = want.iter().sum::<f64>() / 60.0;
    let squares = |a: &[f64]| a.iter().zip(&want).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    assert!(squares(have.get("mean").unwrap()) < 0.02 * squares(&[mean; 60]));
}

#[test]
fn the_preset_of_naslib_leaves_targets_as_they_are() {
    let params = Params { preset: Preset::Naslib, epochs: Some(2), ..Params::default() };
    let model = try_fit(&params, &product(40)).unwrap();
    // Four steps of 0.001 from a bias of 0: the net has not climbed to 50.
    assert!(ask(&model, &product(40)).get("mean").unwrap().iter().all(|mean| mean.abs() < 30.0));
    let model = try_fit(&Params { preset: Preset::Archcast, ..params }, &product(40)).unwrap();
    assert!(ask(&model, &product(40)).get("mean").unwrap().iter().all(|mean| (mean - 50.0).abs() < 20.0));
}

#[test]
fn a_constant_target_and_equal_rows_give_the_mean() {
    let constant = DatasetBuilder::new(3).features(&["a"], vec![1.0, 2.0, 3.0]).targets(vec![7.5; 3]);
    let model = try_fit(&Params::default(), &constant).unwrap();
    assert_eq!(ask(&model, &constant).get("mean").unwrap(), [7.5; 3]);
    let equal = DatasetBuilder::new(3).features(&["a"], vec![4.0; 3]).targets(vec![1.0, 2.0, 6.0]);
    for preset in [Preset::Archcast, Preset::Naslib] {
        let model = try_fit(&Params { preset, ..small() }, &equal).unwrap();
        assert_eq!(ask(&model, &constant).get("mean").unwrap(), [3.0; 3]);
    }
}

#[test]
fn one_row_is_too_few_and_two_are_enough() {
    let one = DatasetBuilder::new(1).features(&["a"], vec![1.0]).targets(vec![2.0]);
    assert_eq!(try_fit(&Params::default(), &one).unwrap_err().kind(), ErrorKind::TooFewRows);
    let two = DatasetBuilder::new(2).features(&["a"], vec![1.0, 2.0]).targets(vec![2.0, 4.0]);
    let model = try_fit(&small(), &two).unwrap();
    let means = ask(&model, &two).get("mean").unwrap().to_vec();
    assert!((means[0] - 2.0).abs() < 0.1 && (means[1] - 4.0).abs() < 0.1, "{means:?}");
}

#[test]
fn repeated_rows_and_columns_do_no_harm() {
    let rows: Vec<f64> = (0..30).flat_map(|row| [f64::from(row % 3); 2]).collect();
    let targets: Vec<f64> = (0..30).map(|row| f64::from(row % 3)).collect();
    let data = DatasetBuilder::new(30).features(&["a", "b"], rows).targets(targets);
    let means = ask(&try_fit(&small(), &data).unwrap(), &data).get("mean").unwrap().to_vec();
    assert!(means[0] < means[1] && means[1] < means[2] && means[0] == means[27], "{means:?}");
}

#[test]
fn a_loss_that_is_not_finite_is_an_error_that_says_where() {
    let params = Params { learning_rate: Some(1.0), weight_decay: Some(100.0), ..Params::default() };
    let error = try_fit(&params, &product(40)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Numerical);
    assert!(error.message().contains("is not finite at learning rate 1"), "{error}");
}

#[test]
fn a_missing_feature_and_one_that_overflows_leave_a_query_missing() {
    let model = try_fit(&small(), &product(20)).unwrap();
    let info =
        |name: &str| FeatureInfo { name: name.into(), kind: Default::default(), role: Default::default() };
    let infos = vec![info("a"), info("b")];
    let rows = vec![0.1, f64::NAN, 1e300, 0.1, 0.1, 0.1];
    let holed = DatasetBuilder::new(3).feature_matrix(infos, rows, vec![1, 0, 1, 1, 1, 1]);
    let predictions = ask(&model, &holed);
    assert_eq!(predictions.reason(0), Some("a feature is missing"));
    assert!(predictions.reason(1).unwrap().contains("too large") && predictions.reason(2).is_none());
}

#[test]
fn a_damaged_state_is_refused() {
    let mut model = try_fit(&small(), &product(20)).unwrap();
    model.network.as_mut().unwrap().forget_one();
    let services = LocalServices::new(0);
    let error = model.predict(&product(2).view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert!(error.message().ends_with("the saved state is damaged"), "{error}");
}

#[test]
fn the_schema_gives_ranges_to_search() {
    let schema = schema_of::<Params>();
    assert_eq!(schema["properties"]["layers"]["x-tune"], json!({ "low": 1, "high": 5, "integer": true }));
}
