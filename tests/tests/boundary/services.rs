//! What the host lends to a call: seeds, threads, row identity, progress, log, and the wish to end it.

use super::{bits, bits_of, output};
use archcast::plugin::HostServices;
use archcast_sdk::{
    Dataset, DatasetBuilder, ErrorKind, Level, Predictions, dynamic::DynPredictor, ndarray::array,
};
use archcast_tests::predictor;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Rows of one feature with identities 100, 101, …
fn rows(count: u64) -> DatasetBuilder<'static> {
    let values: Vec<f64> = (0..count).map(|row| row as f64).collect();
    let targets = values.clone();
    DatasetBuilder::new(count as usize)
        .features(&["x"], values)
        .targets(targets)
        .identities((0..count).map(|row| [100 + row, 7]))
}

fn draws(data: &Dataset<'_>, seed: u64, threads: usize) -> Predictions {
    let (_folder, draws) = predictor("fixture-many", "many/draws");
    let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap());
    let services = HostServices::new(seed).on_pool(pool);
    let train = rows(3);
    let model = draws.fit(&json!({ "parts": 500 }), &train.view().unwrap(), &services).unwrap();
    model.predict(data, &services).unwrap()
}

#[test]
fn a_seed_gives_the_same_bits_on_one_thread_and_on_two_and_another_seed_gives_others() {
    let data = rows(200);
    let view = data.view().unwrap();
    let one = draws(&view, 7, 1);
    for threads in [1, 2, 2, 5] {
        assert_eq!(bits(&draws(&view, 7, threads)), bits(&one), "{threads} threads");
    }
    let other = draws(&view, 8, 2);
    for name in ["fit", "row", "parts"] {
        assert_ne!(output(&other, name)[0].to_bits(), output(&one, name)[0].to_bits(), "{name}");
    }
    assert!(output(&one, "row").iter().all(|value| (0.0..1.0).contains(value)));
    assert!((200.0..300.0).contains(&output(&one, "parts")[0]));
}

#[test]
fn a_row_draws_the_same_alone_among_others_and_in_any_order() {
    let data = rows(40);
    let view = data.view().unwrap();
    let all = output(&draws(&view, 7, 2), "row");
    let mut apart = bits_of(&all);
    apart.sort_unstable();
    apart.dedup();
    assert_eq!(apart.len(), 40, "each row draws its own number");

    for row in [0, 17, 39] {
        let alone = view.select(&[row]).unwrap();
        assert_eq!(bits_of(&output(&draws(&alone.view().unwrap(), 7, 1), "row")), bits_of(&all[row..=row]));
    }
    let order: Vec<usize> = (0..40).map(|row| row * 7 % 40).collect();
    let permuted = view.select(&order).unwrap();
    let expected: Vec<f64> = order.iter().map(|&row| all[row]).collect();
    assert_eq!(bits_of(&output(&draws(&permuted.view().unwrap(), 7, 2), "row")), bits_of(&expected));
}

#[test]
fn one_plugin_offers_predictors_of_several_families() {
    let (_folder, best) = predictor("fixture-many", "many/best");
    let families: Vec<String> = best
        .plugin()
        .manifest()
        .predictors
        .iter()
        .map(|info| format!("{} {}", info.name, info.family))
        .collect();
    assert_eq!(families, ["draws model-based", "best learning-curve", "sum zero-cost"]);

    let genotypes = array![[1_u16, 2], [3, 4]];
    let data = DatasetBuilder::new(2)
        .curve("val_acc", Default::default(), &[vec![10.0, 30.0, 20.0], vec![]])
        .genotypes(genotypes.view());
    let run = |name: &str| super::fitted_and_predicted("fixture-many", name, &json!({}), &data, &data);
    let best = run("many/best");
    assert_eq!(output(&best, "score")[0], 30.0);
    assert_eq!(best.reason(1), Some("it has no curve `val_acc`"));
    assert_eq!(output(&run("many/sum"), "score"), [3.0, 7.0]);
}

#[test]
fn log_and_progress_reach_the_host() {
    let (_folder, draws) = predictor("fixture-many", "many/draws");
    let (messages, shares) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (to_log, to_progress) = (Arc::clone(&messages), Arc::clone(&shares));
    let services = HostServices::new(1)
        .on_log(move |level, message| to_log.lock().unwrap().push((level, message.to_owned())))
        .on_progress(move |share| to_progress.lock().unwrap().push(share));
    draws.fit(&json!({ "parts": 3 }), &rows(1).view().unwrap(), &services).unwrap();
    assert_eq!(*messages.lock().unwrap(), [(Level::Info, "drew 3 parts".to_owned())]);
    assert_eq!(*shares.lock().unwrap(), [1.0]);
}

#[test]
fn an_endless_fit_and_an_endless_predict_end_within_a_second_of_the_wish() {
    let (_folder, rogue) = predictor("fixture-rogue", "rogue/rogue");
    let data = rows(3);
    let view = data.view().unwrap();
    let fit = |params: &Value, services: &HostServices| rogue.fit(params, &view, services);

    let (services, wish, shares) = cancellable();
    let (asked, error) = cancel_while(&wish, || fit(&json!({ "crime": "endless" }), &services).err());
    assert_eq!(error.expect("ended early").kind(), ErrorKind::Cancelled);
    assert!(asked < Duration::from_secs(1), "{asked:?}");
    let shares = shares.lock().unwrap();
    assert!(shares.len() > 2 && shares.is_sorted() && shares.iter().all(|share| (0.0..=1.0).contains(share)));

    let model = fit(&json!({ "crime": "endless-predict" }), &HostServices::new(0)).unwrap();
    let (services, wish, _) = cancellable();
    let (asked, error) = cancel_while(&wish, || model.predict(&view, &services).err());
    let error = error.expect("ended early");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Cancelled, "the host asked to stop"));
    assert!(asked < Duration::from_secs(1), "{asked:?}");

    // A wish that stands before the call ends it at once, and the model is as good as before.
    assert_eq!(model.predict(&view, &services).unwrap_err().kind(), ErrorKind::Cancelled);
    let sound = fit(&json!({}), &HostServices::new(0)).unwrap();
    assert_eq!(output(&sound.predict(&view, &HostServices::new(0)).unwrap(), "mean"), [0.0, 1.0, 2.0]);
}

fn cancellable() -> (HostServices, Arc<AtomicBool>, Arc<Mutex<Vec<f64>>>) {
    let (wish, shares) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let to = Arc::clone(&shares);
    let services = HostServices::new(0)
        .cancelled_by(Arc::clone(&wish))
        .on_progress(move |share| to.lock().unwrap().push(share));
    (services, wish, shares)
}

/// Runs a call, asks it to end after 100 ms, and gives how long it took from then.
fn cancel_while<T>(wish: &AtomicBool, call: impl FnOnce() -> T) -> (Duration, T) {
    thread::scope(|scope| {
        let asker = scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            let asked = Instant::now();
            wish.store(true, Ordering::SeqCst);
            asked
        });
        let outcome = call();
        let ended = Instant::now();
        (ended.duration_since(asker.join().unwrap()), outcome)
    })
}

#[test]
fn the_device_the_cache_folder_and_unknown_services_are_told_and_warnings_reach_the_host() {
    let (_folder, asks) = predictor("fixture-context", "context/asks");
    let cache = archcast_tests::fresh_folder();
    let logged = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&logged);
    let services = HostServices::new(0)
        .with_cache_folder(cache.path().to_owned())
        .on_log(move |level, message| taken.lock().unwrap().push((level, message.to_owned())));
    let data = rows(2);
    let view = data.view().unwrap();
    let model = asks.fit(&Value::Object(Default::default()), &view, &services).unwrap();
    let told = model.predict(&view, &services).unwrap();
    for name in ["on_cpu", "has_cache", "refused"] {
        assert_eq!(output(&told, name), [1.0, 1.0], "{name}");
    }
    assert!(cache.path().join("asked").is_file());
    assert_eq!(logged.lock().unwrap()[..], [(Level::Warn, "the fixture warns".to_owned())]);

    let without = HostServices::new(0);
    let model = asks.fit(&json!({}), &view, &without).unwrap();
    assert_eq!(output(&model.predict(&view, &without).unwrap(), "has_cache"), [0.0, 0.0]);
    let error = asks.fit(&json!({ "break_down": true }), &view, &without).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Numerical);
}

#[test]
fn a_predictors_own_example_reaches_the_host() {
    let (_folder, asks) = predictor("fixture-context", "context/asks");
    let (data, params) = asks.example(5, 3).expect("the fixture has an example");
    let view = data.view().unwrap();
    assert_eq!(view.targets().unwrap().to_vec(), [3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(view.genotypes().unwrap().dim(), (5, 2));
    assert_eq!(params, json!({ "break_down": false }));
    let (_folder, nearest) = predictor("fixture-features", "features/nearest");
    assert!(nearest.example(5, 3).is_none());
}
