//! A chosen wiring as a graph with operations on its nodes.

use super::Wirings;
use super::wiring::Wiring;
use crate::space::graph::{INPUT, OUTPUT, label};
use crate::space::{Graph, Path, PathSpace};

impl Wirings {
    /// Input, one node for each operation in order, output; what no node reads feeds the output.
    pub fn graph(&self, genotype: &[u16]) -> Graph {
        let (wiring, operations) = self.chosen(genotype);
        let mut labels = vec![INPUT];
        labels.extend(operations.iter().map(|&operation| label(operation)));
        let output = labels.len() as u32;
        labels.push(OUTPUT);
        let mut edges = Vec::new();
        for (node, &link) in (1_u32..).zip(wiring.links()) {
            edges.push([u32::from(link), node, 0]);
            if wiring.readers(node as usize).next().is_none() {
                edges.push([node, output, 0]);
            }
        }
        edges.sort_unstable();
        Graph { parts: vec![0; labels.len()], labels, edges }
    }

    /// Without the edges from input to output that contracted identities leave, which a class does not count either.
    pub fn without_shortcuts(mut graph: Graph) -> Graph {
        let labels = &graph.labels;
        graph.edges.retain(|edge| (labels[edge[0] as usize], labels[edge[1] as usize]) != (INPUT, OUTPUT));
        graph
    }

    /// Chains of operations, in one block.
    pub fn path_space(&self) -> PathSpace {
        let longest = self.wirings.iter().map(Wiring::depth).max().unwrap_or(1);
        PathSpace { blocks: vec![String::new()], operations: self.operations.clone(), shortest: 1, longest }
    }

    /// The different chains of operations from the raw input to what feeds the output, identities included.
    pub fn chains(&self, genotype: &[u16]) -> Vec<Path> {
        let (wiring, operations) = self.chosen(genotype);
        let mut to_node: Vec<Vec<u16>> = vec![Vec::new()];
        for (&link, &operation) in wiring.links().iter().zip(operations) {
            let chain = to_node[usize::from(link)].iter().copied().chain([operation]).collect();
            to_node.push(chain);
        }
        let ends = (1..).zip(to_node.into_iter().skip(1));
        let mut paths: Vec<Path> = ends
            .filter(|&(node, _)| wiring.readers(node).next().is_none())
            .map(|(_, operations)| Path { block: 0, operations })
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::space::{Graph, Space};

    fn space() -> Space {
        Space::builtin("nas-bench-graph").unwrap()
    }

    fn edges(graph: &Graph) -> Vec<(u32, u32)> {
        graph.edges.iter().map(|edge| (edge[0], edge[1])).collect()
    }

    #[test]
    fn operations_stand_on_nodes_and_leaves_feed_the_output() {
        let graph = space().full_graph(&space().parse("0013,graph|fc|skip|cheb").unwrap());
        assert_eq!(graph.labels, [0, 8, 9, 10, 5, 1]);
        assert_eq!(graph.parts, [0; 6]);
        assert_eq!(edges(&graph), [(0, 1), (0, 2), (1, 3), (2, 5), (3, 4), (4, 5)]);
        assert_eq!(space().most_nodes(), 6);
        assert_eq!(space().label_names()[8..], ["graph", "fc", "skip"]);
    }

    #[test]
    fn identities_are_contracted_and_the_raw_input_does_not_feed_the_output() {
        let pruned = |text| space().pruned_graph(&space().parse(text).unwrap());
        let graph = pruned("0013,graph|fc|skip|cheb");
        assert_eq!(graph.labels, [0, 8, 9, 5, 1]);
        assert_eq!(edges(&graph), [(0, 1), (0, 2), (1, 3), (2, 4), (3, 4)]);
        assert_eq!(pruned("0000,gat|gat|gat|skip"), pruned("0111,skip|gat|gat|gat"));
        let graph = pruned("0111,gcn|skip|skip|gat");
        assert_eq!(graph.labels, [0, 3, 2, 1]);
        assert_eq!(edges(&graph), [(0, 1), (1, 2), (1, 3), (1, 3), (2, 3)]);
    }

    // The graph is read as a tree here, in another way than the class is found.
    #[test]
    fn pruned_graphs_are_the_same_exactly_where_classes_are() {
        let space = space();
        let mut class_of: HashMap<String, String> = HashMap::new();
        let mut graph_of: HashMap<String, String> = HashMap::new();
        for genotype in space.enumerate().unwrap().step_by(5) {
            let graph = space.pruned_graph(&genotype);
            let (tree, class) = (tree(&graph, 0), space.canonical(&genotype));
            assert_eq!(*class_of.entry(tree.clone()).or_insert_with(|| class.clone()), class);
            assert_eq!(*graph_of.entry(class).or_insert_with(|| tree.clone()), tree);
        }
        assert!(class_of.len() > 5_000);
    }

    fn tree(graph: &Graph, node: u32) -> String {
        let mut branches: Vec<String> =
            graph.edges.iter().filter(|edge| edge[0] == node).map(|edge| tree(graph, edge[1])).collect();
        branches.sort_unstable();
        format!("{}<{}>", graph.labels[node as usize], branches.concat())
    }

    #[test]
    fn paths_are_the_chains_to_the_leaves() {
        let paths = |text| {
            let paths = space().paths(&space().parse(text).unwrap());
            paths.into_iter().map(|path| path.operations).collect::<Vec<_>>()
        };
        assert_eq!(paths("0013,graph|fc|gcn|cheb"), [vec![6, 1, 3], vec![7]]);
        assert_eq!(paths("0000,gat|gat|skip|gat"), [[0], [8]]);
        assert_eq!(paths("0123,gat|gcn|gin|cheb"), [[0, 1, 2, 3]]);
        let path_space = space().path_space().unwrap();
        assert_eq!((path_space.shortest, path_space.longest), (1, 4));
        assert_eq!((path_space.blocks.len(), path_space.operations.len()), (1, 9));
    }
}
