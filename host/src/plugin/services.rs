//! What the host offers to a predictor during a call.

use archcast_sdk::{Level, Services};
use rayon::prelude::*;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A place that takes the share that is done.
type Progress = Arc<dyn Fn(f64) + Send + Sync>;
/// A place that takes messages.
type Log = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// The host's services for calls of predictors.
#[derive(Clone)]
pub struct HostServices {
    seed: u64,
    pool: Option<Arc<rayon::ThreadPool>>,
    cancelled: Arc<AtomicBool>,
    progress: Option<Progress>,
    log: Option<Log>,
    device: String,
    cache_folder: Option<PathBuf>,
}

impl std::fmt::Debug for HostServices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostServices")
            .field("seed", &self.seed)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

impl HostServices {
    /// Services under this seed, on rayon's global pool and the processor.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            pool: None,
            cancelled: Arc::default(),
            progress: None,
            log: None,
            device: "cpu".to_owned(),
            cache_folder: None,
        }
    }

    /// The same under another seed.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Writes to the log.
    pub fn say(&self, level: Level, message: &str) {
        Services::log(self, level, message);
    }

    /// The same on a pool of its own.
    #[must_use]
    pub fn on_pool(mut self, pool: Arc<rayon::ThreadPool>) -> Self {
        self.pool = Some(pool);
        self
    }

    /// The same, ended early when the flag is set.
    #[must_use]
    pub fn cancelled_by(mut self, flag: Arc<AtomicBool>) -> Self {
        self.cancelled = flag;
        self
    }

    /// The same, with a place that takes the share that is done.
    #[must_use]
    pub fn on_progress(mut self, take: impl Fn(f64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(take));
        self
    }

    /// The same, with a place that takes messages.
    #[must_use]
    pub fn on_log(mut self, take: impl Fn(Level, &str) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(take));
        self
    }

    /// The same, with a folder that predictors may keep files in.
    #[must_use]
    pub fn with_cache_folder(mut self, folder: PathBuf) -> Self {
        self.cache_folder = Some(folder);
        self
    }
}

impl Services for HostServices {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn threads(&self) -> usize {
        self.pool.as_ref().map_or_else(rayon::current_num_threads, |pool| pool.current_num_threads())
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        let run = || (0..count).into_par_iter().for_each(body);
        match &self.pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
    }

    fn progress(&self, done: f64) {
        if let Some(take) = &self.progress {
            take(done);
        }
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn log(&self, level: Level, message: &str) {
        if let Some(take) = &self.log {
            take(level, message);
        }
    }

    fn device(&self) -> String {
        self.device.clone()
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        self.cache_folder.clone()
    }
}
