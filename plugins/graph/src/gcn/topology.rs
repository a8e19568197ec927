//! Which nodes a node of a graph hears of, and batches of graphs.

use archcast_networks::{Real, Sparse};
use archcast_sdk::prelude::*;

/// For each node the nodes that it hears of, itself among them, with their weights: of successors `R(A + I)`, and of
/// predecessors `R(R(A + I)ᵀ)`, where R divides each row by its sum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Topology<F> {
    successors: Vec<Vec<(usize, F)>>,
    predecessors: Vec<Vec<(usize, F)>>,
}

impl<F: Real> Topology<F> {
    /// That of a graph with so many nodes; a loop of an edge changes nothing.
    pub(crate) fn new(nodes: usize, edges: &[(u32, u32)]) -> Self {
        let mut heard = [(); 2].map(|()| (0..nodes).map(|node| vec![node]).collect::<Vec<_>>());
        for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
            heard[0][from as usize].push(to as usize);
            heard[1][to as usize].push(from as usize);
        }
        let [successors, predecessors] = heard;
        let own: Vec<f64> = successors.iter().map(|heard| 1.0 / heard.len() as f64).collect();
        let sums = predecessors.iter().map(|heard| heard.iter().map(|&from| own[from]).sum::<f64>());
        let sums: Vec<f64> = sums.collect();
        let weighed = |heard: Vec<Vec<usize>>, weight: &dyn Fn(usize, usize) -> f64| {
            let row = |(node, heard): (usize, Vec<usize>)| {
                heard.into_iter().map(|other| (other, F::of(weight(node, other)))).collect()
            };
            heard.into_iter().enumerate().map(row).collect()
        };
        Self {
            successors: weighed(successors, &|node, _| own[node]),
            predecessors: weighed(predecessors, &|node, other| own[other] / sums[node]),
        }
    }

    /// Number of nodes.
    pub(crate) fn nodes(&self) -> usize {
        self.successors.len()
    }
}

/// Graphs one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Batch<F> {
    /// One-hot labels: nodes × labels.
    pub(crate) features: Array2<F>,
    pub(crate) successors: Sparse<F>,
    pub(crate) predecessors: Sparse<F>,
    /// The mean over the nodes of each graph.
    pub(crate) pool: Sparse<F>,
}

impl<F: Real> Batch<F> {
    /// The graphs of these labels and topologies, filled up to at least so many nodes and graphs. What fills up has no
    /// features, hears of nothing, and is no part of any mean.
    pub(crate) fn new<'a>(
        graphs: impl IntoIterator<Item = (&'a [usize], &'a Topology<F>)> + Clone,
        labels: usize,
        (least_nodes, least_graphs): (usize, usize),
    ) -> Self {
        let nodes: usize = graphs.clone().into_iter().map(|(_, topology)| topology.nodes()).sum();
        let mut batch = Self {
            features: Array2::zeros((nodes.max(least_nodes), labels)),
            successors: Sparse::new(),
            predecessors: Sparse::new(),
            pool: Sparse::new(),
        };
        let mut first = 0;
        for (own, topology) in graphs {
            for (node, &label) in own.iter().enumerate() {
                batch.features[[first + node, label]] = F::one();
            }
            let moved = |&(node, weight): &(usize, F)| (first + node, weight);
            topology.successors.iter().for_each(|row| batch.successors.push(row.iter().map(moved)));
            topology.predecessors.iter().for_each(|row| batch.predecessors.push(row.iter().map(moved)));
            let share = F::of(1.0 / topology.nodes().max(1) as f64);
            batch.pool.push((first..first + topology.nodes()).map(|node| (node, share)));
            first += topology.nodes();
        }
        while batch.pool.rows() < least_graphs {
            batch.pool.push([]);
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_matrices_are_those_of_the_worked_example() {
        let topology = Topology::<f64>::new(3, &[(0, 1), (0, 2), (1, 2)]);
        let dense = |rows: &[Vec<(usize, f64)>]| {
            let mut dense = [[0.0; 3]; 3];
            for (row, entries) in rows.iter().enumerate() {
                entries.iter().for_each(|&(column, value)| dense[row][column] = value);
            }
            dense.as_flattened().to_vec()
        };
        let third = 1.0 / 3.0;
        let successors = [third, third, third, 0.0, 0.5, 0.5, 0.0, 0.0, 1.0];
        assert_eq!(dense(&topology.successors), successors);
        let predecessors = [1.0, 0.0, 0.0, 0.4, 0.6, 0.0, 2.0 / 11.0, 3.0 / 11.0, 6.0 / 11.0];
        for (have, want) in dense(&topology.predecessors).iter().zip(predecessors) {
            assert!((have - want).abs() < 1e-15);
        }
    }
}
