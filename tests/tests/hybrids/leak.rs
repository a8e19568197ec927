//! No target leaks from a member into the one that it feeds.

use super::*;
use archcast::{compose::draw, study::metrics::kendall_tau_b};

const RIDGE: &str = "[member.answer]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\"]\n";
const WITH_MEMORY: &str = "[member.memory]\nuse = \"memory/memory\"\n\
                           [member.answer]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\", \"memory\"]\n\
                           [model]\noutput = \"answer\"\n";
const TRIALS: u64 = 50;
/// 99.5 % point of Student's t with 49 degrees of freedom (its table).
const T: f64 = 2.680;

/// Kendall tau over 500 rows that did not train.
fn tau(place: &Place, plan: &Plan, seed: u64) -> f64 {
    let drawn = draw(&place.rows, Some(600), seed).unwrap().rows;
    let training = Training::from(drawn[..100].to_vec());
    let services = HostServices::new(seed);
    let model = plan.fit(&place.rows, &training, seed, &services).unwrap();
    let told = model.predict_selected(&place.rows, &drawn[100..], &services).unwrap();
    let target = place.rows.target().unwrap();
    let truths: Vec<f64> = drawn[100..].iter().map(|&row| target.values[row].unwrap()).collect();
    kendall_tau_b(&truths, told.get("mean").unwrap()).unwrap()
}

/// Mean difference to ridge alone over the trials, with half the width of its 99 % interval.
fn difference(place: &Place, plan: &Plan, alone: &[f64]) -> (f64, f64) {
    let differences: Vec<f64> =
        (0..TRIALS).map(|seed| tau(place, plan, seed) - alone[seed as usize]).collect();
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, T * (variance / n).sqrt())
}

#[test]
fn a_member_that_remembers_targets_does_not_move_the_answer_unless_cross_fitting_is_off() {
    let place = Place::new(&["fixture-memory"]);
    let alone = place.plan(RIDGE).unwrap();
    let alone: Vec<f64> = (0..TRIALS).map(|seed| tau(&place, &alone, seed)).collect();
    for folds in ["nested", "shared"] {
        let plan = place.plan(&format!("{WITH_MEMORY}folds = \"{folds}\"\n")).unwrap();
        let (mean, half) = difference(&place, &plan, &alone);
        assert!(mean - half > -0.03 && mean + half < 0.03, "{folds}: {mean} ± {half}");
    }
    let leaking = place.plan(WITH_MEMORY).unwrap().without_cross_fitting();
    let (mean, half) = difference(&place, &leaking, &alone);
    assert!(mean + half < -0.1, "{mean} ± {half}");
}
