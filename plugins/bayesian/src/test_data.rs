//! Rows that the tests of the network predictors share.

use archcast_sdk::{LocalServices, header::Role, prelude::*};

/// Rows of columns of an encoding.
pub(crate) fn rows<const D: usize>(values: &[[f64; D]]) -> DatasetBuilder<'static> {
    let names: Vec<String> = (0..D).map(|k| format!("x{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    DatasetBuilder::new(values.len()).features(&names, values.as_flattened().to_vec()).header(|header| {
        for info in &mut header.features {
            info.role = Role::Encoding("code".into());
        }
    })
}

/// Rows of four bits, and targets that two of them make by agreeing and a third adds to.
pub(crate) fn bits(count: usize) -> (Vec<[f64; 4]>, Vec<f64>) {
    let bit = |i: usize, k: usize| f64::from((i * 7 / (1 << k) % 2) as u8);
    let rows: Vec<[f64; 4]> = (0..count).map(|i| [bit(i, 0), bit(i, 1), bit(i, 2), bit(i, 3)]).collect();
    let noise = |i: usize| (i as f64 * 12.9898).sin() * 0.1;
    let targets = (rows.iter().enumerate())
        .map(|(i, row)| 50.0 + 10.0 * (f64::from(row[0] == row[1]) + 0.5 * row[2] + noise(i)))
        .collect();
    (rows, targets)
}

/// A fit under seed 0 on this number of threads.
pub(crate) fn fit<P: Predictor>(params: &P::Params, data: &DatasetBuilder<'_>, threads: usize) -> Result<P> {
    let services = LocalServices::new(0).with_threads(threads);
    P::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

/// Predictions on one thread.
pub(crate) fn predict<P: Predictor>(model: &P, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// What must hold of every network predictor on data that is hard to fit.
pub(crate) fn assert_sound<P: Predictor>(params: &P::Params) {
    let (some, targets) = bits(12);
    // Equal targets.
    let model = fit::<P>(params, &rows(&some).targets(vec![7.5; 12]), 1).unwrap();
    let predictions = predict(&model, &rows(&[[3.0; 4]]));
    assert_eq!((predictions.get("mean").unwrap()[0], predictions.get("std").unwrap()[0]), (7.5, 0.0));
    // One row.
    let error = fit::<P>(params, &rows(&some[..1]).targets(vec![7.5]), 1).err().unwrap();
    assert_eq!(error.message(), "1 labelled rows, but this predictor needs at least 2 labelled rows");
    // Two rows; the same row again and again.
    for (data, targets) in
        [(some[..2].to_vec(), vec![1.0, 2.0]), (vec![some[0]; 6], vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0])]
    {
        let model = fit::<P>(params, &rows(&data).targets(targets), 1).unwrap();
        let predictions = predict(&model, &rows(&some));
        assert!(predictions.get("mean").unwrap().iter().all(|mean| mean.is_finite()));
        assert!(predictions.get("std").unwrap().iter().all(|std| std.is_finite() && *std >= 0.0));
    }
    // Queries with a missing feature.
    let model = fit::<P>(params, &rows(&some).targets(targets), 1).unwrap();
    let infos = rows(&some).view().unwrap().header().unwrap().features.clone();
    let values = vec![1.0, f64::NAN, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let queries = DatasetBuilder::new(2).feature_matrix(infos, values, vec![1, 0, 1, 1, 1, 1, 1, 1]);
    let predictions = predict(&model, &queries);
    assert_eq!((predictions.reason(0), predictions.reason(1)), (Some("a feature is missing"), None));
}
