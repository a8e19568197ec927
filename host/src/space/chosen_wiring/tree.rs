//! The tree that is left of an architecture once its identities are contracted: its class.

use super::Wirings;
use super::wiring::Wiring;

/// What hangs on one node: branches, and how often the node feeds the output.
#[derive(Default)]
struct Hanging {
    branches: Vec<String>,
    outputs: usize,
}

impl Wirings {
    /// The class of the network: the tree from the raw input on, without identities, with branches in one order. An
    /// identity leaves its readers to what it reads, and one without readers makes what it reads feed the output, each
    /// time it does. The raw input does not feed the output: what only identities pass on of it is left out.
    ///
    /// Each branch is an operation, a `|` for each time that it feeds the output, and its branches in brackets. Qin et
    /// al., NAS-Bench-Graph, NeurIPS 2022: 26,206 classes.
    pub fn class(&self, genotype: &[u16]) -> String {
        let (wiring, operations) = self.chosen(genotype);
        self.hanging(wiring, operations, 0).branches.join(",")
    }

    fn hanging(&self, wiring: &Wiring, operations: &[u16], node: usize) -> Hanging {
        let mut hanging = Hanging::default();
        for reader in wiring.readers(node) {
            let mut further = self.hanging(wiring, operations, reader);
            let operation = operations[reader - 1];
            if Some(operation) == self.identity {
                hanging.branches.append(&mut further.branches);
                hanging.outputs += further.outputs;
                continue;
            }
            let mut branch = self.operations[usize::from(operation)].clone();
            branch.push_str(&"|".repeat(further.outputs));
            if !further.branches.is_empty() {
                branch.push_str(&format!("({})", further.branches.join(",")));
            }
            hanging.branches.push(branch);
        }
        if wiring.readers(node).next().is_none() {
            hanging.outputs = 1;
        }
        hanging.branches.sort_unstable();
        hanging
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::space::Space;

    fn class(text: &str) -> String {
        let space = Space::builtin("nas-bench-graph").unwrap();
        space.canonical(&space.parse(text).unwrap())
    }

    #[test]
    fn identities_are_contracted_and_branches_sorted() {
        assert_eq!(class("0013,graph|fc|gcn|cheb"), "fc|,graph(gcn(cheb|))");
        assert_eq!(class("0000,gat|gat|gat|skip"), "gat|,gat|,gat|");
        assert_eq!(class("0000,gat|gat|gat|skip"), class("0111,skip|gat|gat|gat"));
        assert_eq!(class("0123,gcn|skip|skip|gat"), class("0012,gcn|skip|gat|skip"));
    }

    #[test]
    fn an_output_that_is_fed_twice_is_another_network() {
        assert_eq!(class("0111,gcn|skip|skip|skip"), "gcn|||");
        assert_eq!(class("0123,gcn|skip|skip|skip"), "gcn|");
        assert_eq!(class("0112,gcn|skip|gat|skip"), "gcn|(gat|)");
    }

    // Published: one row of the benchmark for each class. Networks of identities alone are no architectures, so that
    // the empty tree is not a class of its own, and 9 of the 59,049 rows of choices are invalid.
    #[test]
    fn all_genotypes_fall_into_26206_classes() {
        let space = Space::builtin("nas-bench-graph").unwrap();
        assert_eq!(space.size(), Some(9 * (9_u128.pow(4) - 1)));
        let mut count = 0;
        let classes: HashSet<String> = space
            .enumerate()
            .unwrap()
            .map(|genotype| {
                count += 1;
                space.canonical(&genotype)
            })
            .collect();
        assert_eq!(count, 59_040);
        assert_eq!(classes.len(), 26_206);
    }
}
