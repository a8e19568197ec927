//! What the boundary costs: `linear/ridge` through the compiled plugin against the same source called directly.
//!
//! Measured 2026-11-24, x86-64 with 2 cores, rustc 1.95.0, load average 0.4 to 1.1:
//!
//! * 100,000 rows × 30 features, medians of 30 interleaved pairs, 24 runs: directly 1.19 to 1.24 ms, through the plugin
//!   1.21 to 1.28 ms, ratio 1.00 to 1.05 in 22 of them and 1.02 to 1.03 over 3,000 calls in a row; the upper end of the
//!   95 % interval, 1.02 to 1.08, was under 1.05 in half of the runs. The direct call reads 24 MB at the speed of
//!   memory; what is left is the host's look at every value, and noise: a pair varies by some percent.
//! * One row: directly 92 ns, through the plugin 313 ns, with the data view built anew 3.2 µs.

mod median;
#[path = "../../plugins/linear/src/ridge.rs"]
#[allow(dead_code, unused_imports, reason = "its tests are for its own crate")]
mod ridge;

use archcast::plugin::HostServices;
use archcast_sdk::{
    Context, DatasetBuilder, LocalServices, Predictions, Predictor,
    dynamic::{DynModel, DynPredictor},
};
use archcast_tests::predictor;
use criterion::Criterion;
use median::Median;
use ridge::Ridge;
use serde_json::json;
use std::{hint::black_box, time::Instant};

const ROWS: usize = 100_000;
const WIDTH: usize = 30;
const PAIRS: usize = 30;

fn main() {
    let (_folder, plugin) = predictor("archcast-plugin-linear", "ridge");
    let names: Vec<String> = (0..WIDTH).map(|feature| format!("feature {feature}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &name[..]).collect();
    let train = numbers(200 * WIDTH);
    let targets: Vec<f64> = train.chunks(WIDTH).map(|row| row.iter().sum()).collect();
    let train = DatasetBuilder::new(200).features(&names, train).targets(targets);
    let train = train.view().expect("a sound data set");
    let params = ridge::Params { penalty: Some(1.0) };

    let host = HostServices::new(0);
    let loaded = plugin.fit(&json!({ "penalty": 1.0 }), &train, &host).expect("fitted");
    let local = LocalServices::new(0);
    let identity = |_| None;
    let cx = Context::new(&local, &identity);
    let direct = Ridge::fit(&params, &train, &cx).expect("fitted");

    let values = numbers(ROWS * WIDTH);
    let many = Queries { names: &names, values: &values };
    let one = Queries { names: &names, values: &values[..WIDTH] };
    let (many_ready, one_ready) = (many.builder(), one.builder());
    let many_ready = many_ready.view().expect("a sound data set");
    let one_ready = one_ready.view().expect("a sound data set");
    let directly = || direct.predict(&many_ready, &cx).expect("predicted");
    assert_eq!(many.through(&*loaded, &host), directly());

    let pairs: Vec<(f64, f64)> = (0..PAIRS)
        .map(|pair| {
            let through = || seconds(|| many.through(&*loaded, &host));
            let directly = || seconds(directly);
            // Each comes first in half of the pairs.
            if pair % 2 == 0 {
                let first = directly();
                (first, through())
            } else {
                let first = through();
                (directly(), first)
            }
        })
        .collect();
    let ratio = Median::of(pairs.iter().map(|(directly, through)| through / directly).collect());
    let directly = Median::of(pairs.iter().map(|pair| pair.0 * 1e3).collect());
    let through = Median::of(pairs.iter().map(|pair| pair.1 * 1e3).collect());
    println!("predict {ROWS} rows x {WIDTH} features, medians of {PAIRS} pairs [95 % interval]");
    println!("directly {directly} ms, through the plugin {through} ms, ratio {ratio}");

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("predict one row");
    group.bench_function("directly", |bencher| bencher.iter(|| direct.predict(&one_ready, &cx)));
    group.bench_function("through the plugin", |bencher| bencher.iter(|| loaded.predict(&one_ready, &host)));
    group.bench_function("through the plugin, data view built each time", |bencher| {
        bencher.iter(|| one.through(&*loaded, &host));
    });
    group.finish();
    criterion.final_summary();
}

/// Rows to predict, borrowed.
struct Queries<'a> {
    names: &'a [&'a str],
    values: &'a [f64],
}

impl Queries<'_> {
    fn builder(&self) -> DatasetBuilder<'_> {
        DatasetBuilder::new(self.values.len() / WIDTH).features(self.names, self.values)
    }

    /// From the numbers to the predictions, as the host does it.
    fn through(&self, model: &dyn DynModel, services: &HostServices) -> Predictions {
        let data = self.builder();
        let view = data.view().expect("a sound data set");
        model.predict(&view, services).expect("predicted")
    }
}

fn seconds(work: impl FnOnce() -> Predictions) -> f64 {
    let start = Instant::now();
    let predictions = black_box(work());
    let took = start.elapsed().as_secs_f64();
    drop(predictions);
    took
}

/// Numbers in -1..1 that look random: multiples of the golden ratio.
fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract() * 2.0 - 1.0).collect()
}
