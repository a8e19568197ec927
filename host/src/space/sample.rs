//! How many architectures a space holds, all of them in turn, and some by chance.

use rand::{Rng, RngExt};

use super::{Genotype, Space};

impl Space {
    /// Number of genotypes, different networks or not; `None` where it is more than a `u128` holds.
    pub fn size(&self) -> Option<u128> {
        self.decisions
            .iter()
            .try_fold(1_u128, |size, decision| size.checked_mul(decision.choices.len() as u128))
    }

    /// One genotype, each equally likely.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Genotype {
        let choose = |choices: usize| u16::try_from(rng.random_range(0..choices as u64)).unwrap_or(u16::MAX);
        self.decisions.iter().map(|decision| decision.choices.len()).map(choose).collect()
    }

    /// Every genotype once, in the order of counting: the last decision changes fastest.
    pub fn enumerate(&self) -> Enumerate<'_> {
        Enumerate { space: self, next: Some(vec![0; self.decisions.len()]) }
    }
}

/// Every genotype of a space; made by [`Space::enumerate`].
#[derive(Debug, Clone)]
pub struct Enumerate<'a> {
    space: &'a Space,
    next: Option<Genotype>,
}

impl Iterator for Enumerate<'_> {
    type Item = Genotype;

    fn next(&mut self) -> Option<Genotype> {
        let current = self.next.take()?;
        let mut following = current.clone();
        for (value, decision) in following.iter_mut().zip(&self.space.decisions).rev() {
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

    use super::*;

    #[test]
    fn nas_bench_201_holds_15625_different_cells() {
        let space = Space::builtin("nas-bench-201").unwrap();
        assert_eq!(space.size(), Some(15_625));
        let cells: Vec<Genotype> = space.enumerate().collect();
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
