//! Fit and prediction of the boosted trees through the compiled plugin, on the built-in table; `tests/peers/gbdt.py`
//! measures the Python packages on the same rows. The target is standardised, the features are adjacency one-hot.
//!
//! Time on the processor as Linux counts it, which other work on the machine does not change.

use archcast::table::BuiltinTable;
use archcast_sdk::{DatasetBuilder, LocalServices, dynamic::DynPredictor, serde_json::json};
use archcast_tests::predictor;
use std::fs;

const FITS: u32 = 15;
const PREDICTIONS: u32 = 300;
/// Rows that are asked.
const ASKED: usize = 200;

fn main() {
    for name in ["xgboost", "lightgbm"] {
        let (_folder, plugin) = predictor("archcast-plugin-gbdt", name);
        let services = LocalServices::new(0);
        for train in [100, 400] {
            let (learn, ask) = (rows(0, train), rows(train, ASKED));
            let (learn, ask) = (learn.view().expect("sound"), ask.view().expect("sound"));
            let fit = || plugin.fit(&json!({}), &learn, &services).expect("a fit");
            let model = fit();
            let fitting = milliseconds(FITS, || drop(fit()));
            let predicting =
                milliseconds(PREDICTIONS, || drop(model.predict(&ask, &services).expect("predictions")));
            println!(
                "{name}, {train} rows: fit {fitting:.2} ms, predict {ASKED} {predicting:.3} ms on the processor"
            );
        }
    }
}

/// Mean time of a call on the processor.
fn milliseconds(repeats: u32, call: impl Fn()) -> f64 {
    let before = on_processor();
    (0..repeats).for_each(|_| call());
    (on_processor() - before) / 1e6 / f64::from(repeats)
}

/// Nanoseconds that this thread has run.
fn on_processor() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells it");
    told.split(' ').next().and_then(|first| first.parse().ok()).expect("a number")
}

/// So many cells of the table from this one on.
fn rows(from: usize, count: usize) -> DatasetBuilder<'static> {
    let table = BuiltinTable::named("nas-bench-201").expect("built in").read().expect("read");
    let (cells, accuracies) = (table.column("ops").expect("there"), table.column("val_acc").expect("there"));
    let (mut features, mut targets) = (Vec::new(), Vec::new());
    for row in from..from + count {
        for digit in cells.get(row).bytes() {
            features.extend((b'0'..b'5').map(|choice| f64::from(u8::from(choice == digit))));
        }
        targets.push(accuracies.get(row).parse::<f64>().expect("a number"));
    }
    let n = count as f64;
    let mean = targets.iter().sum::<f64>() / n;
    let deviation = (targets.iter().map(|target| (target - mean).powi(2)).sum::<f64>() / n).sqrt();
    targets.iter_mut().for_each(|target| *target = (*target - mean) / deviation);
    let names: Vec<String> = (0..30).map(|feature| format!("f{feature}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    DatasetBuilder::new(count).features(&names, features).targets(targets)
}
