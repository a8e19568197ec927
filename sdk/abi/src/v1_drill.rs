//! The growth drill: the tables of 1.0 with one field appended to each, as a later 1.x would have them.
//!
//! What is passed by value stays the same; what is appended stands after the last prefix field.

pub use crate::v1_0::{AbiError, Column, DatasetView, Output, ParallelBody};
use abi_stable::{
    StableAbi,
    library::RootModule,
    package_version_strings,
    sabi_types::VersionStrings,
    std_types::{RResult, RSlice, RSliceMut, RStr, RString, RVec},
};
use std::ffi::c_void;

/// A fitted model: a pointer that only its table of functions understands.
#[repr(C)]
#[derive(StableAbi)]
pub struct Model {
    /// The model, immutable once made; usable from several threads at once.
    pub pointer: *mut c_void,
    /// What can be done with it.
    pub table: ModelTable_Ref,
}

/// The host's services for one call: a pointer that only its table of functions understands.
#[repr(C)]
#[derive(StableAbi, Clone, Copy)]
pub struct Host {
    /// The services' state, valid for the length of the call it was passed to.
    pub pointer: *const c_void,
    /// The services.
    pub table: HostTable_Ref,
}

/// What a fitted model can do.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = ModelTable_Ref)))]
pub struct ModelTable {
    /// Predicts every row and fills the outputs that the host named. Any thread, several at once.
    pub predict: for<'a, 'o> unsafe extern "C" fn(
        pointer: *const c_void,
        queries: DatasetView<'a>,
        host: Host,
        outputs: RSliceMut<'o, Output<'a>>,
    ) -> RResult<(), AbiError>,
    /// Gives the model's state as bytes that `restore` understands.
    pub save: unsafe extern "C" fn(pointer: *const c_void) -> RResult<RVec<u8>, AbiError>,
    /// Frees the model. Called once, last.
    pub drop: unsafe extern "C" fn(pointer: *mut c_void),
    /// A call by name for what has no function of its own; `unsupported` for an unknown name.
    #[sabi(last_prefix_field)]
    pub extension: for<'a> unsafe extern "C" fn(
        pointer: *const c_void,
        name: RStr<'a>,
        payload: RSlice<'a, u8>,
    ) -> RResult<RVec<u8>, AbiError>,
    /// Appended by the drill: gives its argument plus one.
    pub drill: extern "C" fn(u32) -> u32,
}

/// What the host offers to a plugin during a call. Every function may be called from any thread of that call.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = HostTable_Ref)))]
pub struct HostTable {
    /// The seed of this call.
    pub seed: unsafe extern "C" fn(pointer: *const c_void) -> u64,
    /// Threads that `parallel` may use; at least 1.
    pub threads: unsafe extern "C" fn(pointer: *const c_void) -> u32,
    /// Calls `body.call(context, i)` once for each `i < count`, on the host's threads, and returns when all are done.
    pub parallel:
        unsafe extern "C" fn(pointer: *const c_void, count: u64, body: ParallelBody, context: *const c_void),
    /// Reports the share that is done, 0 to 1.
    pub progress: unsafe extern "C" fn(pointer: *const c_void, done: f64),
    /// 1 when the call should end with the error `cancelled`, else 0.
    pub cancelled: unsafe extern "C" fn(pointer: *const c_void) -> u32,
    /// Writes a message to the host's log.
    pub log: for<'a> unsafe extern "C" fn(pointer: *const c_void, level: u32, message: RStr<'a>),
    /// Declares a row missing, with the reason; its outputs are ignored.
    pub row_missing: for<'a> unsafe extern "C" fn(pointer: *const c_void, row: u64, reason: RStr<'a>),
    /// The device to compute on: `cpu`, `cuda:0`, …
    pub device: unsafe extern "C" fn(pointer: *const c_void) -> RString,
    /// A folder that this predictor may keep files in; empty when there is none.
    pub cache_folder: unsafe extern "C" fn(pointer: *const c_void) -> RString,
    /// A call by name for what has no function of its own; `unsupported` for an unknown name.
    #[sabi(last_prefix_field)]
    pub extension: for<'a> unsafe extern "C" fn(
        pointer: *const c_void,
        name: RStr<'a>,
        payload: RSlice<'a, u8>,
    ) -> RResult<RVec<u8>, AbiError>,
    /// Appended by the drill: gives its argument plus one.
    pub drill: extern "C" fn(u32) -> u32,
}

/// What a plugin library exports.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginRoot_Ref)))]
pub struct PluginRoot {
    /// The manifest, the same JSON as in the library's section.
    pub manifest: extern "C" fn() -> RStr<'static>,
    /// JSON of predictor `index`: descriptor and JSON Schema of its parameters.
    pub describe: extern "C" fn(index: u32) -> RResult<RString, AbiError>,
    /// JSON list of the names of the outputs that predictor `index` gives under these parameters.
    pub outputs: for<'a> extern "C" fn(index: u32, parameters: RStr<'a>) -> RResult<RString, AbiError>,
    /// Fits predictor `index`. The data are borrowed for the call only.
    pub fit: for<'a> unsafe extern "C" fn(
        index: u32,
        parameters: RStr<'a>,
        train: DatasetView<'a>,
        host: Host,
    ) -> RResult<Model, AbiError>,
    /// Makes a model of predictor `index` from the bytes that `save` gave.
    pub restore: for<'a> unsafe extern "C" fn(
        index: u32,
        state: RSlice<'a, u8>,
        host: Host,
    ) -> RResult<Model, AbiError>,
    /// A call by name for what has no function of its own; `unsupported` for an unknown name.
    #[sabi(last_prefix_field)]
    pub extension:
        for<'a> extern "C" fn(name: RStr<'a>, payload: RSlice<'a, u8>) -> RResult<RVec<u8>, AbiError>,
    /// Appended by the drill: gives its argument plus one.
    pub drill: extern "C" fn(u32) -> u32,
}

impl RootModule for PluginRoot_Ref {
    abi_stable::declare_root_module_statics! {PluginRoot_Ref}
    const BASE_NAME: &'static str = "archcast";
    const NAME: &'static str = "archcast";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}
