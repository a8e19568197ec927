//! Finding and loading plugins.
//!
//! Measured 2026-11-24, x86-64 with 2 cores, rustc 1.95.0, load average 1.2 to 1.8:
//!
//! * 100 libraries: reading their manifests 17 ms, the whole command `archcast plugins list` 23 ms.
//! * Loading one plugin, medians of 30 fresh copies: 0.21 ms (a fixture), 0.37 ms (linear).

mod median;

use archcast::plugin::{Folders, Registry, discover};
use archcast_tests::{archcast_in, fresh_folder, library, registry};
use criterion::Criterion;
use median::Median;
use std::{env::consts::DLL_SUFFIX, fs, path::Path, time::Instant};

const LIBRARIES: usize = 100;
const LOADS: usize = 30;
const FIXTURES: [&str; 12] = [
    "fixture-curve",
    "fixture-features",
    "fixture-graphs",
    "fixture-many",
    "fixture-native",
    "fixture-networks",
    "fixture-raw",
    "fixture-rogue",
    "fixture-roles",
    "fixture-settings",
    "fixture-two-outputs",
    "fixture-unlabelled",
];

fn main() {
    let folder = fresh_folder();
    for (number, fixture) in FIXTURES.iter().cycle().take(LIBRARIES).enumerate() {
        copy(fixture, folder.path(), number);
    }
    let folders = Folders::only(&[folder.path().to_owned()]);
    assert_eq!(discover(&folders).len(), LIBRARIES);

    for fixture in ["fixture-features", "archcast-plugin-linear"] {
        println!("load {fixture}: {} ms, median of {LOADS} fresh copies [95 % interval]", load(fixture));
    }

    let mut criterion = Criterion::default().sample_size(30).configure_from_args();
    let mut group = criterion.benchmark_group(format!("list {LIBRARIES} libraries"));
    group.bench_function("discover", |bencher| bencher.iter(|| discover(&folders)));
    let place = folder.path().to_str().expect("a temporary folder has a readable name");
    group.bench_function("archcast plugins list", |bencher| {
        bencher.iter(|| archcast_in(folder.path(), &["--plugin-dir", place, "plugins", "list"]).succeeded());
    });
    group.finish();
    criterion.final_summary();
}

fn copy(package: &str, folder: &Path, number: usize) {
    fs::copy(library(package), folder.join(format!("{number}{DLL_SUFFIX}"))).expect("copied");
}

/// Milliseconds to load a library that this process has not seen, each time a file of its own: the loader knows
/// a file again, and no plugin is unloaded.
fn load(package: &str) -> Median {
    let measure = |_| {
        let folder = fresh_folder();
        copy(package, folder.path(), 0);
        let registry: Registry = registry(folder.path());
        let start = Instant::now();
        registry.load(&registry.found()[0]).expect("loaded");
        start.elapsed().as_secs_f64() * 1e3
    };
    Median::of((0..LOADS).map(measure).collect())
}
