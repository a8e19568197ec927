//! A cell as rows of numbers. Dead nodes and edges are left out first: what does not change the network does not
//! change the row.

use super::NodeSpace;
use super::dag::pairs;
use crate::encoding::{FeatureKind, FeatureSpec};

impl NodeSpace {
    /// One column for each pair of nodes, then one for each inner node and operation.
    pub(super) fn indicators(&self) -> Vec<FeatureSpec> {
        let edges = self.decisions[..self.cell.bits()].iter().map(|decision| decision.name.clone());
        let operations = self.decisions[self.cell.bits()..].iter().flat_map(|decision| {
            decision.choices.iter().map(move |choice| format!("{}={choice}", decision.name))
        });
        edges.chain(operations).map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
    }

    /// A dead node has no operation: all its indicators are 0.
    pub(super) fn write_indicators(&self, genotype: &[u16], row: &mut [f64]) {
        let live = self.write_edges(genotype, row);
        let mut first = self.cell.bits();
        for (node, &operation) in self.cell.inner().zip(self.cell.chosen(genotype)) {
            if live >> node & 1 == 1 {
                row[first + usize::from(operation)] = 1.0;
            }
            first += self.cell.operations.len();
        }
    }

    /// The operation of a dead node does not apply.
    pub(super) fn write_numbers(&self, genotype: &[u16], row: &mut [f64]) {
        let live = self.write_edges(genotype, row);
        for (node, &operation) in self.cell.inner().zip(self.cell.chosen(genotype)) {
            let applies = live >> node & 1 == 1;
            row[self.cell.bits() + node - 1] = if applies { f64::from(operation) } else { f64::NAN };
        }
    }

    /// Writes the edges and says which nodes are live.
    fn write_edges(&self, genotype: &[u16], row: &mut [f64]) -> u16 {
        let (dag, live) = self.pruned(genotype);
        for (cell, (from, to)) in row.iter_mut().zip(pairs(self.cell.nodes)) {
            *cell = f64::from(u8::from(dag.has(from, to)));
        }
        live
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::encoding::{Encoding, FeatureKind, FeatureSpec};
    use crate::space::{Pool, Space};

    const ROW_1: &str = "7,100110100001001010101,02001";
    /// `3,111,1` with dead ends: 1 > 2 and 3 > 6 with operations of their own.
    const DEAD_ENDS: &str = "7,100001100010000010000,12201";

    fn encoded(encoding: Encoding, text: &str) -> Array2<f64> {
        let space = Space::builtin("nas-bench-101").unwrap();
        let genotype = space.parse(text).unwrap();
        encoding.encode(&space, Pool::from_shape_vec((1, 26), genotype).unwrap().view())
    }

    fn bits(text: &str) -> String {
        let row = encoded(Encoding::AdjacencyOneHot, text);
        row.iter().map(|&value| if value == 1.0 { '1' } else { '0' }).collect()
    }

    #[test]
    fn one_hot_is_the_matrix_and_then_the_operations() {
        let row_1 = "100110 10000 1001 010 10 1 100 001 100 100 010";
        assert_eq!(bits(ROW_1), row_1.replace(' ', ""));
        let small = "100001 00001 0000 000 00 0 010 000 000 000 000";
        assert_eq!(bits("3,111,1"), small.replace(' ', ""));
    }

    #[test]
    fn dead_nodes_do_not_change_the_row() {
        assert_eq!(bits(DEAD_ENDS), bits("3,111,1"));
    }

    #[test]
    fn categorical_says_of_dead_nodes_that_no_operation_applies() {
        let row: Vec<f64> = encoded(Encoding::AdjacencyCategorical, DEAD_ENDS).into_iter().collect();
        let edges: Vec<usize> = (0..21).filter(|&index| row[index] == 1.0).collect();
        assert_eq!(edges, [0, 5, 10]);
        assert_eq!(row[21], 1.0);
        assert!(row[22..].iter().all(|value| value.is_nan()), "{row:?}");
        let row: Vec<f64> = encoded(Encoding::AdjacencyCategorical, ROW_1).into_iter().collect();
        assert_eq!(row[21..], [0.0, 2.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn features_are_named_by_edge_and_by_node() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let features = Encoding::AdjacencyOneHot.features(&space);
        assert_eq!(features.len(), 36);
        assert_eq!(features[14], FeatureSpec { name: "(2,6)".into(), kind: FeatureKind::Number });
        assert_eq!(features[29].name, "v3=maxpool3x3");
        let features = Encoding::AdjacencyCategorical.features(&space);
        assert_eq!(features.len(), 26);
        assert_eq!(features[23], FeatureSpec { name: "v3".into(), kind: FeatureKind::Categorical });
    }
}
