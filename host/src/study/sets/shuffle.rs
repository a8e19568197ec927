//! A random order of which only as much is made as is asked for.

use crate::compose::split::below;
use rand_chacha::ChaCha8Rng;

/// Items that are drawn one by one, none twice.
#[derive(Debug, Clone)]
pub struct Shuffle {
    items: Vec<usize>,
    drawn: usize,
}

impl Shuffle {
    /// None of them is drawn yet.
    pub fn new(items: Vec<usize>) -> Self {
        Self { items, drawn: 0 }
    }

    /// One of those that were not drawn, each equally likely.
    pub fn next(&mut self, rng: &mut ChaCha8Rng) -> Option<usize> {
        let left = self.items.len() - self.drawn;
        if left == 0 {
            return None;
        }
        self.items.swap(self.drawn, self.drawn + below(rng, left));
        self.drawn += 1;
        self.items.get(self.drawn - 1).copied()
    }
}
