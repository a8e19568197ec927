//! Spaces that choose one wiring of a list and an operation for each of its nodes: nas-bench-graph and its relatives.

mod declaration;
mod parse;
mod tree;
mod tree_graph;
mod wiring;
mod wirings;

pub use declaration::ChosenWiring;
pub use wirings::Wirings;

use super::graph::label;
use super::kind::Kind;
use super::prune::pruned;
use super::{Decision, Genotype, Graph, ParseError, Path, PathSpace};

/// A space that chooses one wiring of a list.
#[derive(Debug)]
pub struct WiringSpace {
    wirings: Wirings,
    decisions: Vec<Decision>,
}

impl Kind for WiringSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        let identity = self.wirings.identity?;
        genotype.iter().skip(1).all(|&operation| operation == identity).then(|| {
            format!(
                "every node is `{}`, so that nothing is computed; give one of them another operation",
                self.wirings.operations[usize::from(identity)]
            )
        })
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        self.read(text)
    }

    fn print(&self, genotype: &[u16]) -> String {
        let (wiring, operations) = self.wirings.chosen(genotype);
        let names: Vec<&str> = operations
            .iter()
            .map(|&operation| self.wirings.operations[usize::from(operation)].as_str())
            .collect();
        format!("{},{}", wiring.digits(), names.join("|"))
    }

    fn example(&self) -> Genotype {
        self.wirings.first()
    }

    fn size(&self) -> Option<u128> {
        self.wirings.count()
    }

    fn canonical(&self, genotype: &[u16]) -> String {
        self.wirings.class(genotype)
    }

    fn label_names(&self) -> Vec<String> {
        let ends = ["input".to_owned(), "output".to_owned()];
        ends.into_iter().chain(self.wirings.operations.iter().cloned()).collect()
    }

    fn most_nodes(&self) -> usize {
        self.wirings.nodes + 2
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        self.wirings.graph(genotype)
    }

    fn zero_and_identity(&self) -> (Option<u32>, Option<u32>) {
        (None, self.wirings.identity.map(label))
    }

    fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        let (zero, identity) = self.zero_and_identity();
        Wirings::without_shortcuts(pruned(self.full_graph(genotype), zero, identity))
    }

    fn path_space(&self) -> Option<PathSpace> {
        Some(self.wirings.path_space())
    }

    fn paths(&self, genotype: &[u16]) -> Vec<Path> {
        self.wirings.chains(genotype)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::{Genotype, Space};

    fn space() -> Space {
        Space::builtin("nas-bench-graph").unwrap()
    }

    #[test]
    fn the_one_hot_row_is_the_reference_one() {
        let space = space();
        let mut row = vec![0.0; 45];
        space.one_hot(&[4, 6, 7, 1, 3], &mut row);
        let digits: String = row.iter().map(|&value| if value == 1.0 { '1' } else { '0' }).collect();
        assert_eq!(digits, "000010000000000100000000010010000000000100000");
        let names = space.one_hot_features();
        assert_eq!(
            (&names[4].name[..], &names[15].name[..], names.len()),
            ("wiring=0013", "node-1=graph", 45)
        );
        let mut row = vec![0.0; 5];
        space.categorical(&[4, 6, 7, 1, 3], &mut row);
        assert_eq!(row, [4.0, 6.0, 7.0, 1.0, 3.0]);
    }

    #[test]
    fn neighbours_differ_in_one_decision_and_compute_something() {
        let space = space();
        for (genotype, count) in [([4, 6, 7, 1, 3], 40), ([4, 6, 8, 8, 8], 39)] {
            let neighbours = space.neighbours(&genotype);
            assert_eq!(neighbours.len(), count);
            assert_eq!(neighbours.iter().collect::<HashSet<_>>().len(), count);
            assert!(neighbours.iter().all(|other| space.contains(other) && *other != genotype));
        }
    }

    #[test]
    fn every_neighbour_is_a_mutant_and_nothing_else_is() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let genotype = [0, 8, 8, 2, 8];
        let mutants: HashSet<Genotype> = (0..2_000).map(|_| space.mutate(&genotype, &mut rng)).collect();
        assert_eq!(mutants, space.neighbours(&genotype).into_iter().collect());
    }

    // Wirings have 8 degrees of freedom, and so has each of four operations: 40. 99.9 % point of the chi-square
    // distribution: 73.402 (its table). A node is `skip` a little less often, since four are never.
    #[test]
    fn sampling_is_uniform_over_the_valid_genotypes() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let draws = 100_000;
        let mut counts = [[0_u32; 9]; 5];
        for _ in 0..draws {
            for (decision, value) in space.sample(&mut rng).into_iter().enumerate() {
                counts[decision][usize::from(value)] += 1;
            }
        }
        let valid = f64::from(9_u32.pow(4) - 1);
        let chance = |decision, value| match (decision, value) {
            (0, _) => 1.0 / 9.0,
            (_, 8) => f64::from(9_u32.pow(3) - 1) / valid,
            _ => f64::from(9_u32.pow(3)) / valid,
        };
        let mut chi_square = 0.0;
        for (decision, counts) in counts.iter().enumerate() {
            for (value, &count) in counts.iter().enumerate() {
                let expected = f64::from(draws) * chance(decision, value);
                chi_square += (f64::from(count) - expected).powi(2) / expected;
            }
        }
        assert!(chi_square < 73.402, "{chi_square}");
    }
}
