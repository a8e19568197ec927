//! Rows without a target for members that use them: architectures that are known and not measured.

use super::{Queries, Training, split::draw_some};
use crate::table::Rows;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;

/// The stream of the seed from which unlabelled rows are drawn; labelled ones come from the first.
const STREAM: u64 = 1;

/// Most draws for each row that is sampled, where some are withheld.
const DRAWS: usize = 100;

/// Unlabelled rows that go with these training rows. They are drawn by the seed from the other rows of the table, whose
/// targets are hidden, but for those that are withheld and others of the same networks; where those are too few and `reads_table` says that no more than the architecture is read of them, all
/// are sampled from the space. There can be fewer than asked for. Fewer under the same seed are a prefix of more.
pub fn unlabelled<'r>(
    rows: &'r Rows,
    training: &Training,
    count: usize,
    reads_table: bool,
    seed: u64,
) -> Queries<'r> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    let trained: HashSet<u128> = training.rows.iter().map(|&row| rows.identities()[row]).collect();
    let network = |row: usize| rows.network_identity(row).unwrap_or(rows.identities()[row]);
    let withheld: HashSet<u128> = training.withheld.iter().map(|&row| network(row)).collect();
    let is_other = |&row: &usize| {
        !trained.contains(&rows.identities()[row])
            && (withheld.is_empty() || !withheld.contains(&network(row)))
    };
    let mut others: Vec<usize> = (0..rows.len()).filter(is_other).collect();
    if others.len() < count
        && !reads_table
        && let Some(space) = rows.space()
    {
        let withheld: HashSet<u128> = training.withheld.iter().map(|&row| rows.identities()[row]).collect();
        let open = |genotype: &Vec<u16>| !withheld.contains(&space.identity(genotype.iter()));
        let draws = (0..count.saturating_mul(DRAWS)).map(|_| space.sample(&mut rng));
        let sampled: Vec<Vec<u16>> = draws.filter(open).take(count).collect();
        let identities: Vec<u128> = sampled.iter().map(|genotype| space.identity(genotype.iter())).collect();
        let shape = (sampled.len(), space.decisions().len());
        // The shape always fits: every sample has as many values as there are decisions.
        if let Ok(genotypes) = Array2::from_shape_vec(shape, sampled.concat()) {
            return Queries::of_genotypes(Some(space), genotypes.view(), &identities);
        }
    }
    draw_some(rows, &mut others, count, &mut rng);
    Queries::of_rows(rows, &others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DataSpec;
    use std::path::Path;

    fn table() -> Rows {
        let spec: DataSpec = toml::from_str("table = \"builtin:nas-bench-201\"").unwrap();
        Rows::read(&spec, Path::new("")).unwrap()
    }

    #[test]
    fn they_come_from_the_table_and_never_from_the_training_rows() {
        let rows = table();
        let training = Training::from((0..15_000).collect::<Vec<usize>>());
        let drawn = unlabelled(&rows, &training, 600, false, 3);
        assert_eq!(drawn.len(), 600);
        let (_, selected) = drawn.table().unwrap();
        assert!(selected.iter().all(|row| *row >= 15_000));
        let different: HashSet<&usize> = selected.iter().collect();
        assert_eq!(different.len(), 600);
        let fewer = unlabelled(&rows, &training, 20, false, 3);
        assert_eq!(fewer.identities(), &drawn.identities()[..20]);
        assert_ne!(unlabelled(&rows, &training, 20, false, 4).identities(), fewer.identities());
    }

    #[test]
    fn where_the_table_has_too_few_they_are_sampled_unless_columns_are_read() {
        let rows = table();
        let training = Training::from((0..15_620).collect::<Vec<usize>>());
        let sampled = unlabelled(&rows, &training, 50, false, 3);
        assert!(sampled.table().is_none() && sampled.len() == 50 && sampled.genotypes().is_some());
        assert_eq!(sampled.identities(), unlabelled(&rows, &training, 50, false, 3).identities());
        let drawn = unlabelled(&rows, &training, 50, true, 3);
        assert_eq!((drawn.len(), drawn.table().is_some()), (5, true));
    }

    #[test]
    fn rows_that_are_withheld_are_not_among_them_nor_others_of_their_networks() {
        let rows = table();
        let withheld: Vec<usize> = (0..3_000).collect();
        let training = Training { rows: (3_000..3_010).collect(), withheld: withheld.clone() };
        let drawn = unlabelled(&rows, &training, 5_000, false, 3);
        let tested: HashSet<_> = withheld.iter().map(|&row| rows.network_identity(row)).collect();
        let (_, selected) = drawn.table().unwrap();
        assert!(selected.iter().all(|&row| !tested.contains(&rows.network_identity(row))));
    }
}
