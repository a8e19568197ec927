//! Graphs of operations as networks read them.

use archcast_sdk::{
    dataset::{GraphRow, Graphs},
    prelude::*,
};
use std::collections::HashMap;

/// Most labels where the space does not name them.
const MOST_LABELS: usize = 4096;

/// What is read of graphs: how many labels there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vocabulary {
    labels: usize,
}

impl Vocabulary {
    /// That of the space, or of the training graphs where the space names none.
    ///
    /// # Errors
    /// `bad_data` that names the first row whose graph cannot be read.
    pub(crate) fn of(train: &Dataset<'_>) -> Result<Self> {
        let graphs = train.graphs(GraphForm::Full)?;
        let named = train.header()?.graphs.as_ref().map_or(0, |graphs| graphs.labels.len());
        let used = (0..train.rows()).flat_map(|row| graphs.row(row).labels).max();
        let used = used.map_or(0, |&label| (label as usize).saturating_add(1).min(MOST_LABELS));
        let own = Self { labels: if named > 0 { named } else { used } };
        for row in 0..train.rows() {
            own.check(&graphs.row(row)).map_err(|what| Error::bad_data(format!("row {row}: {what}")))?;
        }
        Ok(own)
    }

    /// Labels that a node can have.
    pub(crate) fn len(self) -> usize {
        self.labels
    }

    /// What is wrong with a graph, if anything is.
    pub(crate) fn check(self, graph: &GraphRow<'_>) -> std::result::Result<(), &'static str> {
        let nodes = graph.labels.len();
        if nodes == 0 {
            return Err("it has no graph");
        }
        if graph.labels.iter().any(|&label| label as usize >= self.labels) {
            return Err("its graph has a label that the space does not have");
        }
        let there = |edge: &[u32; 3]| (edge[0] as usize) < nodes && (edge[1] as usize) < nodes;
        if graph.parts.len() != nodes || !graph.edges.iter().all(there) {
            return Err("its graph has an edge to a node, or a node of a part, that is not there");
        }
        Ok(())
    }
}

/// The different edges of a graph, sorted.
pub(crate) fn edges(graph: &GraphRow<'_>) -> Vec<(u32, u32)> {
    let mut edges: Vec<(u32, u32)> = graph.edges.iter().map(|edge| (edge[0], edge[1])).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Graphs in the order in which they were read; those that differ in labels alone share their topology.
pub(crate) struct Read<T> {
    /// Labels of the nodes, and the topology.
    rows: Vec<(Vec<usize>, usize)>,
    topologies: Vec<T>,
}

impl<T> Read<T> {
    /// Reads these rows, which [`Vocabulary::check`] has found sound; `make` is handed parts and edges of each topology.
    pub(crate) fn of(
        graphs: &Graphs<'_>,
        rows: impl IntoIterator<Item = usize>,
        make: impl Fn(&[u32], &[(u32, u32)]) -> T,
    ) -> Self {
        let (mut known, mut topologies) = (HashMap::new(), Vec::new());
        let rows = rows.into_iter().map(|row| {
            let graph = graphs.row(row);
            let labels = graph.labels.iter().map(|&label| label as usize).collect();
            let key = (graph.parts.to_vec(), edges(&graph));
            let topology = *known.entry(key).or_insert_with_key(|(parts, edges)| {
                topologies.push(make(parts, edges));
                topologies.len() - 1
            });
            (labels, topology)
        });
        Self { rows: rows.collect(), topologies }
    }

    /// Number of graphs.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Labels of the nodes of a graph, and its topology.
    pub(crate) fn get(&self, place: usize) -> (&[usize], &T) {
        let (labels, topology) = &self.rows[place];
        (labels, &self.topologies[*topology])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type OwnedGraph = (Vec<u32>, Vec<u32>, Vec<[u32; 3]>);

    fn train(graphs: &[OwnedGraph]) -> DatasetBuilder<'static> {
        DatasetBuilder::new(graphs.len()).graphs(GraphForm::Full, graphs)
    }

    #[test]
    fn graphs_that_differ_in_labels_alone_share_their_topology() {
        let chain = |label| (vec![0, label, 1], vec![0; 3], vec![[1, 2, 1], [0, 1, 0], [0, 1, 1]]);
        let data = train(&[chain(2), chain(5), (vec![0, 1], vec![0; 2], vec![[0, 1, 0]])]);
        let view = data.view().unwrap();
        assert_eq!(Vocabulary::of(&view).unwrap().len(), 6);
        let read = Read::of(&view.graphs(GraphForm::Full).unwrap(), 0..3, |_, edges| edges.to_vec());
        assert_eq!((read.len(), read.topologies.len()), (3, 2));
        assert_eq!(read.get(1), (&[0, 5, 1][..], &vec![(0, 1), (1, 2)]));
    }

    #[test]
    fn a_row_whose_graph_cannot_be_read_is_named() {
        let said = |graph| Vocabulary::of(&train(&[graph]).view().unwrap()).unwrap_err().message().to_owned();
        assert_eq!(said((vec![], vec![], vec![])), "row 0: it has no graph");
        let outside = (vec![0, 1], vec![0; 2], vec![[0, 2, 0]]);
        assert!(said(outside).contains("an edge to a node"));
        assert!(said((vec![u32::MAX], vec![0], vec![])).contains("a label that the space does not have"));
    }
}
