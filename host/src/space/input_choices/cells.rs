//! Cells whose nodes choose what they read: sizes, names, and where each decision stands in a genotype.

use super::InputChoices;
use crate::space::Decision;
use crate::space::operations::{check_operations, find_role};

/// Most cells.
const MOST_CELLS: usize = 8;
/// Most inputs of a cell, which also bounds what a node reads.
const MOST_INPUTS: u16 = 4;
/// Most nodes of a cell: the canonical form may have to try all their orders.
const MOST_NODES: u16 = 8;

/// The sizes and names of all cells, checked. Node k of a cell is its input k where k < `inputs`.
///
/// A genotype holds cell by cell, node by node, for each node read by rising number: the node read, the operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// Names of the cells.
    pub names: Vec<String>,
    /// Inputs of a cell.
    pub inputs: u16,
    /// Nodes of a cell, inputs and output not counted.
    pub nodes: u16,
    /// Different earlier nodes that a node reads.
    pub reads: u16,
    /// Operations in the order of their numbers.
    pub operations: Vec<String>,
    /// The operation that passes its input on unchanged.
    pub identity: Option<u16>,
}

impl Cells {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &InputChoices) -> Result<Cells, Vec<String>> {
        let mut reasons = Vec::new();
        check_names(&declared.cells, &mut reasons);
        let mut within = |key, value, most| {
            if !(1..=most).contains(&value) {
                reasons.push(format!("`{key}` is {value}; a cell has 1 to {most}"));
            }
        };
        within("inputs", declared.inputs, MOST_INPUTS);
        within("nodes", declared.nodes, MOST_NODES);
        if !(1..=declared.inputs).contains(&declared.reads) {
            reasons.push(format!(
                "`reads` is {}; the first node of a cell can read 1 to {} different nodes, its inputs",
                declared.reads, declared.inputs
            ));
        }
        check_operations(&declared.operations, &['\'', '"', '\\'], &mut reasons);
        let identity =
            find_role("identity", declared.identity.as_deref(), &declared.operations, &mut reasons);
        if declared.text.is_empty() {
            reasons.push("`text` is empty; it lists `genotype`, `nested`, `pairs` or `configspace`".into());
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(Cells {
            names: declared.cells.clone(),
            inputs: declared.inputs,
            nodes: declared.nodes,
            reads: declared.reads,
            operations: declared.operations.clone(),
            identity,
        })
    }

    /// Two decisions for each thing that a node reads: the node read, by its number, and the operation.
    pub fn decisions(&self) -> Vec<Decision> {
        let mut decisions = Vec::new();
        for (cell, node) in self.names.iter().flat_map(|cell| (0..self.nodes).map(move |node| (cell, node))) {
            let number = self.inputs + node;
            for read in 0..self.reads {
                let candidates = (0..number).map(|candidate| candidate.to_string()).collect();
                decisions
                    .push(Decision { name: format!("{cell}-{number}-input-{read}"), choices: candidates });
                decisions.push(Decision {
                    name: format!("{cell}-{number}-operation-{read}"),
                    choices: self.operations.clone(),
                });
            }
        }
        decisions
    }

    /// Values that one node has in a genotype.
    pub fn node_len(&self) -> usize {
        2 * usize::from(self.reads)
    }

    /// Values that one cell has in a genotype.
    pub fn cell_len(&self) -> usize {
        usize::from(self.nodes) * self.node_len()
    }

    /// How many earlier nodes the node can choose from whose values begin at or hold index `at` of a genotype: its own
    /// number.
    pub fn number_at(&self, at: usize) -> u16 {
        self.inputs + (at / self.node_len() % usize::from(self.nodes)) as u16
    }

    /// The number of a node's edge from node 0, where the edges that a cell can have are numbered node by node.
    pub fn first_edge(&self, node: u16) -> u16 {
        (self.inputs..node).sum()
    }

    /// What the nodes of one cell read, as (node read, operation) by node: `cell` is its part of a genotype.
    pub fn reads_of<'a>(&self, cell: &'a [u16]) -> impl Iterator<Item = &'a [[u16; 2]]> + use<'a> {
        cell.as_chunks().0.chunks(usize::from(self.reads))
    }
}

fn check_names(names: &[String], reasons: &mut Vec<String>) {
    if names.is_empty() || names.len() > MOST_CELLS {
        reasons.push(format!("{} cells; a space has 1 to {MOST_CELLS}", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        let letters = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !letters || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            reasons.push(format!("cell `{name}` is not a letter with letters, digits or `_` after it"));
        }
        if name.ends_with("_concat") {
            reasons
                .push(format!("cell `{name}` ends in `_concat`, which the text form adds to a cell's name"));
        }
        if names[..index].contains(name) {
            reasons.push(format!("cell `{name}` is declared twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/darts.toml");

    fn reasons(text: &str) -> Vec<String> {
        match Space::from_toml(text, "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons,
            other => panic!("expected reasons, got {other:?}"),
        }
    }

    #[test]
    fn a_genotype_of_darts_has_32_values() {
        let space = Space::builtin("darts").unwrap();
        let names: Vec<&str> = space.decisions().iter().map(|decision| decision.name.as_str()).collect();
        assert_eq!(names.len(), 32);
        assert_eq!(
            names[..4],
            ["normal-2-input-0", "normal-2-operation-0", "normal-2-input-1", "normal-2-operation-1"]
        );
        assert_eq!(names[30..], ["reduce-5-input-1", "reduce-5-operation-1"]);
        assert_eq!(space.decisions()[0].choices, ["0", "1"]);
        assert_eq!(space.decisions()[30].choices, ["0", "1", "2", "3", "4"]);
        assert_eq!(space.decisions()[31].choices[5], "dil_conv_3x3");
    }

    #[test]
    fn a_node_cannot_read_more_than_the_first_one_finds() {
        assert_eq!(
            reasons(&TEXT.replace("reads      = 2", "reads      = 3")),
            ["`reads` is 3; the first node of a cell can read 1 to 2 different nodes, its inputs"]
        );
        assert_eq!(
            reasons(&TEXT.replace("reads      = 2", "reads      = 0")),
            ["`reads` is 0; the first node of a cell can read 1 to 2 different nodes, its inputs"]
        );
    }

    #[test]
    fn sizes_that_would_grow_out_of_hand_are_refused_together() {
        let text =
            TEXT.replace("inputs     = 2", "inputs     = 9").replace("nodes      = 4", "nodes      = 65535");
        assert_eq!(
            reasons(&text),
            ["`inputs` is 9; a cell has 1 to 4", "`nodes` is 65535; a cell has 1 to 8"]
        );
    }

    #[test]
    fn cells_that_cannot_be_told_apart_are_refused() {
        assert_eq!(
            reasons(&TEXT.replace(r#"["normal", "reduce"]"#, r#"["a", "a", "a_concat", "2"]"#)),
            [
                "cell `a` is declared twice",
                "cell `a_concat` ends in `_concat`, which the text form adds to a cell's name",
                "cell `2` is not a letter with letters, digits or `_` after it"
            ]
        );
        assert_eq!(reasons(&TEXT.replace(r#"["normal", "reduce"]"#, "[]")), ["0 cells; a space has 1 to 8"]);
    }

    #[test]
    fn an_unknown_identity_names_the_nearest_operation() {
        assert_eq!(
            reasons(&TEXT.replace("= \"skip_connect\" ", "= \"skip_conect\" ")),
            ["`identity` names the unknown operation `skip_conect`; did you mean `skip_connect`?"]
        );
    }
}
