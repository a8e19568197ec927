//! Small networks for the conformance laws.

use archcast_architectures::{Settings, Space};
use archcast_sdk::{
    Rng, ndarray,
    prelude::*,
    rand::{RngExt as _, SeedableRng as _},
};

use crate::params::Params;

/// Cells of nas-bench-201, of which every other one is disconnected. Its target is lower: this is what any score can tell
/// of networks this small. Targets of the others follow the number of their convolutions.
pub fn cells(n: usize, seed: u64) -> DatasetBuilder<'static> {
    let mut rng = Rng::seed_from_u64(seed);
    let mut genotypes = Array2::from_shape_simple_fn((n, 6), || rng.random_range(1..5_u16));
    for mut row in genotypes.rows_mut().into_iter().step_by(2) {
        // The edges into the output.
        row.slice_mut(ndarray::s![3..]).fill(0);
    }
    let worth = |row: ArrayView1<'_, u16>| match row[3] {
        0 => 0.0,
        _ => 10.0 + row.iter().filter(|&&digit| digit == 3).count() as f64,
    };
    let identity = |row: ArrayView1<'_, u16>| {
        [row.iter().fold(1, |identity, &digit| identity * 5 + u64::from(digit)), 201]
    };
    DatasetBuilder::new(n)
        .owned_genotypes(&genotypes)
        .identities(genotypes.rows().into_iter().map(identity))
        .targets(genotypes.rows().into_iter().map(worth).collect::<Vec<_>>())
        .header(|header| header.space = Some(Space::NasBench201.info()))
}

/// Parameters under which a network takes a millisecond.
pub fn params() -> Params {
    let network = Settings { classes: Some(3), channels: Some(8), cells: Some(1), image: Some(8) };
    Params { network, batch_size: 4, meco_image: 16, zen_repeats: 1, ..Params::default() }
}
