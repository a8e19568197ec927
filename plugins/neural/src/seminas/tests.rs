use super::*;
use archcast_sdk::{LocalServices, header::SequenceInfo};

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
