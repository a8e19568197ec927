use super::*;
use crate::gp;
use archcast_sdk::{LocalServices, header::Role, parameters::schema_of, serde_json::json};

/// Rows of three encoded columns.
fn rows(values: &[[f64; 3]]) -> DatasetBuilder<'static> {
    DatasetBuilder::new(values.len()).features(&["a", "b", "c"], values.as_flattened().to_vec()).header(
        |header| {
            for info in &mut header.features {
                info.role = Role::Encoding("code".into());
            }
        },
    )
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> SparseGp {
    let services = LocalServices::new(0);
    SparseGp::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn outputs(model: &impl Predictor, queries: &DatasetBuilder<'_>) -> (Vec<f64>, Vec<f64>) {
    let services = LocalServices::new(0);
    let predictions = model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap();
    let of = |name: &str| predictions.get(name).unwrap().to_vec();
    (of("mean"), of("std"))
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<SparseGp>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["inducing"]["x-tune"], json!({ "low": 10, "high": 500, "log": true }));
}

// The worked example's posterior under the two inducing rows that the pivoted factorisation takes first, (0,0,1) and
// (1,1,0): they are the two farthest apart.
#[test]
fn predictions_are_those_of_the_worked_example() {
    let data = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]];
    let targets = [-1.2, 0.3, 0.8, -0.4, 0.5];
    let scale = TargetScale::of(ArrayView1::from(&targets[..])).unwrap();
    let square = scale.deviation(1.0).powi(2);
    let params = Params {
        inducing: 2,
        kernel: Kernel::Rbf,
        length_scale: Some(1.2),
        variance: 1.5 / square,
        noise: 0.1 / square,
        steps: 0,
    };
    let model = fit(&params, &rows(&data).targets(targets.to_vec()));
    assert_eq!(model.basis, [data[0], data[3]]);
    let (means, deviations) = outputs(&model, &rows(&[[0.0; 3], [1.0; 3]]));
    // The jitter is of the standardised target here, so the last digits differ.
    for (have, want) in means.iter().zip([-0.0840268028, 0.0362676681]) {
        assert!((have - want).abs() < 1e-6, "{have} {want}");
    }
    for (have, want) in deviations.iter().zip([0.6644006544f64, 0.6673162408]) {
        assert!((have - (want + 0.1).sqrt()).abs() < 1e-6, "{have} {want}");
    }
}

#[test]
fn with_every_row_inducing_it_is_the_exact_process() {
    let data: Vec<[f64; 3]> =
        (0..27).map(|i| [f64::from(i / 9), f64::from(i / 3 % 3), f64::from(i % 3)]).collect();
    let targets: Vec<f64> = data
        .iter()
        .map(|r| r[0] + 0.5 * r[1] * r[1] + 0.7 * ((9.0 * r[0] + 3.0 * r[1] + r[2]) * 91.7).sin())
        .collect();
    let data = rows(&data).targets(targets);
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let exact = gp::Gp::fit(
        &gp::Params { length_scale: Some(2.0), ..Default::default() },
        &data.view().unwrap(),
        &cx,
    )
    .unwrap();
    let queries = rows(&[[0.5, 1.0, 0.0], [2.0, 2.0, 2.0], [4.0, 0.0, 1.0]]);
    let (means, deviations) = outputs(&fit(&Params::default(), &data), &queries);
    let (exact_means, exact_deviations) = outputs(&exact, &queries);
    for (have, want) in means.iter().chain(&deviations).zip(exact_means.iter().chain(&exact_deviations)) {
        assert!((have - want).abs() < 1e-3, "{have} {want}");
    }
}

#[test]
fn equal_targets_and_repeated_rows_do_no_harm() {
    let same = [[1.0, 0.0, 1.0]; 6];
    let (means, deviations) =
        outputs(&fit(&Params::default(), &rows(&same).targets(vec![7.5; 6])), &rows(&[[0.0; 3]]));
    assert_eq!((means[0], deviations[0]), (7.5, 0.0));
    let model = fit(&Params::default(), &rows(&same).targets(vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0]));
    assert_eq!(model.basis.len(), 1);
    let (means, deviations) = outputs(&model, &rows(&[[1.0, 0.0, 1.0]]));
    assert!((means[0] - 2.0).abs() < 0.1 && deviations[0] > 0.0);
}
