//! What the tests of both predictors share: data, fits, answers.

use archcast_sdk::{
    ErrorKind, LocalServices,
    dynamic::{DynPredictor, Typed},
    header::{FeatureInfo, FeatureKind, Role},
    prelude::*,
};
use std::sync::Mutex;

/// The first 105 cells of NAS-Bench-201 on CIFAR-10: digits of the operations, and the validation accuracy in percent.
/// From the table of the host, whose README names its origins.
const CELLS: &str = include_str!("../fixtures/nas-bench-201-rows.csv");

/// Cells that train in the vectors; the others are asked.
pub(crate) const TRAINED: usize = 100;

/// Adjacency one-hot of the cells (30 columns), and the accuracies minus the mean of the trained over their deviation.
pub(crate) fn cells() -> (Array2<f64>, Array1<f64>) {
    let (mut features, mut targets) = (Vec::new(), Vec::new());
    for line in CELLS.lines() {
        let (digits, accuracy) = line.split_once(',').unwrap();
        for digit in digits.bytes() {
            features.extend((b'0'..b'5').map(|choice| f64::from(u8::from(choice == digit))));
        }
        targets.push(accuracy.parse::<f64>().unwrap());
    }
    let trained = Array1::from(targets[..TRAINED].to_vec());
    let (mean, deviation) = (trained.mean().unwrap(), trained.std(0.0));
    let targets = Array1::from(targets).mapv(|accuracy| (accuracy - mean) / deviation);
    (Array2::from_shape_vec((targets.len(), 30), features).unwrap(), targets)
}

/// The trained cells, and those that are asked.
pub(crate) fn vectors() -> (DatasetBuilder<'static>, DatasetBuilder<'static>) {
    let (features, targets) = cells();
    let names: Vec<String> = (0..30).map(|feature| format!("f{feature}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let data = DatasetBuilder::new(targets.len())
        .features(&names, features.iter().copied().collect::<Vec<_>>())
        .targets(targets.to_vec());
    let rows = |rows: std::ops::Range<usize>| data.view().unwrap().select(&rows.collect::<Vec<_>>()).unwrap();
    (rows(0..TRAINED), rows(TRAINED..targets.len()))
}

/// A fit under this seed.
pub(crate) fn fit<P: Predictor>(params: &P::Params, data: &DatasetBuilder<'_>, seed: u64) -> Result<P> {
    let services = LocalServices::new(seed);
    P::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

/// What a model answers.
pub(crate) fn ask<P: Predictor>(model: &P, queries: &DatasetBuilder<'_>) -> Result<Predictions> {
    let services = LocalServices::new(0);
    model.predict(&queries.view()?, &Context::new(&services, &|_| None))
}

/// The means that a model answers, of which none is missing.
pub(crate) fn means<P: Predictor>(model: &P, queries: &DatasetBuilder<'_>) -> Vec<f64> {
    let predictions = ask(model, queries).unwrap();
    assert!(predictions.missing_rows().is_empty(), "{:?}", predictions.missing_rows());
    predictions.get("mean").unwrap().to_vec()
}

/// Numbers within a tolerance.
#[track_caller]
pub(crate) fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (have, want) in have.iter().zip(want) {
        assert!((have - want).abs() <= tolerance, "{have} is not {want}");
    }
}

/// Rows of one feature with a target.
pub(crate) fn column(values: Vec<f64>, targets: Vec<f64>) -> DatasetBuilder<'static> {
    DatasetBuilder::new(targets.len()).features(&["a"], values).targets(targets)
}

/// Rows of one feature of this kind with a target; `None` is missing.
pub(crate) fn column_of(
    kind: FeatureKind,
    values: &[Option<f64>],
    targets: Vec<f64>,
) -> DatasetBuilder<'static> {
    let info = FeatureInfo { name: "a".into(), kind, role: Role::Column };
    let numbers: Vec<f64> = values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
    let present: Vec<u8> = values.iter().map(|value| u8::from(value.is_some())).collect();
    DatasetBuilder::new(targets.len()).feature_matrix(vec![info], numbers, present).targets(targets)
}

/// Fits on four threads at once, several times each, and compares the saved bytes with those of fits one by one.
pub(crate) fn concurrent_fits_are_serial_ones<P: Predictor>(params: &P::Params)
where
    P::Params: Sync,
{
    let (train, _) = vectors();
    let bytes = |seed: u64| {
        let model: P = fit(params, &train, seed).unwrap();
        archcast_sdk::serde_json::to_vec(&model).unwrap()
    };
    let serial: Vec<Vec<u8>> = (0..4).map(bytes).collect();
    assert_ne!(serial[0], serial[1], "the seeds draw different columns");
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (all, bytes) = (&all, &bytes);
            scope.spawn(move || {
                for round in 0..4 {
                    let seed = (thread + round) % 4;
                    let model = bytes(seed);
                    all.lock().unwrap().push((seed, model));
                }
            });
        }
    });
    let all = all.into_inner().unwrap();
    assert_eq!(all.len(), 16);
    for (seed, model) in all {
        assert!(model == serial[seed as usize], "a fit beside others differs under seed {seed}");
    }
}

/// A state with one byte of the native part changed, at places spread over all of it: every one is refused.
pub(crate) fn damaged_states_are_refused<P: Predictor>(params: &P::Params) {
    let subject = Typed::<P>::default();
    let (train, _) = vectors();
    let services = LocalServices::new(0);
    let parameters = archcast_sdk::serde_json::to_value(params).unwrap();
    let model = subject.fit(&parameters, &train.view().unwrap(), &services).unwrap();
    let bytes = model.save().unwrap();
    assert!(subject.restore(&bytes, &services).is_ok());
    // The first bytes are the envelope of the SDK, which has laws of its own.
    for place in (bytes.len() / 10..bytes.len()).step_by(bytes.len() / 97) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        let error = subject.restore(&damaged, &services).err().unwrap();
        assert!(error.message().contains("damaged"), "{place}: {error}");
    }
}

/// Data that break learners: each gives finite answers for every row. The constant is within a part of `tolerance`.
pub(crate) fn poor_data_give_sound_answers<P: Predictor>(params: &P::Params, tolerance: f64) {
    let count = |n: usize| (0..n).map(|i| i as f64).collect::<Vec<_>>();
    let asked = column(vec![-3.0, 0.5, 1e9], vec![0.0; 3]);
    let sound = |what: &str, data: &DatasetBuilder<'_>| {
        let model: P = fit(params, data, 0).unwrap_or_else(|error| panic!("{what}: {error}"));
        let means = means(&model, &asked);
        assert!(means.iter().all(|mean| mean.is_finite()), "{what}: {means:?}");
        means
    };
    near(&sound("a constant target", &column(count(20), vec![0.25; 20])), &[0.25; 3], tolerance);
    near(&sound("rows that are all the same", &column(vec![1.0; 20], vec![0.25; 20])), &[0.25; 3], tolerance);
    near(
        &sound("a feature that is constant", &column(vec![1.0; 20], count(20))),
        &[9.5; 3],
        10.0 * tolerance,
    );
    let twice: Vec<f64> = count(20).iter().map(|i| (i / 2.0).floor()).collect();
    let means = sound("rows that are there twice", &column(twice.clone(), twice));
    assert!(means[0] < means[2], "{means:?}");
    let nothing = column_of(FeatureKind::Number, &[None; 20], count(20));
    near(&sound("features that are all missing", &nothing), &[9.5; 3], 10.0 * tolerance);
    sound("one row", &column(vec![1.0], vec![2.0]));
    sound("numbers beyond 32 bits", &column(count(20).iter().map(|i| i * 1e300).collect(), count(20)));
}

/// Rows where only what is missing tells the target, in training and in queries.
pub(crate) fn missing_is_a_value<P: Predictor>(params: &P::Params) {
    let values: Vec<Option<f64>> = (0..40).map(|i| (i % 2 == 0).then_some(f64::from(i / 2 % 5))).collect();
    let targets: Vec<f64> = (0..40).map(|i| f64::from(i % 2)).collect();
    let model: P = fit(params, &column_of(FeatureKind::Number, &values, targets), 0).unwrap();
    let asked = column_of(FeatureKind::Number, &[Some(2.0), None], vec![0.0; 2]);
    let means = means(&model, &asked);
    assert!(means[0] < 0.2 && means[1] > 0.8, "{means:?}");
}

/// An infinite value is refused in training and leaves its own row missing in a query.
pub(crate) fn infinity_is_told<P: Predictor>(params: &P::Params) {
    let mut values: Vec<f64> = (0..20).map(f64::from).collect();
    let targets = values.clone();
    let model: P = fit(params, &column(values.clone(), targets.clone()), 0).unwrap();
    let predictions = ask(&model, &column(vec![1.0, f64::NEG_INFINITY], vec![0.0; 2])).unwrap();
    assert_eq!((predictions.reason(0), predictions.reason(1)), (None, Some("feature `a` is -inf")));
    values[7] = f64::INFINITY;
    let error = fit::<P>(params, &column(values, targets), 0).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadData);
    assert!(error.message().starts_with("feature `a` is inf in row 7"), "{error}");
}

/// A fit of more trees than anyone waits for, which is asked to end in its middle.
pub(crate) fn a_long_fit_ends_when_asked<P: Predictor>(params: &P::Params)
where
    P::Params: Sync,
{
    let (train, _) = vectors();
    let services = LocalServices::new(0);
    std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            P::fit(params, &train.view().unwrap(), &Context::new(&services, &|_| None)).map(|_| ())
        });
        std::thread::sleep(std::time::Duration::from_millis(200));
        services.cancel();
        let error = long.join().unwrap().err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    });
}
