use super::*;
use crate::test_data::{assert_sound, bits, fit, predict, rows};
use archcast_sdk::{LocalServices, parameters::schema_of, serde_json::json};

fn quick() -> Params {
    Params { units: 12, layers: 2, epochs: Some(30), ..Params::default() }
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Dngo>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["units"]["x-tune"], json!({ "low": 25, "high": 200, "log": true }));
    assert_eq!(properties["learning_rate"]["x-tune"]["high"], json!(3e-2));
}

#[test]
fn hard_data_end_in_a_sound_answer_or_a_clear_error() {
    for head in [Head::Ml, Head::Mcmc] {
        assert_sound::<Dngo>(&Params { head: Some(head), epochs: Some(5), ..quick() });
    }
}

#[test]
fn what_no_sum_tells_is_learnt_and_threads_change_no_bit() {
    let (data, targets) = bits(80);
    let data = rows(&data).targets(targets);
    let asked = rows(&[[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]);
    for head in [Head::Ml, Head::Mcmc] {
        let params = Params { head: Some(head), ..quick() };
        let found = predict(&fit::<Dngo>(&params, &data, 1).unwrap(), &asked);
        for (mean, want) in found.get("mean").unwrap().iter().zip([60.0, 50.0, 65.0]) {
            assert!((mean - want).abs() < 2.0, "{head:?} {mean} {want}");
        }
        let again = predict(&fit::<Dngo>(&params, &data, 3).unwrap(), &asked);
        assert_eq!((found.get("mean"), found.get("std")), (again.get("mean"), again.get("std")));
    }
}

#[test]
fn sampled_precisions_surround_the_likeliest() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    // Many rows of one feature with noise of variance e⁻³, the centre of its prior.
    let noise = |i: usize| (i as f64 * 12.9898).sin() * 2f64.sqrt() * (-1.5f64).exp();
    let design = Mat::from_fn(400, 1, |i, _| (i as f64 * 0.77).cos());
    let targets: Vec<f64> = (0..400).map(|i| design[(i, 0)] + noise(i)).collect();
    let spectrum = Spectrum::of(design.as_ref(), &targets).unwrap();
    let likeliest = spectrum.most_likely(BOUNDS);
    let sampled = sample(&spectrum, &mut cx.rng(), &cx).unwrap();
    assert_eq!(sampled.len(), WALKERS);
    let mean = sampled.iter().map(|found| found.beta.ln()).sum::<f64>() / WALKERS as f64;
    // The deviation of log β is √(2/400).
    assert!((mean - likeliest.beta.ln()).abs() < 0.1, "{mean} {likeliest:?}");
    assert!(sampled.iter().any(|found| found.beta > likeliest.beta));
    assert!(sampled.iter().any(|found| found.beta < likeliest.beta));
}

#[test]
fn a_rate_that_is_too_high_is_named() {
    let (data, targets) = bits(20);
    let mut wild = data.clone();
    wild[3][2] = 1e39;
    let error = fit::<Dngo>(&quick(), &rows(&wild).targets(targets), 1).err().unwrap();
    assert!(error.message().contains("learning rate 0.01"), "{}", error.message());
}

#[test]
fn the_preset_of_naslib_is_its_training_and_what_is_given_overrides_it() {
    let settings = Params { preset: Preset::Naslib, ..Params::default() }.settings();
    assert_eq!((settings.training.passes.epochs, settings.training.passes.rule), (500, Rule::adam_w(0.0)));
    assert_eq!(
        (settings.training.passes.whole_batches, settings.head, settings.folds),
        (true, Head::Mcmc, 0)
    );
    let given = Params { preset: Preset::Naslib, epochs: Some(9), head: Some(Head::Ml), ..Params::default() };
    assert_eq!((given.settings().training.passes.epochs, given.settings().head), (9, Head::Ml));
    // No cross-fit: the deviations are those of the linear models.
    let (data, targets) = bits(40);
    let model = fit::<Dngo>(&Params { units: 12, ..given }, &rows(&data).targets(targets), 1).unwrap();
    assert_eq!(model.fitted.unwrap().factor, 1.0);
}
