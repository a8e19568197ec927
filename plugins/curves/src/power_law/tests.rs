use super::*;
use crate::curve::tests::{info, predict};
use archcast_sdk::{LocalServices, header::Goal};

const CURVES: [[f64; 8]; 2] =
    [[0.30, 0.42, 0.50, 0.55, 0.58, 0.60, 0.62, 0.63], [0.20, 0.30, 0.36, 0.40, 0.43, 0.45, 0.47, 0.48]];

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<PowerLaw>();
}

#[test]
fn forecasts_are_those_of_numpy() {
    let scale = Scale::of(CURVES.iter().map(|curve| &curve[..])).unwrap();
    assert!((scale.mean - 0.555).abs() < 1e-12 && (scale.deviation - 0.1207771062).abs() < 1e-9);
    for (horizon, expected) in [(100.0, [0.66046329, 0.51644901]), (20.0, [0.64141132, 0.49433928])] {
        for (curve, want) in CURVES.iter().zip(expected) {
            let have = forecast(curve, scale, horizon);
            assert!((have.mean - want).abs() < 1e-8, "{have:?} {want}");
            assert!(have.deviation > 0.0 && have.deviation < 0.2, "{have:?}");
        }
    }
}

/// The first row of the data with these training rows.
fn with_training(goal: Goal, train: &[Vec<f64>], query: &[f64]) -> (f64, f64) {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let data = |rows: &[Vec<f64>]| {
        DatasetBuilder::new(rows.len()).curve("c", info(goal, None), rows).header(|header| {
            header.fidelity = Some(8);
            header.horizon = Some(100);
        })
    };
    let model = PowerLaw::fit(&Params::default(), &data(train).view().unwrap(), &cx).unwrap();
    let told = model.predict(&data(&[query.to_vec()]).view().unwrap(), &cx).unwrap();
    (told.get("mean").unwrap()[0], told.get("std").unwrap()[0])
}

#[test]
fn training_rows_give_the_scale() {
    let train: Vec<Vec<f64>> = CURVES.iter().map(|curve| curve.to_vec()).collect();
    let (mean, _) = with_training(Goal::Maximize, &train, &train[1]);
    assert!((mean - 0.51644901).abs() < 1e-8, "{mean}");
}

#[test]
fn a_loss_is_the_mirror_image_of_what_is_maximised() {
    let train: Vec<Vec<f64>> = CURVES.iter().map(|curve| curve.to_vec()).collect();
    let mirrored: Vec<Vec<f64>> = train.iter().map(|curve| curve.iter().map(|v| -v).collect()).collect();
    assert_eq!(
        with_training(Goal::Maximize, &train, &train[0]),
        with_training(Goal::Minimize, &mirrored, &mirrored[0])
    );
}

#[test]
fn a_curve_without_noise_is_found_again() {
    let curve: Vec<f64> = (1..=30).map(|t| 0.8 - 0.5 * f64::from(t).powf(-0.9)).collect();
    let scale = Scale::of(std::iter::once(&curve[..])).unwrap();
    let told = forecast(&curve, scale, 1000.0);
    assert!((told.mean - 0.799).abs() < 0.01, "{told:?}");
}

#[test]
fn short_flat_and_diverged_rows_are_served_one_by_one() {
    let curves = [
        vec![0.3, 0.4, 0.5, 0.52],
        vec![0.1; 4],
        vec![0.3, f64::NAN, 0.4, 0.5],
        vec![0.3, 0.4],
        vec![0.3, 0.4, 0.5],
    ];
    let accuracy = || info(Goal::Maximize, Some("fraction"));
    let told = predict::<PowerLaw>(&Params::default(), "val_acc", accuracy(), &curves);
    assert!(told.get("mean").unwrap()[0] > 0.52);
    assert_eq!(told.get("mean").unwrap()[1], 0.1);
    assert!((told.get("std").unwrap()[1] - 1e-4).abs() < 1e-12);
    assert_eq!(told.reason(2), Some("its curve diverged: the value of epoch 2 is not finite"));
    assert_eq!(told.reason(4), Some("its curve ends at epoch 3 of 4: it diverged or was stopped"));
    let own = Params { on_short: OnShortFit::Own };
    let told = predict::<PowerLaw>(&own, "val_acc", accuracy(), &curves);
    assert_eq!(told.reason(2), Some("its curve has 1 epoch; 3 are needed"));
    assert_eq!(told.reason(3), Some("its curve has 2 epochs; 3 are needed"));
    assert!(told.reason(4).is_none());
}

#[test]
fn percent_and_fraction_meet_in_the_unit_of_the_target() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let told = |unit: &str, factor: f64| {
        let rows: Vec<Vec<f64>> = vec![CURVES[0].iter().map(|value| value * factor).collect()];
        let data = DatasetBuilder::new(1)
            .curve("val_acc", info(Goal::Maximize, Some(unit)), &rows)
            .targets(vec![64.0])
            .header(|header| {
                header.horizon = Some(100);
                header.fidelity = Some(8);
                let mut target = archcast_sdk::header::TargetInfo::default();
                target.unit = Some("percent".into());
                header.target = Some(target);
            });
        let view = data.view().unwrap();
        let model = PowerLaw::fit(&Params::default(), &view, &cx).unwrap();
        model.predict(&view, &cx).unwrap().get("mean").unwrap()[0]
    };
    let (fraction, percent) = (told("fraction", 1.0), told("percent", 100.0));
    assert!((fraction - percent).abs() < 1e-9 && fraction > 60.0, "{fraction} {percent}");
}

#[test]
fn a_missing_horizon_is_asked_for() {
    let services = LocalServices::new(0);
    let data = DatasetBuilder::new(1)
        .curve("val_acc", info(Goal::Maximize, Some("percent")), &[vec![1.0, 2.0, 3.0]])
        .targets(vec![4.0]);
    let cx = Context::new(&services, &|_| None);
    let error = PowerLaw::fit(&Params::default(), &data.view().unwrap(), &cx).unwrap_err();
    assert!(error.message().contains("give `horizon` in [data]"), "{error}");
}
