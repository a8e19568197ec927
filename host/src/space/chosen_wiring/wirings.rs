//! The wirings and operations that a space chooses from.

use super::ChosenWiring;
use super::wiring::{MOST_NODES, Wiring};
use crate::space::Decision;
use crate::space::operations::{check_operations, find_role};

/// The wirings and operations of a space, checked. A genotype holds the wiring, then the operation of each node.
#[derive(Debug, Clone, PartialEq)]
pub struct Wirings {
    /// Wirings in the order of their numbers, no two the same but for the order of their nodes.
    pub wirings: Vec<Wiring>,
    /// Nodes of each wiring.
    pub nodes: usize,
    /// Operations in the order of their numbers.
    pub operations: Vec<String>,
    /// The operation that passes its input on unchanged.
    pub identity: Option<u16>,
}

impl Wirings {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &ChosenWiring) -> Result<Wirings, Vec<String>> {
        let mut reasons = Vec::new();
        let nodes = declared.wirings.first().map_or(0, |first| first.chars().count());
        if !(1..=MOST_NODES).contains(&nodes) {
            reasons.push(format!(
                "the first of `wirings` has {nodes} nodes; a space has at least one wiring, of 1 to {MOST_NODES} nodes"
            ));
            return Err(reasons);
        }
        let wirings = wirings(&declared.wirings, nodes, &mut reasons);
        check_operations(&declared.operations, &['|', ',', '(', ')'], &mut reasons);
        let identity =
            find_role("identity", declared.identity.as_deref(), &declared.operations, &mut reasons);
        if identity.is_some() && declared.operations.len() == 1 {
            reasons.push("`identity` is the only operation; a network needs another".into());
        }
        if declared.text.is_empty() {
            reasons.push("`text` is empty; it lists `links,operations`".into());
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        Ok(Wirings { wirings, nodes, operations: declared.operations.clone(), identity })
    }

    /// The wiring, then the operation of each node.
    pub fn decisions(&self) -> Vec<Decision> {
        let wiring =
            Decision { name: "wiring".into(), choices: self.wirings.iter().map(Wiring::digits).collect() };
        let nodes = (1..=self.nodes)
            .map(|node| Decision { name: format!("node-{node}"), choices: self.operations.clone() });
        std::iter::once(wiring).chain(nodes).collect()
    }

    /// The wiring and the operations that a genotype chooses.
    pub fn chosen<'a>(&'a self, genotype: &'a [u16]) -> (&'a Wiring, &'a [u16]) {
        (&self.wirings[usize::from(genotype[0])], &genotype[1..])
    }

    /// How many genotypes there are: all but those of identities alone.
    pub fn count(&self) -> Option<u128> {
        let nodes = u32::try_from(self.nodes).ok()?;
        let operations = (self.operations.len() as u128).checked_pow(nodes)?;
        let empty = u128::from(self.identity.is_some());
        (operations - empty).checked_mul(self.wirings.len() as u128)
    }

    /// The first genotype: the first wiring with the first operation that is not the identity on every node.
    pub fn first(&self) -> Vec<u16> {
        let operation = u16::from(self.identity == Some(0));
        let mut genotype = vec![operation; self.nodes + 1];
        genotype[0] = 0;
        genotype
    }
}

fn wirings(declared: &[String], nodes: usize, reasons: &mut Vec<String>) -> Vec<Wiring> {
    let mut wirings: Vec<Wiring> = Vec::with_capacity(declared.len());
    for text in declared {
        let links: Option<Vec<u16>> =
            text.chars().map(|digit| digit.to_digit(10).and_then(|link| u16::try_from(link).ok())).collect();
        let Some(links) = links.filter(|links| links.len() == nodes) else {
            reasons.push(format!(
                "wiring `{text}` is not one digit for each of the {nodes} nodes that the first wiring has"
            ));
            continue;
        };
        match Wiring::new(links) {
            Err(node) => reasons.push(format!(
                "node {} of wiring `{text}` does not read an earlier node; it can read 0 to {node}",
                node + 1
            )),
            Ok(wiring) => match wirings.iter().find(|known| wiring.order_as(known).is_some()) {
                Some(known) => reasons.push(format!(
                    "wiring `{text}` is `{}` in another order of its nodes, or the same; leave one out",
                    known.digits()
                )),
                None => wirings.push(wiring),
            },
        }
    }
    wirings
}

#[cfg(test)]
mod tests {
    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/nas-bench-graph.toml");

    fn reasons(text: &str) -> Vec<String> {
        match Space::from_toml(text, "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons,
            other => panic!("expected reasons, got {other:?}"),
        }
    }

    #[test]
    fn a_genotype_holds_the_wiring_and_four_operations() {
        let space = Space::builtin("nas-bench-graph").unwrap();
        let names: Vec<&str> = space.decisions().iter().map(|decision| decision.name.as_str()).collect();
        assert_eq!(names, ["wiring", "node-1", "node-2", "node-3", "node-4"]);
        assert_eq!(space.decisions()[0].choices[4], "0013");
        assert!(space.decisions().iter().all(|decision| decision.choices.len() == 9));
    }

    #[test]
    fn a_cycle_another_size_and_a_wiring_in_another_order_are_all_refused() {
        let found =
            reasons(&TEXT.replace("\"0111\", \"0112\"", "\"0131\", \"01\", \"0102\", \"0000\", \"01x2\""));
        assert_eq!(
            found,
            [
                "node 3 of wiring `0131` does not read an earlier node; it can read 0 to 2",
                "wiring `01` is not one digit for each of the 4 nodes that the first wiring has",
                "wiring `0102` is `0013` in another order of its nodes, or the same; leave one out",
                "wiring `0000` is `0000` in another order of its nodes, or the same; leave one out",
                "wiring `01x2` is not one digit for each of the 4 nodes that the first wiring has"
            ]
        );
    }

    #[test]
    fn no_wiring_and_too_many_nodes_are_refused() {
        let list = &TEXT[TEXT.find("[\"0000\"").unwrap()..=TEXT.find(']').unwrap()];
        let sizes = "a space has at least one wiring, of 1 to 9 nodes";
        for (wirings, nodes) in [("[]", 0), ("[\"\"]", 0), ("[\"0000000000\"]", 10)] {
            let found = reasons(&TEXT.replace(list, wirings));
            assert_eq!(found, [format!("the first of `wirings` has {nodes} nodes; {sizes}")]);
        }
    }

    #[test]
    fn a_space_of_identities_alone_is_refused() {
        let list = &TEXT[TEXT.find("[\"gat\"").unwrap()..TEXT.find("\nidentity").unwrap()];
        assert_eq!(
            reasons(&TEXT.replace(list, "[\"skip\"]")),
            ["`identity` is the only operation; a network needs another"]
        );
        assert_eq!(
            reasons(&TEXT.replace("= \"skip\"  ", "= \"skap\"  ")),
            ["`identity` names the unknown operation `skap`; did you mean `skip`?"]
        );
    }
}
