//! The least form of a graph: equal for two graphs exactly where one is the other with its nodes renamed.

use super::Graph;

/// Complete orders of the nodes that are compared before the search settles for the least one seen. Colours and twins
/// leave far fewer in any cell of the field; only a large graph of many alike parts that are not twins comes so far, and
/// then two equal graphs may be told apart, never two different ones taken for the same.
const MOST_ORDERS: usize = 20_000;

/// The graph as text, the same for every numbering of its nodes: labels with parts, then edges with positions.
///
/// Colours are refined by the colours of inputs and readers (Weisfeiler and Leman, 1968), and nodes that still look alike
/// are told apart in every way (McKay, Practical Graph Isomorphism, 1981), except twins, for which each way is the same.
pub(super) fn least_form(graph: &Graph) -> String {
    if graph.is_empty() {
        return "nothing".to_owned();
    }
    let colours = ranks(graph.labels.iter().zip(&graph.parts).map(|(&label, &part)| (part, label)).collect());
    let mut search = Search { graph, least: None, orders: 0 };
    search.refine(colours);
    search.least.map(|least| least.text()).unwrap_or_default()
}

/// Nodes and edges under one order of the nodes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    nodes: Vec<(u32, u32)>,
    edges: Vec<[u32; 3]>,
}

impl Form {
    fn text(&self) -> String {
        let nodes: Vec<String> = self
            .nodes
            .iter()
            .map(|&(part, label)| if part == 0 { label.to_string() } else { format!("{part}.{label}") })
            .collect();
        let edges: Vec<String> = self
            .edges
            .iter()
            .map(|&[from, to, place]| match place {
                0 => format!("{from}>{to}"),
                place => format!("{from}>{to}@{place}"),
            })
            .collect();
        format!("{} {}", nodes.join(","), edges.join(" ")).trim_end().to_owned()
    }
}

struct Search<'a> {
    graph: &'a Graph,
    least: Option<Form>,
    orders: usize,
}

impl Search<'_> {
    fn refine(&mut self, mut colours: Vec<usize>) {
        let mut count = colours.iter().max().map_or(0, |most| most + 1);
        loop {
            colours = ranks(self.surroundings(&colours));
            let finer = colours.iter().max().map_or(0, |most| most + 1);
            if finer == count {
                break;
            }
            count = finer;
        }
        let Some(alike) = self.first_alike(&colours, count) else {
            return self.compare(&colours);
        };
        let mut tried: Vec<usize> = Vec::new();
        for &node in &alike {
            if tried.iter().any(|&other| self.twins(node, other)) {
                continue;
            }
            tried.push(node);
            // Doubling leaves room to put the chosen node before those that it looks like.
            let mut told: Vec<usize> = colours.iter().map(|colour| 2 * colour + 1).collect();
            told[node] -= 1;
            self.refine(ranks(told));
            if self.orders >= MOST_ORDERS {
                return;
            }
        }
    }

    /// A node's colour with the colours of what it reads and of what reads it.
    #[allow(clippy::type_complexity, reason = "compared once and never named")]
    fn surroundings(&self, colours: &[usize]) -> Vec<(usize, Vec<(usize, u32)>, Vec<(usize, u32)>)> {
        let mut all: Vec<(usize, Vec<_>, Vec<_>)> =
            colours.iter().map(|&colour| (colour, Vec::new(), Vec::new())).collect();
        for &[from, to, place] in &self.graph.edges {
            let (from, to) = (from as usize, to as usize);
            all[to].1.push((colours[from], place));
            all[from].2.push((colours[to], place));
        }
        for (_, reads, readers) in &mut all {
            reads.sort_unstable();
            readers.sort_unstable();
        }
        all
    }

    /// The nodes of the first colour that several share.
    fn first_alike(&self, colours: &[usize], count: usize) -> Option<Vec<usize>> {
        (0..count)
            .map(|colour| (0..colours.len()).filter(|&node| colours[node] == colour).collect::<Vec<_>>())
            .find(|nodes| nodes.len() > 1)
    }

    /// Whether two nodes of one colour can change places without changing an edge.
    fn twins(&self, one: usize, other: usize) -> bool {
        let around = |node: usize| {
            let mut edges: Vec<(bool, u32, u32)> = Vec::new();
            for &[from, to, place] in &self.graph.edges {
                if to as usize == node {
                    edges.push((true, from, place));
                }
                if from as usize == node {
                    edges.push((false, to, place));
                }
            }
            edges.sort_unstable();
            edges
        };
        around(one) == around(other)
    }

    fn compare(&mut self, colours: &[usize]) {
        self.orders += 1;
        let mut nodes = vec![(0, 0); colours.len()];
        for (node, &place) in colours.iter().enumerate() {
            nodes[place] = (self.graph.parts[node], self.graph.labels[node]);
        }
        let renamed = |node: u32| colours[node as usize] as u32;
        let mut edges: Vec<[u32; 3]> =
            self.graph.edges.iter().map(|&[from, to, place]| [renamed(from), renamed(to), place]).collect();
        edges.sort_unstable();
        let form = Form { nodes, edges };
        if self.least.as_ref().is_none_or(|least| form < *least) {
            self.least = Some(form);
        }
    }
}

/// The place of each key among the different keys, in their order.
fn ranks<K: Ord>(keys: Vec<K>) -> Vec<usize> {
    let mut different: Vec<&K> = keys.iter().collect();
    different.sort_unstable();
    different.dedup();
    keys.iter().map(|key| different.partition_point(|have| *have < key)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(labels: &[u32], edges: &[[u32; 3]]) -> Graph {
        let mut edges = edges.to_vec();
        edges.sort_unstable();
        Graph { labels: labels.to_vec(), parts: vec![0; labels.len()], edges }
    }

    #[test]
    fn positions_and_repeated_edges_tell_graphs_apart() {
        let once = graph(&[0, 2, 1], &[[0, 1, 0], [1, 2, 0]]);
        let twice = graph(&[0, 2, 1], &[[0, 1, 0], [0, 1, 0], [1, 2, 0]]);
        let placed = graph(&[0, 2, 1], &[[0, 1, 1], [1, 2, 0]]);
        let forms = [least_form(&once), least_form(&twice), least_form(&placed)];
        assert_ne!(forms[0], forms[1]);
        assert_ne!(forms[0], forms[2]);
        assert_eq!(forms[0], "0,1,2 0>2 2>1");
    }

    // Two triangles and a hexagon: every node looks like every other to colours alone.
    #[test]
    fn graphs_that_colours_cannot_tell_apart_are_told_apart() {
        let both = |edges: &[[u32; 2]]| {
            let edges: Vec<[u32; 3]> = edges.iter().flat_map(|&[a, b]| [[a, b, 0], [b, a, 0]]).collect();
            graph(&[2; 6], &edges)
        };
        let triangles = both(&[[0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5]]);
        let hexagon = both(&[[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [0, 5]]);
        assert_ne!(least_form(&triangles), least_form(&hexagon));
    }

    #[test]
    fn many_twins_are_quick() {
        let edges: Vec<[u32; 3]> = (1..41).flat_map(|node| [[0, node, 0], [node, 41, 0]]).collect();
        let mut labels = vec![2; 42];
        labels[0] = 0;
        labels[41] = 1;
        assert!(least_form(&graph(&labels, &edges)).starts_with("0,1,2,2"));
    }

    proptest! {
        #[test]
        fn renaming_nodes_does_not_change_the_form(
            labels in prop::collection::vec(0u32..3, 1..9),
            pairs in prop::collection::vec((0usize..8, 0usize..8, 0u32..2), 0..14),
            seed in any::<u64>(),
        ) {
            let count = labels.len();
            let edges: Vec<[u32; 3]> = pairs
                .iter()
                .map(|&(from, to, place)| [(from % count) as u32, (to % count) as u32, place])
                .collect();
            let mut names: Vec<usize> = (0..count).collect();
            for index in (1..count).rev() {
                names.swap(index, (seed >> (index % 60)) as usize % (index + 1));
            }
            let mut renamed = vec![0; count];
            names.iter().zip(&labels).for_each(|(&name, &label)| renamed[name] = label);
            let moved: Vec<[u32; 3]> = edges
                .iter()
                .map(|&[from, to, place]| [names[from as usize] as u32, names[to as usize] as u32, place])
                .collect();
            prop_assert_eq!(least_form(&graph(&labels, &edges)), least_form(&graph(&renamed, &moved)));
        }
    }
}
