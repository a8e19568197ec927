//! Graphs with a node that reads all others, and batches of them.

use archcast_networks::{Real, Sparse};
use archcast_sdk::prelude::*;

/// What each node reads: its predecessors and itself. Behind the nodes of the graph stand the added ones: in a space of
/// several cells one for each cell, which reads the nodes of the cell, and then in every space the root, which reads all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Topology {
    reads: Vec<Vec<usize>>,
    /// Nodes of the graph itself.
    own: usize,
}

impl Topology {
    /// That of a graph with these parts, of which each is a cell where there are several.
    pub(crate) fn new(parts: &[u32], edges: &[(u32, u32)], several: bool) -> Self {
        let own = parts.len();
        let mut reads = vec![Vec::new(); own];
        for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
            reads[to as usize].push(from as usize);
        }
        if several {
            let mut cells = parts.to_vec();
            cells.sort_unstable();
            cells.dedup();
            reads.extend(cells.iter().map(|cell| (0..own).filter(|&node| parts[node] == *cell).collect()));
        }
        reads.push((0..reads.len()).collect());
        reads.iter_mut().enumerate().for_each(|(node, reads)| reads.push(node));
        Self { reads, own }
    }

    /// What each node reads; the root is the last.
    pub(crate) fn reads(&self) -> &[Vec<usize>] {
        &self.reads
    }

    /// Labels of all nodes, from those of the graph: the added ones have labels of their own behind the `known` ones,
    /// cells the first, and the root the last of all.
    pub(crate) fn labels(&self, own: &[usize], known: usize) -> Vec<usize> {
        let cells = self.reads.len() - self.own - 1;
        let root = known + usize::from(cells > 0);
        own.iter().copied().chain(std::iter::repeat_n(known, cells)).chain([root]).collect()
    }
}

/// Nodes of several graphs.
#[derive(Debug, Clone)]
pub(crate) struct Batch<F> {
    /// One-hot labels: nodes × labels.
    pub(crate) features: Array2<F>,
    /// What each node reads.
    pub(crate) matrix: Sparse<F>,
    /// How many nodes of the graphs each row stands for.
    pub(crate) times: Vec<F>,
    /// The row of the root of each graph.
    pub(crate) roots: Vec<usize>,
}

/// Labels of all nodes of a graph, and what each reads.
pub(crate) type Nodes<'a> = (&'a [usize], &'a [Vec<usize>]);

impl<F: Real> Batch<F> {
    /// A row for each node, filled up to so many rows, which have no features and read nothing.
    pub(crate) fn plain<'a>(graphs: impl Iterator<Item = Nodes<'a>>, labels: usize, rows: usize) -> Self {
        let mut batch = Self {
            features: Array2::zeros((rows, labels)),
            matrix: Sparse::new(),
            times: Vec::new(),
            roots: Vec::new(),
        };
        let mut first = 0;
        for (own, reads) in graphs {
            for (node, (&label, reads)) in own.iter().zip(reads).enumerate() {
                batch.features[[first + node, label]] = F::one();
                batch.matrix.push(reads.iter().map(|&read| (first + read, F::one())));
            }
            first += own.len();
            batch.roots.push(first - 1);
        }
        batch.times = vec![F::one(); first];
        batch
    }

    /// One row for all nodes of a class, see [`classes`](crate::merge::classes): classes are those of each graph's nodes.
    /// `places` is a scratch of as many as there are classes, all `usize::MAX`, and is so again afterwards.
    pub(crate) fn merged<'a>(
        graphs: impl Iterator<Item = (Nodes<'a>, &'a [usize])>,
        labels: usize,
        places: &mut [usize],
    ) -> Self {
        let (mut matrix, mut times, mut roots) = (Sparse::new(), Vec::new(), Vec::new());
        let (mut own_labels, mut seen) = (Vec::new(), Vec::new());
        // The first graph that has a class tells what it reads, and has all classes that it reads.
        let mut firsts: Vec<(&[usize], &[usize])> = Vec::new();
        for ((own, reads), classes) in graphs {
            for (node, &class) in classes.iter().enumerate() {
                if places[class] == usize::MAX {
                    places[class] = times.len();
                    seen.push(class);
                    own_labels.push(own[node]);
                    firsts.push((&reads[node], classes));
                    times.push(F::zero());
                }
                times[places[class]] += F::one();
            }
            roots.extend(classes.last().map(|&root| places[root]));
        }
        for (reads, classes) in firsts {
            matrix.push(reads.iter().map(|&read| (places[classes[read]], F::one())));
        }
        seen.into_iter().for_each(|class| places[class] = usize::MAX);
        let mut features = Array2::zeros((times.len(), labels));
        for (row, label) in own_labels.into_iter().enumerate() {
            features[[row, label]] = F::one();
        }
        Self { features, matrix, times, roots }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_reads_all_and_cells_have_a_node_of_their_own() {
        let edges = [(0, 1), (0, 2), (1, 2)];
        let one = Topology::new(&[0; 3], &edges, false);
        assert_eq!(one.reads(), [vec![0], vec![0, 1], vec![0, 1, 2], vec![0, 1, 2, 3]]);
        assert_eq!(one.labels(&[4, 5, 6], 7), [4, 5, 6, 7]);
        let two = Topology::new(&[0, 0, 1], &[(0, 1)], true);
        let reads = [vec![0], vec![0, 1], vec![2], vec![0, 1, 3], vec![2, 4], vec![0, 1, 2, 3, 4, 5]];
        assert_eq!(two.reads(), reads);
        assert_eq!(two.labels(&[4, 5, 6], 7), [4, 5, 6, 7, 7, 8]);
    }

    #[test]
    fn equal_nodes_are_one_row_that_counts_for_all() {
        let topology = Topology::new(&[0; 3], &[(0, 1), (0, 2)], false);
        let labels = [topology.labels(&[0, 2, 2], 3), topology.labels(&[0, 2, 1], 3)];
        let graphs = labels.iter().map(|labels| (&labels[..], topology.reads()));
        let (classes, count) = crate::merge::classes(graphs.clone(), 2);
        let mut places = vec![usize::MAX; count];
        let batch = Batch::<f64>::merged(graphs.zip(classes.iter().map(Vec::as_slice)), 4, &mut places);
        assert_eq!(batch.times, [2.0, 3.0, 1.0, 1.0, 1.0]);
        assert_eq!(batch.roots, [2, 4]);
        let columns = |row: usize| batch.matrix.row(row).iter().map(|entry| entry.0).collect::<Vec<_>>();
        assert_eq!(
            [0, 1, 2, 3, 4].map(columns),
            [vec![0], vec![0, 1], vec![0, 1, 1, 2], vec![0, 3], vec![0, 1, 3, 4]]
        );
        assert!(places.iter().all(|&place| place == usize::MAX));
    }
}
