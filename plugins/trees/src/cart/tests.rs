use super::*;
use archcast_sdk::{DatasetBuilder, LocalServices, rand::SeedableRng as _};

/// The six rows of the reference: two features, row after row.
pub(crate) const ROWS: [f64; 12] = [0.1, 3.0, 0.35, 1.0, 0.5, 4.5, 0.9, 2.0, 1.3, 0.2, 1.75, 3.7];
pub(crate) const TARGETS: [f64; 6] = [1.0, 1.7, 0.4, 2.6, 3.9, 2.2];
pub(crate) const QUERIES: [f64; 6] = [0.2, 2.5, 1.0, 1.25, 1.6, 4.0];

fn limits() -> Limits {
    Limits { max_depth: u32::MAX, min_samples_split: 2, min_samples_leaf: 1, max_features: 1.0, pure: PURE }
}

fn columns(names: &[&str], rows: &[f64]) -> Columns {
    let data = DatasetBuilder::new(rows.len() / names.len()).features(names, rows.to_vec());
    Columns::of(&data.view().unwrap().features().unwrap())
}

fn grown(columns: &Columns, targets: &[f64], limits: &Limits, seed: u64) -> Grown {
    let services = LocalServices::new(0);
    let rows = (0..columns.rows as u32).collect();
    let mut rng = Rng::seed_from_u64(seed);
    grow(columns, targets, rows, limits, &mut rng, &Context::new(&services, &|_| None)).unwrap()
}

fn near(have: &[f64], want: &[f64]) {
    assert_eq!(have.len(), want.len(), "{have:?} {want:?}");
    assert!(have.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-9), "{have:?} {want:?}");
}

/// Nodes before their children, left before right.
fn preorder(tree: &Tree) -> Vec<usize> {
    let (mut open, mut seen) = (vec![0], Vec::new());
    while let Some(node) = open.pop() {
        seen.push(node);
        if let Some((_, _, left, right)) = tree.split_of(node) {
            open.extend([right, left]);
        }
    }
    seen
}

/// Made by scikit-learn's `DecisionTreeRegressor`, the same under any seed.
#[test]
fn a_tree_of_depth_2_is_that_of_scikit_learn() {
    let columns = columns(&["x0", "x1"], &ROWS);
    for seed in 0..30 {
        let grown = grown(&columns, &TARGETS, &Limits { max_depth: 2, ..limits() }, seed);
        let nodes = preorder(&grown.tree);
        let variances: Vec<f64> = nodes.iter().map(|&node| grown.variances[node]).collect();
        near(&variances, &[1.275555556, 0.282222222, 0.0, 0.09, 0.526666667, 0.0, 0.04]);
        let splits: Vec<(u32, f64)> = nodes
            .iter()
            .filter_map(|&node| grown.tree.split_of(node))
            .map(|split| (split.0, split.1))
            .collect();
        assert_eq!(splits.iter().map(|split| split.0).collect::<Vec<_>>(), [0, 1, 1]);
        near(&splits.iter().map(|split| split.1).collect::<Vec<_>>(), &[0.7, 2.0, 1.1]);
        near(&grown.importance.unwrap(), &[0.706943192, 0.293056808]);
        let values: Vec<f64> = QUERIES.chunks(2).map(|row| grown.tree.value(row)).collect();
        near(&values, &[0.7, 2.4, 2.4]);
    }
}

#[test]
fn leaves_of_two_rows_leave_only_the_split_of_the_root() {
    let columns = columns(&["x0", "x1"], &ROWS);
    let grown = grown(&columns, &TARGETS, &Limits { min_samples_leaf: 2, ..limits() }, 0);
    assert_eq!(grown.tree.len(), 3);
    near(&[grown.tree.value(&[0.7, 0.0]), grown.tree.value(&[0.71, 0.0])], &[3.1 / 3.0, 2.9]);
}

#[test]
fn a_tree_without_limits_goes_through_every_row() {
    let columns = columns(&["x0", "x1"], &ROWS);
    for seed in 0..10 {
        let grown = grown(&columns, &TARGETS, &limits(), seed);
        let values: Vec<f64> = ROWS.chunks(2).map(|row| grown.tree.value(row)).collect();
        assert_eq!(values, TARGETS);
    }
}

/// The score of the best split of all rows, by trying each.
fn exhaustive(rows: &[Vec<f64>], targets: &[f64], least: usize) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for feature in 0..rows[0].len() {
        for threshold in rows.iter().map(|row| row[feature]).chain([f64::MAX]) {
            for missing_left in [true, false] {
                let goes_left = |row: &Vec<f64>| match row[feature].is_nan() {
                    true => missing_left,
                    false => row[feature] <= threshold,
                };
                let side = |left: bool| -> Vec<f64> {
                    let of = rows.iter().zip(targets).filter(|(row, _)| goes_left(row) == left);
                    of.map(|(_, &target)| target).collect()
                };
                let (left, right) = (side(true), side(false));
                if left.len().min(right.len()) >= least {
                    let mean = |side: &[f64]| side.iter().sum::<f64>() / side.len() as f64;
                    let weight = (left.len() * right.len()) as f64;
                    best = f64::max(best, weight * (mean(&left) - mean(&right)).powi(2));
                }
            }
        }
    }
    best
}

#[test]
fn no_split_of_the_root_is_better_whatever_is_missing() {
    let mut rng = Rng::seed_from_u64(3);
    use archcast_sdk::rand::RngExt as _;
    for round in 0..60 {
        let n = 4 + round % 17;
        let rows: Vec<Vec<f64>> = (0..n)
            .map(|_| {
                let mut row: Vec<f64> = vec![
                    f64::from(rng.random_range(0..2_u8)),
                    f64::from(rng.random_range(0..4_u8)),
                    rng.random_range(-1.0..1.0),
                    7.0,
                ];
                row.iter_mut().filter(|_| rng.random_range(0..4_u8) == 0).for_each(|cell| *cell = f64::NAN);
                row
            })
            .collect();
        let targets: Vec<f64> = (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
        let columns = columns(&["two", "few", "many", "one"], &rows.concat());
        for least in [1, 2, 3] {
            let one = Limits { max_depth: 1, min_samples_leaf: least, ..limits() };
            let grown = grown(&columns, &targets, &one, round as u64);
            let want = exhaustive(&rows, &targets, least);
            // What the tree does to its own rows is what the best split does.
            let values: Vec<f64> = rows.iter().map(|row| grown.tree.value(row)).collect();
            let mean = targets.iter().sum::<f64>() / n as f64;
            let between: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let had = between * n as f64;
            assert!((had - want.max(0.0)).abs() < 1e-9, "{least} {had} {want} {rows:?}");
        }
    }
}

#[test]
fn missing_rows_go_left_where_it_makes_no_difference() {
    // Row 2 is missing and lies in the middle: either side is as good.
    let columns = columns(&["a"], &[0.0, 1.0, f64::NAN]);
    let grown = grown(&columns, &[-1.0, 1.0, 0.0], &Limits { max_depth: 1, ..limits() }, 0);
    assert_eq!(grown.tree.value(&[f64::NAN]), grown.tree.value(&[0.0]));
    // None is missing in training.
    let columns = super::tests::columns(&["a"], &[0.0, 1.0, 2.0]);
    let grown = super::tests::grown(&columns, &[-1.0, 1.0, 1.0], &limits(), 0);
    assert_eq!(grown.tree.value(&[f64::NAN]), -1.0);
}

#[test]
fn a_row_that_is_there_twice_counts_twice() {
    let columns = columns(&["a"], &[0.0, 1.0, 2.0]);
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let one = Limits { max_depth: 1, ..limits() };
    let mut rng = Rng::seed_from_u64(0);
    let grown = grow(&columns, &[0.0, 3.0, 30.0], vec![0, 1, 1], &one, &mut rng, &cx).unwrap();
    assert_eq!((grown.tree.value(&[0.0]), grown.tree.value(&[1.0])), (0.0, 3.0));
    let none = Limits { max_depth: 0, ..limits() };
    let grown = grow(&columns, &[0.0, 3.0, 30.0], vec![0, 1, 1], &none, &mut rng, &cx).unwrap();
    assert_eq!((grown.tree.value(&[9.0]), grown.tree.len(), grown.importance), (2.0, 1, None));
}

#[test]
fn rows_that_are_the_same_or_lack_everything_end_in_one_leaf() {
    for value in [1.0, f64::NAN] {
        let columns = columns(&["a", "b"], &[value; 8]);
        let grown = grown(&columns, &[1.0, 2.0, 3.0, 6.0], &limits(), 0);
        assert_eq!((grown.tree.len(), grown.tree.value(&[0.0, 0.0])), (1, 3.0));
    }
}
