use super::*;
use archcast_sdk::LocalServices;

const CURVE: [f64; 10] = [30.0, 42.0, 50.0, 55.0, 58.0, 60.0, 62.0, 63.0, 64.0, 64.5];

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<LceM>();
}

#[test]
fn the_forecast_lies_above_the_curve_and_its_sampling_is_logged() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let info = CurveInfo { goal: Goal::Maximize, unit: Some("percent".into()) };
    let data = DatasetBuilder::new(2)
        .curve("val_acc", info, &[CURVE.to_vec(), vec![10.0; 10]])
        .header(|header| header.horizon = Some(100))
        .header(|header| header.fidelity = Some(10));
    let view = data.view().unwrap();
    let model = LceM::fit(&Params::default(), &view, &cx).unwrap();
    let told = model.predict(&view, &cx).unwrap();
    let of = |name: &str, row: usize| told.get(name).unwrap()[row];
    assert!((64.0..90.0).contains(&of("mean", 0)) && of("std", 0) > 0.0, "{told:?}");
    assert!(of("q05", 0) < of("q50", 0) && of("q50", 0) < of("q95", 0), "{told:?}");
    assert!(of("q05", 0) < of("mean", 0) && of("mean", 0) < of("q95", 0), "{told:?}");
    assert_eq!((of("mean", 1), of("q05", 1), of("q95", 1)), (10.0, 10.0, 10.0));
    let (_, logged) = services.logged().pop().unwrap();
    assert!(logged.starts_with("posterior of 1 rows sampled: acceptance 0."), "{logged}");
    assert!(logged.contains("effective sample size "), "{logged}");
}
