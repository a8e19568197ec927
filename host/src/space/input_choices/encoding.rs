//! The edges that can be there, and the paths to every node, as encodings read them.

use super::Cells;
use crate::encoding::{FeatureKind, FeatureSpec};
use crate::space::{Path, PathSpace};

impl Cells {
    /// One column for each edge that can be there and each operation on it: cell by cell, node by node, by rising
    /// number of the node read.
    pub fn edge_features(&self) -> Vec<FeatureSpec> {
        let mut features = Vec::new();
        for (cell, node) in self.names.iter().flat_map(|cell| (0..self.nodes).map(move |node| (cell, node))) {
            let number = self.inputs + node;
            for read in 0..number {
                features.extend(self.operations.iter().map(|operation| FeatureSpec {
                    name: format!("{cell}-{read}-{number}={operation}"),
                    kind: FeatureKind::Number,
                }));
            }
        }
        features
    }

    /// Writes a one where an edge is there with its operation. Different genotypes have different rows, and the order
    /// in which the things that a node reads are written does not matter.
    pub fn write_edges(&self, genotype: &[u16], row: &mut [f64]) {
        let mut first = 0;
        for (at, node) in genotype.chunks(self.node_len()).enumerate() {
            for &[read, operation] in node.as_chunks().0 {
                row[first + usize::from(read) * self.operations.len() + usize::from(operation)] = 1.0;
            }
            first += usize::from(self.number_at(at * self.node_len())) * self.operations.len();
        }
    }

    /// One block for each cell and each of its inputs.
    pub fn path_space(&self) -> PathSpace {
        let blocks =
            self.names.iter().flat_map(|cell| (0..self.inputs).map(move |input| format!("{cell}-{input}")));
        PathSpace {
            blocks: blocks.collect(),
            operations: self.operations.clone(),
            shortest: 0,
            longest: usize::from(self.nodes),
        }
    }

    /// The different paths from an input of a cell to a node: every node feeds the output.
    pub fn node_paths(&self, genotype: &[u16]) -> Vec<Path> {
        let inputs = usize::from(self.inputs);
        let mut paths = Vec::new();
        for (cell, values) in genotype.chunks(self.cell_len()).enumerate() {
            let mut to_node: Vec<Vec<Path>> = (0..inputs)
                .map(|input| vec![Path { block: cell * inputs + input, operations: Vec::new() }])
                .collect();
            for pairs in self.reads_of(values) {
                let mut here: Vec<Path> = Vec::new();
                for &[read, operation] in pairs {
                    here.extend(to_node[usize::from(read)].iter().map(|path| {
                        let operations = path.operations.iter().copied().chain([operation]).collect();
                        Path { block: path.block, operations }
                    }));
                }
                here.sort_unstable();
                here.dedup();
                to_node.push(here);
            }
            paths.extend(to_node.into_iter().skip(inputs).flatten());
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::Space;

    const DARTS_V2: &str = "0:3 1:3 0:3 1:3 0:2 1:3 0:2 2:5 | 0:0 1:0 1:0 2:2 0:0 2:2 1:0 2:2";

    #[test]
    fn the_one_hot_row_of_darts_v2_is_the_reference_one() {
        let space = Space::builtin("darts").unwrap();
        let features = space.one_hot_features();
        assert_eq!(features.len(), 196);
        assert_eq!(features[3].name, "normal-0-2=sep_conv_3x3");
        assert_eq!(features[82].name, "normal-2-5=dil_conv_3x3");
        let mut row = vec![0.0; 196];
        space.one_hot(&space.parse(DARTS_V2).unwrap(), &mut row);
        let ones: Vec<usize> = (0..196).filter(|&column| row[column] == 1.0).collect();
        assert_eq!(ones, [3, 10, 17, 24, 37, 45, 65, 82, 98, 105, 119, 128, 133, 149, 168, 177]);
        assert_eq!(row.iter().sum::<f64>(), 16.0);
    }

    #[test]
    fn neighbours_have_different_one_hot_rows() {
        let space = Space::builtin("darts").unwrap();
        let genotype = space.sample(&mut ChaCha8Rng::seed_from_u64(4));
        let row = |genotype: &[u16]| {
            let mut row = vec![0.0; 196];
            space.one_hot(genotype, &mut row);
            row.iter().map(|value| *value as u8).collect::<Vec<u8>>()
        };
        let mut rows: Vec<Vec<u8>> = space.neighbours(&genotype).iter().map(|other| row(other)).collect();
        rows.push(row(&genotype));
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), 121);
    }

    #[test]
    fn the_categorical_row_is_the_genotype() {
        let space = Space::builtin("darts").unwrap();
        let mut row = vec![0.0; 32];
        space.categorical(&space.parse(DARTS_V2).unwrap(), &mut row);
        assert_eq!(space.categorical_features().len(), 32);
        assert_eq!(row[..8], [0.0, 3.0, 1.0, 3.0, 0.0, 3.0, 1.0, 3.0]);
        assert_eq!(row[28..], [1.0, 0.0, 2.0, 2.0]);
    }

    // Index of a path: 2801 for each block before, then the sum of (operation + 1) · 7^place.
    #[test]
    fn the_paths_of_darts_v2_are_the_reference_ones() {
        let space = Space::builtin("darts").unwrap();
        let paths = space.paths(&space.parse(DARTS_V2).unwrap());
        let index = |operations: &[u16]| {
            operations.iter().rev().fold(0, |index, &operation| 7 * index + usize::from(operation) + 1)
        };
        let mut indices: Vec<usize> =
            paths.iter().map(|path| 2801 * path.block + index(&path.operations)).collect();
        indices.sort_unstable();
        assert_eq!(indices, [3, 4, 46, 2805, 2847, 5603, 5624, 8404, 8425]);
        let path_space = space.path_space().unwrap();
        assert_eq!(path_space.blocks, ["normal-0", "normal-1", "reduce-0", "reduce-1"]);
        assert_eq!((path_space.shortest, path_space.longest, path_space.operations.len()), (0, 4, 7));
    }
}
