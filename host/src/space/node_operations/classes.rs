//! One cell of each class, and how many valid cells there are.

use super::NodeSpace;
use super::dag::{Dag, pairs};
use crate::space::kind::Genotypes;

/// Most nodes of a space whose matrices are walked through: seven nodes make 2^21.
const MOST_NODES_WALKED: usize = 7;

/// Most ways to put operations on a cell's nodes for which classes are walked through.
const MOST_LABELLINGS: usize = 1 << 10;

impl NodeSpace {
    /// Number of valid genotypes, by walking through the matrices; `None` where these are too many.
    pub(super) fn count_valid(&self) -> Option<u128> {
        if self.cell.nodes > MOST_NODES_WALKED {
            return None;
        }
        let valid = matrices(self.cell.nodes).filter(|(_, dag)| self.is_valid(dag)).count();
        let labellings = (self.cell.operations.len() as u128).pow(self.cell.inner().len() as u32);
        Some(valid as u128 * labellings)
    }

    /// One cell of each class of isomorphic cells without dead nodes, in the form of a smaller cell: by number of nodes,
    /// then matrix, then operations, each the least of its class.
    ///
    /// No hash is needed: a matrix is the least of its class if no renumbering of its inner nodes makes it less, and
    /// operations are if none that leaves the matrix as it is makes them less.
    pub(super) fn least_cells(&self) -> Option<Genotypes<'_>> {
        let count = self.cell.operations.len();
        let most = count.checked_pow(self.cell.inner().len() as u32)?;
        if self.cell.nodes > MOST_NODES_WALKED || most > MOST_LABELLINGS {
            return None;
        }
        Some(Box::new((2..=self.cell.nodes).flat_map(move |nodes| {
            let orders = orders(nodes);
            let whole = move |dag: &Dag| dag.live().count_ones() as usize == nodes;
            matrices(nodes)
                .filter(move |(_, dag)| whole(dag) && dag.edges() <= self.cell.most_edges)
                .filter_map(move |(number, dag)| Some((dag, symmetries(number, &dag, &orders)?)))
                .flat_map(move |(dag, symmetries)| {
                    labellings(nodes - 2, count)
                        .filter(move |operations| is_least(operations, &symmetries))
                        .map(move |operations| self.cell.genotype(&dag, &operations))
                })
        })))
    }
}

/// Every upper triangular matrix with its number ([`Dag::numbered`]).
fn matrices(nodes: usize) -> impl Iterator<Item = (u32, Dag)> {
    (0..1_u32 << pairs(nodes).count()).map(move |number| (number, Dag::numbered(nodes, number)))
}

/// Every way to number the inner nodes anew: the new number of each node, inputs and outputs keeping theirs.
fn orders(nodes: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![vec![0]];
    for _ in 1..nodes - 1 {
        orders = orders
            .iter()
            .flat_map(|order| {
                (1..nodes - 1).filter(|next| !order.contains(next)).map(|next| [&order[..], &[next]].concat())
            })
            .collect();
    }
    orders.iter_mut().for_each(|order| order.push(nodes - 1));
    orders
}

/// The renumberings that leave the matrix as it is; `None` where one makes its number less.
fn symmetries(number: u32, dag: &Dag, orders: &[Vec<usize>]) -> Option<Vec<Vec<usize>>> {
    let mut symmetries = Vec::new();
    for order in orders {
        match renumbered(dag, order) {
            Some(other) if other < number => return None,
            Some(other) if other == number => symmetries.push(order.clone()),
            _ => {}
        }
    }
    Some(symmetries)
}

/// The number of the matrix once nodes are renumbered; `None` where an edge would lead backwards.
fn renumbered(dag: &Dag, order: &[usize]) -> Option<u32> {
    let nodes = dag.nodes();
    let bits = pairs(nodes).count();
    let mut number = 0;
    for (from, to) in pairs(nodes).filter(|&(from, to)| dag.has(from, to)) {
        let (from, to) = (order[from], order[to]);
        if from > to {
            return None;
        }
        // The rows above have nodes - 1, nodes - 2, ... pairs.
        let place = from * (2 * nodes - from - 1) / 2 + to - from - 1;
        number |= 1 << (bits - 1 - place);
    }
    Some(number)
}

/// Every row of `length` digits below `count`, the last one fastest.
fn labellings(length: usize, count: usize) -> impl Iterator<Item = Vec<u16>> {
    let all = count.pow(length as u32);
    (0..all).map(move |number| {
        let mut rest = number;
        let mut digits = vec![0; length];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % count) as u16;
            rest /= count;
        }
        digits
    })
}

/// Whether no symmetry makes the operations less.
fn is_least(operations: &[u16], symmetries: &[Vec<usize>]) -> bool {
    // Symmetries are a group: where one renumbers nodes, another takes that back.
    symmetries.iter().all(|order| {
        let other = order[1..=operations.len()].iter().map(|&node| operations[node - 1]);
        operations.iter().copied().le(other)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use crate::space::Space;

    fn of(nodes: usize, edges: usize, operations: usize) -> Space {
        let names: Vec<String> = (0..operations).map(|index| format!("\"o{index}\"")).collect();
        let text = format!(
            "kind = \"node-operations\"\nname = \"x\"\nnodes = {nodes}\nmost_edges = {edges}\noperations = [{}]",
            names.join(", ")
        );
        Space::from_toml(&text, "x").unwrap()
    }

    #[test]
    fn representatives_are_one_of_each_class_and_miss_none() {
        for (nodes, edges, operations) in [(3, 2, 2), (4, 4, 3), (5, 7, 2), (5, 10, 1)] {
            let space = of(nodes, edges, operations);
            let all: HashSet<String> =
                space.enumerate().unwrap().map(|cell| space.canonical(&cell)).collect();
            let least: Vec<String> =
                space.representatives().unwrap().map(|cell| space.canonical(&cell)).collect();
            assert_eq!(least.len(), all.len(), "{nodes} {edges} {operations}");
            assert_eq!(least.into_iter().collect::<HashSet<_>>(), all);
        }
    }

    // Classes of the benchmark by number of nodes, from its enumeration: 1, 6, 84 and 2,441 (2,532 in all).
    #[test]
    fn small_classes_of_the_benchmark_are_as_many_as_published() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let mut counts = HashMap::new();
        for cell in space.representatives().unwrap() {
            let nodes: usize = space.print(&cell)[..1].parse().unwrap();
            if nodes > 5 {
                break;
            }
            *counts.entry(nodes).or_insert(0) += 1;
        }
        assert_eq!(counts, HashMap::from([(2, 1), (3, 6), (4, 84), (5, 2_441)]));
    }

    #[test]
    fn size_counts_valid_genotypes() {
        for (nodes, edges, operations) in [(3, 2, 2), (4, 4, 3), (5, 7, 2)] {
            let space = of(nodes, edges, operations);
            assert_eq!(space.size(), Some(space.enumerate().unwrap().count() as u128));
        }
    }

    #[test]
    fn large_spaces_are_not_walked_through() {
        assert_eq!(of(10, 45, 10).size(), None);
        assert!(of(8, 9, 1).representatives().is_none());
        assert!(of(7, 9, 5).representatives().is_none());
    }
}
