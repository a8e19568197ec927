//! Fit and prediction of the boosted trees through the compiled plugin, on the built-in table; `tests/peers/gbdt.py`
//! measures the Python packages on the same rows. The target is standardised, the features are adjacency one-hot.

mod median;

use archcast::table::BuiltinTable;
use archcast_sdk::{DatasetBuilder, LocalServices, dynamic::DynPredictor, serde_json::json};
use archcast_tests::predictor;
use median::Median;
use std::time::Instant;

const REPEATS: usize = 15;
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
            let fits = (0..REPEATS).map(|_| milliseconds(&fit).0).collect();
            let model = fit();
            let predict = || model.predict(&ask, &services).expect("predictions");
            let predictions = (0..REPEATS).map(|_| milliseconds(&predict).0).collect();
            println!(
                "{name}, {train} rows: fit {} ms, predict {ASKED} {} ms, median of {REPEATS} [95 % interval]",
                Median::of(fits),
                Median::of(predictions)
            );
        }
    }
}

fn milliseconds<T>(call: impl Fn() -> T) -> (f64, T) {
    let start = Instant::now();
    let given = call();
    (start.elapsed().as_secs_f64() * 1e3, given)
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
