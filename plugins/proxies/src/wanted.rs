//! Which scores are asked, and what was found.

use crate::proxy::Score;
use std::collections::{BTreeMap, BTreeSet};

/// The scores that are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted(BTreeSet<Score>);

impl Wanted {
    /// These scores.
    pub fn new(scores: &[Score]) -> Self {
        Self(scores.iter().copied().collect())
    }

    /// Whether this one is asked.
    pub fn has(&self, score: Score) -> bool {
        self.0.contains(&score)
    }

    /// Whether any is asked that satisfies this.
    pub fn any(&self, of: impl Fn(Score) -> bool) -> bool {
        self.0.iter().any(|&score| of(score))
    }
}

/// The sums of scores over initialisations.
#[derive(Debug, Default)]
pub struct Found(BTreeMap<Score, f64>);

impl Found {
    /// Takes in one more value of a score.
    pub fn add(&mut self, score: Score, value: f64) {
        *self.0.entry(score).or_default() += value;
    }

    /// The sum of a score's values.
    pub fn get(&self, score: Score) -> Option<f64> {
        self.0.get(&score).copied()
    }
}
