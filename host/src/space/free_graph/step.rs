//! Architectures one step away: another source for an edge, or another operation of the same class.
//!
//! These are the two steps of NASLib's mutation of NAS-Bench-NLP. As there, edges from the inputs stay, and nodes are
//! neither added nor removed. A new source is any node that does not depend on the reader, not only one with a lower
//! number, so that a step can always be taken back; and no node comes to read another twice or to lead nowhere.

use std::collections::HashSet;

use rand::{Rng, RngExt};

use super::{Cell, FreeGraphSpace, Network};
use crate::space::Genotype;

/// Steps drawn before all of them are listed: most lead to an architecture.
const MOST_DRAWS: usize = 64;
/// Fresh architectures drawn where no step leads anywhere.
const MOST_SAMPLES: usize = 1_000;

/// One change.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A node reads another at this place.
    Source { node: usize, place: usize, source: usize },
    /// A node has another operation.
    Operation { node: usize, operation: usize },
}

impl FreeGraphSpace {
    /// Half of the time another source, else another operation, each drawn uniformly, until that gives another
    /// architecture. A fresh sample where there is no step, as in a network of a single linear node.
    pub(super) fn mutant(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let network = self.network(genotype);
        let edges = self.cell.edges(&network);
        let nodes: Vec<usize> = (0..network.nodes.len())
            .filter(|&node| !self.cell.alternatives(&network, node).is_empty())
            .collect();
        for _ in 0..MOST_DRAWS {
            let step = if rng.random_bool(0.5) {
                one(&edges, rng).and_then(|(node, place)| {
                    let sources = self.cell.sources(&network, node, place);
                    one(&sources, rng).map(|source| Step::Source { node, place, source })
                })
            } else {
                one(&nodes, rng).and_then(|node| {
                    let operations = self.cell.alternatives(&network, node);
                    one(&operations, rng).map(|operation| Step::Operation { node, operation })
                })
            };
            let child = step.and_then(|step| self.cell.after(&network, step));
            if let Some(child) = child.filter(|child| child != genotype) {
                return child;
            }
        }
        if let Some(child) = one(&self.one_step_away(genotype), rng) {
            return child;
        }
        let fresh = (0..MOST_SAMPLES).map(|_| self.draw(rng)).find(|fresh| fresh != genotype);
        fresh.unwrap_or_else(|| genotype.to_vec())
    }

    /// Everything that one step leads to, by node, sources first.
    pub(super) fn one_step_away(&self, genotype: &[u16]) -> Vec<Genotype> {
        let network = self.network(genotype);
        let mut steps = Vec::new();
        for (node, place) in self.cell.edges(&network) {
            let sources = self.cell.sources(&network, node, place);
            steps.extend(sources.into_iter().map(|source| Step::Source { node, place, source }));
        }
        for node in 0..network.nodes.len() {
            let operations = self.cell.alternatives(&network, node);
            steps.extend(operations.into_iter().map(|operation| Step::Operation { node, operation }));
        }
        let mut seen = HashSet::from([genotype.to_vec()]);
        let children = steps.into_iter().filter_map(|step| self.cell.after(&network, step));
        children.filter(|child| seen.insert(child.clone())).collect()
    }
}

impl Cell {
    /// Node and place of each edge that comes from a node with an operation.
    fn edges(&self, network: &Network) -> Vec<(usize, usize)> {
        let mut edges = Vec::new();
        for (index, node) in network.nodes.iter().enumerate() {
            let inner = (0..node.inputs.len()).filter(|&place| node.inputs[place] >= self.inputs.len());
            edges.extend(inner.map(|place| (index, place)));
        }
        edges
    }

    /// The nodes with an operation that a node could read at this place instead: not its own result, directly or not,
    /// and none that it reads already.
    fn sources(&self, network: &Network, node: usize, place: usize) -> Vec<usize> {
        let inputs = self.inputs.len();
        let others = network.nodes[node].inputs.iter().enumerate().filter(|&(other, _)| other != place);
        let others: Vec<usize> = others.map(|(_, &read)| read).collect();
        let free = |index: &usize| {
            let id = inputs + index;
            id != network.nodes[node].inputs[place]
                && !others.contains(&id)
                && !network.leads_to(inputs, std::iter::once(*index))[node]
        };
        (0..network.nodes.len()).filter(free).map(|index| inputs + index).collect()
    }

    /// Other operations that take as many inputs, in general and not only here, and heed their order alike.
    fn alternatives(&self, network: &Network, node: usize) -> Vec<usize> {
        let class = |operation: usize| {
            let operation = &self.operations[operation];
            (operation.fewest, operation.most, operation.ordered)
        };
        let own = network.nodes[node].operation;
        (0..self.operations.len()).filter(|&other| other != own && class(other) == class(own)).collect()
    }

    /// The architecture after a step, if it is one.
    fn after(&self, network: &Network, step: Step) -> Option<Genotype> {
        let mut network = network.clone();
        match step {
            Step::Source { node, place, source } => network.nodes[node].inputs[place] = source,
            Step::Operation { node, operation } => network.nodes[node].operation = operation,
        }
        self.genotype(&network)
    }
}

/// One of them, each equally likely.
fn one<T: Clone>(items: &[T], rng: &mut dyn Rng) -> Option<T> {
    if items.is_empty() { None } else { items.get(rng.random_range(0..items.len())).cloned() }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::Space;

    const TEXT: &str = r#"{"f":{"op":"linear","input":["x","h_prev_0"]},"a":{"op":"activation_tanh","input":["f"]},"b":{"op":"activation_sigm","input":["f"]},"h_new_0":{"op":"elementwise_sum","input":["a","b"]}}"#;

    #[test]
    fn neighbours_differ_in_one_source_or_one_operation() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let cell = space.parse(TEXT).unwrap();
        let neighbours: Vec<String> =
            space.neighbours(&cell).iter().map(|neighbour| space.print(neighbour)).collect();
        let expected = [
            // b reads a, a reads b; the sum cannot read a or b twice, and without either that one is dead; f in place
            // of one leaves it dead too.
            TEXT.replace(r#""activation_sigm","input":["f"]"#, r#""activation_sigm","input":["a"]"#),
            TEXT.replace(r#""activation_tanh","input":["f"]"#, r#""activation_tanh","input":["b"]"#),
            TEXT.replace("activation_tanh", "activation_leaky_relu"),
            TEXT.replace("activation_tanh", "activation_sigm"),
            TEXT.replace("activation_sigm", "activation_leaky_relu"),
            TEXT.replace("activation_sigm", "activation_tanh"),
            TEXT.replace("elementwise_sum", "elementwise_prod"),
        ];
        let mut expected: Vec<String> =
            expected.iter().map(|text| space.print(&space.parse(text).unwrap())).collect();
        let mut found = neighbours.clone();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_neighbour_of_a_neighbour_is_the_cell_itself() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..10 {
            let cell = space.sample(&mut rng);
            for neighbour in space.neighbours(&cell) {
                assert!(space.contains(&neighbour) && neighbour != cell);
                assert!(space.neighbours(&neighbour).contains(&cell));
            }
        }
    }

    #[test]
    fn a_mutant_is_a_neighbour_and_never_the_parent() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut parent = space.parse(TEXT).unwrap();
        for step in 0..200 {
            let child = space.mutate(&parent, &mut rng);
            assert!(space.contains(&child) && child != parent);
            if step % 10 == 0 {
                assert!(space.neighbours(&parent).contains(&child));
            }
            parent = child;
        }
    }

    #[test]
    fn a_cell_without_neighbours_mutates_into_a_fresh_one() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let lone = space.parse(r#"{"h_new_0":{"op":"linear","input":["x","h_prev_0"]}}"#).unwrap();
        assert!(space.neighbours(&lone).is_empty());
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let child = space.mutate(&lone, &mut rng);
        assert!(space.contains(&child) && child != lone);
    }
}
