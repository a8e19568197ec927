//! A cell as a graph.

use super::NodeSpace;
use super::dag::pairs;
use crate::space::Graph;
use crate::space::graph::{INPUT, OUTPUT, label};

impl NodeSpace {
    /// The nodes that the text form writes, dead ones among them.
    pub(super) fn graph(&self, genotype: &[u16]) -> Graph {
        let nodes = self.written_nodes(genotype);
        let dag = self.cell.dag(genotype);
        let mut labels = vec![INPUT];
        labels.extend(self.cell.chosen(genotype)[..nodes - 2].iter().map(|&digit| label(digit)));
        labels.push(OUTPUT);
        let place = |to| if to == nodes - 1 { self.cell.nodes - 1 } else { to };
        let edges = pairs(nodes).filter(|&(from, to)| dag.has(from, place(to)));
        let edges = edges.map(|(from, to)| [from as u32, to as u32, 0]).collect();
        Graph { parts: vec![0; labels.len()], labels, edges }
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Graph, Space};

    fn ends(graph: &Graph) -> Vec<(u32, u32)> {
        graph.edges.iter().map(|edge| (edge[0], edge[1])).collect()
    }

    #[test]
    fn a_small_cell_has_a_node_for_each_of_its_nodes() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let graph = space.full_graph(&space.parse("3,111,1").unwrap());
        assert_eq!(graph.labels, [0, 3, 1]);
        assert_eq!(graph.parts, [0; 3]);
        assert_eq!(ends(&graph), [(0, 1), (0, 2), (1, 2)]);
        assert_eq!(space.pruned_graph(&space.parse("3,111,1").unwrap()), graph);
    }

    #[test]
    fn dead_nodes_are_in_the_full_graph_alone() {
        let space = Space::builtin("nas-bench-101").unwrap();
        // 0 > 2 > 6 is live; 1 is not fed and 0 > 3 is not read.
        let cell = space.parse("7,011000000010001000000,12000").unwrap();
        let full = space.full_graph(&cell);
        assert_eq!(full.labels, [0, 3, 4, 2, 2, 2, 1]);
        assert_eq!(ends(&full), [(0, 2), (0, 3), (1, 6), (2, 6)]);
        let pruned = space.pruned_graph(&cell);
        assert_eq!(pruned.labels, [0, 4, 1]);
        assert_eq!(ends(&pruned), [(0, 1), (1, 2)]);
    }

    #[test]
    fn labels_have_names() {
        let space = Space::builtin("nas-bench-101").unwrap();
        assert_eq!(
            space.label_names(),
            ["input", "output", "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"]
        );
        assert_eq!(space.most_nodes(), 7);
    }
}
