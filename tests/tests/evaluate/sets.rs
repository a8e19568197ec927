//! Which rows train and which are tested.

use super::Place;
use archcast::table::{BuiltinTable, Rows};
use std::{collections::HashSet, fs, path::Path};

fn rows() -> Rows {
    Rows::read(&BuiltinTable::named("nas-bench-201").unwrap().data(), Path::new(".")).unwrap()
}

#[test]
fn no_network_is_on_both_sides_and_budgets_are_nested() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s --trials 5").succeeded();
    let rows = rows();
    let networks = |chosen: &[usize]| {
        chosen.iter().map(|&row| rows.network_identity(row).unwrap()).collect::<HashSet<_>>()
    };
    let contents = place.contents("s");
    assert_eq!(contents.splits.len(), 5);
    for split in &contents.splits {
        assert_eq!((split.test.len(), split.train.len()), (40, 30));
        assert!(networks(&split.test).is_disjoint(&networks(&split.train)));
    }
    // A smaller budget alone takes the first of the same rows.
    place.run("evaluate linear.toml --out small --trials 5 --labels 10").succeeded();
    for (small, large) in place.contents("small").splits.iter().zip(&contents.splits) {
        assert_eq!((&small.test, &small.train[..]), (&large.test, &large.train[..10]));
    }
    // And gives the same result.
    let whole = place.results("s");
    let small = place.results("small");
    assert!(small.lines().filter(|line| line.starts_with("ridge,10,")).count() == 5);
    assert!(small.lines().filter(|line| line.starts_with("ridge,10,")).all(|line| whole.contains(line)));
}

#[test]
fn splits_that_are_written_give_the_same_results_when_they_are_read() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s").succeeded();
    place.run("evaluate export s --splits -o splits.csv").succeeded();
    place.run("evaluate linear.toml --out again --splits splits.csv").succeeded();
    assert_eq!(place.results("s"), place.results("again"));
    let head = place.read("splits.csv");
    assert!(head.starts_with("trial,set,place,id\n0,test,0,|"), "{head}");
}

#[test]
fn rows_are_drawn_near_good_ones_on_request() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s --sampling mutation").succeeded();
    let contents = place.contents("s");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    assert!(contents.splits.iter().all(|split| split.redrawn > 0));
    place.run("evaluate linear.toml --out u").succeeded();
    for (near, uniform) in contents.splits.iter().zip(&place.contents("u").splits) {
        assert!(mean(&near.test_targets) > mean(&uniform.test_targets));
    }
}

#[test]
fn one_table_trains_and_another_is_tested() {
    let place = Place::linear();
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let (cells, accuracies) = (table.column("arch_str").unwrap(), table.column("test_acc").unwrap());
    let mut text = "arch_str,val_acc,zc_logsynflow,train_time_s\n".to_owned();
    for row in (0..300).map(|row| row * 50) {
        text.push_str(&format!("{},{},{row},1\n", cells.get(row), accuracies.get(row)));
    }
    fs::write(place.path("other.csv"), text).unwrap();
    place.run("evaluate linear.toml --out s --test-table other.csv").succeeded();
    let contents = place.contents("s");
    assert!(contents.splits.iter().all(|split| split.test.iter().all(|&row| row < 300)));
    assert_eq!(contents.header.test_table.as_ref().unwrap().rows, 300);
    place.run("evaluate export s --splits -o splits.csv").succeeded();
    place.refused("evaluate linear.toml --out t --test-table builtin:nas-bench-nlp", 1, &["`test_table`"]);
}
