use super::*;
use crate::curve::tests::{info, predict};
use archcast_sdk::header::{CurveInfo, Goal};

const CURVE: [f64; 10] = [0.30, 0.42, 0.50, 0.55, 0.58, 0.60, 0.62, 0.63, 0.64, 0.645];

fn percent() -> CurveInfo {
    info(Goal::Maximize, Some("percent"))
}

fn scaled(by: f64) -> Vec<f64> {
    CURVE.iter().map(|value| value * by).collect()
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Lce>();
}

#[test]
fn percent_and_fraction_say_the_same() {
    let told = predict::<Lce>(&Params::default(), "val_acc", percent(), &[scaled(100.0)]);
    let fraction = info(Goal::Maximize, Some("fraction"));
    let other = predict::<Lce>(&Params::default(), "val_acc", fraction, &[scaled(1.0)]);
    let (have, want) = (told.get("mean").unwrap()[0], 100.0 * other.get("mean").unwrap()[0]);
    assert!((have - want).abs() < 1e-6 && have > 64.0 && have < 90.0, "{have} {want}");
}

#[test]
fn a_unit_that_says_no_scale_asks_for_one() {
    let free = info(Goal::Maximize, Some("points"));
    let params = Params { scale: Some(50.0), ..Params::default() };
    let told = predict::<Lce>(&params, "bleu", free.clone(), &[scaled(50.0)]);
    assert!(told.get("mean").unwrap()[0] > 32.0);
    let services = archcast_sdk::LocalServices::new(0);
    let data = DatasetBuilder::new(0).curve("bleu", free, &[]).header(|header| header.horizon = Some(9));
    let cx = Context::new(&services, &|_| None);
    let error = Lce::fit(&Params::default(), &data.view().unwrap(), &cx).unwrap_err();
    assert!(error.message().contains("parameter `scale`"), "{error}");
}

#[test]
fn a_loss_falls_on_and_stays_above_nothing() {
    let losses: Vec<f64> = (1..=12).map(|t| 2.0 + 3.0 * f64::from(t).powf(-0.8)).collect();
    let told = predict::<Lce>(&Params::default(), "val_loss", info(Goal::Minimize, None), &[losses]);
    let mean = told.get("mean").unwrap()[0];
    assert!((-2.5..-1.5).contains(&mean), "{mean}");
}

#[test]
fn a_curve_that_no_family_fits_is_answered_by_the_power_law() {
    let falling = vec![60.0, 50.0, 42.0, 38.0, 30.0, 20.0];
    let told = predict::<Lce>(&Params::default(), "val_acc", percent(), &[falling]);
    let mean = told.get("mean").unwrap()[0];
    assert!(mean < 40.0 && told.get("std").unwrap()[0] > 0.0, "{mean}");
}

#[test]
fn short_flat_and_diverged_rows_are_served_one_by_one() {
    let curves = [scaled(100.0), vec![10.0; 10], vec![10.0, f64::NAN, 3.0], vec![10.0, 20.0, 30.0]];
    let told = predict::<Lce>(&Params::default(), "val_acc", percent(), &curves);
    assert!(told.reason(0).is_none());
    assert_eq!(told.get("mean").unwrap()[1], 10.0);
    assert_eq!(told.reason(2), Some("its curve diverged: the value of epoch 2 is not finite"));
    let params = Params { on_short: OnShortFit::Own, ..Params::default() };
    let told = predict::<Lce>(&params, "val_acc", percent(), &curves);
    assert_eq!(told.reason(3), Some("its curve has 3 epochs; 4 are needed"));
}

#[test]
fn sampling_adds_quantiles_and_no_family_is_refused() {
    let params = Params { steps: 50, burn_in: 50, ..Params::default() };
    assert_eq!(Lce::outputs(&params).unwrap(), ["mean", "std", "q05", "q50", "q95"]);
    let told = predict::<Lce>(&params, "val_acc", percent(), &[scaled(100.0)]);
    let [low, middle, high] = ["q05", "q50", "q95"].map(|name| told.get(name).unwrap()[0]);
    assert!(low < middle && middle < high, "{low} {middle} {high}");
    let services = archcast_sdk::LocalServices::new(0);
    let data = DatasetBuilder::new(0).curve("c", percent(), &[]).header(|header| header.horizon = Some(9));
    let params = Params { families: Vec::new(), ..Params::default() };
    let cx = Context::new(&services, &|_| None);
    let error = Lce::fit(&params, &data.view().unwrap(), &cx).unwrap_err();
    assert_eq!(error.message(), "`families` is empty; name at least one, or leave it out");
}

#[test]
fn quantiles_of_a_loss_are_losses() {
    let services = archcast_sdk::LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let losses: Vec<f64> = (1..=12).map(|t| 2.0 + 3.0 * f64::from(t).powf(-0.8)).collect();
    let data = DatasetBuilder::new(1)
        .curve("val_loss", info(Goal::Minimize, None), &[losses])
        .targets(vec![-2.0])
        .header(|header| {
            (header.fidelity, header.horizon) = (Some(12), Some(100));
            let mut target = archcast_sdk::header::TargetInfo::default();
            target.goal = Goal::Minimize;
            header.target = Some(target);
        });
    let view = data.view().unwrap();
    let params = Params { steps: 30, burn_in: 30, ..Params::default() };
    let told = Lce::fit(&params, &view, &cx).unwrap().predict(&view, &cx).unwrap();
    let [mean, low, middle, high] = ["mean", "q05", "q50", "q95"].map(|name| told.get(name).unwrap()[0]);
    assert!(0.0 < low && low < middle && middle < high && low < -mean && -mean < high, "{told:?}");
}
