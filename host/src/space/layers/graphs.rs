//! A sequence of layers as a graph: a path of nodes.

use super::Plan;
use crate::space::Graph;
use crate::space::graph::{INPUT, OUTPUT, label};

/// Input, one node for each layer that is there, output. Parts are stages.
pub fn full(plan: &Plan, genotype: &[u16]) -> Graph {
    path(plan, plan.present(genotype).map(|(slot, block)| (slot.stage, block)))
}

/// The same without layers that do nothing.
pub fn pruned(plan: &Plan, genotype: &[u16]) -> Graph {
    let busy = plan.present(genotype).filter(|&(slot, block)| !plan.is_idle(slot, block));
    path(plan, busy.map(|(slot, block)| (slot.stage, block)))
}

fn path(plan: &Plan, layers: impl Iterator<Item = (usize, u16)>) -> Graph {
    let mut graph = Graph { labels: vec![INPUT], parts: vec![0], edges: Vec::new() };
    for (stage, block) in layers {
        graph.labels.push(label(block));
        graph.parts.push(stage as u32);
    }
    graph.labels.push(OUTPUT);
    graph.parts.push(plan.stages.len() as u32 - 1);
    graph.edges = (1..graph.labels.len() as u32).map(|node| [node - 1, node, 0]).collect();
    graph
}
