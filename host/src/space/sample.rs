//! All rows of choices in turn, and choices by chance.

use rand::{Rng, RngExt};

use super::{Decision, Genotype};

/// A number below `count`, each equally likely; 0 where `count` is 0.
pub(super) fn below(rng: &mut dyn Rng, count: usize) -> u16 {
    if count < 2 { 0 } else { u16::try_from(rng.random_range(0..count as u64)).unwrap_or(u16::MAX) }
}

/// Every row of choices once, in the order of counting: the last decision changes fastest.
#[derive(Debug, Clone)]
pub(super) struct Counting<'a> {
    decisions: &'a [Decision],
    next: Option<Genotype>,
}

impl<'a> Counting<'a> {
    pub(super) fn new(decisions: &'a [Decision]) -> Counting<'a> {
        Counting { decisions, next: Some(vec![0; decisions.len()]) }
    }
}

impl Iterator for Counting<'_> {
    type Item = Genotype;

    fn next(&mut self) -> Option<Genotype> {
        let current = self.next.take()?;
        let mut following = current.clone();
        for (value, decision) in following.iter_mut().zip(self.decisions).rev() {
            *value += 1;
            if decision.holds(*value) {
                self.next = Some(following);
                break;
            }
            *value = 0;
        }
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::{Genotype, Space};

    #[test]
    fn nas_bench_201_holds_15625_different_cells() {
        let space = Space::builtin("nas-bench-201").unwrap();
        assert_eq!(space.size(), Some(15_625));
        let cells: Vec<Genotype> = space.enumerate().unwrap().collect();
        assert_eq!(cells.len(), 15_625);
        assert!(cells.iter().all(|cell| space.contains(cell)));
        assert!(cells.is_sorted());
        assert_eq!(cells.iter().collect::<HashSet<_>>().len(), 15_625);
    }

    // 99.9 % point of the chi-square distribution with 24 degrees of freedom: 51.179 (its table).
    #[test]
    fn sampling_is_uniform_over_each_decision() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let draws = 100_000;
        let mut counts = [[0_u32; 5]; 6];
        for _ in 0..draws {
            for (decision, value) in space.sample(&mut rng).into_iter().enumerate() {
                counts[decision][usize::from(value)] += 1;
            }
        }
        let expected = f64::from(draws) / 5.0;
        let chi_square: f64 =
            counts.iter().flatten().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        assert!(chi_square < 51.179, "{chi_square}");
    }
}
