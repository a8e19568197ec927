//! Resampled trials, drawn once and shared by all means that are compared.

use crate::compose::split::below;
use ndarray::{Array2, ArrayView2};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// How often trials are resampled.
const RESAMPLES: usize = 10_000;

/// 10,000 draws of as many trials as there are, with replacement. The same draws serve every predictor and every budget
/// with so many trials, which keeps them paired and makes the means of many predictors one matrix product.
#[derive(Debug)]
pub struct Resamples {
    /// How often a trial (row) is in a resample (column); whole numbers, kept as factors.
    counts: Array2<f64>,
}

impl Resamples {
    /// Draws them; the same seed draws the same.
    pub fn new(trials: usize, seed: u64) -> Resamples {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut counts = Array2::zeros((trials, RESAMPLES));
        for resample in 0..RESAMPLES {
            for _ in 0..trials {
                counts[[below(&mut rng, trials), resample]] += 1.0;
            }
        }
        Resamples { counts }
    }

    /// Trials that are drawn from.
    pub fn trials(&self) -> usize {
        self.counts.nrows()
    }

    /// The means of each row of `values` (one column per trial) over every resample: rows × 10,000.
    ///
    /// # Panics
    /// Where the columns are not as many as the trials.
    pub(super) fn means(&self, values: ArrayView2<f64>) -> Array2<f64> {
        values.dot(&self.counts) / self.trials().max(1) as f64
    }
}
