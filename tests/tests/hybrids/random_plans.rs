//! Random plans: none panics, and what fits predicts the same bits after saving, alone and among many, on any number of
//! threads.

use super::*;
use archcast::compose::draw;
use archcast_sdk::Predictions;
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use std::sync::Arc;

/// One member of a random plan: what it is, and numbers that choose among what came before it.
#[derive(Debug, Clone)]
struct Draft {
    kind: usize,
    choices: Vec<usize>,
    optional: bool,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let draft = (0usize..12, prop::collection::vec(0usize..100, 1..4), any::<bool>())
        .prop_map(|(kind, choices, optional)| Draft { kind, choices, optional });
    prop::collection::vec(draft, 1..6)
}

/// The TOML of a plan; member `i` reads earlier ones only, except that some drafts read themselves.
fn members(drafts: &[Draft], shared: bool) -> String {
    let mut text = String::new();
    for (index, draft) in drafts.iter().enumerate() {
        let earlier: Vec<String> = draft
            .choices
            .iter()
            .map(|choice| format!("m{}", if index == 0 { 0 } else { choice % index }))
            .map(|name| if draft.optional { name + "?" } else { name })
            .collect();
        let mut different = earlier.clone();
        different.sort();
        different.dedup();
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let column = ["params_m", "zc_naswot", "zc_synflow", "train_time_s", "no_such"][draft.choices[0] % 5];
        text += &format!("[member.m{index}]\n");
        // What stands first has nothing to read but itself, which is a circle: only now and then.
        let kind = if index == 0 && draft.choices[0] < 90 { draft.kind % 5 } else { draft.kind };
        text += &match kind {
            0 => "use = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\"]\n".to_owned(),
            1 => format!(
                "use = \"linear/ridge\"\ninputs = [\"path\", \"column:{column}{}\"]\n",
                if draft.optional { "?" } else { "" }
            ),
            2 => "use = \"memory/memory\"\n".to_owned(),
            3 => format!("column = \"{column}\"\ngoal = \"maximize\"\n"),
            4 => format!("column = \"{column}\"\ngoal = \"fit\"\n"),
            5 => {
                format!("use = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\", {}]\n", quoted(&different))
            }
            6 => format!("combine = \"mean\"\nmembers = [{}]\n", quoted(&different)),
            7 => format!("combine = \"rank-mean\"\nmembers = [{}]\n", quoted(&different)),
            8 => format!("combine = \"weighted\"\nmembers = [{}]\n", quoted(&different)),
            9 => format!("combine = \"cascade\"\nmembers = [{}]\nkeep = 0.3\n", quoted(&different)),
            10 => format!("combine = \"select\"\nmembers = [{}]\n", quoted(&different)),
            _ => format!("combine = \"median\"\nmembers = [{}]\n", quoted(&earlier)),
        };
    }
    let folds = if shared { "folds = \"shared\"\n" } else { "" };
    text + &format!("[model]\noutput = \"m{}\"\n{folds}", drafts.len() - 1)
}

fn bits(told: &Predictions, row: usize) -> (Vec<u64>, Option<String>) {
    let missing = told.reason(row).map(str::to_owned);
    // The values of a missing row mean nothing.
    let values = told.outputs().map(|(_, values)| values[row].to_bits());
    (if missing.is_some() { Vec::new() } else { values.collect() }, missing)
}

fn services(threads: usize) -> HostServices {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    HostServices::new(0).on_pool(Arc::new(pool))
}

#[test]
fn a_random_plan_is_refused_with_a_reason_or_keeps_every_promise() {
    let place = Place::new(&["fixture-memory"]);
    let folder = archcast_tests::fresh_folder();
    let asked: Vec<usize> = (40..100).collect();
    let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let fitted = std::cell::Cell::new(0);
    let strategy = (drafts(), any::<bool>(), 2usize..14);
    runner
        .run(&strategy, |(drafts, shared, labels)| {
            let text = members(&drafts, shared);
            let plan = match place.plan(&text) {
                Ok(plan) => plan,
                Err(error) => {
                    prop_assert!(!error.to_string().is_empty());
                    return Ok(());
                }
            };
            let training = draw(&place.rows, Some(labels), 5).unwrap();
            let fit = |threads| plan.fit(&place.rows, &training, 3, &services(threads));
            let model = match fit(1) {
                Ok(model) => model,
                Err(error) => {
                    prop_assert!(!error.to_string().contains("panic"), "{text}\n{error}");
                    return Ok(());
                }
            };
            let path = folder.path().join("one.model");
            model.save(&path).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            fit(2).unwrap().save(&path).unwrap();
            prop_assert!(bytes == std::fs::read(&path).unwrap(), "threads change the model\n{}", text);
            let loaded = FittedModel::load(&path, &place.registry, &services(1)).unwrap();
            let told = model.predict_selected(&place.rows, &asked, &services(1)).unwrap();
            let again = loaded.predict_selected(&place.rows, &asked, &services(2)).unwrap();
            for row in 0..asked.len() {
                prop_assert_eq!(bits(&told, row), bits(&again, row), "{}", text);
            }
            if plan.row_independent() {
                for (row, &asked) in asked.iter().enumerate().step_by(7) {
                    let alone = model.predict_selected(&place.rows, &[asked], &services(1)).unwrap();
                    prop_assert_eq!(bits(&told, row), bits(&alone, 0), "{}", text);
                }
            }
            fitted.set(fitted.get() + 1);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(fitted.get() >= 30, "only {} plans could be fitted", fitted.get());
}

/// Sizes of parts on both sides of the blocks in which rows are encoded and read; together 5,000.
const PARTS: [usize; 7] = [1, 2, 63, 1023, 1024, 1025, 1862];

#[test]
fn a_row_of_a_random_plan_gets_the_same_bits_in_any_company() {
    let place = Place::new(&["fixture-memory"]);
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let compared = std::cell::Cell::new(0);
    let count: usize = PARTS.iter().sum();
    let order = Just((0..count).collect::<Vec<usize>>()).prop_shuffle();
    runner
        .run(&(drafts(), 4usize..40, order), |(drafts, labels, order)| {
            let text = members(&drafts, false);
            let Some(plan) = place.plan(&text).ok().filter(Plan::row_independent) else { return Ok(()) };
            let training = draw(&place.rows, Some(labels), 7).unwrap();
            let Ok(model) = plan.fit(&place.rows, &training, 3, &services(1)) else { return Ok(()) };
            let first = place.rows.len() - count;
            let ask = |places: &[usize]| {
                let rows: Vec<usize> = places.iter().map(|place| first + place).collect();
                model.predict_selected(&place.rows, &rows, &services(2)).unwrap()
            };
            let together = ask(&(0..count).collect::<Vec<_>>());
            let mut rest = &order[..];
            for size in PARTS {
                let (part, later) = rest.split_at(size);
                let told = ask(part);
                for (row, &place) in part.iter().enumerate() {
                    prop_assert_eq!(bits(&told, row), bits(&together, place), "part of {}\n{}", size, text);
                }
                rest = later;
            }
            compared.set(compared.get() + 1);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(compared.get() >= 12, "only {} plans were compared", compared.get());
}
