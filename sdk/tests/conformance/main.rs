//! The conformance laws, judged themselves: sound predictors obey all of them, and for each law there is a wrong
//! predictor that breaks it and no other.

mod sound;
mod wrapped;
mod wrong;
mod wrong_parameters;

use archcast_sdk::{
    Predictor,
    conformance::{self, Outcome, Report},
    dynamic::{DynPredictor, Typed},
};
use std::collections::BTreeSet;
use wrapped::Wrapped;

type Subject = Box<dyn DynPredictor>;

fn typed<P: Predictor>() -> Subject {
    Box::new(Typed::<P>::default())
}

/// A wrong predictor for each law.
fn wrong_predictors() -> Vec<(&'static str, Subject)> {
    let wrapped = |wrong: Wrapped| -> Subject { Box::new(wrong) };
    vec![
        ("defaults-valid", typed::<wrong_parameters::DefaultsOutOfRange>()),
        ("unknown-parameter", typed::<wrong_parameters::TakesAnyKey>()),
        ("parameters-beyond-bounds", wrapped(Wrapped::ClampsParameters)),
        ("fit-and-predict", typed::<wrong::ForgetsARow>()),
        ("fit-and-predict", typed::<wrong::AllMissing>()),
        ("parameters-at-bounds", typed::<wrong_parameters::ChokesOnItsMinimum>()),
        ("inputs-not-written", wrapped(Wrapped::WritesIdentities)),
        ("non-finite-refused", wrapped(Wrapped::SwallowsNaN)),
        ("non-finite-refused", typed::<wrong::TrustsCurves>()),
        ("too-few-rows-explained", wrapped(Wrapped::HidesNumbers)),
        ("minimum-rows-suffice", typed::<wrong::ReadsASecondRow>()),
        ("same-seed-same-bits", typed::<wrong::CountsItsFits>()),
        ("thread-count-invariance", typed::<wrong::LooksAtThreads>()),
        ("row-order", typed::<wrong::LooksAtPlaces>()),
        ("row-subset", typed::<wrong::LooksAtTheBatch>()),
        ("concurrent-predict", typed::<wrong::SharesScratch>()),
        ("cancellation", wrapped(Wrapped::MisnamesCancellation)),
        ("cancellation", wrapped(Wrapped::IgnoresCancellation)),
        ("state-round-trip", typed::<wrong::ForgetsAField>()),
        ("state-round-trip", typed::<wrong::SavesWithoutOrder>()),
        ("truncated-state-refused", wrapped(Wrapped::RestoresAnything)),
        ("constant-target", typed::<wrong::DividesBySpread>()),
        ("higher-is-better", typed::<wrong::UpsideDown>()),
    ]
}

fn passed(report: &Report) -> BTreeSet<&str> {
    report
        .results
        .iter()
        .filter(|result| result.outcome == Outcome::Passed)
        .map(|result| result.law)
        .collect()
}

#[test]
fn every_law_has_a_wrong_predictor_that_breaks_it_and_no_other() {
    let wrong = wrong_predictors();
    for law in conformance::laws() {
        assert!(wrong.iter().any(|(id, _)| *id == law.id), "no wrong predictor for law `{}`", law.id);
    }
    for (id, subject) in wrong {
        let report = conformance::run(&*subject);
        let broken: Vec<&str> = report.failures().map(|result| result.law).collect();
        assert_eq!(broken, [id], "{report}");
    }
}

#[test]
fn a_law_that_builds_on_a_broken_one_is_skipped_by_its_name() {
    let report = conformance::run(&*typed::<wrong::ForgetsARow>());
    let skipped = Outcome::Skipped { reason: "law `fit-and-predict` failed".into() };
    for law in ["parameters-at-bounds", "row-subset", "truncated-state-refused"] {
        assert_eq!(report.outcome(law), Some(&skipped), "{report}");
    }
    assert!(report.to_string().ends_with("2 passed, 1 failed, 16 skipped"), "{report}");
}

#[test]
fn a_panic_is_told_with_what_caused_it_and_where() {
    let report = conformance::run(&*typed::<wrong_parameters::ChokesOnItsMinimum>());
    let reason = report.outcome("parameters-at-bounds").map(Outcome::reason).unwrap_or_default();
    for part in ["`parts` = 0, its minimum", "divide by zero", "wrong_parameters.rs:"] {
        assert!(reason.contains(part), "{part}\n{report}");
    }
}

#[test]
fn nearest_rows_obey_every_law() {
    let report = conformance::run(&*typed::<sound::Nearest>());
    assert_eq!(passed(&report).len(), conformance::laws().len(), "{report}");
}

#[test]
fn a_curve_score_that_learns_nothing_obeys_every_law_that_applies() {
    let report = conformance::run(&*typed::<sound::LastLoss>());
    assert!(report.is_sound(), "{report}");
    // Its minimum of rows is 0 and it has no parameters.
    assert_eq!(passed(&report).len(), conformance::laws().len() - 3, "{report}");
}

#[test]
fn two_outputs_and_a_missing_row_obey_every_law_that_applies() {
    let report = conformance::run(&*typed::<sound::CountsChoices>());
    assert!(report.is_sound(), "{report}");
    let reason = report.outcome("higher-is-better").map(Outcome::reason).unwrap_or_default();
    assert!(reason.contains("names of their own"), "{report}");
}

#[test]
fn every_kind_of_input_can_be_made_up() {
    let report = conformance::run(&*typed::<sound::TakesEverything>());
    assert!(report.is_sound(), "{report}");
    assert!(passed(&report).contains("higher-is-better"), "{report}");
}

#[test]
fn networks_are_skipped_with_advice_and_an_example_serves() {
    let report = conformance::run(&*typed::<sound::NetworkScore<false>>());
    assert!(report.is_sound(), "{report}");
    let reason = report.outcome("fit-and-predict").map(Outcome::reason);
    assert_eq!(reason, Some("needs networks: give the predictor an `example`"));

    let report = conformance::run(&*typed::<sound::NetworkScore<true>>());
    assert!(report.is_sound(), "{report}");
    assert!(passed(&report).contains("higher-is-better"), "{report}");
}

#[test]
fn some_laws_can_be_asked_for_by_id() {
    let subject = Typed::<sound::Nearest>::default();
    let report = conformance::run_some(&subject, &["row-order"]).unwrap();
    assert_eq!(report.results.len(), 1);
    assert_eq!(report.outcome("row-order"), Some(&Outcome::Passed), "{report}");
    let error = conformance::run_some(&subject, &["row-oder"]).unwrap_err();
    assert!(error.message().contains("`row-oder`"), "{error}");
}

#[test]
fn the_authors_line_panics_with_the_report() {
    let panic = std::panic::catch_unwind(conformance::check::<wrong::UpsideDown>).unwrap_err();
    let text = panic.downcast_ref::<String>().expect("the report is a text");
    assert!(text.contains("higher-is-better") && text.contains("1 failed"), "{text}");
}
