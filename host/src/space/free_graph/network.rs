//! One architecture as nodes and what they read, and its row of decisions.

use super::Cell;
use super::cell::node_name;
use crate::space::Genotype;

/// A graph of operations. The space's inputs are nodes 0, 1, ... and the node with index k in `nodes` is node
/// `inputs + k`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network {
    /// Nodes with an operation.
    pub nodes: Vec<Node>,
    /// For each output of the space the index in `nodes` that it names.
    pub outputs: Vec<Option<usize>>,
}

/// One operation and the nodes that it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Index of the operation.
    pub operation: usize,
    /// The nodes read, in order.
    pub inputs: Vec<usize>,
}

impl Cell {
    /// The network of a row of declared choices; the error says why its parts do not fit together.
    pub fn network(&self, row: &[u16]) -> Result<Network, String> {
        let width = self.arity + 1;
        let (nodes, outputs) = row.split_at(self.capacity * width);
        let mut network = Network { nodes: Vec::new(), outputs: Vec::new() };
        for (index, node) in nodes.chunks(width).enumerate() {
            let (operation, inputs) = (usize::from(node[0]), &node[1..]);
            let name = node_name(index);
            let read: Vec<usize> =
                inputs.iter().take_while(|&&input| input > 0).map(|&input| usize::from(input) - 1).collect();
            if inputs[read.len()..].iter().any(|&input| input > 0) {
                return Err(format!("{name} has an absent input before one that is there; close the gap"));
            }
            match operation.checked_sub(1) {
                None if !read.is_empty() => {
                    return Err(format!("{name} is absent and has inputs; set these to 0"));
                }
                None => {}
                Some(_) if network.nodes.len() < index => {
                    let before = node_name(index - 1);
                    return Err(format!("{name} is there and {before} before it is absent; close the gap"));
                }
                Some(operation) => network.nodes.push(Node { operation, inputs: read }),
            }
        }
        for (&value, name) in outputs.iter().zip(&self.outputs) {
            let named = usize::from(value).checked_sub(1);
            if let Some(named) = named {
                if named >= network.nodes.len() {
                    return Err(format!("{name} names {}, which is absent", node_name(named)));
                }
                if network.outputs.contains(&Some(named)) {
                    return Err(format!("{name} names {}, as another output does", node_name(named)));
                }
            }
            network.outputs.push(named);
        }
        Ok(network)
    }

    /// The row of a network whose nodes read earlier ones only, and are no more than the capacity.
    pub fn row(&self, network: &Network) -> Genotype {
        let value = |index: usize| u16::try_from(index + 1).unwrap_or(u16::MAX);
        let width = self.arity + 1;
        let mut row = vec![0; self.capacity * width];
        for (cells, node) in row.chunks_mut(width).zip(&network.nodes) {
            cells[0] = value(node.operation);
            for (cell, &input) in cells[1..].iter_mut().zip(&node.inputs) {
                *cell = value(input);
            }
        }
        row.extend(network.outputs.iter().map(|output| output.map_or(0, value)));
        row
    }
}

impl Network {
    /// For each node with an operation the longest way to it from an input, from 1; `None` where there is a cycle.
    pub fn depths(&self, inputs: usize) -> Option<Vec<usize>> {
        let mut depths = vec![1; self.nodes.len()];
        // Without a cycle the longest way has as many steps as there are nodes, at most.
        for _ in 0..=self.nodes.len() {
            let mut changed = false;
            for (index, node) in self.nodes.iter().enumerate() {
                let read = node.inputs.iter().filter_map(|&input| input.checked_sub(inputs));
                let depth = read.map(|read| depths[read] + 1).max().unwrap_or(1);
                changed |= depth != depths[index];
                depths[index] = depth;
            }
            if !changed {
                return Some(depths);
            }
        }
        None
    }

    /// For each node with an operation whether it is `start` or leads to one of them.
    pub fn leads_to(&self, inputs: usize, start: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = start.collect();
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut reached[index], true) {
                open.extend(self.nodes[index].inputs.iter().filter_map(|&input| input.checked_sub(inputs)));
            }
        }
        reached
    }
}
