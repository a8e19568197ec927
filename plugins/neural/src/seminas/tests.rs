use super::*;
use archcast_sdk::{
    LocalServices,
    header::{FeatureInfo, FeatureKind, SequenceInfo},
};

fn try_fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<SemiNas> {
    let services = LocalServices::new(3);
    SemiNas::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &SemiNas, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// Sequences of one step that says nothing and three that make the target; the last rows are unlabelled.
fn data(labelled: usize, unlabelled: usize, target: impl Fn(u32) -> f64) -> DatasetBuilder<'static> {
    let token = |row: usize, step: usize| 1 + ((row * 7 + row * row * step + 3 * step) % 4) as u32;
    let rows: Vec<Vec<u32>> =
        (0..labelled + unlabelled).map(|row| vec![token(row, 1), 5, token(row, 2), token(row, 5)]).collect();
    let labels: Vec<Option<f64>> = (rows.iter().enumerate())
        .map(|(row, tokens)| (row < labelled).then(|| target(tokens[0] + 2 * tokens[3])))
        .collect();
    let vocabulary = ["pad", "a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
    let info = SequenceInfo { vocabulary, length: 5, padding: 0 };
    let data = DatasetBuilder::new(rows.len()).sequences(&rows);
    data.labels(&labels).header(move |header| header.sequences = Some(info))
}

fn small() -> Params {
    Params {
        units: 8,
        width: 4,
        dropout: 0.0,
        learning_rate: 1e-2,
        min_steps: Some(150),
        epochs: 5,
        repeats: 2,
        ..Params::default()
    }
}

fn close(have: &Predictions, data: &DatasetBuilder<'_>, labelled: usize) -> bool {
    let want: Vec<f64> = data.view().unwrap().labels().unwrap().into_iter().flatten().collect();
    let mean = want.iter().sum::<f64>() / labelled as f64;
    let pairs = || have.get("mean").unwrap().iter().zip(&want);
    let wrong: f64 = pairs().map(|(a, b)| (a - b).powi(2)).sum();
    wrong < 0.1 * pairs().map(|(_, b)| (mean - b).powi(2)).sum::<f64>()
}

#[test]
fn the_preset_of_naslib_takes_whole_batches_of_a_hundred_rows_in_its_epochs_alone() {
    let naslib = Params { preset: Preset::Naslib, ..Params::default() };
    assert_eq!(naslib.settings().steps(100), (50, 50));
    assert_eq!(Params::default().settings().steps(100), (300, 75));
    assert_eq!(Params { batch: Some(50), min_steps: Some(120), ..naslib }.settings().steps(100), (120, 60));
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<SemiNas>();
}

#[test]
fn a_sum_of_tokens_is_learnt() {
    let data = data(30, 30, f64::from);
    let model = try_fit(&small(), &data).unwrap();
    assert!(close(&ask(&model, &data), &data, 30));
}

#[test]
fn unlabelled_rows_are_used_and_needed() {
    let params = Params { epochs: 2, min_steps: Some(5), ..small() };
    let with = |unlabelled: usize| {
        let model = try_fit(&params, &data(10, unlabelled, f64::from))?;
        Ok::<_, Error>(ask(&model, &data(10, 0, f64::from)).get("mean").unwrap().to_vec())
    };
    assert_ne!(with(10).unwrap(), with(20).unwrap());
    let error = with(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooFewRows);
    assert!(error.message().starts_with("0 unlabelled rows"), "{error}");
}

#[test]
fn a_constant_target_gives_it() {
    let constant = data(10, 5, |_| 7.5);
    assert_eq!(ask(&try_fit(&small(), &constant).unwrap(), &constant).get("mean").unwrap(), [7.5; 15]);
}

/// These rows with one score beside them, NaN where it is missing.
fn with_score<'a>(data: DatasetBuilder<'a>, name: &str, score: impl Fn(usize) -> f64) -> DatasetBuilder<'a> {
    let rows = data.view().unwrap().rows();
    let values: Vec<f64> = (0..rows).map(score).collect();
    let validity: Vec<u8> = values.iter().map(|value| u8::from(!value.is_nan())).collect();
    let info =
        FeatureInfo { name: name.into(), kind: FeatureKind::Number, role: Role::Member(name.to_owned()) };
    data.feature_matrix(vec![info], values, validity)
}

/// Kendall tau of the means with these values.
fn tau(have: &Predictions, truth: &[f64]) -> f64 {
    let means = have.get("mean").unwrap();
    let pairs = (0..truth.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    let signs: Vec<f64> =
        pairs.map(|(a, b)| ((means[a] - means[b]) * (truth[a] - truth[b])).signum()).collect();
    signs.iter().sum::<f64>() / signs.len() as f64
}

#[test]
fn a_score_that_orders_the_rows_orders_those_held_out() {
    // Of the target the tokens tell nothing.
    let truth = |row: usize| (row * 37 % 101) as f64;
    let rows = |labelled: usize, unlabelled: usize, from: usize| {
        let tokens = data(labelled, unlabelled, f64::from);
        let labels: Vec<Option<f64>> =
            (0..labelled + unlabelled).map(|row| (row < labelled).then(|| truth(from + row))).collect();
        (tokens.labels(&labels), move |row: usize| truth(from + row).sqrt())
    };
    let held_out: Vec<f64> = (60..100).map(truth).collect();
    let taus = [false, true].map(|scored| {
        let of = |(data, score): (DatasetBuilder<'static>, _)| {
            if scored { with_score(data, "proxy", score) } else { data }
        };
        let model = try_fit(&small(), &of(rows(40, 20, 0))).unwrap();
        tau(&ask(&model, &of(rows(0, 40, 60))), &held_out)
    });
    assert!(taus[0] < 0.3 && taus[1] > 0.8, "{taus:?}");
}

#[test]
fn a_score_that_no_row_has_changes_nothing() {
    let params = Params { epochs: 2, min_steps: Some(5), ..small() };
    let rows = || data(10, 10, f64::from);
    let plain = ask(&try_fit(&params, &rows()).unwrap(), &rows());
    let missing = || with_score(rows(), "proxy", |_| f64::NAN);
    assert_eq!(ask(&try_fit(&params, &missing()).unwrap(), &missing()), plain);
}

#[test]
fn with_a_curve_among_the_scores_unlabelled_rows_are_not_used() {
    let params = |curves: &[&str]| Params {
        epochs: 2,
        min_steps: Some(5),
        curves: curves.iter().map(|&name| name.to_owned()).collect(),
        ..small()
    };
    let with = |curves: &[&str], unlabelled: usize| {
        let rows = |unlabelled| with_score(data(10, unlabelled, f64::from), "sotl-e", |row| row as f64);
        let model = try_fit(&params(curves), &rows(unlabelled))?;
        Ok::<_, Error>(ask(&model, &rows(0)).get("mean").unwrap().to_vec())
    };
    let curve = &["sotl-e", "absent"];
    assert_eq!(with(curve, 10).unwrap(), with(curve, 0).unwrap());
    assert_ne!(with(curve, 10).unwrap(), with(&["absent"], 10).unwrap());
    assert_eq!(with(&["absent"], 0).unwrap_err().kind(), ErrorKind::TooFewRows);
}

#[test]
fn queries_without_the_scores_are_refused() {
    let params = Params { epochs: 2, min_steps: Some(5), ..small() };
    let scored = with_score(data(10, 10, f64::from), "proxy", |row| row as f64);
    let model = try_fit(&params, &scored).unwrap();
    let services = LocalServices::new(0);
    let asked = data(10, 0, f64::from);
    let told = model.predict(&asked.view().unwrap(), &Context::new(&services, &|_| None));
    assert_eq!(told.unwrap_err().kind(), ErrorKind::BadData);
}
