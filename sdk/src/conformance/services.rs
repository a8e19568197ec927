//! The host that the laws play: seed, threads, and a cancellation that comes at a set time.

use crate::{Level, Services, export::panics};
use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Services of one call.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    seed: u64,
    threads: usize,
    cancel_at: Option<Instant>,
}

impl Host {
    pub fn new(seed: u64) -> Self {
        Self { seed, threads: 1, cancel_at: None }
    }

    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Asks the call to end after this time. To the call it is the same as a flag set by another thread, and it
    /// comes on time even where every core is busy.
    pub fn cancel_after(mut self, time: Duration) -> Self {
        self.cancel_at = Some(Instant::now() + time);
        self
    }

    /// How long ago the call was asked to end.
    pub fn overdue(&self) -> Duration {
        self.cancel_at.map(|at| Instant::now().saturating_duration_since(at)).unwrap_or_default()
    }
}

impl Services for Host {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn threads(&self) -> usize {
        self.threads
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let panic = Mutex::new(None);
        let work = || {
            // A panic is caught on its own thread, so that it stays silent and its message is kept.
            let outcome = panics::catch(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    body(index);
                }
            });
            if let Err(caught) = outcome {
                next.store(count, Ordering::Relaxed);
                panic.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get_or_insert(caught);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads.min(count) {
                scope.spawn(work);
            }
            work();
        });
        if let Some(caught) = panic.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            std::panic::resume_unwind(Box::new(caught));
        }
    }

    fn progress(&self, _done: f64) {}

    fn cancelled(&self) -> bool {
        self.cancel_at.is_some_and(|at| Instant::now() >= at)
    }

    fn log(&self, _level: Level, _message: &str) {}

    fn device(&self) -> String {
        "cpu".into()
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        None
    }
}
