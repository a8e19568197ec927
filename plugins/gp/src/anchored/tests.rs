use super::*;
use archcast_sdk::{
    LocalServices,
    header::{FeatureInfo, FeatureKind, Role},
};

/// A score of a member, then three decisions, as the worked example has them.
fn infos(member: &str) -> Vec<FeatureInfo> {
    let score =
        FeatureInfo { name: member.into(), kind: FeatureKind::Number, role: Role::Member(member.into()) };
    let decision = |name: &str| FeatureInfo {
        name: name.into(),
        kind: FeatureKind::Categorical,
        role: Role::Encoding("adjacency-categorical".into()),
    };
    vec![score, decision("a"), decision("b"), decision("c")]
}

/// Rows with a score, decisions, and normal scores of the targets 60, 70, 72, 65, 71.
fn example() -> DatasetBuilder<'static> {
    let rows = [
        [1.0, 0.0, 1.0, 2.0],
        [2.0, 0.0, 1.0, 3.0],
        [2.5, 2.0, 1.0, 3.0],
        [1.2, 0.0, 0.0, 2.0],
        [2.2, 2.0, 1.0, 2.0],
    ];
    // Φ⁻¹ of 0.1, 0.5, 0.9, 0.3, 0.7 by scipy.
    let scores = [-1.2815515655446004, 0.0, 1.2815515655446004, -0.5244005127080409, 0.5244005127080407];
    DatasetBuilder::new(5)
        .feature_matrix(infos("curve"), rows.as_flattened().to_vec(), Vec::new())
        .targets(scores.to_vec())
}

fn query(score: Option<f64>) -> DatasetBuilder<'static> {
    let values = vec![score.unwrap_or(f64::NAN), 0.0, 1.0, 3.0];
    let validity = vec![u8::from(score.is_some()), 1, 1, 1];
    DatasetBuilder::new(1).feature_matrix(infos("curve"), values, validity)
}

fn params() -> Params {
    let groups = Groups { training: vec!["curve".into()], ..Groups::default() };
    Params { groups, steps: 200, ..Params::default() }
}

fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (have, want) in have.iter().zip(want) {
        assert!((have - want).abs() < tolerance, "{have} {want}");
    }
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Anchored> {
    let services = LocalServices::new(0);
    Anchored::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn predict(model: &Anchored, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// Runs on the worked example: the fitted model, the query, and what the anchor leaves of the targets.
fn with_example<T>(then: impl FnOnce(&Anchored, &Row, &[f64], &Context<'_>) -> T) -> T {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let model = fit(&params(), &example()).unwrap();
    let asked = query(Some(2.4));
    let asked = asked.view().unwrap();
    let row = model.layout.row(&model.layout.source(&asked).unwrap(), 0).unwrap();
    let anchor = &model.whole.as_ref().unwrap().anchor.hypotheses[0];
    let rest: Vec<f64> =
        model.rows.iter().zip(&model.targets).map(|(row, target)| target - 0.8 * anchor.at(row)).collect();
    then(&model, &row, &rest, &cx)
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Anchored>();
}

// The worked example, by numpy.
#[test]
fn scores_and_anchor_are_those_of_the_worked_example() {
    with_example(|model, query, _, _| {
        let scaled: Vec<f64> = model.rows.iter().map(|row| row.scaled[0][0]).collect();
        near(&scaled, &[-1.53497084, 0.0, 0.82561275, -1.27056922, 0.33754770], 5e-9);
        near(&query.scaled[0], &[0.66665565], 5e-9);
        let anchor = &model.whole.as_ref().unwrap().anchor.hypotheses[0];
        let anchors: Vec<f64> = model.rows.iter().map(|row| anchor.at(row)).collect();
        near(&anchors, &[-1.31224898, 0.35726814, 1.25524912, -1.02467151, 0.72440323], 5e-9);
        near(&[anchor.at(query)], &[1.08235880], 5e-9);
    });
}

#[test]
fn the_process_at_the_medians_is_that_of_the_worked_example() {
    with_example(|model, query, rest, cx| {
        let shape = Shape::of(&model.layout, &[true], true).unwrap();
        let search = Search::new(&shape, &model.rows, rest, 0.1, cx).unwrap();
        let values: Vec<f64> = search.start().iter().map(|at| at.exp()).collect();
        let solved = search.solve(&values, &mut [], cx).unwrap();
        let expected = [-0.79320536, -0.95974293, 1.25583506, 1.09285209, -0.29348101];
        near(&solved.weights, &expected, 1e-8);
        near(&[-solved.likelihood], &[3.7502750120], 1e-9);
        let process = search.fit(0, |_| (), cx).unwrap();
        let (mean, variance) =
            process.predict(&model.rows, 1, |_| Some(query.clone()), cx).unwrap()[0].unwrap();
        let anchor = &model.whole.as_ref().unwrap().anchor.hypotheses[0];
        near(&[mean + 0.8 * anchor.at(query), variance], &[0.76456427, 0.11871498], 1e-8);
    });
}

#[test]
fn both_processes_at_their_best_are_those_of_the_worked_example() {
    with_example(|model, query, rest, cx| {
        let expected = [
            (
                true,
                &[1.5455, 0.0828, 0.0810, 0.5174, 0.1799, 1.5277, 0.0785, 0.0754][..],
                3.4255949979,
                0.78596656,
            ),
            (false, &[1.4902, 0.0785, 0.0688, 0.1081][..], 2.5492788847, 0.98651775),
        ];
        let anchor = &model.whole.as_ref().unwrap().anchor.hypotheses[0];
        for (with_encoding, values, objective, mean) in expected {
            let shape = Shape::of(&model.layout, &[true], with_encoding).unwrap();
            let search = Search::new(&shape, &model.rows, rest, 0.1, cx).unwrap();
            let process = search.fit(200, |_| (), cx).unwrap();
            near(process.values(), values, 6e-5);
            near(&[process.objective], &[objective], 1e-8);
            let found = process.predict(&model.rows, 1, |_| Some(query.clone()), cx).unwrap()[0].unwrap();
            near(&[found.0 + 0.8 * anchor.at(query)], &[mean], 1e-6);
        }
    });
}

#[test]
fn gradients_are_those_of_finite_differences() {
    with_example(|model, _, rest, cx| {
        for with_encoding in [true, false] {
            let shape = Shape::of(&model.layout, &[true], with_encoding).unwrap();
            let search = Search::new(&shape, &model.rows, rest, 0.1, cx).unwrap();
            let at: Vec<f64> = search.start().iter().enumerate().map(|(i, at)| at + 0.1 * i as f64).collect();
            let (_, gradient) = search.slope(&at, cx).unwrap();
            for place in 0..at.len() {
                let moved = |shift: f64| {
                    let mut at = at.clone();
                    at[place] += shift;
                    search.slope(&at, cx).unwrap().0
                };
                near(&[gradient[place]], &[(moved(1e-5) - moved(-1e-5)) / 2e-5], 1e-8);
            }
        }
    });
}

/// Rows with a score that follows the target, a noisy one, and six decisions.
fn made_up(rows: usize) -> (DatasetBuilder<'static>, Vec<f64>) {
    let mut infos = vec![infos("good").remove(0), infos("noisy").remove(0)];
    infos.extend((0..6).map(|d| FeatureInfo { name: format!("d{d}"), ..self::infos("x").remove(1) }));
    let (mut values, mut targets) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let choice = |d: usize| ((row * 7919 + row / 3 * 31) / 5usize.pow(d as u32) % 5) as f64;
        let worth = 0.4 * choice(0) + 0.3 * choice(1) + 0.2 * choice(2) + 0.1 * choice(3);
        let wiggle = |k: usize| ((row * k) as f64 * 0.7).sin();
        values.extend([worth + 0.2 * wiggle(13), worth + 3.0 * wiggle(29)]);
        values.extend((0..6).map(choice));
        targets.push(worth + 0.05 * wiggle(5));
    }
    (DatasetBuilder::new(rows).feature_matrix(infos, values, Vec::new()).targets(targets.clone()), targets)
}

#[test]
fn few_rows_use_scores_alone_and_many_the_encoding_alone() {
    let count = |rows: usize| {
        let (data, _) = made_up(rows);
        fit(&Params::default(), &data).unwrap().whole.unwrap().processes.len()
    };
    assert_eq!((count(19), count(20), count(30)), (1, 2, 2));
    let (data, _) = made_up(19);
    let few = fit(&Params::default(), &data).unwrap().whole.unwrap().processes.remove(0).1;
    assert_eq!(few.values().len(), 4);
}

#[test]
fn a_row_without_the_scores_of_a_group_is_predicted_by_the_others() {
    let groups =
        Groups { training: vec!["good".into()], validation: vec!["noisy".into()], ..Groups::default() };
    let (data, _) = made_up(40);
    let model = fit(&Params { groups, ..Params::default() }, &data).unwrap();
    let (queries, _) = made_up(3);
    let view = queries.view().unwrap();
    let values: Vec<f64> = view.features().unwrap().values().iter().copied().collect();
    let asked = |missing: &[usize]| {
        let mut values = values.clone();
        let mut validity = vec![1; values.len()];
        for &cell in missing {
            (values[cell], validity[cell]) = (f64::NAN, 0);
        }
        let infos = view.header().unwrap().features.clone();
        predict(&model, &DatasetBuilder::new(3).feature_matrix(infos, values, validity))
    };
    let all = asked(&[]);
    // Row 0 lacks one group, row 1 both, row 2 a decision.
    let some = asked(&[0, 8, 9, 18]);
    assert!(some.reason(0).is_none() && some.reason(1).is_none());
    // A decision that is not there is a choice of its own.
    assert!(some.reason(2).is_none() && some.get("mean").unwrap()[2] != all.get("mean").unwrap()[2]);
    let std = |predictions: &Predictions, row: usize| predictions.get("std").unwrap()[row];
    assert!(std(&some, 0) > std(&all, 0));
    assert_eq!(model.partial.lock().unwrap().len(), 2);
    assert_eq!(asked(&[0, 8, 9, 18]), some);
}

#[test]
fn a_decision_that_is_missing_is_a_choice_of_its_own() {
    let asked = |decision: Option<f64>| {
        let values = vec![2.4, 0.0, 1.0, decision.unwrap_or(f64::NAN)];
        DatasetBuilder::new(1).feature_matrix(
            infos("curve"),
            values,
            vec![1, 1, 1, u8::from(decision.is_some())],
        )
    };
    // Two of the rows lack the last decision, where the example has a 3.
    let view = example();
    let view = view.view().unwrap();
    let mut values: Vec<f64> = view.features().unwrap().values().iter().copied().collect();
    let validity: Vec<u8> = values.iter().map(|&value| u8::from(value != 3.0)).collect();
    values.iter_mut().filter(|value| **value == 3.0).for_each(|value| *value = f64::NAN);
    let scores = [-1.2815515655446004, 0.0, 1.2815515655446004, -0.5244005127080409, 0.5244005127080407];
    let lacking =
        DatasetBuilder::new(5).feature_matrix(infos("curve"), values, validity).targets(scores.to_vec());
    let settings = Params { steps: 20, ..params() };
    let (whole, less) = (fit(&settings, &example()).unwrap(), fit(&settings, &lacking).unwrap());
    assert_eq!(predict(&less, &asked(None)), predict(&whole, &asked(Some(3.0))));
}

#[test]
fn groups_that_contradict_and_rows_without_encoding_are_refused() {
    let groups =
        Groups { training: vec!["curve".into()], proxies: vec!["curve".into()], ..Groups::default() };
    let error = fit(&Params { groups, ..Params::default() }, &example()).unwrap_err();
    assert!(error.message().contains("`curve` in two groups"), "{error}");
    // A number of an encoding that is missing in a training row.
    let infos = [infos("curve").remove(0), FeatureInfo { kind: FeatureKind::Number, ..infos("x").remove(1) }];
    let values = vec![1.0, 0.0, 2.0, f64::NAN];
    let data = DatasetBuilder::new(2)
        .feature_matrix(infos.to_vec(), values, vec![1, 1, 1, 0])
        .targets(vec![1.0, 2.0]);
    assert!(fit(&Params::default(), &data).unwrap_err().message().contains("row 1"));
}

#[test]
fn equal_targets_are_predicted_with_no_deviation_and_huge_scores_do_no_harm() {
    let model = fit(&params(), &example().targets(vec![0.0; 5])).unwrap();
    let predictions = predict(&model, &query(Some(2.4)));
    assert_eq!((predictions.get("mean").unwrap()[0], predictions.get("std").unwrap()[0]), (0.0, 0.0));
    let model = fit(&params(), &example()).unwrap();
    for score in [1e300, f64::INFINITY, -1e300] {
        let predictions = predict(&model, &query(Some(score)));
        assert!(predictions.get("mean").unwrap()[0].is_finite());
    }
}

#[test]
fn late_in_a_training_the_validation_side_anchors_alone() {
    let anchor = |seen: u32| curves_and_a_proxy(seen, [2.0, 1.0, 3.0, 0.0]).whole.unwrap().anchor;
    let weights = |seen: u32| anchor(seen).hypotheses.into_iter().map(|hypothesis| hypothesis.weights);
    let near_all = |seen: u32, expected: &[[f64; 3]]| {
        assert_eq!(weights(seen).len(), expected.len());
        weights(seen).zip(expected).for_each(|(weights, expected)| near(&weights, expected, 1e-12));
    };
    near_all(0, &[[0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]);
    near_all(25, &[[0.5, 0.5, 0.0], [0.375, 0.375, 0.25]]);
    near_all(99, &[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]);
}

#[test]
fn rows_decide_whether_proxies_count_beside_curves() {
    let shares = |targets: [f64; 4]| -> Vec<f64> {
        let anchor = curves_and_a_proxy(0, targets).whole.unwrap().anchor;
        assert!(anchor.trust() <= 1.0);
        anchor.hypotheses.iter().map(|hypothesis| hypothesis.share).collect()
    };
    // The proxy is 0, 1, 1, 0.5; the sum of the curves 3, 3, 3, 1.5.
    let (with, without) = (shares([0.0, 3.0, 3.5, 0.5]), shares([3.0, 2.9, 3.1, 0.0]));
    assert!(with[1] > with[0] && without[1] < without[0], "{with:?} {without:?}");
    let trust = |shares: Vec<f64>| shares.iter().sum::<f64>();
    assert!(trust(shares([3.0, 0.1, 0.0, 3.1])) < trust(with));
}

/// The model of four rows with a training curve, a validation curve and a proxy at an epoch of 100.
fn curves_and_a_proxy(seen: u32, targets: [f64; 4]) -> Anchored {
    let infos = ["slow", "checked", "cheap"].map(|name| infos(name).remove(0)).to_vec();
    let groups =
        Groups { training: vec!["slow".into()], validation: vec!["checked".into()], ..Groups::default() };
    let values = [[1.0, 2.0, 0.0], [2.0, 1.0, 1.0], [0.0, 3.0, 1.0], [1.5, 0.0, 0.5]];
    let data = DatasetBuilder::new(4)
        .feature_matrix(infos, values.as_flattened().to_vec(), Vec::new())
        .targets(targets.to_vec())
        .header(|header| (header.fidelity, header.horizon) = (Some(seen), Some(100)));
    fit(&Params { groups, ..Params::default() }, &data).unwrap()
}

#[test]
fn what_should_anchor_and_is_not_there_leaves_the_anchor_to_the_others() {
    let (data, _) = made_up(20);
    let means = |anchor: &[&str]| {
        let anchor = anchor.iter().map(|&name| name.to_owned()).collect();
        let model = fit(&Params { anchor, ..Params::default() }, &data).unwrap();
        model.rows.iter().map(|row| row.means[0].unwrap()).collect::<Vec<f64>>()
    };
    assert_eq!(means(&["absent"]), means(&[]));
    assert_ne!(means(&["good"]), means(&[]));
    // A row without the good score is anchored by the noisy one.
    let model = fit(&Params { anchor: vec!["good".into()], ..Params::default() }, &data).unwrap();
    let (asked, _) = made_up(1);
    let view = asked.view().unwrap();
    let mut values: Vec<f64> = view.features().unwrap().values().iter().copied().collect();
    let mut validity = vec![1; values.len()];
    (values[0], validity[0]) = (f64::NAN, 0);
    let infos = view.header().unwrap().features.clone();
    let asked = DatasetBuilder::new(1).feature_matrix(infos, values, validity);
    let view = asked.view().unwrap();
    let row = model.layout.row(&model.layout.source(&view).unwrap(), 0).unwrap();
    assert_eq!(row.means[0], Some(row.scaled[0][1]));
}
