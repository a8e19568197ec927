//! Sizes of networks through the compiled plugin: those that the benchmarks published, and how they order networks.

use archcast::{
    compose::{Composition, Plan, Training},
    plugin::HostServices,
    study::metrics::spearman,
    table::Rows,
};
use archcast_tests::{plugin_folder, registry, skipped};
use std::{
    env,
    path::{Path, PathBuf},
};

/// The folder of the large tables; the story is noted as left out where there is none.
fn tables(story: &str) -> Option<PathBuf> {
    let folder = env::var_os("ARCHCAST_TABLES").map(PathBuf::from);
    if folder.is_none() {
        skipped(story, "ARCHCAST_TABLES does not name the folder of the tables");
    }
    folder
}

/// The rows of a table and what a size says of each.
fn sized(data: &str, folder: &Path, size: &str) -> (Rows, Vec<f64>) {
    let plugins = plugin_folder(&["archcast-plugin-size"]);
    let text = format!("[data]\n{data}\n[member.size]\nuse = \"size/{size}\"\n");
    let composition = Composition::parse(&text, "sizes.toml").unwrap();
    let rows = Rows::read(&composition.data, folder).unwrap();
    let registry = registry(plugins.path());
    let plan =
        Plan::check(&composition, &registry, &rows, folder).unwrap_or_else(|error| panic!("{error:?}"));
    let services = HostServices::new(0);
    let model = plan.fit(&rows, &Training::from(vec![0, 1]), 0, &services).unwrap();
    let told = model.predict_rows(&rows, &services).unwrap();
    assert!(told.missing_rows().is_empty());
    let sizes = told.get("score").unwrap().to_vec();
    (rows, sizes)
}

/// Numbers of a column.
fn column(rows: &Rows, name: &str) -> Vec<f64> {
    rows.table().column(name).unwrap().iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn parameters_of_nas_bench_201_are_those_of_the_table_but_for_its_known_fault() {
    let (rows, sizes) = sized("table = \"builtin:nas-bench-201\"", Path::new(""), "params");
    let published = column(&rows, "params_m");
    let other: Vec<f64> = (sizes.iter().zip(&published))
        .map(|(size, millions)| (size - millions * 1e6).round().abs())
        .filter(|difference| *difference > 0.0)
        .collect();
    assert_eq!((sizes.len(), other.len()), (15_625, 150));
    // One convolution too many or too few.
    assert!(other.iter().all(|difference| [243_040.0, 28_000.0].contains(difference)), "{other:?}");
}

#[test]
fn live_parameters_order_nas_bench_201_as_the_field_measured() {
    let measured = |size, least: f64| {
        let (rows, sizes) = sized("table = \"builtin:nas-bench-201\"", Path::new(""), size);
        let sizes: Vec<f64> = sizes.iter().map(|size| size.max(least)).collect();
        format!("{:.3}", spearman(&column(&rows, "test_acc"), &sizes).unwrap())
    };
    assert_eq!(measured("params", 0.0), "0.753");
    assert_eq!(measured("flops", 0.0), "0.753");
    // The field counts what stands around a disconnected cell as live.
    assert_eq!(measured("live-params", 73_306.0), "0.822");
    assert_eq!(measured("live-params", 0.0), "0.823");
}

#[test]
fn parameters_of_nas_bench_101_are_those_of_the_table() {
    let story = "parameters_of_nas_bench_101_are_those_of_the_table";
    let Some(tables) = tables(story) else { return };
    let data = "table = \"nas-bench-101/cells.csv.gz\"\nspace = \"nas-bench-101\"\n\
                architecture = \"{vertices},{adjacency},{ops}\"\n\
                target = { column = \"test_acc\", goal = \"maximize\", unit = \"percent\" }";
    let (rows, sizes) = sized(data, &tables, "params");
    assert_eq!(sizes.len(), 211_920);
    assert!(sizes == column(&rows, "params"));
}

#[test]
fn parameters_and_flops_of_nas_bench_macro_are_those_of_the_table() {
    let story = "parameters_and_flops_of_nas_bench_macro_are_those_of_the_table";
    let Some(tables) = tables(story) else { return };
    let data = "table = \"nas-bench-macro/cifar10.csv.gz\"\nspace = \"nas-bench-macro\"\narchitecture = \"arch\"\n\
                target = { column = \"test_acc\", goal = \"maximize\", unit = \"percent\" }";
    for size in ["params", "flops"] {
        let (rows, sizes) = sized(data, &tables, size);
        assert_eq!(sizes.len(), 6_561);
        assert!(sizes == column(&rows, size), "{size}");
    }
}

#[test]
fn parameters_of_transnas_micro_are_those_that_the_suite_measured() {
    let story = "parameters_of_transnas_micro_are_those_that_the_suite_measured";
    let Some(tables) = tables(story) else { return };
    let data = "table = \"nas-bench-suite-zero/transnas-micro-class_object.csv.gz\"\nspace = \"transnas-micro\"\n\
                architecture = \"ops\"\ntarget = { column = \"val_metric\", goal = \"maximize\" }";
    let (rows, sizes) = sized(data, &tables, "params");
    let published = column(&rows, "zc_params");
    let other = sizes.iter().zip(&published).filter(|(size, millions)| (*size - *millions * 1e6).abs() > 0.5);
    assert_eq!((sizes.len(), other.count()), (711, 0));
}
