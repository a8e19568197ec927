//! The genotype itself as features: an indicator for each choice, or the number of the choice.

use ndarray::{Array2, ArrayView2};

use super::by_row;
use crate::space::Space;

/// Decision by decision, one indicator for each choice.
pub(super) fn one_hot(space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
    by_row(pool, space.one_hot_features().len(), |genotype, row| space.one_hot(genotype, row))
}

/// The genotype as numbers.
pub(super) fn categorical(space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
    by_row(pool, space.categorical_features().len(), |genotype, row| space.categorical(genotype, row))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ndarray::array;

    use super::*;
    use crate::encoding::{Encoding, FeatureKind, FeatureSpec};
    use crate::space::Pool;

    fn space() -> Space {
        Space::builtin("nas-bench-201").unwrap()
    }

    fn all_cells(space: &Space) -> Pool {
        let flat: Vec<u16> = space.enumerate().unwrap().flatten().collect();
        Pool::from_shape_vec((15_625, 6), flat).unwrap()
    }

    // Cells 0 and 6111 of the benchmark: published digits 421211 and 333132.
    #[test]
    fn one_hot_follows_published_order() {
        let pool = array![[4_u16, 2, 1, 2, 1, 1], [3, 3, 3, 1, 3, 2]];
        let encoded = Encoding::AdjacencyOneHot.encode(&space(), pool.view());
        let bits = |row: usize| -> String {
            encoded.row(row).iter().map(|&value| if value == 1.0 { '1' } else { '0' }).collect()
        };
        assert_eq!(bits(0), "00001 00100 01000 00100 01000 01000".replace(' ', ""));
        assert_eq!(bits(1), "00010 00010 00010 01000 00010 00100".replace(' ', ""));
        assert!(encoded.is_standard_layout());
    }

    #[test]
    fn features_are_named_by_decision_and_choice() {
        let features = Encoding::AdjacencyOneHot.features(&space());
        assert_eq!(features.len(), 30);
        assert_eq!(features[3], FeatureSpec { name: "0-1=nor_conv_3x3".into(), kind: FeatureKind::Number });
        assert_eq!(features[29].name, "2-3=avg_pool_3x3");
        let features = Encoding::AdjacencyCategorical.features(&space());
        assert_eq!(features.len(), 6);
        assert_eq!(features[2], FeatureSpec { name: "1-2".into(), kind: FeatureKind::Categorical });
    }

    #[test]
    fn categorical_is_the_genotype() {
        let pool = array![[4_u16, 2, 1, 2, 1, 1]];
        let encoded = Encoding::AdjacencyCategorical.encode(&space(), pool.view());
        assert_eq!(encoded, array![[4.0, 2.0, 1.0, 2.0, 1.0, 1.0]]);
    }

    #[test]
    fn different_cells_have_different_encodings() {
        let space = space();
        let pool = all_cells(&space);
        for encoding in [Encoding::AdjacencyOneHot, Encoding::AdjacencyCategorical] {
            let encoded = encoding.encode(&space, pool.view());
            assert_eq!(encoded.dim(), (15_625, encoding.features(&space).len()));
            let rows: HashSet<Vec<u64>> = encoded
                .rows()
                .into_iter()
                .map(|row| row.iter().map(|value| value.to_bits()).collect())
                .collect();
            assert_eq!(rows.len(), 15_625, "{}", encoding.name());
        }
    }

    #[test]
    fn different_networks_of_every_space_have_different_one_hot_rows() {
        use rand::SeedableRng;
        for name in Space::builtin_names() {
            let space = Space::builtin(name).unwrap();
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(9);
            let width = space.one_hot_features().len();
            let mut seen: std::collections::HashMap<Vec<u64>, String> = std::collections::HashMap::new();
            for _ in 0..400 {
                let genotype = space.sample(&mut rng);
                let mut row = vec![0.0; width];
                space.one_hot(&genotype, &mut row);
                let bits = row.iter().map(|value: &f64| value.to_bits()).collect();
                let network = space.canonical(&genotype);
                let first = seen.entry(bits).or_insert_with(|| network.clone());
                assert_eq!(*first, network, "{name}: one row for two networks");
            }
        }
    }

    #[test]
    fn an_empty_pool_encodes_to_no_rows_of_full_width() {
        let encoded = Encoding::AdjacencyOneHot.encode(&space(), Pool::zeros((0, 6)).view());
        assert_eq!(encoded.dim(), (0, 30));
    }

    #[test]
    #[should_panic(expected = "not a genotype of nas-bench-201")]
    fn a_value_that_no_decision_has_is_refused() {
        Encoding::AdjacencyOneHot.encode(&space(), array![[4_u16, 2, 1, 2, 1, 5]].view());
    }
}
