//! What the host offers to a predictor during a call.

use archcast_sdk::{Level, Services};
use rayon::prelude::*;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

/// A place that takes the share that is done.
type Progress = Arc<dyn Fn(f64) + Send + Sync>;
/// A place that takes how far a member is with the rows that it is asked for: its name, rows done, rows of the call.
type Rows = Arc<dyn Fn(&str, usize, usize) + Send + Sync>;
/// A place that takes messages.
type Log = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// Where predictors' parallel work runs.
#[derive(Clone)]
enum Pool {
    /// On rayon's global pool.
    Global,
    /// On a pool of its own.
    Own(Arc<rayon::ThreadPool>),
    /// On the calling thread, since others run beside it.
    Caller,
}

/// The host's services for calls of predictors.
#[derive(Clone)]
pub struct HostServices {
    seed: u64,
    pool: Pool,
    in_plugins: Option<Arc<AtomicU64>>,
    cancelled: Arc<AtomicBool>,
    progress: Option<Progress>,
    rows: Option<Rows>,
    member: Arc<str>,
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
            pool: Pool::Global,
            in_plugins: None,
            cancelled: Arc::default(),
            progress: None,
            rows: None,
            member: Arc::from(""),
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
        self.pool = Pool::Own(pool);
        self
    }

    /// The same with all work on the calling thread.
    #[must_use]
    pub fn on_caller(mut self) -> Self {
        self.pool = Pool::Caller;
        self
    }

    /// The same, adding the nanoseconds that calls of plugins take to this counter.
    #[must_use]
    pub fn count_plugins(mut self, nanoseconds: Arc<AtomicU64>) -> Self {
        self.in_plugins = Some(nanoseconds);
        self
    }

    /// Makes a call of a plugin, whose time is counted where that is asked for.
    pub fn in_plugin<T>(&self, call: impl FnOnce() -> T) -> T {
        let Some(counter) = &self.in_plugins else { return call() };
        let started = Instant::now();
        let made = call();
        counter.fetch_add(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        made
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

    /// The same, with a place that takes how far a member is with its rows: its name, rows done, rows of the call.
    #[must_use]
    pub fn on_rows(mut self, take: impl Fn(&str, usize, usize) + Send + Sync + 'static) -> Self {
        self.rows = Some(Arc::new(take));
        self
    }

    /// The same for calls of this member.
    #[must_use]
    pub fn of_member(&self, name: &str) -> Self {
        Self { member: Arc::from(name), ..self.clone() }
    }

    /// The same for a call with so many rows: the share that is done is told in rows.
    #[must_use]
    pub fn asking(&self, rows: usize) -> Self {
        let Some(take) = self.rows.clone() else { return self.clone() };
        let member = Arc::clone(&self.member);
        self.clone().on_progress(move |share| take(&member, (share * rows as f64).round() as usize, rows))
    }

    /// The same, with a place that takes messages.
    #[must_use]
    pub fn on_log(mut self, take: impl Fn(Level, &str) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(take));
        self
    }

    /// The same on another device: `cpu`, `cuda:0`, `auto`.
    #[must_use]
    pub fn on_device(mut self, device: String) -> Self {
        self.device = device;
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
        match &self.pool {
            Pool::Global => rayon::current_num_threads(),
            Pool::Own(pool) => pool.current_num_threads(),
            Pool::Caller => 1,
        }
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        let run = || (0..count).into_par_iter().for_each(body);
        match &self.pool {
            Pool::Global => run(),
            Pool::Own(pool) => pool.install(run),
            Pool::Caller => (0..count).for_each(body),
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_share_of_a_call_is_told_in_rows_of_the_member() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&told);
        let take = move |member: &str, done, of| taken.lock().unwrap().push((member.to_owned(), done, of));
        let services = HostServices::new(0).on_rows(take);
        // A fit has no rows to tell.
        services.progress(0.5);
        services.of_member("proxies").asking(10_000).progress(0.7031);
        assert_eq!(*told.lock().unwrap(), [("proxies".to_owned(), 7031, 10_000)]);
    }
}
