//! Shuffled batches over epochs, and a step of an optimiser after each.

use crate::{Optimiser, Real, Rule, schedule::cosine};
use rand::{Rng, RngExt as _};

/// Batches of row numbers, in a new order each epoch.
#[derive(Debug, Clone)]
pub struct Batches {
    order: Vec<usize>,
    size: usize,
}

impl Batches {
    /// Batches of at most `size` of so many rows.
    pub fn new(rows: usize, size: usize) -> Self {
        Self { order: (0..rows).collect(), size: size.max(1) }
    }

    /// The batches of one epoch, the last one shorter where the rows do not go up.
    pub fn epoch(&mut self, rng: &mut impl Rng) -> impl Iterator<Item = &[usize]> {
        for place in (1..self.order.len()).rev() {
            self.order.swap(place, rng.random_range(0..=place));
        }
        self.order.chunks(self.size)
    }
}

/// How parameters follow the gradients of batches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passes {
    /// The rule of each step.
    pub rule: Rule,
    /// Learning rate of the first epoch.
    pub rate: f64,
    /// Whether the rate falls to 0 by a cosine, epoch by epoch; else it stays.
    pub cosine: bool,
    /// Passes over the rows.
    pub epochs: usize,
    /// Most rows of a batch.
    pub batch: usize,
    /// Whether the last batch of an epoch is left out where it is short.
    pub whole_batches: bool,
}

impl Passes {
    /// Changes the parameters, by batches of so many rows.
    ///
    /// `slope` is told the epoch, from 0, gives the loss of a batch at the parameters and adds its gradient to zeros. `watch`
    /// is told the epoch after each batch, and at the epoch's end with the mean loss of its batches. An error of either
    /// ends the training.
    ///
    /// # Errors
    /// That of `slope` or `watch`.
    pub fn run<F: Real, E>(
        &self,
        parameters: &mut [F],
        rows: usize,
        rng: &mut impl Rng,
        mut slope: impl FnMut(usize, &[F], &[usize], &mut [F]) -> Result<f64, E>,
        mut watch: impl FnMut(usize, Option<f64>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut batches = Batches::new(rows, self.batch);
        let mut optimiser = Optimiser::new(self.rule, parameters.len());
        let mut gradient = vec![F::zero(); parameters.len()];
        let whole = self.whole_batches.then_some(self.batch.min(rows));
        for epoch in 0..self.epochs {
            let rate = if self.cosine { cosine(self.rate, 0.0, epoch, self.epochs) } else { self.rate };
            let (mut total, mut count) = (0.0, 0);
            for batch in batches.epoch(rng).filter(|batch| whole.is_none_or(|whole| batch.len() == whole)) {
                gradient.fill(F::zero());
                total += slope(epoch, parameters, batch, &mut gradient)?;
                count += 1;
                optimiser.step(parameters, &gradient, rate);
                watch(epoch, None)?;
            }
            watch(epoch, Some(total / f64::from(count.max(1))))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_epoch_sees_each_row_once_and_orders_differ() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut batches = Batches::new(10, 4);
        let mut epoch = || batches.epoch(&mut rng).map(<[usize]>::to_vec).collect::<Vec<_>>();
        let (first, second) = (epoch(), epoch());
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
        assert_ne!(first, second);
        let mut all = second.concat();
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
    }
}
