//! Intervals from held-out training rows: how often they hold the target, and what is refused.

use super::*;
use archcast::{
    compose::{ModelError, draw},
    study::metrics::kendall_tau_b,
};
use archcast_tests::fresh_folder;

const RIDGE: &str = "[member.ridge]\nuse = \"linear/ridge\"\nconformal = true\n";
const MEAN: &str = "[member.a]\nuse = \"linear/ridge\"\n[member.b]\nuse = \"linear/nearest\"\n\
                    [member.mean]\ncombine = \"mean\"\nmembers = [\"a\", \"b\"]\nconformal = true\n[model]\noutput = \"mean\"\n";

/// The share of 500 unseen rows within the interval of this level, mean over 20 seeds.
fn coverage(place: &Place, members: &str, labels: usize, level: u8) -> f64 {
    let plan = place.plan(members).unwrap();
    let truths = &place.rows.target().unwrap().values;
    let of = |seed: u64| {
        let training = draw(&place.rows, Some(labels), seed).unwrap();
        let services = HostServices::new(seed);
        let model = plan.fit(&place.rows, &training, seed, &services).unwrap();
        let asked: Vec<usize> =
            (0..place.rows.len()).step_by(29).filter(|row| !training.rows.contains(row)).take(500).collect();
        let told = model.predict_selected(&place.rows, &asked, &services).unwrap();
        let ends = |name: String| told.get(&name).unwrap().to_vec();
        let (lower, upper) = (ends(format!("lower{level}")), ends(format!("upper{level}")));
        let inside = (0..asked.len()).filter(|&row| {
            truths[asked[row]].is_some_and(|truth| lower[row] <= truth && truth <= upper[row])
        });
        inside.count() as f64 / asked.len() as f64
    };
    (0..20).map(of).sum::<f64>() / 20.0
}

#[test]
fn intervals_hold_about_as_many_targets_as_they_say() {
    let place = Place::new(&[]);
    for (members, labels) in [(RIDGE, 40), (RIDGE, 100), (MEAN, 60)] {
        for level in [80, 90] {
            let share = coverage(&place, members, labels, level);
            let wanted = f64::from(level) / 100.0;
            assert!((wanted - 0.05..wanted + 0.08).contains(&share), "{labels} labels, {level} %: {share}");
        }
    }
}

#[test]
fn a_saved_model_gives_the_same_intervals_and_the_same_order_as_without_them() {
    let place = Place::new(&[]);
    let training = draw(&place.rows, Some(60), 1).unwrap();
    let model = place.fit(RIDGE, &training);
    let services = HostServices::new(0);
    let asked: Vec<usize> = (0..200).collect();
    let told = model.predict_selected(&place.rows, &asked, &services).unwrap();
    let names: Vec<&str> = told.outputs().map(|(name, _)| name).collect();
    assert_eq!(names, ["mean", "std", "lower80", "upper80", "lower90", "upper90", "lower95", "upper95"]);
    let folder = fresh_folder();
    model.save(&folder.path().join("m.model")).unwrap();
    let loaded = FittedModel::load(&folder.path().join("m.model"), &place.registry, &services).unwrap();
    assert_eq!(loaded.predict_selected(&place.rows, &asked, &services).unwrap(), told);
    let plain = place.fit(&RIDGE.replace("conformal = true\n", ""), &training);
    let plain = plain.predict_selected(&place.rows, &asked, &services).unwrap();
    assert_eq!(plain.get("mean"), told.get("mean"));
    assert!(kendall_tau_b(plain.get("mean").unwrap(), told.get("upper90").unwrap()).unwrap() > 0.999);
}

#[test]
fn few_rows_have_no_intervals() {
    let place = Place::new(&[]);
    let plan = place.plan(RIDGE).unwrap();
    assert_eq!(plan.minimum_rows(), 4);
    let training = draw(&place.rows, Some(3), 0).unwrap();
    let error = plan.fit(&place.rows, &training, 0, &HostServices::new(0)).unwrap_err();
    assert!(matches!(error, ModelError::TooFewForIntervals { rows: 3, need: 4, .. }), "{error}");
    assert!(error.to_string().contains("give at least 4, or leave `conformal` out"), "{error}");
    // Five rows tell 80 %, and nothing beyond.
    let model = place.fit(RIDGE, &draw(&place.rows, Some(5), 0).unwrap());
    let told = model.predict_selected(&place.rows, &[0, 1], &HostServices::new(0)).unwrap();
    assert!(told.get("upper80").is_some() && told.get("upper90").is_none());
}

#[test]
fn what_gives_no_value_has_no_intervals() {
    let place = Place::new(&["archcast-plugin-curves"]);
    let score = "[member.a]\nuse = \"linear/ridge\"\n[member.b]\ncolumn = \"meco\"\ngoal = \"maximize\"\n\
                 [member.ranks]\ncombine = \"rank-mean\"\nmembers = [\"a\", \"b\"]\nconformal = true\n[model]\noutput = \"ranks\"\n";
    let Err(PlanError::Config(error)) = place.plan(score) else { panic!("it is refused") };
    assert!(
        error.lines()[0].contains("[member.ranks] `conformal`: it gives a score, of which only the order"),
        "{:?}",
        error.lines()
    );
    let column = "[member.b]\ncolumn = \"meco\"\ngoal = \"maximize\"\nconformal = true\n";
    let Err(PlanError::Config(error)) = place.plan(column) else { panic!("it is refused") };
    assert!(error.lines()[0].contains("unknown key `conformal`"), "{:?}", error.lines());
    let text = RIDGE.replace("conformal = true", "conformal = \"yes\"");
    let Err(PlanError::Config(error)) = place.plan(&text) else { panic!("it is refused") };
    assert!(error.lines()[0].contains("`conformal`"), "{:?}", error.lines());
}

#[test]
fn a_member_that_does_not_answer_is_told_that_it_gives_none() {
    let place = Place::new(&[]);
    let text = "[member.a]\nuse = \"linear/ridge\"\nconformal = true\n[member.b]\nuse = \"linear/nearest\"\n\
                [member.mean]\ncombine = \"mean\"\nmembers = [\"a\", \"b\"]\n[model]\noutput = \"mean\"\n";
    let plan = place.plan(text).unwrap();
    let said = "member `a` is `conformal`, but only the member that answers gives intervals";
    assert_eq!(plan.warnings(), [said]);
    let model = plan.fit(&place.rows, &draw(&place.rows, Some(20), 0).unwrap(), 0, &HostServices::new(0));
    let told = model.unwrap().predict_selected(&place.rows, &[0], &HostServices::new(0)).unwrap();
    assert!(told.get("upper80").is_none());
}
