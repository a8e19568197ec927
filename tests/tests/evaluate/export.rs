//! Results as tables.

use super::{Place, table};
use archcast::table::TableSource;

#[test]
fn every_format_has_the_same_results() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s").succeeded();
    let csv = table(&place.results("s"));
    assert_eq!(csv.len(), 15);
    let names: Vec<&str> = csv.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names[..5], ["member", "labels", "fidelity", "trial", "kendall-tau"]);
    assert!(!names.iter().any(|name| name.contains("measured")));
    place.run("evaluate export s -o r.parquet").succeeded();
    let parquet = TableSource::File(place.path("r.parquet")).read().unwrap();
    assert_eq!(parquet.numbers("kendall-tau").unwrap(), csv.numbers("kendall-tau").unwrap());
    assert_eq!(
        parquet.numbers("initialization_table_s").unwrap(),
        csv.numbers("initialization_table_s").unwrap()
    );
}

#[test]
fn times_and_predictions_are_written_on_request() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s").succeeded();
    place.run("evaluate export s --times -o t.csv").succeeded();
    assert!(
        table(&place.read("t.csv"))
            .numbers("fit_measured_s")
            .unwrap()
            .iter()
            .flatten()
            .all(|&seconds| seconds >= 0.0)
    );
    place.run("evaluate export s --predictions -o p.csv").succeeded();
    assert_eq!(table(&place.read("p.csv")).len(), 15 * 40);
    place.refused("evaluate export s -o r.xlsx", 1, &["does not say what to write"]);
    place.refused("evaluate export nothing -o r.csv", 1, &["nothing/journal.jsonl"]);
}
