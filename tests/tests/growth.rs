//! Plugins and hosts of different ages load each other: tables of functions that have grown by a field, in either.

use archcast_tests::{Run, abi, built, fresh_folder, library};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// The predictors of the story, and the libraries that offer them.
const PREDICTORS: [&str; 3] = ["features/nearest", "abi-plain/mean", "abi-grown/mean"];

#[test]
fn a_host_that_has_grown_and_a_plain_one_use_plain_and_grown_plugins_alike() {
    let folder = fresh_folder();
    let plugins = folder.path();
    let variants = ["plain", "grown", "abi-2"].map(abi::build_variant);
    for library in variants.into_iter().chain([library("fixture-features")]) {
        fs::copy(&library, plugins.join(library.file_name().unwrap())).unwrap();
    }
    let started = Instant::now();
    let hosts = [built().join(format!("archcast{}", env::consts::EXE_SUFFIX)), abi::build_grown_host()];
    println!("the grown host was built in {:.1} s", started.elapsed().as_secs_f64());

    for predictor in PREDICTORS {
        let models: Vec<PathBuf> = hosts.iter().map(|host| fit(host, plugins, predictor)).collect();
        // Either host predicts with either host's model, and all four say the same.
        let tables: Vec<String> = hosts
            .iter()
            .flat_map(|host| models.iter().map(move |model| predict(host, plugins, model)))
            .collect();
        assert!(tables[0].lines().count() > 15_000, "{predictor}: {}", tables[0]);
        assert!(tables.iter().all(|table| *table == tables[0]), "{predictor}");
    }
    for (host, boundary) in hosts.iter().zip(["1.0.0", "1.1.0"]) {
        let listed = command(host, plugins, &["plugins", "list"]).succeeded().out;
        for name in PREDICTORS.map(|name| name.split('/').next().unwrap()) {
            let ready = |line: &str| line.starts_with(name) && line.contains("ready");
            assert!(listed.lines().any(ready), "{name}\n{listed}");
        }
        // What is refused is told which boundary the host speaks: the one has grown and the other has not.
        assert!(listed.contains(&format!("this host speaks ABI {boundary};")), "{listed}");
    }
}

fn command(host: &Path, plugins: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(host);
    command.arg("--plugin-dir").arg(plugins).args(arguments).current_dir(plugins);
    command.env_remove("ARCHCAST_PLUGIN_PATH").env("XDG_DATA_HOME", "/nonexistent");
    Run::of(command)
}

/// Fits a predictor on the built-in table by this host, and gives the model.
fn fit(host: &Path, plugins: &Path, predictor: &str) -> PathBuf {
    let (short, age) =
        (predictor.replace('/', "-"), if host.starts_with(built()) { "plain" } else { "grown" });
    let (config, model) = (format!("{short}.toml"), format!("{short}-by-{age}.model"));
    let text = format!(
        "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 20\n\
         [member.one]\nuse = \"{predictor}\"\ninputs = [\"adjacency-one-hot\"]\n"
    );
    fs::write(plugins.join(&config), text).unwrap();
    command(host, plugins, &["fit", &config, "-o", &model, "--seed", "1"]).succeeded();
    plugins.join(model)
}

/// Every row's prediction as a CSV table.
fn predict(host: &Path, plugins: &Path, model: &Path) -> String {
    let out = plugins.join("predicted.csv");
    command(host, plugins, &["predict", &model.to_string_lossy(), "-o", &out.to_string_lossy()]).succeeded();
    fs::read_to_string(out).unwrap()
}
