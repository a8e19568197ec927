//! A cell with operations on its edges as a graph with operations on its nodes.

use super::Cell;
use crate::space::Graph;
use crate::space::graph::{INPUT, OUTPUT, label};

/// The line graph: input, one node for each decision in order, output.
pub fn line_graph(cell: &Cell, genotype: &[u16]) -> Graph {
    let mut labels = vec![INPUT];
    labels.extend(genotype.iter().map(|&digit| label(digit)));
    labels.push(OUTPUT);
    let output = (labels.len() - 1) as u32;
    let mut edges = Vec::new();
    for (source, &(from, to)) in (1_u32..).zip(&cell.edges) {
        if from == 0 {
            edges.push([0, source, 0]);
        }
        for (target, &(next, _)) in (1_u32..).zip(&cell.edges) {
            if next == to {
                edges.push([source, target, 0]);
            }
        }
        if to == cell.output() {
            edges.push([source, output, 0]);
        }
    }
    edges.sort_unstable();
    Graph { parts: vec![0; labels.len()], labels, edges }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    #[test]
    fn the_full_graph_is_the_line_graph_in_published_order() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let graph = space.full_graph(&[4, 2, 1, 2, 1, 1]);
        // input, avg_pool, conv1x1, skip, conv1x1, skip, skip, output
        assert_eq!(graph.labels, [0, 6, 4, 3, 4, 3, 3, 1]);
        assert_eq!(graph.parts, [0; 8]);
        let ends: Vec<(u32, u32)> = graph.edges.iter().map(|edge| (edge[0], edge[1])).collect();
        assert_eq!(ends, [(0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 6), (3, 6), (4, 7), (5, 7), (6, 7)]);
    }

    #[test]
    fn labels_have_names() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let names = space.label_names();
        assert_eq!(
            names,
            ["input", "output", "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
        );
    }
}
