//! Weisfeiler-Lehman labels of graphs (Shervashidze et al., JMLR 2011).
//!
//! At level 0 a node is known by its operation, at level i by its own label of level i − 1 and the sorted labels of level
//! i − 1 of its successors. Edges are a set: parallel ones count once.

use archcast_sdk::{dataset::GraphRow, prelude::*};
use std::collections::BTreeMap;

/// Labels of one part of a graph with how often they occur, by label.
pub(crate) type Histogram = Vec<(u32, u32)>;

/// Numbers of the labels that training graphs have; those of different levels differ.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Dictionary {
    /// For each level the number of each signature.
    levels: Vec<BTreeMap<Vec<u32>, u32>>,
    next: u32,
}

impl Dictionary {
    /// No labels yet, for so many levels above 0.
    pub(crate) fn new(levels: usize) -> Self {
        Self { levels: vec![BTreeMap::new(); levels + 1], next: 0 }
    }

    /// Labels that are known.
    pub(crate) fn len(&self) -> usize {
        self.next as usize
    }

    /// Keeps only so many levels above 0.
    pub(crate) fn truncate(&mut self, levels: usize) {
        self.levels.truncate(levels + 1);
    }

    /// For each level the histogram of each of `parts` parts; new labels are learnt.
    ///
    /// # Errors
    /// `bad_data` where the graph is not one.
    pub(crate) fn learn(&mut self, graph: &GraphRow<'_>, parts: usize) -> Result<Vec<Vec<Histogram>>> {
        let (known, next) = (&mut self.levels, &mut self.next);
        let levels = known.len();
        refine(graph, parts, levels, |level, signature| {
            *known[level].entry(signature).or_insert_with(|| {
                *next += 1;
                *next - 1
            })
        })
    }

    /// For each part the histogram over all levels; what was not learnt matches nothing but itself.
    ///
    /// # Errors
    /// `bad_data` where the graph is not one.
    pub(crate) fn read(&self, graph: &GraphRow<'_>, parts: usize) -> Result<Vec<Histogram>> {
        let mut local = vec![BTreeMap::new(); self.levels.len()];
        let mut next = self.next;
        let levels = refine(graph, parts, self.levels.len(), |level, signature| {
            if let Some(&known) = self.levels[level].get(&signature) {
                return known;
            }
            *local[level].entry(signature).or_insert_with(|| {
                next += 1;
                next - 1
            })
        })?;
        Ok(merge(levels, parts))
    }
}

/// The histograms of the levels of a part in one.
pub(crate) fn merge(levels: Vec<Vec<Histogram>>, parts: usize) -> Vec<Histogram> {
    let mut merged = vec![Histogram::new(); parts];
    for level in levels {
        for (merged, histogram) in merged.iter_mut().zip(level) {
            merged.extend(histogram);
        }
    }
    for histogram in &mut merged {
        histogram.sort_unstable();
    }
    merged
}

/// For each level the histogram of each part.
fn refine(
    graph: &GraphRow<'_>,
    parts: usize,
    levels: usize,
    mut number: impl FnMut(usize, Vec<u32>) -> u32,
) -> Result<Vec<Vec<Histogram>>> {
    let nodes = graph.labels.len();
    let sound = graph.parts.len() == nodes
        && graph.parts.iter().all(|&part| (part as usize) < parts)
        && graph.edges.iter().all(|edge| (edge[0] as usize) < nodes && (edge[1] as usize) < nodes);
    if !sound {
        return Err(Error::bad_data("a graph has an edge to a node, or a node of a part, that is not there"));
    }
    let mut edges: Vec<(u32, u32)> = graph.edges.iter().map(|edge| (edge[0], edge[1])).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut labels: Vec<u32> = graph.labels.iter().map(|&label| number(0, vec![label])).collect();
    let mut found = vec![histograms(&labels, graph.parts, parts)];
    for level in 1..levels {
        let mut signatures: Vec<Vec<u32>> = labels.iter().map(|&label| vec![label]).collect();
        for &(from, to) in &edges {
            signatures[from as usize].push(labels[to as usize]);
        }
        labels = signatures
            .into_iter()
            .map(|mut signature| {
                signature[1..].sort_unstable();
                number(level, signature)
            })
            .collect();
        found.push(histograms(&labels, graph.parts, parts));
    }
    Ok(found)
}

fn histograms(labels: &[u32], of: &[u32], parts: usize) -> Vec<Histogram> {
    let mut counts = vec![BTreeMap::<u32, u32>::new(); parts];
    for (&label, &part) in labels.iter().zip(of) {
        *counts[part as usize].entry(label).or_default() += 1;
    }
    counts.into_iter().map(|counts| counts.into_iter().collect()).collect()
}
