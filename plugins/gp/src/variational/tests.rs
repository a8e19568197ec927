use super::*;
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

/// 64 rows on a grid and a target that follows them.
fn grid() -> (Vec<[f64; 3]>, Vec<f64>) {
    let rows: Vec<[f64; 3]> =
        (0..64).map(|i| [f64::from(i / 16), f64::from(i / 4 % 4), f64::from(i % 4)]).collect();
    let targets = rows.iter().map(|r| r[0] - 0.3 * r[1] * r[1] + 0.1 * (r[2] * 91.7).sin()).collect();
    (rows, targets)
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> VariationalSparseGp {
    let services = LocalServices::new(7);
    VariationalSparseGp::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn outputs(model: &VariationalSparseGp, queries: &DatasetBuilder<'_>) -> (Vec<f64>, Vec<f64>) {
    let services = LocalServices::new(0);
    let predictions = model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap();
    let of = |name: &str| predictions.get(name).unwrap().to_vec();
    (of("mean"), of("std"))
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<VariationalSparseGp>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["steps"]["x-tune"], json!({ "low": 100, "high": 2000, "log": true }));
}

#[test]
fn both_objectives_learn_whole_and_in_batches() {
    let (data, targets) = grid();
    let (train, held) = (&data[..56], &data[56..]);
    for objective in [Objective::Predictive, Objective::Elbo] {
        for batch in [1024, 20] {
            let params =
                Params { objective, batch, inducing: 15, steps: 200, rate: 0.05, ..Params::default() };
            let model = fit(&params, &rows(train).targets(targets[..56].to_vec()));
            assert_eq!(model.basis.len(), 15);
            let (means, deviations) = outputs(&model, &rows(held));
            for ((mean, deviation), target) in means.iter().zip(&deviations).zip(&targets[56..]) {
                assert!((mean - target).abs() < 1.0, "{objective:?} {batch}: {mean} {target}");
                assert!(*deviation >= model.scale.deviation(model.found.noise));
            }
        }
    }
}

#[test]
fn equal_targets_and_repeated_rows_do_no_harm() {
    let same = [[1.0, 0.0, 1.0]; 6];
    let params = Params { steps: 300, ..Params::default() };
    let (means, deviations) = outputs(&fit(&params, &rows(&same).targets(vec![7.5; 6])), &rows(&[[0.0; 3]]));
    assert_eq!((means[0], deviations[0]), (7.5, 0.0));
    let model = fit(&params, &rows(&same).targets(vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0]));
    let (means, deviations) = outputs(&model, &rows(&[[1.0, 0.0, 1.0]]));
    assert!((means[0] - 2.0).abs() < 0.2 && deviations[0] > 0.0);
}
