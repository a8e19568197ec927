//! Seeds: each part of a study has a stream of its own, so that none depends on what another draws.

use crate::space::digest::sha256_u128;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The random numbers of one part of a trial.
pub fn of_trial(seed: u64, part: &str, trial: usize) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(number(seed, part, Some(trial)))
}

/// The seed of predictors in a trial, or of those that learn nothing of it.
pub fn of_predictors(seed: u64, trial: Option<usize>) -> u64 {
    number(seed, "predictor", trial)
}

fn number(seed: u64, part: &str, trial: Option<usize>) -> u64 {
    let trial = trial.map_or(u64::MAX, |trial| trial as u64);
    sha256_u128(&[b"study\0", &seed.to_le_bytes(), part.as_bytes(), &trial.to_le_bytes()]) as u64
}
