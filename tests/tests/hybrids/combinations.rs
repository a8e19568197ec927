//! What each combination answers, held against its members.

use super::*;
use archcast::compose::draw;
use archcast_sdk::Predictions;

const MEMBERS: &str = "[member.a]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\"]\n\
                       [member.b]\nuse = \"linear/ridge\"\ninputs = [\"column:params_m\"]\n\
                       [member.naswot]\ncolumn = \"zc_naswot\"\ngoal = \"maximize\"\n";

fn answers(place: &Place, rest: &str, labels: usize) -> Predictions {
    let training = draw(&place.rows, Some(labels), 1).unwrap();
    let model = place.fit(&format!("{MEMBERS}{rest}"), &training);
    let asked: Vec<usize> = (0..300).collect();
    model.predict_selected(&place.rows, &asked, &HostServices::new(0)).unwrap()
}

fn member(place: &Place, name: &str, labels: usize) -> Vec<f64> {
    let told = answers(place, &format!("[model]\noutput = \"{name}\"\n"), labels);
    told.outputs().next().unwrap().1.to_vec()
}

#[test]
fn a_mean_is_the_mean_of_its_members_and_a_fixed_weight_counts() {
    let place = Place::new(&[]);
    let (a, b) = (member(&place, "a", 40), member(&place, "b", 40));
    let told = answers(
        &place,
        "[member.m]\ncombine = \"mean\"\nmembers = [\"a\", \"b\"]\n[model]\noutput = \"m\"\n",
        40,
    );
    let weighted = answers(
        &place,
        "[member.m]\ncombine = \"weighted\"\nmembers = [{ from = \"a\", weight = 3 }, { from = \"b\", weight = 1 }]\n\
         [model]\noutput = \"m\"\n",
        40,
    );
    for row in 0..a.len() {
        assert!((told.get("mean").unwrap()[row] - (a[row] + b[row]) / 2.0).abs() < 1e-9);
        assert!((weighted.get("mean").unwrap()[row] - (3.0 * a[row] + b[row]) / 4.0).abs() < 1e-9);
    }
}

#[test]
fn a_rule_selects_by_the_number_of_training_rows() {
    let place = Place::new(&[]);
    let rule = "[member.s]\ncombine = \"select\"\n\
                members = [{ from = \"a\", when = { min_labels = 50 } }, \"b\"]\n[model]\noutput = \"s\"\n";
    let of = |labels| answers(&place, rule, labels).get("mean").unwrap().to_vec();
    assert_eq!(of(50), member(&place, "a", 50));
    assert_eq!(of(49), member(&place, "b", 49));
}

#[test]
fn cross_validation_selects_the_member_that_ranks_rows_it_has_not_seen() {
    let place = Place::new(&["fixture-memory"]);
    let training = draw(&place.rows, Some(60), 1).unwrap();
    // What remembers everything is perfect on what it saw and useless elsewhere.
    let text = format!(
        "{MEMBERS}[member.memory]\nuse = \"memory/memory\"\n\
         [member.s]\ncombine = \"select\"\nmembers = [\"memory\", \"a\"]\n[model]\noutput = \"s\"\n"
    );
    let model = place.fit(&text, &training);
    assert_eq!(model.header().description(), "selected: a");
}

#[test]
fn learnt_weights_do_not_trust_what_only_remembers() {
    let place = Place::new(&["fixture-memory"]);
    let training = draw(&place.rows, Some(60), 1).unwrap();
    let text = format!(
        "{MEMBERS}[member.memory]\nuse = \"memory/memory\"\n\
         [member.w]\ncombine = \"weighted\"\nmembers = [\"memory\", \"a\"]\n[model]\noutput = \"w\"\n"
    );
    let header = place.fit(&text, &training).header().clone();
    let archcast::compose::NodeHeaderKind::Combine {
        combiner: archcast::compose::FittedCombiner::Weighted { weights, .. },
        ..
    } = header.nodes.iter().find(|node| node.name == "w").unwrap().kind.clone()
    else {
        panic!("{header:?}");
    };
    assert!(weights[0] < 0.3 && weights[1] > 0.7, "{weights:?}");
}

#[test]
fn a_cascade_puts_what_was_kept_before_what_was_not() {
    let place = Place::new(&[]);
    let told = answers(
        &place,
        "[member.c]\ncombine = \"cascade\"\nmembers = [\"naswot\", \"a\"]\nkeep = 0.2\n[model]\noutput = \"c\"\n",
        40,
    );
    let scores = told.get("score").unwrap();
    let naswot = place.rows.numbers("zc_naswot").unwrap();
    let asked: Vec<usize> = (0..300).filter(|&row| told.reason(row).is_none()).collect();
    let mut by_naswot = asked.clone();
    by_naswot.sort_by(|&a, &b| naswot[b].unwrap().total_cmp(&naswot[a].unwrap()));
    let kept = (asked.len() as f64 * 0.2).ceil() as usize;
    let lowest_kept = by_naswot[..kept].iter().map(|&row| scores[row]).fold(f64::INFINITY, f64::min);
    let highest_left = by_naswot[kept..].iter().map(|&row| scores[row]).fold(0.0, f64::max);
    assert!(lowest_kept >= 0.5 && highest_left <= 0.5, "{lowest_kept} {highest_left}");
}

#[test]
fn a_column_to_fit_learns_its_sign_and_a_row_without_it_is_missing() {
    let place = Place::new(&[]);
    // Minus a good proxy.
    let told = |goal: &str| {
        let text =
            format!("[member.x]\ncolumn = \"zc_naswot\"\ngoal = \"{goal}\"\n[model]\noutput = \"x\"\n");
        let training = draw(&place.rows, Some(40), 1).unwrap();
        let asked: Vec<usize> = (0..place.rows.len()).collect();
        place.fit(&text, &training).predict_selected(&place.rows, &asked, &HostServices::new(0)).unwrap()
    };
    let (fit, up, down) = (told("fit"), told("maximize"), told("minimize"));
    assert_eq!(fit.missing_rows(), up.missing_rows());
    assert!(
        !fit.missing_rows().is_empty()
            && fit.missing_rows().values().all(|why| why == "it has no `zc_naswot`")
    );
    let present: Vec<usize> = (0..fit.rows()).filter(|&row| fit.reason(row).is_none()).collect();
    let of =
        |told: &Predictions| present.iter().map(|&row| told.get("score").unwrap()[row]).collect::<Vec<_>>();
    assert_eq!(of(&fit), of(&up));
    assert_eq!(of(&fit), of(&down).iter().map(|score| -score).collect::<Vec<_>>());
}

#[test]
fn under_four_rows_a_fitted_input_is_left_out_with_a_warning() {
    let place = Place::new(&[]);
    let text = format!(
        "{MEMBERS}[member.s]\nuse = \"linear/ridge\"\ninputs = [\"a\", \"column:params_m\"]\n[model]\noutput = \"s\"\n"
    );
    let of = |labels| place.fit(&text, &draw(&place.rows, Some(labels), 1).unwrap()).header().clone();
    let few = of(3);
    assert_eq!(few.predictor().unwrap().features.len(), 1);
    assert!(
        few.warnings.iter().any(|warning| warning.contains("with 3 training rows")),
        "{:?}",
        few.warnings
    );
    assert_eq!(of(4).predictor().unwrap().features.len(), 2);
}

#[test]
fn a_target_transform_is_turned_back_to_the_targets_unit() {
    let place = Place::new(&[]);
    for transform in ["none", "standard", "normal-score", "log-error"] {
        let text = format!(
            "[member.a]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\"]\ntarget_transform = \"{transform}\"\n"
        );
        let model = place.fit(&text, &draw(&place.rows, Some(100), 1).unwrap());
        let asked: Vec<usize> = (0..500).collect();
        let told = model.predict_selected(&place.rows, &asked, &HostServices::new(0)).unwrap();
        let means = told.get("mean").unwrap();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        assert!((70.0..100.0).contains(&mean), "{transform}: {mean}");
        if transform == "log-error" {
            assert!(means.iter().all(|&mean| mean < 100.0));
        }
    }
}
