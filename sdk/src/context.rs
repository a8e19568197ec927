//! The host's services during a call: random numbers, threads, progress, cancellation, log.

use crate::{Error, Result};
use rand::SeedableRng;
use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

/// The generator that predictors draw from: ChaCha with 8 rounds, the same numbers on every machine.
pub type Rng = rand_chacha::ChaCha8Rng;

/// How much a log message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Level {
    /// Something went wrong and was worked around.
    Warn,
    /// What a user may want to know.
    Info,
    /// What the author of a predictor may want to know.
    Debug,
}

/// What stands behind a [`Context`]. The host implements it; [`LocalServices`] does for tests.
pub trait Services: Sync {
    /// The seed of this call.
    fn seed(&self) -> u64;
    /// Threads that [`Services::parallel`] may use; at least 1.
    fn threads(&self) -> usize;
    /// Calls `body` once for each index below `count`, and returns when all are done.
    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync));
    /// Takes the share that is done, 0 to 1.
    fn progress(&self, done: f64);
    /// Whether the call should end.
    fn cancelled(&self) -> bool;
    /// Takes a message.
    fn log(&self, level: Level, message: &str);
    /// The device to compute on: `cpu`, `cuda:0`, …
    fn device(&self) -> String;
    /// A folder that this predictor may keep files in.
    fn cache_folder(&self) -> Option<PathBuf>;
    /// A service by name that has no function of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a name that this host does not know.
    fn extension(&self, name: &str, payload: &[u8]) -> Result<Vec<u8>> {
        let _ = payload;
        Err(Error::unsupported(format!("this host has no service `{name}`")))
    }
}

/// The host's services for one call of `fit` or `predict`.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    services: &'a dyn Services,
    identity: &'a (dyn Fn(usize) -> Option<[u64; 2]> + Sync),
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("seed", &self.seed()).field("threads", &self.threads()).finish()
    }
}

impl<'a> Context<'a> {
    /// A context over services; `identity` gives the 128-bit identity of a row.
    pub fn new(services: &'a dyn Services, identity: &'a (dyn Fn(usize) -> Option<[u64; 2]> + Sync)) -> Self {
        Self { services, identity }
    }

    /// The seed of this call, for libraries that take one. Prefer [`Context::rng`].
    pub fn seed(&self) -> u64 {
        self.services.seed()
    }

    /// A generator for the whole fit: the same at every call under one seed.
    pub fn rng(&self) -> Rng {
        self.rng_from(0, [0, 0])
    }

    /// A generator for part `index` of the work (a tree, an ensemble's member), independent of the others.
    pub fn rng_for_part(&self, index: u64) -> Rng {
        self.rng_from(1, [index, 0])
    }

    /// A generator for a row, seeded by the row's identity: the same alone and among a million, in any order.
    pub fn rng_for(&self, row: usize) -> Rng {
        self.rng_from(2, (self.identity)(row).unwrap_or([row as u64, u64::MAX]))
    }

    fn rng_from(&self, purpose: u64, identity: [u64; 2]) -> Rng {
        let mut seed = [0; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip([self.seed(), purpose, identity[0], identity[1]]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Rng::from_seed(seed)
    }

    /// Threads that [`Context::parallel`] may use.
    pub fn threads(&self) -> usize {
        self.services.threads()
    }

    /// Calls `body` once for each index below `count`, on the host's threads.
    ///
    /// For results that do not depend on the number of threads: write to a place of each index, draw from
    /// [`Context::rng_for_part`], and add up in index order afterwards.
    pub fn parallel(&self, count: usize, body: impl Fn(usize) + Sync) {
        if count > 0 {
            self.services.parallel(count, &body);
        }
    }

    /// Like [`Context::parallel`], and collects what `body` gives, in index order.
    pub fn parallel_map<T: Send>(&self, count: usize, body: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let slots: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::new(None)).collect();
        self.parallel(count, |index| {
            let value = body(index);
            *slots[index].lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(value);
        });
        let filled: Vec<T> = slots
            .into_iter()
            .filter_map(|slot| slot.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()))
            .collect();
        assert_eq!(filled.len(), count, "the host ran every part of a parallel loop");
        filled
    }

    /// Reports the share that is done, 0 to 1.
    pub fn progress(&self, done: f64) {
        self.services.progress(done.clamp(0.0, 1.0));
    }

    /// Whether the host asked to stop.
    pub fn cancelled(&self) -> bool {
        self.services.cancelled()
    }

    /// Ends the call when the host asked to stop. Call it often enough to end within a second: `cx.check()?`.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled).
    pub fn check(&self) -> Result<()> {
        if self.cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }

    /// Writes to the host's log.
    pub fn log(&self, level: Level, message: impl AsRef<str>) {
        self.services.log(level, message.as_ref());
    }

    /// The device to compute on: `cpu`, `cuda:0`, …
    pub fn device(&self) -> String {
        self.services.device()
    }

    /// A folder that this predictor may keep files in, if the host gives one.
    pub fn cache_folder(&self) -> Option<PathBuf> {
        self.services.cache_folder()
    }

    /// A service by name that has no function of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a name that this host does not know.
    pub fn extension(&self, name: &str, payload: &[u8]) -> Result<Vec<u8>> {
        self.services.extension(name, payload)
    }
}

/// Services without a host: for conformance and for an author's tests.
#[derive(Debug)]
pub struct LocalServices {
    seed: u64,
    threads: usize,
    cancelled: AtomicBool,
    log: Mutex<Vec<(Level, String)>>,
}

impl LocalServices {
    /// Services under this seed, on one thread.
    pub fn new(seed: u64) -> Self {
        Self { seed, threads: 1, cancelled: AtomicBool::new(false), log: Mutex::default() }
    }

    /// The same on so many threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Asks the call under way to end.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    /// What was logged so far.
    pub fn logged(&self) -> Vec<(Level, String)> {
        self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl Services for LocalServices {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn threads(&self) -> usize {
        self.threads
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    break;
                }
                body(index);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads.min(count) {
                scope.spawn(work);
            }
            work();
        });
    }

    fn progress(&self, _done: f64) {}

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    fn log(&self, level: Level, message: &str) {
        self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((level, message.to_owned()));
    }

    fn device(&self) -> String {
        "cpu".into()
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng as _;

    #[test]
    fn a_rows_generator_depends_on_its_identity_and_not_on_its_place() {
        let services = LocalServices::new(7);
        let first = |row: usize| Some([[10, 0], [20, 0]][row]);
        let second = |row: usize| Some([[20, 0], [10, 0]][row]);
        let (a, b) = (Context::new(&services, &first), Context::new(&services, &second));
        assert_eq!(a.rng_for(0).next_u64(), b.rng_for(1).next_u64());
        assert_ne!(a.rng_for(0).next_u64(), a.rng_for(1).next_u64());
        assert_ne!(a.rng().next_u64(), a.rng_for_part(0).next_u64());
    }

    #[test]
    fn parallel_map_keeps_index_order_on_any_number_of_threads() {
        for threads in [1, 2, 5] {
            let services = LocalServices::new(0).with_threads(threads);
            let cx = Context::new(&services, &|_| None);
            assert_eq!(cx.parallel_map(100, |i| i * i), (0..100).map(|i| i * i).collect::<Vec<_>>());
        }
    }
}
