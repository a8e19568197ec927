//! A cell with one operation on each edge: nodes in order, edges from earlier to later nodes, and the two operations
//! that are not really ones, zero and identity.

use super::{EdgeOperations, TextForm};
use crate::space::Decision;
use crate::space::operations::{check_names, find_role};

/// Most nodes of a cell. Contracting identities can make one edge for each path, and a cell of n nodes has up to
/// 2^(n-2) paths.
const MOST_NODES: u16 = 16;

/// The topology of a cell, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Nodes: 0 is the input, the last is the output, each other one is the sum of its incoming edges.
    pub nodes: u16,
    /// Edges as (from, to), from < to, in the order of the decisions.
    pub edges: Vec<(u16, u16)>,
    /// Operations in the order of their digits.
    pub operations: Vec<String>,
    /// The operation that passes nothing on.
    pub zero: Option<u16>,
    /// The operation that passes its input on unchanged.
    pub identity: Option<u16>,
    /// For each node after the input: (node read, decision), by node read.
    incoming: Vec<Vec<(u16, usize)>>,
}

impl Cell {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &EdgeOperations) -> Result<Cell, Vec<String>> {
        let mut reasons = Vec::new();
        let nodes = declared.nodes;
        if !(2..=MOST_NODES).contains(&nodes) {
            reasons.push(format!("`nodes` is {nodes}; a cell has 2 to {MOST_NODES}"));
            return Err(reasons);
        }
        let edges = edges(declared, &mut reasons);
        check_operations(declared, &mut reasons);
        let zero = find_role("zero", declared.zero.as_deref(), &declared.operations, &mut reasons);
        let identity =
            find_role("identity", declared.identity.as_deref(), &declared.operations, &mut reasons);
        if zero.is_some() && zero == identity {
            reasons.push("`zero` and `identity` are the same operation".into());
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let mut incoming = vec![Vec::new(); usize::from(nodes) - 1];
        for (decision, &(from, to)) in edges.iter().enumerate() {
            incoming[usize::from(to) - 1].push((from, decision));
        }
        incoming.iter_mut().for_each(|edges| edges.sort_unstable());
        Ok(Cell { nodes, edges, operations: declared.operations.clone(), zero, identity, incoming })
    }

    /// One decision for each edge, named by its ends.
    pub fn decisions(&self) -> Vec<Decision> {
        let decision = |&(from, to): &(u16, u16)| Decision {
            name: format!("{from}-{to}"),
            choices: self.operations.clone(),
        };
        self.edges.iter().map(decision).collect()
    }

    /// For each node after the input its incoming edges as (node read, decision), by node read.
    pub fn incoming(&self) -> &[Vec<(u16, usize)>] {
        &self.incoming
    }

    /// The node that the cell's result is read from.
    pub fn output(&self) -> u16 {
        self.nodes - 1
    }
}

fn edges(declared: &EdgeOperations, reasons: &mut Vec<String>) -> Vec<(u16, u16)> {
    let mut edges: Vec<(u16, u16)> = Vec::with_capacity(declared.edges.len());
    let before = reasons.len();
    for text in &declared.edges {
        let ends = text.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match ends {
            None => reasons.push(format!("edge `{text}` is not of the form `0-1`")),
            Some((from, to)) if from >= to || to >= declared.nodes => reasons.push(format!(
                "edge `{text}` does not lead from an earlier to a later node of 0 to {}",
                declared.nodes - 1
            )),
            Some(edge) if edges.contains(&edge) => reasons.push(format!("edge `{text}` is declared twice")),
            Some(edge) => edges.push(edge),
        }
    }
    if reasons.len() > before {
        return edges;
    }
    // An edge from a node that nothing feeds, or into one that feeds nothing, would be a decision without effect.
    for node in 0..declared.nodes {
        if node > 0 && !edges.iter().any(|edge| edge.1 == node) {
            reasons.push(format!("no edge leads to node {node}"));
        }
        if node + 1 < declared.nodes && !edges.iter().any(|edge| edge.0 == node) {
            reasons.push(format!("no edge leads from node {node}"));
        }
    }
    edges
}

fn check_operations(declared: &EdgeOperations, reasons: &mut Vec<String>) {
    let operations = &declared.operations;
    if operations.is_empty() || operations.len() > usize::from(u16::MAX) {
        reasons.push(format!("{} operations; a space has 1 to {}", operations.len(), u16::MAX));
    }
    check_names(operations, &['|', '~', '+'], reasons);
    if declared.text.is_empty() {
        reasons.push(
            "`text` is empty; it lists `op~source`, `digits` or a frame such as `{0-1}_{0-2}{1-2}`".into(),
        );
    }
    if declared.text.iter().any(|form| *form != TextForm::OpSource) && operations.len() > 10 {
        reasons.push(format!(
            "{} operations cannot be written as digits, which tell 10 apart",
            operations.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/nas-bench-201.toml");

    fn reasons(text: &str) -> Vec<String> {
        match Space::from_toml(text, "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons,
            other => panic!("expected reasons, got {other:?}"),
        }
    }

    #[test]
    fn a_cycle_and_a_repeated_edge_are_both_refused() {
        let found = reasons(&TEXT.replace("\"1-2\", \"0-3\"", "\"2-1\", \"0-1\""));
        assert_eq!(
            found,
            [
                "edge `2-1` does not lead from an earlier to a later node of 0 to 3",
                "edge `0-1` is declared twice"
            ]
        );
    }

    #[test]
    fn a_node_that_feeds_nothing_is_refused() {
        let found = reasons(&TEXT.replace(", \"2-3\"]", "]"));
        assert_eq!(found, ["no edge leads from node 2"]);
    }

    #[test]
    fn an_unknown_zero_names_the_nearest_operation() {
        let found = reasons(&TEXT.replace("= \"none\" ", "= \"nono\" "));
        assert_eq!(found, ["`zero` names the unknown operation `nono`; did you mean `none`?"]);
    }

    #[test]
    fn operations_that_would_break_the_text_form_are_refused() {
        let found = reasons(&TEXT.replace("nor_conv_1x1", "conv~1").replace("nor_conv_3x3", "none"));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_cell_of_too_many_nodes_is_refused() {
        let found = reasons(&TEXT.replace("nodes      = 4", "nodes      = 400"));
        assert_eq!(found, ["`nodes` is 400; a cell has 2 to 16"]);
    }
}
