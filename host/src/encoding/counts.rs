//! How often each operation stands in an architecture, over what its output depends on. Counts of operations are the first
//! features of Kadlecová et al., Surprisingly Strong Performance Prediction with Neural Graph Features, ICML 2024.

use ndarray::{Array2, ArrayView2};

use super::{FeatureKind, FeatureSpec, by_row};
use crate::space::Space;

/// Part by part one column for each label of a node, then the number of edges.
pub(super) fn features(space: &Space) -> Vec<FeatureSpec> {
    let (labels, parts) = (space.label_names(), space.part_names());
    let several = parts.len() > 1;
    let mut names = Vec::with_capacity(labels.len() * parts.len().max(1) + 1);
    for part in 0..parts.len().max(1) {
        names.extend(labels.iter().map(|label| match parts.get(part).filter(|_| several) {
            Some(part) => format!("count:{part}:{label}"),
            None => format!("count:{label}"),
        }));
    }
    names.push("count:edges".into());
    names.into_iter().map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
}

/// Counts in the graph of the operations that matter ([`Space::pruned_graph`]).
pub(super) fn encode(space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
    let labels = space.label_names().len();
    by_row(pool, features(space).len(), |genotype, row| {
        let graph = space.pruned_graph(genotype);
        for (&label, &part) in graph.labels.iter().zip(&graph.parts) {
            row[part as usize * labels + label as usize] += 1.0;
        }
        if let Some(edges) = row.last_mut() {
            *edges = graph.edges.len() as f64;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::Encoding;
    use proptest::prelude::*;
    use rand::SeedableRng;

    fn counted(space: &Space, text: &str) -> Vec<(String, f64)> {
        let genotype = space.parse(text).unwrap();
        let pool = ArrayView2::from_shape((1, genotype.len()), &genotype).unwrap();
        let encoded = Encoding::OperationCounts.encode(space, pool);
        let names = Encoding::OperationCounts.features(space).into_iter().map(|feature| feature.name);
        names.zip(encoded.iter().copied()).filter(|(_, count)| *count > 0.0).collect()
    }

    #[test]
    fn operations_that_reach_no_output_are_not_counted() {
        let space = Space::builtin("nas-bench-201").unwrap();
        // Node 1 feeds node 2 alone, and nothing reads node 2.
        let text = "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|nor_conv_1x1~0|none~1|none~2|";
        let expected =
            [("count:input", 1.0), ("count:output", 1.0), ("count:nor_conv_1x1", 1.0), ("count:edges", 2.0)];
        assert_eq!(counted(&space, text), expected.map(|(name, count)| (name.to_owned(), count)));
        let dead = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
        assert_eq!(counted(&space, dead), []);
    }

    #[test]
    fn the_two_cells_of_darts_are_counted_apart() {
        let space = Space::builtin("darts").unwrap();
        let counted = counted(&space, &space.print(&space.example()));
        let of = |part: &str| {
            let operations = counted.iter().filter(|(name, _)| name.starts_with(part));
            operations.filter(|(name, _)| name.contains("conv") || name.contains("pool")).count()
        };
        assert!(of("count:normal:") > 0 && of("count:reduce:") > 0, "{counted:?}");
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_graph(seed in any::<u64>(), which in 0..9_usize) {
            let space = Space::builtin(Space::builtin_names().nth(which).unwrap()).unwrap();
            let genotype = space.sample(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed));
            let pool = ArrayView2::from_shape((1, genotype.len()), &genotype).unwrap();
            let encoded = Encoding::OperationCounts.encode(&space, pool);
            prop_assert_eq!(encoded.ncols(), Encoding::OperationCounts.features(&space).len());
            let graph = space.pruned_graph(&genotype);
            let (nodes, edges) = (graph.len() as f64, graph.edges.len() as f64);
            prop_assert_eq!(encoded.sum(), nodes + edges);
        }
    }
}
