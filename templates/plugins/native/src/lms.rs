//! The C library behind a safe handle. All `unsafe` of the plugin is here.

use archcast_sdk::{Error, NativeState, Result};
use std::ptr::NonNull;

#[repr(C)]
struct Raw {
    _opaque: [u8; 0],
}

// The functions of native/lms.h.
unsafe extern "C" {
    fn lms_new(features: usize) -> *mut Raw;
    fn lms_free(model: *mut Raw);
    fn lms_features(model: *const Raw) -> usize;
    fn lms_observe(model: *mut Raw, row: *const f64);
    fn lms_learn(model: *mut Raw, row: *const f64, target: f64, rate: f64);
    fn lms_predict(model: *const Raw, row: *const f64) -> f64;
    fn lms_size(model: *const Raw) -> usize;
    fn lms_write(model: *const Raw, bytes: *mut u8);
    fn lms_read(bytes: *const u8, size: usize) -> *mut Raw;
}

/// A linear model of the C library.
pub struct Lms(NonNull<Raw>);

// SAFETY: the library has no global state, and a model belongs to no thread.
unsafe impl Send for Lms {}
// SAFETY: what takes `&Lms` only reads the model; `learn` takes `&mut`.
unsafe impl Sync for Lms {}

impl Lms {
    /// A model of so many features.
    pub fn new(features: usize) -> Result<Self> {
        // SAFETY: no precondition; the handle is checked.
        let raw = unsafe { lms_new(features) };
        NonNull::new(raw)
            .map(Self)
            .ok_or_else(|| Error::internal("no memory for the model"))
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        // SAFETY: the handle is alive as long as `self`.
        unsafe { lms_features(self.0.as_ptr()) }
    }

    /// Takes one row into the mean and the spread of each feature; comes before all learning.
    pub fn observe(&mut self, row: &[f64]) {
        assert_eq!(row.len(), self.features());
        // SAFETY: the row has as many values as the library reads, and `&mut` keeps readers away.
        unsafe { lms_observe(self.0.as_ptr(), row.as_ptr()) }
    }

    /// Learns from one row.
    pub fn learn(&mut self, row: &[f64], target: f64, rate: f64) {
        assert_eq!(row.len(), self.features());
        // SAFETY: the row has as many values as the library reads, and `&mut` keeps readers away.
        unsafe { lms_learn(self.0.as_ptr(), row.as_ptr(), target, rate) }
    }

    /// Predicts one row.
    pub fn predict(&self, row: &[f64]) -> f64 {
        assert_eq!(row.len(), self.features());
        // SAFETY: the row has as many values as the library reads.
        unsafe { lms_predict(self.0.as_ptr(), row.as_ptr()) }
    }
}

impl Drop for Lms {
    fn drop(&mut self) {
        // SAFETY: the handle is ours alone and not used again.
        unsafe { lms_free(self.0.as_ptr()) }
    }
}

impl NativeState for Lms {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        // SAFETY: the library writes exactly as many bytes as it announces.
        unsafe {
            let mut bytes = vec![0; lms_size(self.0.as_ptr())];
            lms_write(self.0.as_ptr(), bytes.as_mut_ptr());
            Ok(bytes)
        }
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        // SAFETY: the library reads no further than the length that it is given.
        let raw = unsafe { lms_read(bytes.as_ptr(), bytes.len()) };
        NonNull::new(raw).map(Self).ok_or_else(|| {
            Error::bad_data(format!(
                "{} bytes that are no whole model of the C library; fit it again",
                bytes.len()
            ))
        })
    }
}
