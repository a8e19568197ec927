//! From a cell to cells near it.

use rand::Rng;

use super::NodeSpace;
use super::dag::pairs;
use crate::space::Genotype;
use crate::space::kind::Kind;
use crate::space::sample::below;

impl NodeSpace {
    /// As the benchmark's authors mutate: on average one edge for each node and one operation change, until the cell is
    /// valid. Their rule may give the parent's network back; this one goes on until it is another.
    pub(super) fn changed(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let parent = self.canonical(genotype);
        let count = self.cell.operations.len();
        loop {
            let mut child = genotype.to_vec();
            let (bits, operations) = child.split_at_mut(self.cell.bits());
            for bit in bits {
                if below(rng, self.cell.nodes) == 0 {
                    *bit = 1 - *bit;
                }
            }
            for operation in operations {
                if count > 1 && below(rng, self.cell.inner().len()) == 0 {
                    *operation = (*operation + 1 + below(rng, count - 1)) % count as u16;
                }
            }
            if self.invalid(&child).is_none() && self.canonical(&child) != parent {
                return child;
            }
        }
    }

    /// Another operation on a live node, a live edge less, or an edge more that is live in the cell it makes. What is
    /// dead before and after is no step: each neighbour is another network.
    pub(super) fn one_step(&self, genotype: &[u16]) -> Vec<Genotype> {
        let mut neighbours = Vec::new();
        let (_, live) = self.pruned(genotype);
        let with = |decision: usize, value: u16| {
            let mut neighbour = genotype.to_vec();
            neighbour[decision] = value;
            neighbour
        };
        for (index, (from, to)) in pairs(self.cell.nodes).enumerate() {
            let neighbour = with(index, 1 - genotype[index]);
            let (_, live_after) = self.pruned(&neighbour);
            let live = if genotype[index] == 1 { live } else { live_after };
            if live >> from & live >> to & 1 == 1 && self.invalid(&neighbour).is_none() {
                neighbours.push(neighbour);
            }
        }
        for node in self.cell.inner().filter(|&node| live >> node & 1 == 1) {
            let decision = self.cell.bits() + node - 1;
            let others = (0..self.cell.operations.len() as u16).filter(|&value| value != genotype[decision]);
            neighbours.extend(others.map(|value| with(decision, value)));
        }
        neighbours
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::{Genotype, Space};

    fn space() -> Space {
        Space::builtin("nas-bench-101").unwrap()
    }

    #[test]
    fn a_mutation_is_valid_and_another_network() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut cell = space.parse("2,1,").unwrap();
        for _ in 0..500 {
            let child = space.mutate(&cell, &mut rng);
            assert!(space.contains(&child));
            assert_ne!(space.canonical(&child), space.canonical(&cell));
            cell = child;
        }
    }

    // Whether a child is valid and another network does not depend on the operation of a node without edges: where edges
    // reach it in the child, that is another network already. So its rate is seen as it is. 99.9 % point of the
    // chi-square distribution with 1 degree of freedom: 10.828 (its table).
    #[test]
    fn an_operation_changes_in_one_of_five_children_and_to_each_other_one_alike() {
        let space = space();
        let cell = space.parse("4,100101,11").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let draws = 4_000;
        let mut to = [0_u32; 3];
        for _ in 0..draws {
            to[usize::from(space.mutate(&cell, &mut rng)[25])] += 1;
        }
        let changed = f64::from(to[1] + to[2]);
        let expected = f64::from(draws) / 5.0;
        let variance = f64::from(draws) * 0.2 * 0.8;
        assert!((changed - expected).powi(2) / variance < 10.828, "{to:?}");
        let half = changed / 2.0;
        assert!(2.0 * (f64::from(to[1]) - half).powi(2) / half < 10.828, "{to:?}");
    }

    #[test]
    fn neighbours_are_valid_different_networks_and_come_once() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for _ in 0..200 {
            let cell = space.sample(&mut rng);
            let neighbours = space.neighbours(&cell);
            assert_eq!(neighbours.iter().collect::<HashSet<_>>().len(), neighbours.len());
            for neighbour in &neighbours {
                assert!(space.contains(neighbour));
                assert_ne!(space.canonical(neighbour), space.canonical(&cell), "{cell:?} {neighbour:?}");
                assert_eq!(neighbour.iter().zip(&cell).filter(|(a, b)| a != b).count(), 1);
            }
        }
    }

    #[test]
    fn a_neighbour_changes_what_is_live_before_or_after() {
        let space = space();
        // input > output: no operation is live, the edge cannot go, and no single edge makes a second path.
        assert_eq!(space.neighbours(&space.parse("2,1,").unwrap()), Vec::<Genotype>::new());
        // input > 1 > output: two operations, and the direct edge.
        let texts: Vec<String> =
            space.neighbours(&space.parse("3,101,0").unwrap()).iter().map(|cell| space.print(cell)).collect();
        assert_eq!(texts, ["3,111,0", "3,101,1", "3,101,2"]);
        // All nine edges are live, so none may be added; all but one path-breaking removal are valid.
        let full = space.parse("7,100110100001001010101,02001").unwrap();
        let neighbours = space.neighbours(&full);
        let edges = |cell: &Genotype| cell[..21].iter().sum::<u16>();
        assert_eq!(edges(&full), 9);
        assert_eq!(neighbours.iter().filter(|cell| edges(cell) > 9).count(), 0);
        assert_eq!(neighbours.iter().filter(|cell| edges(cell) == 8).count(), 9);
        assert_eq!(neighbours.iter().filter(|cell| edges(cell) == 9).count(), 10);
    }

    #[test]
    fn a_space_of_one_operation_and_three_nodes_still_mutates() {
        let text = include_str!("../builtin/nas-bench-101.toml")
            .replace("nodes      = 7", "nodes = 3")
            .replace("most_edges = 9", "most_edges = 2")
            .replace("\"conv3x3-bn-relu\", \"conv1x1-bn-relu\", ", "");
        let space = Space::from_toml(&text, "small").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let direct = space.parse("2,1,").unwrap();
        let other = space.mutate(&direct, &mut rng);
        assert_eq!(space.print(&other), "3,101,0");
        assert_eq!(space.canonical(&space.mutate(&other, &mut rng)), space.canonical(&direct));
    }
}
