use super::*;
use archcast_sdk::{
    LocalServices,
    header::{CurveInfo, Goal, TargetInfo},
};

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<LcSvr>();
}

/// Rows whose target follows the curve, in percent.
fn sample(rows: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let worth = |row: usize| 50.0 + 40.0 * ((row * 37 % 101) as f64 / 101.0);
    let curve = |row: usize| -> Vec<f64> {
        (1..=6)
            .map(|epoch| {
                worth(row) * (1.0 - 0.8 / f64::from(epoch)) + (row * epoch as usize % 7) as f64 * 0.2
            })
            .collect()
    };
    ((0..rows).map(curve).collect(), (0..rows).map(worth).collect())
}

fn data(curves: &[Vec<f64>], targets: Option<&[f64]>, unit: &str) -> DatasetBuilder<'static> {
    let info = CurveInfo { goal: Goal::Maximize, unit: Some(unit.into()) };
    let data = DatasetBuilder::new(curves.len()).curve("val_acc", info, curves).header(|header| {
        header.fidelity = Some(6);
        let mut target = TargetInfo::default();
        target.unit = Some("percent".into());
        header.target = Some(target);
    });
    match targets {
        Some(targets) => data.targets(targets.to_vec()),
        None => data,
    }
}

fn fit(params: &Params, train: &DatasetBuilder<'_>) -> Result<LcSvr> {
    let services = LocalServices::new(1);
    LcSvr::fit(params, &train.view().unwrap(), &Context::new(&services, &|_| None))
}

fn predict(model: &LcSvr, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(1);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

#[test]
fn the_target_is_learnt_from_the_curve() {
    let (curves, targets) = sample(80);
    let params = Params { draws: 30, ..Params::default() };
    for features in [Kind::Summary, Kind::Curve] {
        for criterion in [Criterion::R2, Criterion::Kendall] {
            let params = Params { features, criterion, ..params.clone() };
            let model = fit(&params, &data(&curves[..60], Some(&targets[..60]), "percent")).unwrap();
            let told = predict(&model, &data(&curves[60..], None, "percent"));
            let error = Criterion::R2.of(&targets[60..], told.get("mean").unwrap());
            let order = Criterion::Kendall.of(&targets[60..], told.get("mean").unwrap());
            assert!(order > 0.85 && (criterion == Criterion::Kendall || error > 0.9), "{error} {order}");
        }
    }
}

#[test]
fn given_parameters_are_not_drawn_and_percent_and_fraction_say_the_same() {
    let (curves, targets) = sample(30);
    let fractions: Vec<Vec<f64>> =
        curves.iter().map(|curve| curve.iter().map(|value| value / 100.0).collect()).collect();
    let params = Params { c: Some(1.0), nu: Some(0.5), gamma: Some(0.8), ..Params::default() };
    let percent = fit(&params, &data(&curves, Some(&targets), "percent")).unwrap();
    let fraction = fit(&params, &data(&fractions, Some(&targets), "fraction")).unwrap();
    let (a, b) = (
        predict(&percent, &data(&curves, None, "percent")),
        predict(&fraction, &data(&fractions, None, "fraction")),
    );
    for (a, b) in a.get("mean").unwrap().iter().zip(b.get("mean").unwrap()) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
}

#[test]
fn rows_without_a_whole_curve_are_left_out_and_missing() {
    let (mut curves, targets) = sample(30);
    curves[3].truncate(2);
    curves[4].clear();
    let params = Params { draws: 5, ..Params::default() };
    let model = fit(&params, &data(&curves, Some(&targets), "percent")).unwrap();
    let told = predict(&model, &data(&curves, None, "percent"));
    assert_eq!(told.reason(3), Some("its curve ends at epoch 2 of 6: it diverged or was stopped"));
    assert_eq!(told.reason(4), Some("it has no curve"));
    assert_eq!(told.missing_rows().len(), 2);
    let few: Vec<Vec<f64>> = curves[..7].to_vec();
    let error = fit(&params, &data(&few, Some(&targets[..7]), "percent")).unwrap_err();
    assert!(error.message().starts_with("5 labelled rows"), "{error}");
}

#[test]
fn further_features_join_the_curve() {
    let (curves, targets) = sample(40);
    let flat: Vec<Vec<f64>> = (0..40).map(|_| vec![10.0; 6]).collect();
    let params = Params { draws: 30, ..Params::default() };
    let train = data(&flat, Some(&targets), "percent").features(&["worth"], targets.clone());
    let model = fit(&params, &train).unwrap();
    let told = predict(&model, &data(&flat, None, "percent").features(&["worth"], targets.clone()));
    assert!(Criterion::Kendall.of(&targets, told.get("mean").unwrap()) > 0.8);
    let services = LocalServices::new(1);
    let without = data(&curves, None, "percent");
    let error = model.predict(&without.view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert_eq!(error.message(), "6 features of curve and table, but the model was fitted on 7");
}

#[test]
fn folds_are_consecutive_and_cover_all_rows() {
    assert_eq!([0, 1, 2].map(|k| fold(8, k)), [0..3, 3..6, 6..8]);
    assert_eq!([0, 1, 2].map(|k| fold(6, k)), [0..2, 2..4, 4..6]);
}

#[test]
fn too_few_epochs_ask_for_a_higher_fidelity() {
    let (curves, targets) = sample(30);
    let train = data(&curves, Some(&targets), "percent").header(|header| header.fidelity = Some(2));
    let error = fit(&Params::default(), &train).unwrap_err();
    assert_eq!(error.message(), "2 epochs are seen and 3 are needed; give a higher `fidelity` in [data]");
}
