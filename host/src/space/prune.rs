//! What is left of an architecture once it does only what it must: the same function, written without detours.

use super::Graph;
use super::graph::{INPUT, OUTPUT};

/// Takes out `zero` and all that is dead, and contracts `identity`, both labels of nodes.
pub(super) fn pruned(full: Graph, zero: Option<u32>, identity: Option<u32>) -> Graph {
    pruned_between(full, &[INPUT], zero, identity)
}

/// The same for graphs whose parts have several inputs, the nodes with one of the labels `inputs`.
pub(super) fn pruned_between(full: Graph, inputs: &[u32], zero: Option<u32>, identity: Option<u32>) -> Graph {
    let mut kept: Vec<bool> = full.labels.iter().map(|&node| Some(node) != zero).collect();
    let mut edges: Vec<[u32; 3]> = full.edges.iter().filter(|edge| alive(&kept, edge)).copied().collect();
    // Dead parts go first, so that no identity is contracted in vain; contracting makes no new dead parts.
    let sources = full.labels.iter().map(|label| inputs.contains(label)).collect();
    let sinks = full.labels.iter().map(|&label| label == OUTPUT).collect();
    remove_dead(sources, sinks, &mut kept, &mut edges);
    for (node, (kept, &label)) in (0_u32..).zip(kept.iter_mut().zip(&full.labels)) {
        if *kept && Some(label) == identity {
            contract(node, &mut edges);
            *kept = false;
        }
    }
    renumber(&full, &kept, edges)
}

fn alive(kept: &[bool], edge: &[u32; 3]) -> bool {
    kept[edge[0] as usize] && kept[edge[1] as usize]
}

/// Keeps what lies on a path from a source to a sink. Decisions may be declared in any order, so nodes need not be in
/// topological order: sweeps repeat until nothing changes.
fn remove_dead(sources: Vec<bool>, sinks: Vec<bool>, kept: &mut [bool], edges: &mut Vec<[u32; 3]>) {
    let forward = reach(sources, edges.iter().map(|edge| (edge[0], edge[1])));
    let backward = reach(sinks, edges.iter().rev().map(|edge| (edge[1], edge[0])));
    for (node, kept) in kept.iter_mut().enumerate() {
        *kept &= forward[node] && backward[node];
    }
    edges.retain(|edge| alive(kept, edge));
}

/// Which nodes the edges (from, to) lead to from those reached already.
fn reach(mut reached: Vec<bool>, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Vec<bool> {
    loop {
        let mut changed = false;
        for (from, to) in edges.clone() {
            if reached[from as usize] && !reached[to as usize] {
                reached[to as usize] = true;
                changed = true;
            }
        }
        if !changed {
            return reached;
        }
    }
}

/// Takes one node out: each of its inputs feeds each of its readers instead, as often as the two edges say.
fn contract(node: u32, edges: &mut Vec<[u32; 3]>) {
    let sources: Vec<u32> = edges.iter().filter(|edge| edge[1] == node).map(|edge| edge[0]).collect();
    let readers: Vec<[u32; 3]> = edges.iter().filter(|edge| edge[0] == node).copied().collect();
    edges.retain(|edge| edge[0] != node && edge[1] != node);
    for &[_, target, position] in &readers {
        edges.extend(sources.iter().map(|&source| [source, target, position]));
    }
}

/// The nodes kept, numbered without gaps.
fn renumber(full: &Graph, kept: &[bool], mut edges: Vec<[u32; 3]>) -> Graph {
    let mut graph = Graph::default();
    let mut number = vec![0; kept.len()];
    for node in (0..kept.len()).filter(|&node| kept[node]) {
        number[node] = graph.labels.len() as u32;
        graph.labels.push(full.labels[node]);
        graph.parts.push(full.parts[node]);
    }
    for edge in &mut edges {
        *edge = [number[edge[0] as usize], number[edge[1] as usize], edge[2]];
    }
    edges.sort_unstable();
    graph.edges = edges;
    graph
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Space;
    use crate::space::graph::label;
    use crate::space::least_form::least_form;

    fn space() -> Space {
        Space::builtin("nas-bench-201").unwrap()
    }

    fn edges(graph: &Graph) -> Vec<(u32, u32)> {
        graph.edges.iter().map(|edge| (edge[0], edge[1])).collect()
    }

    #[test]
    fn skips_are_contracted_and_parallel_edges_stay() {
        // 0-1 pool; 0-2 conv; 1-2 skip; 0-3 conv; 1-3 skip; 2-3 skip: the pool reaches the output twice.
        let graph = space().pruned_graph(&[4, 2, 1, 2, 1, 1]);
        assert_eq!(graph.labels, [0, 6, 4, 4, 1]);
        assert_eq!(edges(&graph), [(0, 1), (0, 2), (0, 3), (1, 4), (1, 4), (2, 4), (3, 4)]);
    }

    #[test]
    fn a_chain_of_two_skips_joins_input_and_output() {
        let graph = space().pruned_graph(&[1, 0, 0, 0, 1, 0]);
        assert_eq!(graph.labels, [0, 1]);
        assert_eq!(edges(&graph), [(0, 1)]);
    }

    #[test]
    fn a_cell_of_skips_alone_counts_its_paths() {
        assert_eq!(edges(&space().pruned_graph(&[1; 6])), [(0, 1); 4]);
    }

    #[test]
    fn dead_parts_go_together_with_what_feeds_them() {
        // 0-1 conv and 1-2 conv lead to a 2-3 that is none: only 0-3 is left.
        let graph = space().pruned_graph(&[3, 0, 3, 2, 0, 0]);
        assert_eq!(graph.labels, [0, 4, 1]);
        assert_eq!(edges(&graph), [(0, 1), (1, 2)]);
    }

    #[test]
    fn the_order_in_which_edges_are_declared_does_not_matter() {
        let text = include_str!("builtin/nas-bench-201.toml").replace(
            r#"["0-1", "0-2", "1-2", "0-3", "1-3", "2-3"]"#,
            r#"["2-3", "1-3", "0-3", "1-2", "0-2", "0-1"]"#,
        );
        let (space, reversed) = (space(), Space::from_toml(&text, "reversed").unwrap());
        for cell in space.enumerate().unwrap().step_by(7) {
            let other: Vec<u16> = cell.iter().rev().copied().collect();
            let (graph, other) = (space.pruned_graph(&cell), reversed.pruned_graph(&other));
            assert_eq!(least_form(&graph), least_form(&other), "{cell:?}");
        }
    }

    // 341 cells have no path free of none from input to output: the published table has an accuracy of exactly 10 for
    // these and no other.
    #[test]
    fn exactly_341_cells_have_nothing_left() {
        let space = space();
        let mut empty = 0;
        for cell in space.enumerate().unwrap() {
            let graph = space.pruned_graph(&cell);
            assert_eq!(graph.labels.len(), graph.parts.len());
            assert!(graph.labels.iter().all(|&node| node != label(0) && node != label(1)));
            empty += usize::from(graph.is_empty());
        }
        assert_eq!(empty, 341);
    }
}
