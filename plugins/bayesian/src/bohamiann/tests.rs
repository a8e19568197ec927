use super::*;
use crate::test_data::{assert_sound, bits, fit, predict, rows};
use archcast_sdk::{LocalServices, parameters::schema_of, serde_json::json};

fn quick() -> Params {
    Params { units: 12, steps: Some(600), networks: Some(18), folds: Some(3), ..Params::default() }
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Bohamiann>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["steps"]["x-tune"], json!({ "low": 1000, "high": 20_000, "log": true }));
    assert_eq!(properties["friction"]["x-tune"]["low"], json!(0.01));
}

#[test]
fn hard_data_end_in_a_sound_answer_or_a_clear_error() {
    assert_sound::<Bohamiann>(&Params { steps: Some(60), ..quick() });
}

#[test]
fn the_slope_is_that_of_finite_differences() {
    let (network, length) = network(&[4, 5, 5, 1]);
    let posterior = Posterior { network: &network, prior_scale: 0.7, noise: (0.02, 0.6), rows: 50 };
    let (data, targets) = bits(8);
    let data = Array2::from_shape_fn((8, 4), |(row, k)| data[row][k]);
    let targets = Array1::from(targets) / 50.0;
    let mut parameters: Vec<f64> = (0..=length).map(|k| 0.5 * (k as f64).sin()).collect();
    parameters[length] = -1.3;
    let (mut gradient, mut unused) = (vec![0.0; length + 1], vec![0.0; length + 1]);
    posterior.slope(&parameters, data.view(), targets.view(), &mut gradient);
    for place in 0..=length {
        let mut moved = |shift: f64| {
            let mut parameters = parameters.clone();
            parameters[place] += shift;
            posterior.slope(&parameters, data.view(), targets.view(), &mut unused)
        };
        let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((gradient[place] - difference).abs() < 1e-6 * difference.abs().max(1.0), "{place}");
    }
}

#[test]
fn the_networks_of_the_schedule_are_kept_and_differ() {
    let (data, targets) = bits(40);
    let model = fit::<Bohamiann>(&quick(), &rows(&data).targets(targets), 1).unwrap();
    assert_eq!(model.kept.len(), 18);
    for (place, sample) in model.kept.iter().enumerate() {
        assert!(model.kept[..place].iter().all(|other| other.parameters != sample.parameters));
    }
}

#[test]
fn what_no_sum_tells_is_learnt_and_threads_change_no_bit() {
    let (data, targets) = bits(80);
    let data = rows(&data).targets(targets);
    let asked = rows(&[[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]);
    let found = predict(&fit::<Bohamiann>(&quick(), &data, 1).unwrap(), &asked);
    for (mean, want) in found.get("mean").unwrap().iter().zip([60.0, 50.0, 65.0]) {
        assert!((mean - want).abs() < 2.0, "{mean} {want}");
    }
    let again = predict(&fit::<Bohamiann>(&quick(), &data, 3).unwrap(), &asked);
    assert_eq!((found.get("mean"), found.get("std")), (again.get("mean"), again.get("std")));
}

#[test]
fn schedules_keep_at_least_one_network_and_at_most_those_asked_for() {
    let schedule = |steps, burn_in, networks| {
        let (steps, burn_in, networks) = (Some(steps), Some(burn_in), Some(networks));
        Params { steps, burn_in, networks, ..Params::default() }.settings().schedule()
    };
    assert_eq!(Params::default().settings().schedule(), (500, 50));
    for steps in [1, 2, 7, 100] {
        for (burn_in, networks) in [(0.0, 1), (0.9, 1), (0.5, 3), (0.9, 1000)] {
            let (burnt, apart) = schedule(steps, burn_in, networks);
            let kept = (steps - burnt) / apart;
            assert!((1..=networks).contains(&kept), "{steps} {burn_in} {networks}: {kept}");
        }
    }
}

#[test]
fn the_preset_of_naslib_is_its_schedule_and_priors_and_what_is_given_overrides_it() {
    let naslib = Params { preset: Preset::Naslib, ..Params::default() };
    let settings = naslib.settings();
    assert_eq!((settings.steps, settings.schedule(), settings.folds), (100, (10, 5), 0));
    assert_eq!((settings.prior_scale, settings.noise), (None, (1e-6, 0.1)));
    let given = Params { prior_scale: Some(2.0), steps: Some(7), ..naslib.clone() }.settings();
    assert_eq!((given.prior_scale, given.steps, given.noise), (Some(2.0), 7, (1e-6, 0.1)));
    let (data, targets) = bits(40);
    let model = fit::<Bohamiann>(&naslib, &rows(&data).targets(targets), 1).unwrap();
    assert_eq!((model.kept.len(), model.factor), (18, 1.0));
}

#[test]
fn the_mixture_has_the_moments_of_its_networks() {
    // Networks without hidden inputs: their last bias is their answer.
    let constant = |answer: f64, noise: f64| {
        let mut parameters = vec![0.0; network(&[4, 2, 2, 1]).1];
        if let Some(bias) = parameters.last_mut() {
            *bias = answer;
        }
        Sample { parameters, noise }
    };
    let kept = [constant(1.0, 0.5), constant(3.0, 1.5)];
    let answers = mixture(&[4, 2, 2, 1], &kept, Array2::zeros((3, 4)).view());
    assert_eq!(answers, [(2.0, 1.0 + 1.0); 3]);
}

#[test]
fn cancelling_ends_the_chain() {
    let services = LocalServices::new(0);
    services.cancel();
    let (data, targets) = bits(10);
    let data = rows(&data).targets(targets);
    let cx = Context::new(&services, &|_| None);
    assert!(Bohamiann::fit(&Params::default(), &data.view().unwrap(), &cx).is_err());
}
