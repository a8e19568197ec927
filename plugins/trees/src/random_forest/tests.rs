use super::*;
use archcast_sdk::{
    ErrorKind, LocalServices, Services,
    conformance::check,
    dynamic::{DynPredictor, Typed},
    header::FeatureInfo,
    parameters::schema_of,
    serde_json::json,
};
use std::sync::atomic::{AtomicUsize, Ordering};

fn try_fit(params: &Params, threads: usize, seed: u64, data: &DatasetBuilder<'_>) -> Result<RandomForest> {
    let services = LocalServices::new(seed).with_threads(threads);
    RandomForest::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> RandomForest {
    try_fit(params, 1, 0, data).unwrap()
}

fn ask(model: &RandomForest, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn answers(model: &RandomForest, queries: &DatasetBuilder<'_>) -> (Vec<f64>, Vec<f64>) {
    let predictions = ask(model, queries);
    let of = |name: &str| predictions.get(name).unwrap().to_vec();
    (of("mean"), of("std"))
}

const NAMES: [&str; 2] = ["x0", "x1"];

fn sample() -> DatasetBuilder<'static> {
    rows(&crate::cart::tests::ROWS, &crate::cart::tests::TARGETS)
}

fn rows(values: &[f64], targets: &[f64]) -> DatasetBuilder<'static> {
    DatasetBuilder::new(targets.len()).features(&NAMES, values.to_vec()).targets(targets.to_vec())
}

/// Rows of 0 and 1 and one of numbers, that look drawn.
fn counted(n: usize) -> DatasetBuilder<'static> {
    let names: Vec<String> = (0..9).map(|feature| format!("f{feature}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &name[..]).collect();
    let row = |row: usize| {
        (0..9).map(move |feature| match feature {
            8 => (row * 29 % 31) as f64,
            _ => (row * 7919 / (feature + 3) % 2) as f64,
        })
    };
    let values: Vec<f64> = (0..n).flat_map(row).collect();
    let target = |row: &[f64]| row[0] - 2.0 * row[3] + row[5] * row[7] + row[8] / 10.0;
    let targets: Vec<f64> = values.chunks(9).map(target).collect();
    DatasetBuilder::new(n).features(&names, values).targets(targets)
}

#[test]
fn every_law_holds() {
    check::<RandomForest>();
}

#[test]
fn trees_that_see_every_feature_of_rows_without_ties_are_the_tree_of_scikit_learn() {
    let params =
        Params { max_features: 1.0, min_samples_leaf: 1, max_depth: Some(2), trees: 7, ..Params::default() };
    let model = fit(&params, &sample());
    let asked = DatasetBuilder::new(3).features(&NAMES, crate::cart::tests::QUERIES.to_vec());
    let (means, _) = answers(&model, &asked);
    assert!(means.iter().zip([0.7, 2.4, 2.4]).all(|(have, want)| (have - want).abs() < 1e-12), "{means:?}");
    let importance = model.importance().unwrap();
    assert!((importance[0] - 0.706943192).abs() < 1e-9 && (importance[1] - 0.293056808).abs() < 1e-9);
    // All trees agree: within leaves alone there is variance, in the second two rows, 2.6 and 2.2.
    let spread = |spread| answers(&fit(&Params { spread, ..params.clone() }, &sample()), &asked).1;
    let least = LEAST * 1.2755555555555556_f64.sqrt();
    assert!((spread(Spread::Between)[1] - least).abs() < 1e-12);
    assert!((spread(Spread::Total)[1] - 0.2).abs() < 1e-12);
    assert_eq!(spread(Spread::Auto), spread(Spread::Total));
}

#[test]
fn mean_and_deviation_are_those_of_the_trees() {
    let data = counted(70);
    for spread in [Spread::Between, Spread::Total] {
        let model = fit(&Params { trees: 9, spread, ..Params::default() }, &data);
        let (means, deviations) = answers(&model, &data);
        let view = data.view().unwrap();
        let features = view.features().unwrap();
        for row in 0..70 {
            let values = features.values().row(row).to_vec();
            let leaves: Vec<(usize, f64)> =
                model.members.iter().map(|member| member.tree.leaf(&values)).collect();
            let mean = leaves.iter().map(|leaf| leaf.1).sum::<f64>() / 9.0;
            let between = leaves.iter().map(|leaf| (leaf.1 - mean).powi(2)).sum::<f64>() / 9.0;
            let within =
                |(member, leaf): (&Member, &(usize, f64))| member.variances.get(leaf.0).unwrap_or(&0.0) / 9.0;
            let within: f64 = model.members.iter().zip(&leaves).map(within).sum();
            assert_eq!(within > 0.0, spread == Spread::Total);
            assert!((means[row] - mean).abs() < 1e-12);
            assert!((deviations[row] - (between + within).sqrt().max(model.least)).abs() < 1e-12);
        }
    }
    let auto = |n| fit(&Params::default(), &counted(n)).members[0].variances.is_empty();
    assert_eq!((auto(49), auto(50)), (false, true));
}

#[test]
fn trees_on_drawn_rows_differ_where_trees_on_all_rows_do_not() {
    let params = Params { max_features: 1.0, trees: 20, spread: Spread::Between, ..Params::default() };
    let (_, all) = answers(&fit(&params, &sample()), &sample());
    let (_, drawn) = answers(&fit(&Params { bootstrap: true, ..params }, &sample()), &sample());
    assert!(all.iter().zip(&drawn).all(|(all, drawn)| drawn > all), "{all:?} {drawn:?}");
}

#[test]
fn threads_and_company_change_no_bit_and_the_seed_does() {
    let data = counted(150);
    let params = Params { bootstrap: true, ..Params::default() };
    let one = answers(&fit(&params, &data), &data);
    for threads in [2, 5] {
        assert_eq!(answers(&try_fit(&params, threads, 0, &data).unwrap(), &data), one);
    }
    assert_ne!(answers(&try_fit(&params, 1, 1, &data).unwrap(), &data), one);
    let few = data.view().unwrap().select(&[149, 3]).unwrap();
    assert_eq!(answers(&fit(&params, &data), &few).0, [one.0[149], one.0[3]]);
}

#[test]
fn a_constant_target_is_predicted_with_a_deviation_that_is_not_0() {
    for target in [0.0, 0.1, -1e300] {
        let model = fit(&Params::default(), &rows(&crate::cart::tests::ROWS, &[target; 6]));
        let (means, deviations) = answers(&model, &sample());
        assert_eq!(means, [target; 6]);
        assert!(
            deviations.iter().all(|deviation| *deviation > 0.0 && *deviation <= 1e-6 * target.abs().max(1.0))
        );
        assert_eq!(model.importance().unwrap(), [0.0, 0.0]);
    }
}

#[test]
fn one_row_is_too_few_and_two_are_enough() {
    let error = try_fit(&Params::default(), 1, 0, &rows(&[1.0, 2.0], &[3.0])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooFewRows);
    let model = fit(&Params::default(), &rows(&[1.0, 2.0, 3.0, 4.0], &[3.0, 5.0]));
    assert_eq!(answers(&model, &rows(&[1.0, 2.0], &[0.0])), (vec![4.0], vec![1.0]));
}

#[test]
fn repeated_rows_and_constant_features_leave_nothing_to_split() {
    let model = fit(&Params::default(), &rows(&[1.0; 12], &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0]));
    assert_eq!(answers(&model, &sample()).0, [2.0; 6]);
    // A constant column beside one that varies.
    let values: Vec<f64> = (0..6).flat_map(|row| [5.0, f64::from(row)]).collect();
    let params = Params { min_samples_leaf: 1, ..Params::default() };
    let model = fit(&params, &rows(&values, &[0.0, 0.0, 0.0, 9.0, 9.0, 9.0]));
    assert_eq!(model.importance().unwrap(), [0.0, 1.0]);
}

fn holed(values: &[f64], targets: Option<&[f64]>) -> DatasetBuilder<'static> {
    let info =
        |name: &str| FeatureInfo { name: name.into(), kind: Default::default(), role: Default::default() };
    let validity: Vec<u8> = values.iter().map(|value| u8::from(!value.is_nan())).collect();
    let data = DatasetBuilder::new(values.len() / 2).feature_matrix(
        NAMES.map(info).to_vec(),
        values.to_vec(),
        validity,
    );
    match targets {
        Some(targets) => data.targets(targets.to_vec()),
        None => data,
    }
}

#[test]
fn missing_features_are_learnt_from_and_answered() {
    let none = f64::NAN;
    // Where the first feature is missing the target is high.
    let values = [none, 1.0, none, 2.0, none, 3.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0];
    let targets = [9.0, 9.0, 9.0, 0.0, 0.0, 0.0];
    let model = fit(&Params { max_features: 1.0, ..Params::default() }, &holed(&values, Some(&targets)));
    let (means, _) = answers(&model, &holed(&[none, 2.0, 7.0, none, none, none], None));
    assert_eq!(means, [9.0, 0.0, 9.0]);
    // Nothing is there at all: the mean.
    let model = fit(&Params::default(), &holed(&[none; 12], Some(&targets)));
    assert_eq!(answers(&model, &holed(&[none, 1.0], None)).0, [4.5]);
}

#[test]
fn infinite_values_are_refused_in_training_and_answered_in_a_query() {
    let typed = Typed::<RandomForest>::default();
    let services = LocalServices::new(0);
    let mut values = crate::cart::tests::ROWS;
    values[3] = f64::INFINITY;
    let data = rows(&values, &crate::cart::tests::TARGETS);
    let error = typed.fit(&json!({}), &data.view().unwrap(), &services).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadData);
    let model = fit(&Params::default(), &sample());
    let (means, _) = answers(&model, &rows(&[f64::INFINITY, f64::NEG_INFINITY], &[0.0]));
    assert!(means[0].is_finite());
}

#[test]
fn targets_that_overflow_are_an_error() {
    let error = try_fit(&Params::default(), 1, 0, &rows(&[0.0; 4], &[-1e200, 1e200])).unwrap_err();
    assert_eq!(error.message(), "the variance of the target overflows; scale the target");
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let typed = Typed::<RandomForest>::default();
    let services = LocalServices::new(0);
    for (name, value) in [
        ("trees", json!(0)),
        ("max_features", json!(0.0)),
        ("max_features", json!(1.5)),
        ("min_samples_leaf", json!(0)),
        ("min_samples_split", json!(1)),
        ("max_depth", json!(0)),
        ("spread", json!("both")),
        ("ntree", json!(5)),
    ] {
        let error = typed.fit(&json!({ name: value }), &sample().view().unwrap(), &services).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadParameter);
        assert!(error.message().contains(name), "{error}");
    }
}

#[test]
fn a_damaged_state_is_refused_and_never_walked() {
    let typed = Typed::<RandomForest>::default();
    let services = LocalServices::new(0);
    let bytes =
        typed.fit(&json!({ "trees": 3 }), &sample().view().unwrap(), &services).unwrap().save().unwrap();
    // One byte after another is spoilt: an error, or a model that answers or says that it cannot.
    for place in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut spoilt = bytes.clone();
            spoilt[place] ^= bit;
            if let Ok(model) = typed.restore(&spoilt, &services) {
                let _ = model.predict(&sample().view().unwrap(), &services);
            }
        }
    }
    let mut model = fit(&Params::default(), &sample());
    model.width = 1;
    let asked = DatasetBuilder::new(1).features(&["x0"], vec![0.0]);
    let error = model.predict(&asked.view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert!(error.message().contains("the saved state is damaged"), "{error}");
}

#[test]
fn queries_of_another_width_are_refused() {
    let services = LocalServices::new(0);
    let asked = DatasetBuilder::new(1).features(&["x0"], vec![0.0]);
    let model = fit(&Params::default(), &sample());
    let error = model.predict(&asked.view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert_eq!(error.message(), "1 features, but the model was fitted on 2");
}

/// Services that are asked to end after some looks, and count reports.
#[derive(Debug)]
pub(crate) struct Counting {
    pub(crate) local: LocalServices,
    pub(crate) looks: AtomicUsize,
    pub(crate) ends_after: usize,
    pub(crate) reports: std::sync::Mutex<Vec<f64>>,
}

impl Counting {
    pub(crate) fn new(ends_after: usize) -> Self {
        Self {
            local: LocalServices::new(0),
            looks: AtomicUsize::new(0),
            ends_after,
            reports: Default::default(),
        }
    }
}

impl Services for Counting {
    fn seed(&self) -> u64 {
        0
    }
    fn threads(&self) -> usize {
        1
    }
    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        self.local.parallel(count, body);
    }
    fn progress(&self, done: f64) {
        self.reports.lock().unwrap().push(done);
    }
    fn cancelled(&self) -> bool {
        self.looks.fetch_add(1, Ordering::Relaxed) >= self.ends_after
    }
    fn log(&self, level: Level, message: &str) {
        self.local.log(level, message);
    }
    fn device(&self) -> String {
        "cpu".into()
    }
    fn cache_folder(&self) -> Option<std::path::PathBuf> {
        None
    }
}

#[test]
fn a_fit_of_a_hundred_thousand_trees_ends_at_the_tree_where_it_is_asked_to() {
    let services = Counting::new(300);
    let params = Params { trees: 100_000, ..Params::default() };
    let data = counted(100);
    let error =
        RandomForest::fit(&params, &data.view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    // The rest of the block looks too, and grows nothing.
    assert!(services.looks.load(Ordering::Relaxed) <= 300 + BLOCK);
    let reports = services.reports.into_inner().unwrap();
    assert_eq!(reports, [64.0, 128.0, 192.0, 256.0].map(|trees| trees / 1e5));
}

#[test]
fn the_schema_gives_the_ranges_of_the_paper() {
    let properties = &schema_of::<Params>()["properties"];
    for (name, range, default) in [
        ("trees", json!({ "low": 16, "high": 128, "log": true }), json!(116)),
        ("max_features", json!({ "low": 0.1, "high": 0.9, "log": true }), json!(0.17055852159745608)),
        ("min_samples_leaf", json!({ "low": 1, "high": 19 }), json!(2)),
        ("min_samples_split", json!({ "low": 2, "high": 19 }), json!(2)),
    ] {
        assert_eq!((&properties[name]["x-tune"], &properties[name]["default"]), (&range, &default), "{name}");
    }
    assert_eq!(properties["bootstrap"]["default"], false);
    assert!(["max_depth", "bootstrap", "spread"].iter().all(|name| properties[name]["x-tune"].is_null()));
}
