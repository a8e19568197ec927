//! Ways through the space: all of it, by chance, and to what is near.

use rand::{Rng, RngExt};

use super::Cells;
use crate::space::Genotype;
use crate::space::sample::below;

impl Cells {
    /// The first genotype: every node reads the first ones there are by the first operation.
    pub fn first(&self) -> Genotype {
        let mut genotype = vec![0; self.names.len() * self.cell_len()];
        self.fill(&mut genotype, 0);
        genotype
    }

    /// The next genotype in lexical order, the last decision fastest.
    pub fn following(&self, genotype: &[u16]) -> Option<Genotype> {
        let last_operation = self.operations.len() - 1;
        let highest = |at: usize| match (at % 2, at % self.node_len() / 2) {
            // Nodes read after this one have higher numbers, so it leaves room for them.
            (0, pair) => usize::from(self.number_at(at)) - (usize::from(self.reads) - pair),
            _ => last_operation,
        };
        let at = (0..genotype.len()).rev().find(|&at| usize::from(genotype[at]) < highest(at))?;
        let mut genotype = genotype.to_vec();
        genotype[at] += 1;
        self.fill(&mut genotype, at + 1);
        Some(genotype)
    }

    /// Gives each decision from index `from` on its least choice.
    fn fill(&self, genotype: &mut [u16], from: usize) {
        for at in from..genotype.len() {
            genotype[at] = if at % 2 == 0 && at % self.node_len() > 0 { genotype[at - 2] + 1 } else { 0 };
        }
    }

    /// How many genotypes there are; `None` where more than a `u128` holds.
    pub fn count(&self) -> Option<u128> {
        let mut cell = 1_u128;
        for node in 0..self.nodes {
            cell = cell.checked_mul(binomial(self.inputs + node, self.reads))?;
            cell = cell.checked_mul((self.operations.len() as u128).checked_pow(u32::from(self.reads))?)?;
        }
        cell.checked_pow(u32::try_from(self.names.len()).ok()?)
    }

    /// For each node different nodes to read, drawn without replacement, and operations, drawn with: every genotype is
    /// equally likely.
    pub fn drawn(&self, rng: &mut dyn Rng) -> Genotype {
        let mut genotype = vec![0; self.names.len() * self.cell_len()];
        for start in (0..genotype.len()).step_by(self.node_len()) {
            let mut candidates: Vec<u16> = (0..self.number_at(start)).collect();
            let mut read: Vec<u16> = (0..self.reads)
                .map(|_| candidates.swap_remove(usize::from(below(rng, candidates.len()))))
                .collect();
            read.sort_unstable();
            for (pair, input) in read.into_iter().enumerate() {
                genotype[start + 2 * pair] = input;
                genotype[start + 2 * pair + 1] = below(rng, self.operations.len());
            }
        }
        genotype
    }

    /// A pair is drawn, then with equal chance a new operation or a new node to read; drawn again until something
    /// changed. White et al., "How Powerful are Performance Predictors in Neural Architecture Search?", NeurIPS 2021,
    /// draw the same way and keep what did not change.
    pub fn mutant(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let one_wiring = self.nodes == 1 && self.inputs == self.reads;
        if one_wiring && self.operations.len() == 1 {
            return genotype.to_vec();
        }
        loop {
            let pair = 2 * usize::from(below(rng, genotype.len() / 2));
            let child = if rng.random_range(0..2_u32) == 0 {
                self.with_operation(genotype, pair, below(rng, self.operations.len()))
            } else {
                self.with_input(genotype, pair, below(rng, usize::from(self.number_at(pair))))
            };
            if let Some(child) = child {
                return child;
            }
        }
    }

    /// Every genotype that has one other operation, or reads one other node.
    pub fn nearby(&self, genotype: &[u16]) -> Vec<Genotype> {
        let mut nearby = Vec::new();
        for pair in (0..genotype.len()).step_by(2) {
            let operations = 0..self.operations.len() as u16;
            nearby.extend(operations.filter_map(|operation| self.with_operation(genotype, pair, operation)));
            let inputs = 0..self.number_at(pair);
            nearby.extend(inputs.filter_map(|input| self.with_input(genotype, pair, input)));
        }
        nearby
    }

    /// Another operation in the pair at index `pair`; `None` where it is the same.
    fn with_operation(&self, genotype: &[u16], pair: usize, operation: u16) -> Option<Genotype> {
        let mut child = genotype.to_vec();
        child[pair + 1] = operation;
        (child != genotype).then_some(child)
    }

    /// Another node read in the pair at index `pair`, with the pairs of the node in order again; `None` where the node
    /// reads it already.
    fn with_input(&self, genotype: &[u16], pair: usize, input: u16) -> Option<Genotype> {
        let start = pair - pair % self.node_len();
        let mut child = genotype.to_vec();
        let (pairs, _) = child[start..start + self.node_len()].as_chunks_mut::<2>();
        if pairs.iter().any(|&[read, _]| read == input) {
            return None;
        }
        pairs[(pair - start) / 2][0] = input;
        pairs.sort_unstable();
        Some(child)
    }
}

/// Ways to choose `k` of `n`, for n ≤ 11.
fn binomial(n: u16, k: u16) -> u128 {
    (0..k).fold(1, |ways, chosen| ways * u128::from(n - chosen) / (u128::from(chosen) + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::{Genotype, Space};

    fn darts() -> Space {
        Space::builtin("darts").unwrap()
    }

    /// One cell of two nodes with two operations: 1 · 4 wirings and operations of the first, 3 · 4 of the second.
    fn small() -> Space {
        let text = "kind = \"input-choices\"\nname = \"small\"\ncells = [\"c\"]\ninputs = 2\nnodes = 2\nreads = 2\n\
                    operations = [\"a\", \"b\"]\ntext = [\"pairs\"]\n";
        Space::from_toml(text, "small.toml").unwrap()
    }

    #[test]
    fn darts_holds_180_wirings_and_7_to_the_8_operations_in_each_cell() {
        let cell = 180 * 7_u128.pow(8);
        assert_eq!(darts().size(), Some(cell * cell));
    }

    #[test]
    fn enumeration_gives_each_genotype_once_in_order() {
        let space = small();
        let all: Vec<Genotype> = space.enumerate().unwrap().collect();
        assert_eq!(all.len(), 48);
        assert_eq!(space.size(), Some(48));
        assert!(all.is_sorted());
        assert!(all.iter().all(|genotype| space.contains(genotype)));
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 48);
    }

    #[test]
    fn enumeration_of_darts_begins_at_once() {
        let space = darts();
        let first: Vec<Genotype> = space.enumerate().unwrap().take(7 * 7 + 1).collect();
        assert!(first.iter().all(|genotype| space.contains(genotype)));
        assert_eq!(first[0][28..], [0, 0, 1, 0]);
        assert_eq!(first[8][28..], [0, 0, 2, 1]);
    }

    // 99.9 % point of the chi-square distribution with 47 degrees of freedom: 82.720 (its table).
    #[test]
    fn sampling_a_small_space_is_uniform_over_genotypes() {
        let space = small();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let draws = 100_000;
        let mut counts: HashMap<Genotype, u32> = HashMap::new();
        for _ in 0..draws {
            *counts.entry(space.sample(&mut rng)).or_default() += 1;
        }
        assert_eq!(counts.len(), 48);
        let expected = f64::from(draws) / 48.0;
        let chi_square: f64 =
            counts.values().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        assert!(chi_square < 82.72, "{chi_square}");
    }

    // Each cell has 1, 3, 6 and 10 pairs of nodes to read, so 0, 2, 5 and 9 degrees of freedom, and sixteen
    // operations have 6 each: 2 · 16 + 96 = 128. 99.9 % point: 183.2 (by the formula of Wilson and Hilferty).
    #[test]
    fn sampling_darts_is_uniform_over_wirings_and_operations() {
        let space = darts();
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let draws = 100_000;
        let mut wirings: HashMap<(usize, u16, u16), u32> = HashMap::new();
        let mut operations = [[0_u32; 7]; 16];
        for _ in 0..draws {
            let genotype = space.sample(&mut rng);
            for (node, values) in genotype.chunks(4).enumerate() {
                *wirings.entry((node, values[0], values[2])).or_default() += 1;
                operations[2 * node][usize::from(values[1])] += 1;
                operations[2 * node + 1][usize::from(values[3])] += 1;
            }
        }
        assert_eq!(wirings.len(), 2 * (1 + 3 + 6 + 10));
        let term = |count: u32, ways: f64| {
            let expected = f64::from(draws) / ways;
            (f64::from(count) - expected).powi(2) / expected
        };
        let mut chi_square: f64 =
            wirings.iter().map(|(&(node, ..), &count)| term(count, [1.0, 3.0, 6.0, 10.0][node % 4])).sum();
        chi_square += operations.iter().flatten().map(|&count| term(count, 7.0)).sum::<f64>();
        assert!(chi_square < 183.2, "{chi_square}");
    }

    #[test]
    fn every_genotype_of_darts_has_120_neighbours() {
        let space = darts();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for _ in 0..200 {
            let genotype = space.sample(&mut rng);
            let neighbours = space.neighbours(&genotype);
            assert_eq!(neighbours.len(), 120);
            assert!(neighbours.iter().all(|neighbour| space.contains(neighbour) && *neighbour != genotype));
            assert_eq!(neighbours.iter().collect::<HashSet<_>>().len(), 120);
        }
    }

    #[test]
    fn a_mutant_is_a_neighbour_and_every_neighbour_is_reached() {
        let space = darts();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let genotype = space.sample(&mut rng);
        let neighbours: HashSet<Genotype> = space.neighbours(&genotype).into_iter().collect();
        let mutants: HashSet<Genotype> = (0..5_000).map(|_| space.mutate(&genotype, &mut rng)).collect();
        assert_eq!(mutants, neighbours);
    }

    #[test]
    fn a_space_of_one_architecture_is_left_as_it_is() {
        let text = "kind = \"input-choices\"\nname = \"one\"\ncells = [\"c\"]\ninputs = 1\nnodes = 1\nreads = 1\n\
                    operations = [\"a\"]\ntext = [\"pairs\"]\n";
        let space = Space::from_toml(text, "one.toml").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(space.enumerate().unwrap().count(), 1);
        assert_eq!(space.mutate(&[0, 0], &mut rng), [0, 0]);
        assert!(space.neighbours(&[0, 0]).is_empty());
    }
}
