//! The boundary between the archcast host and its predictor plugins: its types and nothing else.
//!
//! Plugin authors never see this crate; `archcast-sdk` wraps the plugin's side and `archcast::plugin` the host's.
//!
//! # What crosses
//! Descriptions cross as JSON text, data as named borrowed [`Column`]s, behaviour as a few tables of functions.
//! Enumerations cross as `u32` ([`mod@element`], [`mod@kind`], [`mod@level`]).
//!
//! # How it grows
//! * What is passed **by value** ([`Column`], [`DatasetView`], [`Output`], [`AbiError`], [`Model`], [`Host`]) never gains
//!   a field: a new kind of data is a new column name, a new property a new key of a JSON text.
//! * The tables of functions ([`PluginRoot`], [`ModelTable`], [`HostTable`]) are prefix types. A later 1.x appends
//!   fields after the last prefix field; accessors of appended fields give `Option`.
//! * `extension(name, bytes)` carries drafts and third parties' additions without any change of types.
//! * The types of 1.0 stay for ever in [`v1_0`]. A host checks a plugin's layout against those and then reads the
//!   current types, so a plugin built against 1.0 loads in every later 1.x.
//!
//! # Why there is no C header
//! The layout check reads a description of every type (`abi_stable`'s `TypeLayout`: names, sizes, fields, crates and
//! versions) that the derive macro writes into the library as a tree of Rust statics. A library written in C would
//! have to carry the same tree by hand, and would break with each change of its private form. A C or C++ predictor
//! is therefore wrapped by a small Rust plugin that links it: the `native` template of `archcast new` shows how.
#![allow(non_camel_case_types, reason = "abi_stable's derive names references `Type_Ref`")]

pub mod v1_0;

#[cfg(feature = "growth-drill")]
pub mod v1_drill;

/// The types of the newest 1.x that this crate knows.
#[cfg(not(feature = "growth-drill"))]
pub use v1_0 as current;
/// The types of the newest 1.x that this crate knows.
#[cfg(feature = "growth-drill")]
pub use v1_drill as current;

pub use abi_stable;
pub use current::{
    AbiError, Column, DatasetView, Host, HostTable, HostTable_Ref, Model, ModelTable, ModelTable_Ref, Output,
    ParallelBody, PluginRoot, PluginRoot_Ref,
};

/// Version of the ABI: major equal means compatible.
#[cfg(not(feature = "growth-drill"))]
pub const ABI_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Version of the ABI: major equal means compatible. The drill plays the next minor version.
#[cfg(feature = "growth-drill")]
pub const ABI_VERSION: &str = "1.1.0";

/// Section of the library file that holds the manifest (JSON), readable without running any code.
pub const MANIFEST_SECTION: &str = ".archcast";

/// Symbol of the root module's header, zero-terminated.
pub const ROOT_SYMBOL: &[u8] = b"ARCHCAST_ROOT_V1\0";

/// Element types of a column.
pub mod element {
    /// 64-bit float.
    pub const F64: u32 = 0;
    /// Unsigned 16-bit integer.
    pub const U16: u32 = 1;
    /// Unsigned 32-bit integer.
    pub const U32: u32 = 2;
    /// Unsigned 64-bit integer.
    pub const U64: u32 = 3;
    /// Bytes: UTF-8 text where the column's kind is text.
    pub const U8: u32 = 4;
}

/// Shapes of a column.
pub mod kind {
    /// `width` elements for each row.
    pub const FIXED: u32 = 0;
    /// As many elements for a row as its offsets say (in groups of `width`).
    pub const RAGGED: u32 = 1;
    /// UTF-8 text of a row, between its offsets.
    pub const TEXT: u32 = 2;
}

/// Levels of a log message.
pub mod level {
    /// Something went wrong and was worked around.
    pub const WARN: u32 = 0;
    /// What a user may want to know.
    pub const INFO: u32 = 1;
    /// What the author of a predictor may want to know.
    pub const DEBUG: u32 = 2;
}
