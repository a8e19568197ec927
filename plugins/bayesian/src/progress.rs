//! Progress of several fits side by side.

use archcast_sdk::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts steps of all fits together.
#[derive(Debug)]
pub(crate) struct Progress {
    all: usize,
    done: AtomicUsize,
}

impl Progress {
    /// Before the first of so many steps.
    pub(crate) fn of(all: usize) -> Self {
        Self { all: all.max(1), done: AtomicUsize::new(0) }
    }

    /// Reports one step more.
    pub(crate) fn step(&self, cx: &Context<'_>) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        cx.progress(done as f64 / self.all as f64);
    }
}
