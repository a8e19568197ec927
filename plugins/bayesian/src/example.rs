//! Rows that the laws try the network predictors on.

use archcast_sdk::{
    Rng,
    prelude::*,
    rand::{RngExt as _, SeedableRng as _},
};

/// Columns.
const WIDTH: usize = 6;

/// So many different rows of numbers between 0 and 1, with targets that rise with each and by one product.
pub(crate) fn rows(n: usize, seed: u64) -> DatasetBuilder<'static> {
    let mut rng = Rng::seed_from_u64(seed);
    let values: Vec<[f64; WIDTH]> = (0..n).map(|_| std::array::from_fn(|_| rng.random())).collect();
    let target = |row: &[f64; WIDTH]| {
        60.0 + 5.0 * row.iter().enumerate().map(|(k, value)| value / (k + 1) as f64).sum::<f64>()
            + 3.0 * row[0] * row[1]
    };
    let targets: Vec<f64> = values.iter().map(target).collect();
    let identities: Vec<[u64; 2]> = values.iter().map(|row| [row[0].to_bits(), row[1].to_bits()]).collect();
    DatasetBuilder::new(n)
        .identities(identities)
        .features(&["a", "b", "c", "d", "e", "f"], values.into_flattened())
        .targets(targets)
}
