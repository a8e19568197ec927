use super::*;
use archcast_sdk::{LocalServices, header::FeatureInfo, parameters::schema_of, serde_json::json};

fn try_fit(threads: usize, neighbours: u32, data: &DatasetBuilder<'_>) -> Result<Nearest> {
    let services = LocalServices::new(0).with_threads(threads);
    Nearest::fit(&Params { neighbours }, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn fit(neighbours: u32, data: &DatasetBuilder<'_>) -> Nearest {
    try_fit(1, neighbours, data).unwrap()
}

fn ask(model: &Nearest, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// Means and deviations for these values of one feature.
fn answers(model: &Nearest, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let predictions = ask(model, &DatasetBuilder::new(values.len()).features(&["a"], values.to_vec()));
    let of = |name: &str| predictions.get(name).unwrap().to_vec();
    (of("mean"), of("std"))
}

fn line(rows: &[(f64, f64)]) -> DatasetBuilder<'static> {
    let (values, targets): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
    DatasetBuilder::new(rows.len()).features(&["a"], values).targets(targets)
}

fn near(have: f64, want: f64) {
    assert!((have - want).abs() <= 1e-12 * want.abs().max(1.0), "{have} {want}");
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Nearest>();
}

#[test]
fn mean_and_deviation_are_those_by_hand() {
    let model = fit(2, &line(&[(0.0, 1.0), (1.0, 2.0), (3.0, 6.0), (10.0, 20.0)]));
    // Left out in turn, weights 1/distance: 0 sees 1 and 3; 1 sees 0 and 3; 3 sees 1 and 0; 10 sees 3 and 1.
    let left_out: [f64; 4] = [
        (2.0 + 6.0 / 3.0) / (1.0 + 1.0 / 3.0),
        (1.0 + 6.0 / 2.0) / (1.0 + 1.0 / 2.0),
        (2.0 / 2.0 + 1.0 / 3.0) / (1.0 / 2.0 + 1.0 / 3.0),
        (6.0 / 7.0 + 2.0 / 9.0) / (1.0 / 7.0 + 1.0 / 9.0),
    ];
    let residual =
        left_out.iter().zip([1.0, 2.0, 6.0, 20.0]).map(|(m, y)| (y - m).powi(2)).sum::<f64>() / 4.0;
    near(model.residual, residual);
    // 2.5 is 0.5 from 3 and 1.5 from 1: weights 2 and 2/3.
    let (means, deviations) = answers(&model, &[2.5]);
    near(means[0], 5.0);
    near(deviations[0], ((0.75 * 1.0 + 0.25 * 9.0) + residual).sqrt());
}

#[test]
fn rows_at_distance_0_alone_count() {
    let model = fit(3, &line(&[(0.0, 1.0), (1.0, 5.0), (1.0, 7.0), (2.0, 100.0)]));
    let (means, deviations) = answers(&model, &[1.0, 2.0]);
    assert_eq!(means, [6.0, 100.0]);
    near(deviations[0], (1.0 + model.residual).sqrt());
    near(deviations[1], model.residual.sqrt());
}

#[test]
fn rows_tied_at_the_last_place_share_it_in_any_order_of_the_training_rows() {
    // One is at distance 0 from -1 and 1, four are at the same distance from 0.
    let rows = [(-1.0, 1.0), (1.0, 2.0), (-1.0, 3.0), (1.0, 10.0), (-9.0, 50.0), (9.0, 60.0)];
    let mut turned = rows;
    turned.reverse();
    for k in 1..=4 {
        let (one, other) = (fit(k, &line(&rows)), fit(k, &line(&turned)));
        let asked = [0.0, 0.3, -1.0, 5.0, 9.0];
        assert_eq!(answers(&one, &asked), answers(&other, &asked));
        assert_eq!(answers(&one, &[0.0]).0, [4.0], "{k}");
    }
}

#[test]
fn categories_differ_or_do_not() {
    let info = |name: &str, kind| FeatureInfo { name: name.into(), kind, role: Default::default() };
    let infos = vec![info("n", FeatureKind::Number), info("c", FeatureKind::Categorical)];
    let rows = vec![-1.0, 0.0, 1.0, 1.0, -1.0, 7.0, 1.0, 2.0];
    let data = DatasetBuilder::new(4)
        .feature_matrix(infos.clone(), rows, Vec::new())
        .targets(vec![1.0, 2.0, 3.0, 4.0]);
    let model = fit(1, &data);
    // Category 6 is no nearer to 7 than to 0: rows 0 and 2 tie at distance 1.
    let asked = DatasetBuilder::new(2).feature_matrix(infos, vec![-1.0, 6.0, -1.0, 7.0], Vec::new());
    assert_eq!(ask(&model, &asked).get("mean").unwrap(), [2.0, 3.0]);
}

#[test]
fn one_row_is_too_few_and_two_are_enough() {
    let error = try_fit(1, 10, &line(&[(1.0, 2.0)])).unwrap_err();
    assert_eq!(error.kind(), archcast_sdk::ErrorKind::TooFewRows);
    let model = fit(10, &line(&[(0.0, 1.0), (1.0, 3.0)]));
    assert_eq!((answers(&model, &[0.5]).0[0], model.residual), (2.0, 4.0));
}

#[test]
fn the_deviation_is_never_0() {
    for target in [0.0, 7.5, -1e300, 5e-324] {
        let model = fit(3, &line(&[(0.0, target), (1.0, target), (2.0, target)]));
        let (means, deviations) = answers(&model, &[0.0, 0.7, 1e6]);
        assert_eq!(means, [target; 3]);
        assert!(deviations.iter().all(|deviation| *deviation > 0.0 && deviation.is_finite()));
    }
}

#[test]
fn constant_columns_and_more_columns_than_rows_do_no_harm() {
    let names: Vec<String> = (0..30).map(|feature| format!("f{feature}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &name[..]).collect();
    let row = |value: f64| (0..30).map(move |feature| if feature == 4 { value } else { 0.1 });
    let data = DatasetBuilder::new(3)
        .features(&names, [0.0, 1.0, 3.0].into_iter().flat_map(row).collect::<Vec<_>>())
        .targets(vec![1.0, 2.0, 6.0]);
    let alone = fit(2, &line(&[(0.0, 1.0), (1.0, 2.0), (3.0, 6.0)]));
    let asked = DatasetBuilder::new(1).features(&names, row(2.5).collect::<Vec<_>>());
    assert_eq!(ask(&fit(2, &data), &asked).get("mean").unwrap(), answers(&alone, &[2.5]).0);
    // All rows are the same: they all are at distance 0.
    let same = fit(1, &line(&[(1.0, 1.0), (1.0, 2.0), (1.0, 6.0)]));
    assert_eq!(answers(&same, &[1.0, 50.0]).0, [3.0, 3.0]);
}

#[test]
fn many_rows_are_left_out_in_part_and_threads_and_company_change_no_bit() {
    let rows: Vec<(f64, f64)> =
        (0..LEFT_OUT + 300).map(|row| ((row * 7919 % 1303) as f64, (row * 31 % 97) as f64)).collect();
    let (one, many) = (fit(10, &line(&rows)), try_fit(4, 10, &line(&rows)).unwrap());
    assert_eq!(one.residual.to_bits(), many.residual.to_bits());
    let asked: Vec<f64> = (0..200).map(|row| f64::from(row) * 6.3).collect();
    let (means, deviations) = answers(&one, &asked);
    for (row, &value) in asked.iter().enumerate() {
        assert_eq!(answers(&many, &[value]), (vec![means[row]], vec![deviations[row]]));
    }
}

#[test]
fn a_missing_feature_is_refused_in_training_and_leaves_a_query_missing() {
    let infos = vec![FeatureInfo { name: "a".into(), kind: FeatureKind::Number, role: Default::default() }];
    let holed =
        || DatasetBuilder::new(3).feature_matrix(infos.clone(), vec![1.0, f64::NAN, 3.0], vec![1, 0, 1]);
    let error = try_fit(1, 2, &holed().targets(vec![1.0, 2.0, 3.0])).unwrap_err();
    assert!(error.message().starts_with("row 1 lacks feature 0"), "{error}");
    let predictions = ask(&fit(2, &line(&[(0.0, 1.0), (1.0, 2.0)])), &holed());
    let missing: Vec<(&usize, &String)> = predictions.missing_rows().iter().collect();
    assert_eq!(missing, [(&1, &"a feature is missing".to_owned())]);
}

#[test]
fn numbers_that_overflow_are_an_error_in_training_and_a_missing_row_in_a_query() {
    let model = fit(2, &line(&[(0.0, 1.0), (1.0, 2.0)]));
    let predictions = ask(&model, &DatasetBuilder::new(2).features(&["a"], vec![1e300, 0.5]));
    assert!(predictions.reason(0).unwrap().contains("too large") && predictions.reason(1).is_none());
    let error = try_fit(1, 2, &line(&[(0.0, -1e200), (1.0, 1e200)])).unwrap_err();
    assert_eq!(error.message(), "the variance of the target overflows; scale the target");
}

#[test]
fn the_schema_gives_the_range_to_search() {
    let schema = schema_of::<Params>();
    assert_eq!(schema["properties"]["neighbours"]["x-tune"], json!({ "low": 1, "high": 30 }));
    assert_eq!(schema["properties"]["neighbours"]["type"], "integer");
}
