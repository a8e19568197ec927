//! LightGBM behind types that are safe to share and to save.
//!
//! Training calls the C functions: the crate `lightgbm` gives a data set no parameters and cannot be stopped between
//! rounds. A finished model is the crate's own type. Every `unsafe` block of the plugin is here.

use crate::{
    refusal,
    rows::{self, Rows},
    seal,
};
use archcast_sdk::{Error, NativeState, Result};
use lightgbm::ImportanceType;
use lightgbm_sys as sys;
use std::{
    ffi::{CStr, CString, c_char, c_int, c_void},
    marker::PhantomData,
    ptr::{self, NonNull},
};

const LIBRARY: &str = "LightGBM";

/// The library's names of parameters and ours.
const PARAMETERS: [(&str, &str); 10] = [
    ("num_leaves", "num_leaves"),
    ("learning_rate", "learning_rate"),
    ("feature_fraction", "feature_fraction"),
    ("min_data_in_leaf", "min_data_in_leaf"),
    ("bagging_fraction", "bagging_fraction"),
    ("bagging_freq", "bagging_freq"),
    ("lambda_l1", "lambda_l1"),
    ("lambda_l2", "lambda_l2"),
    ("max_bin", "max_bin"),
    ("min_data_in_bin", "min_data_in_bin"),
];

fn refused(message: &str) -> Error {
    refusal::error(LIBRARY, message, &PARAMETERS)
}

fn failed(error: lightgbm::Error) -> Error {
    refused(error.to_string().trim_start_matches("LightGBM error: "))
}

/// The outcome of a C function: 0, or -1 with a message. The library turns its exceptions into these.
fn outcome(code: c_int) -> Result<()> {
    if code == 0 {
        return Ok(());
    }
    // SAFETY: gives a text that ends with 0 and belongs to this thread until its next call.
    let message = unsafe { CStr::from_ptr(sys::LGBM_GetLastError()) };
    Err(refused(&message.to_string_lossy()))
}

fn handle(raw: *mut c_void) -> Result<NonNull<c_void>> {
    NonNull::new(raw).ok_or_else(|| refused("it gave no handle"))
}

fn text(text: &str) -> Result<CString> {
    CString::new(text).map_err(|error| Error::internal(error.to_string()))
}

fn number(count: usize) -> Result<i32> {
    i32::try_from(count).map_err(|_| Error::bad_data(format!("{count} rows or features are too many")))
}

/// Rows with targets in the library's own form; it copies them.
pub(super) struct Data {
    handle: NonNull<c_void>,
}

impl Data {
    /// Training rows, or rows to watch with the bins of the training rows.
    ///
    /// # Errors
    /// What the library says, with the parameter that it names.
    pub fn new(train: &rows::Training, parameters: &str, like: Option<&Data>) -> Result<Self> {
        let rows = &train.rows;
        let (count, width) = (number(rows.count)?, number(rows.width)?);
        assert!(rows.values.len() == rows.count * rows.width && train.targets.len() == rows.count);
        let parameters = text(parameters)?;
        let mut raw = ptr::null_mut();
        // SAFETY: the values are `count` rows of `width` numbers of 64 bits; the text ends with 0; the reference is
        // null or alive; the library writes one handle.
        outcome(unsafe {
            sys::LGBM_DatasetCreateFromMat(
                rows.values.as_ptr().cast(),
                sys::C_API_DTYPE_FLOAT64 as c_int,
                count,
                width,
                1,
                parameters.as_ptr(),
                like.map_or(ptr::null_mut(), |like| like.handle.as_ptr()),
                &mut raw,
            )
        })?;
        let data = Self { handle: handle(raw)? };
        // SAFETY: the handle is alive; the targets are `count` numbers of 32 bits.
        outcome(unsafe {
            sys::LGBM_DatasetSetField(
                data.handle.as_ptr(),
                c"label".as_ptr(),
                train.targets.as_ptr().cast(),
                count,
                sys::C_API_DTYPE_FLOAT32 as c_int,
            )
        })?;
        Ok(data)
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: the handle is alive, ours, and not used again. There is nothing to do where freeing fails.
        unsafe { sys::LGBM_DatasetFree(self.handle.as_ptr()) };
    }
}

/// A booster under training, which reads its data in each round.
pub(super) struct Training<'d> {
    handle: NonNull<c_void>,
    data: PhantomData<&'d Data>,
}

impl<'d> Training<'d> {
    /// A booster without trees.
    ///
    /// # Errors
    /// What the library says, with the parameter that it names.
    pub fn new(learn: &'d Data, watched: Option<&'d Data>, parameters: &str) -> Result<Self> {
        let parameters = text(parameters)?;
        let mut raw = ptr::null_mut();
        // SAFETY: the data outlive the booster by `'d`; the text ends with 0; the library writes one handle.
        outcome(unsafe { sys::LGBM_BoosterCreate(learn.handle.as_ptr(), parameters.as_ptr(), &mut raw) })?;
        let training = Self { handle: handle(raw)?, data: PhantomData };
        if let Some(watched) = watched {
            // SAFETY: both handles are alive, and the data outlive the booster by `'d`.
            outcome(unsafe {
                sys::LGBM_BoosterAddValidData(training.handle.as_ptr(), watched.handle.as_ptr())
            })?;
        }
        Ok(training)
    }

    /// Runs one round. A round that finds no split adds no tree; a later one, on other rows, may.
    ///
    /// # Errors
    /// What the library says.
    pub fn boost(&mut self) -> Result<()> {
        let mut no_split = 0;
        // SAFETY: the handle is alive and ours alone by `&mut`; the library writes one number.
        outcome(unsafe { sys::LGBM_BoosterUpdateOneIter(self.handle.as_ptr(), &mut no_split) })
    }

    /// The predictions of the watched rows so far.
    ///
    /// # Errors
    /// What the library says.
    pub fn watched(&mut self) -> Result<Vec<f64>> {
        const WATCHED: c_int = 1;
        let mut count = 0;
        // SAFETY: the handle is alive; the library writes one number.
        outcome(unsafe { sys::LGBM_BoosterGetNumPredict(self.handle.as_ptr(), WATCHED, &mut count) })?;
        let mut predictions = vec![0.0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: the handle is alive; the buffer holds as many numbers as the library says that it writes.
        outcome(unsafe {
            sys::LGBM_BoosterGetPredict(self.handle.as_ptr(), WATCHED, &mut count, predictions.as_mut_ptr())
        })?;
        Ok(predictions)
    }

    /// The model without its training rows.
    ///
    /// # Errors
    /// What the library says.
    pub fn finish(self) -> Result<Booster> {
        let mut size = 0;
        let mut buffer = Vec::<u8>::new();
        // Called twice: with an empty buffer it only says how many bytes it needs.
        for _ in 0..2 {
            buffer.resize(usize::try_from(size).unwrap_or(0), 0);
            let room = i64::try_from(buffer.len()).unwrap_or(0);
            // SAFETY: the handle is alive; the library writes to the buffer only where all fits into `room` bytes.
            outcome(unsafe {
                sys::LGBM_BoosterSaveModelToString(
                    self.handle.as_ptr(),
                    0,
                    -1,
                    sys::C_API_FEATURE_IMPORTANCE_SPLIT as c_int,
                    room,
                    &mut size,
                    buffer.as_mut_ptr().cast::<c_char>(),
                )
            })?;
        }
        // The last byte is the 0 that ends the text.
        buffer.pop();
        let model = String::from_utf8(buffer).map_err(|error| Error::internal(error.to_string()))?;
        Booster::from_text(&model)
    }
}

impl Drop for Training<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is alive, ours, and not used again. There is nothing to do where freeing fails.
        unsafe { sys::LGBM_BoosterFree(self.handle.as_ptr()) };
    }
}

/// A finished model.
pub(super) struct Booster(lightgbm::Booster);

// SAFETY: the library ties a model to no thread.
unsafe impl Send for Booster {}
// SAFETY: what takes `&Booster` predicts, saves or reads importance; the library does these under a shared lock.
unsafe impl Sync for Booster {}

impl Booster {
    /// The prediction of each row; may be called from several threads at once.
    ///
    /// # Errors
    /// What the library says.
    pub fn predict(&self, rows: &Rows) -> Result<Vec<f64>> {
        self.0.predict_with_params(&rows.values, number(rows.width)?, true, "num_threads=1").map_err(failed)
    }

    /// Total gain of the splits of each feature.
    ///
    /// # Errors
    /// What the library says.
    pub fn gains(&self) -> Result<Vec<f64>> {
        self.0.feature_importance(ImportanceType::Gain).map_err(failed)
    }

    fn from_text(model: &str) -> Result<Self> {
        if model.contains('\0') {
            return Err(Error::bad_data(format!("the saved {LIBRARY} model is no text")));
        }
        lightgbm::Booster::from_string(model).map(Self).map_err(failed)
    }
}

impl NativeState for Booster {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(seal::close(self.0.save_string().map_err(failed)?.as_bytes()))
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let model = std::str::from_utf8(seal::open(LIBRARY, bytes)?)
            .map_err(|error| Error::bad_data(format!("the saved {LIBRARY} model is no text: {error}")))?;
        Self::from_text(model)
    }
}
