//! Cells whose nodes choose what they read as one graph with operations on its nodes.

use super::Cells;
use crate::space::Graph;
use crate::space::graph::{FIRST_OPERATION, INPUT, OUTPUT, label};

impl Cells {
    /// Labels of the inputs of a cell, in order: a cell tells its inputs apart.
    pub fn input_labels(&self) -> Vec<u32> {
        let others = (0..u32::from(self.inputs) - 1).map(|other| {
            // They follow the operations, whose labels do not depend on how many inputs there are.
            FIRST_OPERATION + self.operations.len() as u32 + other
        });
        std::iter::once(INPUT).chain(others).collect()
    }

    /// Names of the labels: `input`, `output`, the operations, `input_1`, ...
    pub fn label_names(&self) -> Vec<String> {
        let ends = ["input".to_owned(), "output".to_owned()];
        let others = (1..self.inputs).map(|input| format!("input_{input}"));
        ends.into_iter().chain(self.operations.iter().cloned()).chain(others).collect()
    }

    /// Nodes of one cell's graph.
    pub fn graph_nodes(&self) -> usize {
        usize::from(self.inputs) + usize::from(self.nodes * self.reads) + 1
    }

    /// Each cell is a part of its own: its inputs, one node for each operation in the order of the decisions, the
    /// output. An operation on what a node of the cell computes reads all operations of that node, and every operation
    /// feeds the output. Which operations add up to one node shows in what reads that node: the graph does not tell
    /// apart how the operations of nodes that only the output reads are paired.
    pub fn graph(&self, genotype: &[u16]) -> Graph {
        let mut graph = Graph::default();
        for (part, cell) in (0_u32..).zip(genotype.chunks(self.cell_len())) {
            self.add_cell(cell, part, &mut graph);
        }
        graph.edges.sort_unstable();
        graph
    }

    fn add_cell(&self, cell: &[u16], part: u32, graph: &mut Graph) {
        let (inputs, reads) = (u32::from(self.inputs), u32::from(self.reads));
        let first = graph.labels.len() as u32;
        let output = first + self.graph_nodes() as u32 - 1;
        graph.labels.extend(self.input_labels());
        for ([read, operation], node) in cell.as_chunks().0.iter().zip(first + inputs..) {
            graph.labels.push(label(*operation));
            match u32::from(*read).checked_sub(inputs) {
                None => graph.edges.push([first + u32::from(*read), node, 0]),
                Some(read) => {
                    let sources = first + inputs + read * reads..;
                    graph.edges.extend(sources.take(usize::from(self.reads)).map(|source| [source, node, 0]));
                }
            }
            graph.edges.push([node, output, 0]);
        }
        graph.labels.push(OUTPUT);
        graph.parts.resize(graph.labels.len(), part);
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Graph, Space};

    /// DARTS-V2, normal cell and reduction cell.
    const DARTS_V2: [u16; 32] = [
        0, 3, 1, 3, 0, 3, 1, 3, 0, 2, 1, 3, 0, 2, 2, 5, //
        0, 0, 1, 0, 1, 0, 2, 2, 0, 0, 2, 2, 1, 0, 2, 2,
    ];

    fn edges(graph: &Graph) -> Vec<(u32, u32)> {
        graph.edges.iter().map(|edge| (edge[0], edge[1])).collect()
    }

    #[test]
    fn the_full_graph_is_the_published_one_with_labels_for_both_inputs() {
        let space = Space::builtin("darts").unwrap();
        let graph = space.full_graph(&DARTS_V2);
        assert_eq!(graph.labels[..11], [0, 9, 5, 5, 5, 5, 4, 5, 4, 7, 1]);
        assert_eq!(graph.labels[11..], [0, 9, 2, 2, 2, 4, 2, 4, 2, 4, 1]);
        assert_eq!(graph.parts, [[0; 11], [1; 11]].concat());
        assert_eq!(space.most_nodes(), 22);
        let normal: Vec<(u32, u32)> = edges(&graph).into_iter().filter(|edge| edge.0 < 11).collect();
        let expected = [
            (0, 2),
            (0, 4),
            (0, 6),
            (0, 8),
            (1, 3),
            (1, 5),
            (1, 7),
            (2, 9),
            (2, 10),
            (3, 9),
            (3, 10),
            (4, 10),
            (5, 10),
            (6, 10),
            (7, 10),
            (8, 10),
            (9, 10),
        ];
        assert_eq!(normal, expected);
        assert!(
            graph.edges.iter().all(|edge| graph.parts[edge[0] as usize] == graph.parts[edge[1] as usize])
        );
    }

    #[test]
    fn labels_and_parts_have_names() {
        let space = Space::builtin("darts").unwrap();
        let names = space.label_names();
        assert_eq!((&names[0][..], &names[1][..], &names[2][..]), ("input", "output", "max_pool_3x3"));
        assert_eq!((&names[8][..], &names[9][..], names.len()), ("dil_conv_5x5", "input_1", 10));
        assert_eq!(space.part_names(), ["normal", "reduce"]);
    }

    // In the normal cell nodes 4 and 5 pass input 0 on to the output. In the reduction cell nodes 3, 4 and 5 pass node
    // 2, two poolings, on to the output, which therefore reads each four times.
    #[test]
    fn skips_are_contracted_in_each_cell() {
        let space = Space::builtin("darts").unwrap();
        let graph = space.pruned_graph(&DARTS_V2);
        assert_eq!(graph.labels, [0, 9, 5, 5, 5, 5, 5, 7, 1, 0, 9, 2, 2, 2, 2, 2, 1]);
        assert_eq!(graph.parts, [[0; 9].as_slice(), &[1; 8]].concat());
        let normal = [
            (0, 2),
            (0, 4),
            (0, 8),
            (0, 8),
            (1, 3),
            (1, 5),
            (1, 6),
            (2, 7),
            (2, 8),
            (3, 7),
            (3, 8),
            (4, 8),
            (5, 8),
            (6, 8),
            (7, 8),
        ];
        let reduce = [
            (9, 11),
            (9, 14),
            (10, 12),
            (10, 13),
            (10, 15),
            (11, 16),
            (11, 16),
            (11, 16),
            (11, 16),
            (12, 16),
            (12, 16),
            (12, 16),
            (12, 16),
            (13, 16),
            (14, 16),
            (15, 16),
        ];
        assert_eq!(edges(&graph), [normal.as_slice(), &reduce].concat());
    }

    #[test]
    fn a_cell_of_skips_alone_counts_its_paths() {
        let space = Space::builtin("darts").unwrap();
        let skips: Vec<u16> = [0, 2, 1, 2].repeat(8);
        let graph = space.pruned_graph(&skips);
        assert_eq!(graph.labels, [0, 9, 1, 0, 9, 1]);
        assert_eq!(edges(&graph), [[(0, 2); 4], [(1, 2); 4], [(3, 5); 4], [(4, 5); 4]].concat());
    }
}
