//! The host's services as a plugin sees them.

use super::{
    errors::error_of_abi,
    panics::{self, Caught},
};
use crate::{Level, Result, Services};
use archcast_abi::{Host, ParallelBody, abi_stable::std_types::RSlice, level};
use std::{
    ffi::c_void,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The services behind a host's handle, for the length of the call that it came with.
pub struct HostServices(Host);

// SAFETY: the boundary promises that every function of the host's table may be called from any thread of the call.
unsafe impl Sync for HostServices {}

impl HostServices {
    /// # Safety
    /// The handle must stay valid as long as this lives.
    pub unsafe fn new(host: Host) -> Self {
        Self(host)
    }

    /// Declares a row missing.
    pub fn row_missing(&self, row: usize, reason: &str) {
        // SAFETY: the handle is valid by `new`'s contract; the text is borrowed for the call only.
        unsafe { (self.0.table.row_missing())(self.0.pointer, row as u64, reason.into()) }
    }
}

/// A parallel loop under way: its body and the first panic in it.
struct Job<'a> {
    body: &'a (dyn Fn(usize) + Sync),
    failed: AtomicBool,
    panic: Mutex<Option<Caught>>,
}

unsafe extern "C" fn run_part(context: *const c_void, index: u64) {
    // SAFETY: `context` is the `Job` that `HostServices::parallel` keeps alive until the loop has ended.
    let job = unsafe { &*context.cast::<Job<'_>>() };
    if job.failed.load(Ordering::Relaxed) {
        return;
    }
    if let Err(caught) = panics::catch(|| (job.body)(index as usize)) {
        job.failed.store(true, Ordering::Relaxed);
        let mut first = job.panic.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        first.get_or_insert(caught);
    }
}

impl Services for HostServices {
    fn seed(&self) -> u64 {
        // SAFETY: the handle is valid by `new`'s contract.
        unsafe { (self.0.table.seed())(self.0.pointer) }
    }

    fn threads(&self) -> usize {
        // SAFETY: the handle is valid by `new`'s contract.
        unsafe { (self.0.table.threads())(self.0.pointer) as usize }
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        let job = Job { body, failed: AtomicBool::new(false), panic: Mutex::new(None) };
        let context = std::ptr::from_ref(&job).cast::<c_void>();
        // SAFETY: the handle is valid by `new`'s contract, and the host returns only when all parts have ended, so
        // `job` outlives every use of `context`.
        unsafe {
            (self.0.table.parallel())(self.0.pointer, count as u64, ParallelBody { call: run_part }, context);
        }
        let panic = job.panic.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(caught) = panic {
            std::panic::resume_unwind(Box::new(caught));
        }
    }

    fn progress(&self, done: f64) {
        // SAFETY: the handle is valid by `new`'s contract.
        unsafe { (self.0.table.progress())(self.0.pointer, done) }
    }

    fn cancelled(&self) -> bool {
        // SAFETY: the handle is valid by `new`'s contract.
        unsafe { (self.0.table.cancelled())(self.0.pointer) != 0 }
    }

    fn log(&self, importance: Level, message: &str) {
        let number = match importance {
            Level::Warn => level::WARN,
            Level::Info => level::INFO,
            Level::Debug => level::DEBUG,
        };
        // SAFETY: the handle is valid by `new`'s contract; the text is borrowed for the call only.
        unsafe { (self.0.table.log())(self.0.pointer, number, message.into()) }
    }

    fn device(&self) -> String {
        // SAFETY: the handle is valid by `new`'s contract.
        unsafe { (self.0.table.device())(self.0.pointer) }.into_string()
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        // SAFETY: the handle is valid by `new`'s contract.
        let folder = unsafe { (self.0.table.cache_folder())(self.0.pointer) };
        (!folder.is_empty()).then(|| PathBuf::from(folder.into_string()))
    }

    fn extension(&self, name: &str, payload: &[u8]) -> Result<Vec<u8>> {
        // SAFETY: the handle is valid by `new`'s contract; name and payload are borrowed for the call only.
        let answer =
            unsafe { (self.0.table.extension())(self.0.pointer, name.into(), RSlice::from_slice(payload)) };
        answer.into_result().map(Into::into).map_err(|error| error_of_abi(&error))
    }
}
