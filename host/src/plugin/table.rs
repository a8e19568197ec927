//! The host's table of functions: what a plugin calls back, over any [`Services`].

use archcast_sdk::{
    Level, Services,
    archcast_abi::{
        AbiError, Host, HostTable, HostTable_Ref, ParallelBody,
        abi_stable::{
            prefix_type::WithMetadata,
            staticref,
            std_types::{RErr, ROk, RResult, RSlice, RStr, RString, RVec},
        },
        level,
    },
    export::error_to_abi,
};
use std::{collections::BTreeMap, ffi::c_void, sync::Mutex};

/// The services of one call, and the rows that the plugin declared missing during it.
pub struct Call<'a> {
    services: &'a dyn Services,
    missing: Mutex<BTreeMap<u64, String>>,
}

impl<'a> Call<'a> {
    pub fn new(services: &'a dyn Services) -> Self {
        Self { services, missing: Mutex::default() }
    }

    /// The handle that a plugin gets. It must not outlive this call, and does not: the boundary lends it for one call.
    pub fn host(&self) -> Host {
        Host { pointer: std::ptr::from_ref(self).cast(), table: HostTable_Ref(Table::TABLE.as_prefix()) }
    }

    /// The rows that were declared missing.
    pub fn into_missing(self) -> BTreeMap<u64, String> {
        self.missing.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

struct Table;

/// # Safety
/// `pointer` must come from [`Call::host`] of a call that is still alive.
unsafe fn call<'c>(pointer: *const c_void) -> &'c Call<'c> {
    // SAFETY: by this function's contract it points to a live `Call`.
    unsafe { &*pointer.cast::<Call<'c>>() }
}

impl Table {
    staticref! {
        const TABLE: WithMetadata<HostTable> = WithMetadata::new(HostTable {
            seed,
            threads,
            parallel,
            progress,
            cancelled,
            log,
            row_missing,
            device,
            cache_folder,
            extension,
            #[cfg(feature = "growth-drill")]
            drill,
        });
    }
}

#[cfg(feature = "growth-drill")]
extern "C" fn drill(number: u32) -> u32 {
    number.wrapping_add(1)
}

unsafe extern "C" fn seed(pointer: *const c_void) -> u64 {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    unsafe { call(pointer) }.services.seed()
}

unsafe extern "C" fn threads(pointer: *const c_void) -> u32 {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    u32::try_from(unsafe { call(pointer) }.services.threads()).unwrap_or(u32::MAX)
}

unsafe extern "C" fn parallel(
    pointer: *const c_void,
    count: u64,
    body: ParallelBody,
    context: *const c_void,
) {
    /// The context may be used from every thread of the loop: that is the boundary's rule for `ParallelBody`.
    struct Shared(*const c_void);
    // SAFETY: see above; the pointer itself is only passed along.
    unsafe impl Sync for Shared {}
    let shared = Shared(context);
    let shared = &shared;
    // SAFETY: plugins pass back the pointer of the call that they are in; `body` never unwinds and takes `context`.
    unsafe { call(pointer) }
        .services
        .parallel(count as usize, &|index| unsafe { (body.call)(shared.0, index as u64) });
}

unsafe extern "C" fn progress(pointer: *const c_void, done: f64) {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    unsafe { call(pointer) }.services.progress(done);
}

unsafe extern "C" fn cancelled(pointer: *const c_void) -> u32 {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    u32::from(unsafe { call(pointer) }.services.cancelled())
}

unsafe extern "C" fn log(pointer: *const c_void, importance: u32, message: RStr<'_>) {
    let importance = match importance {
        level::WARN => Level::Warn,
        level::INFO => Level::Info,
        _ => Level::Debug,
    };
    // SAFETY: plugins pass back the pointer of the call that they are in.
    unsafe { call(pointer) }.services.log(importance, message.as_str());
}

unsafe extern "C" fn row_missing(pointer: *const c_void, row: u64, reason: RStr<'_>) {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    let missing = &unsafe { call(pointer) }.missing;
    let mut missing = missing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    missing.entry(row).or_insert_with(|| reason.as_str().to_owned());
}

unsafe extern "C" fn device(pointer: *const c_void) -> RString {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    unsafe { call(pointer) }.services.device().into()
}

unsafe extern "C" fn cache_folder(pointer: *const c_void) -> RString {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    let folder = unsafe { call(pointer) }.services.cache_folder();
    folder.and_then(|folder| folder.into_os_string().into_string().ok()).unwrap_or_default().into()
}

unsafe extern "C" fn extension(
    pointer: *const c_void,
    name: RStr<'_>,
    payload: RSlice<'_, u8>,
) -> RResult<RVec<u8>, AbiError> {
    // SAFETY: plugins pass back the pointer of the call that they are in.
    match unsafe { call(pointer) }.services.extension(name.as_str(), payload.as_slice()) {
        Ok(answer) => ROk(answer.into()),
        Err(error) => RErr(error_to_abi(&error)),
    }
}
