//! Made-up graphs: three chains of two operations between an input and an output, as a genotype decides.

use crate::{builder::OwnedGraph, header::GraphInfo};

const INPUT: u32 = 0;
const OUTPUT: u32 = 1;
/// Label of the operation with choice 0.
const FIRST_OPERATION: u32 = 2;
const NONE: u16 = 0;
const SKIP: u16 = 1;

/// The operations of a decision, in the order of its choices.
pub const OPERATIONS: [&str; 5] = ["none", "skip", "pool", "conv1", "conv3"];

/// The vocabulary of both forms.
pub fn info() -> GraphInfo {
    let labels = ["input", "output"].into_iter().chain(OPERATIONS).map(str::to_owned).collect();
    GraphInfo { labels, parts: vec!["cell".into()] }
}

/// Every operation.
pub fn full(genotype: &[u16; 6]) -> OwnedGraph {
    graph(chains(genotype).map(|chain| Some(chain.to_vec())))
}

/// Chains with a `none` are gone, skips are contracted; empty where no chain is left.
pub fn pruned(genotype: &[u16; 6]) -> OwnedGraph {
    let alive = chains(genotype).map(|chain| {
        (!chain.contains(&NONE))
            .then(|| chain.into_iter().filter(|&choice| choice != SKIP).collect::<Vec<_>>())
    });
    if alive.iter().all(Option::is_none) { OwnedGraph::default() } else { graph(alive) }
}

fn chains(genotype: &[u16; 6]) -> [[u16; 2]; 3] {
    [0, 1, 2].map(|chain| [genotype[chain], genotype[chain + 3]])
}

/// Nodes in topological order: the input first, the output last.
fn graph(chains: [Option<Vec<u16>>; 3]) -> OwnedGraph {
    let nodes: u32 = chains.iter().flatten().map(|chain| chain.len() as u32).sum();
    let output = nodes + 1;
    let mut labels = vec![INPUT];
    let mut edges = Vec::new();
    for (position, chain) in chains.iter().flatten().enumerate() {
        let mut from = 0;
        for &choice in chain {
            let node = labels.len() as u32;
            labels.push(FIRST_OPERATION + u32::from(choice));
            edges.push([from, node, 0]);
            from = node;
        }
        edges.push([from, output, position as u32]);
    }
    labels.push(OUTPUT);
    let parts = vec![0; labels.len()];
    (labels, parts, edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_chains_go_and_skips_are_contracted() {
        let genotype = [0, 1, 1, 4, 1, 3];
        assert_eq!(full(&genotype).0, [0, 2, 6, 3, 3, 3, 5, 1]);
        let (labels, _, edges) = pruned(&genotype);
        assert_eq!(labels, [0, 5, 1]);
        assert_eq!(edges, [[0, 2, 0], [0, 1, 0], [1, 2, 1]]);
        assert_eq!(pruned(&[0, 0, 0, 4, 4, 4]), OwnedGraph::default());
    }
}
