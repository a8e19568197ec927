use super::*;
use archcast_sdk::{ErrorKind, LocalServices, header::SequenceInfo};

fn try_fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Nao> {
    let services = LocalServices::new(3);
    Nao::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &Nao, queries: &DatasetBuilder<'_>) -> Predictions {
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
        min_steps: Some(100),
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
    archcast_sdk::conformance::check::<Nao>();
}

#[test]
fn a_sum_of_tokens_is_learnt_with_a_decoder_and_without() {
    let data = data(30, 0, f64::from);
    for decoder in [true, false] {
        let model = try_fit(&Params { decoder, ..small() }, &data).unwrap();
        assert!(close(&ask(&model, &data), &data, 30));
    }
}

#[test]
fn a_step_that_never_differs_is_left_out_and_changes_no_answer() {
    let rows = data(20, 0, f64::from);
    let model = try_fit(&small(), &rows).unwrap();
    assert_eq!(model.tokens.len(), 3);
    assert_eq!(try_fit(&Params { all_steps: true, ..small() }, &rows).unwrap().tokens.len(), 5);
}

#[test]
fn a_constant_target_and_equal_rows_give_the_mean_and_one_row_is_too_few() {
    let constant = data(10, 0, |_| 7.5);
    assert_eq!(ask(&try_fit(&small(), &constant).unwrap(), &constant).get("mean").unwrap(), [7.5; 10]);
    let equal = data(10, 0, f64::from).view().unwrap().select(&[1, 1, 1]).unwrap();
    let equal = equal.targets(vec![1.0, 2.0, 6.0]);
    assert_eq!(ask(&try_fit(&small(), &equal).unwrap(), &constant).get("mean").unwrap(), [3.0; 10]);
    assert_eq!(try_fit(&small(), &data(1, 0, f64::from)).unwrap_err().kind(), ErrorKind::TooFewRows);
}

#[test]
fn a_sequence_that_the_space_does_not_have_is_a_missing_row() {
    let model =
        try_fit(&Params { min_steps: Some(1), epochs: 1, ..small() }, &data(10, 0, f64::from)).unwrap();
    let odd = DatasetBuilder::new(3).sequences(&[vec![1, 5, 2, 3], vec![1, 5, 9, 3], vec![1; 6]]);
    let predictions = ask(&model, &odd);
    assert_eq!(predictions.missing_rows().keys().collect::<Vec<_>>(), [&1, &2]);
}

#[test]
fn few_rows_are_passed_more_often_so_that_there_are_steps_enough() {
    let settings = Params::default().settings();
    assert_eq!(settings.steps(100), (300, 75));
    assert_eq!(settings.steps(3200), (5000, 50));
}
