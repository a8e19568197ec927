//! XGBoost behind types that are safe to share and to save, by the safe crate `xgboost-rs`.

use crate::{
    refusal,
    rows::{Rows, Training},
    seal,
};
use archcast_sdk::{
    Error, NativeState, Result,
    serde_json::{self, Value},
};
use std::ffi::c_int;
use xgboost_rs::{DMatrix, XGBError};

const LIBRARY: &str = "XGBoost";

/// The library's names of parameters and ours.
const PARAMETERS: [(&str, &str); 10] = [
    ("max_depth", "max_depth"),
    ("min_child_weight", "min_child_weight"),
    ("learning_rate", "learning_rate"),
    ("colsample_bytree", "colsample_bytree"),
    ("colsample_bylevel", "colsample_bylevel"),
    ("subsample", "subsample"),
    ("reg_lambda", "lambda"),
    ("reg_alpha", "alpha"),
    ("min_split_loss", "gamma"),
    ("base_score", "base_score"),
];

// Functions of OpenMP, which XGBoost links.
// SAFETY: both take and give plain numbers, and speak of the calling thread alone.
unsafe extern "C" {
    safe fn omp_get_max_threads() -> c_int;
    safe fn omp_set_num_threads(threads: c_int);
}

/// Keeps the library on the calling thread as long as this lives. A model does not remember its number of threads, and
/// is read, asked and saved by as many as there are cores.
struct OneThread {
    before: c_int,
}

impl OneThread {
    fn new() -> Self {
        let before = omp_get_max_threads();
        omp_set_num_threads(1);
        Self { before }
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        omp_set_num_threads(self.before);
    }
}

fn refused(error: XGBError) -> Error {
    let text = error.to_string();
    refusal::error(LIBRARY, text.trim_start_matches("XGBoost error: "), &PARAMETERS)
}

/// Rows in the library's own form.
pub(super) struct Matrix(DMatrix);

impl Matrix {
    /// Rows without targets.
    ///
    /// # Errors
    /// What the library says.
    pub fn of(rows: &Rows) -> Result<Self> {
        const BYTES: usize = size_of::<f32>();
        let values = rows.to_f32();
        // The strides in bytes say that the values lie row after row; the library copies them.
        DMatrix::from_col_major_f32(&values, rows.width * BYTES, BYTES, rows.count, rows.width, 1, f32::NAN)
            .map(Self)
            .map_err(refused)
    }

    /// Rows with their targets.
    ///
    /// # Errors
    /// What the library says.
    pub fn labelled(train: &Training) -> Result<Self> {
        let mut matrix = Self::of(&train.rows)?;
        matrix.0.set_labels(&train.targets).map_err(refused)?;
        Ok(matrix)
    }
}

/// A booster of the library, under training or finished.
pub(super) struct Booster(xgboost_rs::Booster);

impl Booster {
    /// A booster without trees that remembers its predictions of these matrices from round to round.
    ///
    /// # Errors
    /// What the library says. A parameter is refused by the first round.
    pub fn new(parameters: &[(&str, String)], matrices: &[&Matrix]) -> Result<Self> {
        let matrices: Vec<&DMatrix> = matrices.iter().map(|matrix| &matrix.0).collect();
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        xgboost_rs::Booster::new_with_json_config(&matrices, parameters.collect()).map(Self).map_err(refused)
    }

    /// Adds the tree of this round, the first being 0.
    ///
    /// # Errors
    /// What the library says, with the parameter that it names.
    pub fn boost(&mut self, matrix: &Matrix, round: u32) -> Result<()> {
        self.0.update(&matrix.0, i32::try_from(round).unwrap_or(i32::MAX)).map_err(refused)
    }

    /// The prediction of each row; may be called from several threads at once.
    ///
    /// # Errors
    /// What the library says.
    pub fn predict(&self, matrix: &Matrix) -> Result<Vec<f32>> {
        let _one = OneThread::new();
        self.0.predict(&matrix.0).map_err(refused)
    }

    /// The same model without its training rows.
    ///
    /// # Errors
    /// What the library says.
    pub fn finish(self) -> Result<Self> {
        Self::from_json(&self.json()?)
    }

    /// Total gain of the splits of each feature.
    ///
    /// # Errors
    /// Where the library's JSON is not as expected.
    pub fn gains(&self, width: usize) -> Result<Vec<f64>> {
        let model: Value = serde_json::from_str(&self.json()?).map_err(unexpected)?;
        let trees = &model["learner"]["gradient_booster"]["model"]["trees"];
        let mut gains = vec![0.0; width];
        for tree in trees.as_array().into_iter().flatten() {
            let list = |key: &str| tree[key].as_array().map_or(&[][..], |list| list);
            let nodes = list("split_indices").iter().zip(list("loss_changes")).zip(list("left_children"));
            for ((feature, gain), child) in nodes {
                // A leaf has no children.
                let is_split = child.as_i64().is_some_and(|child| child >= 0);
                let feature = feature.as_u64().and_then(|feature| usize::try_from(feature).ok());
                if let Some(sum) = feature.filter(|_| is_split).and_then(|feature| gains.get_mut(feature)) {
                    *sum += gain.as_f64().unwrap_or(0.0);
                }
            }
        }
        Ok(gains)
    }

    /// The model in the library's own format, which keeps every bit.
    fn json(&self) -> Result<String> {
        let _one = OneThread::new();
        self.0.save_to_buffer("json".into()).map_err(refused)
    }

    fn from_json(json: &str) -> Result<Self> {
        let _one = OneThread::new();
        xgboost_rs::Booster::load_buffer(json.as_bytes()).map(Self).map_err(refused)
    }
}

fn unexpected(what: impl std::fmt::Display) -> Error {
    Error::bad_data(format!("the {LIBRARY} model is not as expected: {what}"))
}

impl NativeState for Booster {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(seal::close(self.json()?.as_bytes()))
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let json = std::str::from_utf8(seal::open(LIBRARY, bytes)?).map_err(unexpected)?;
        // The library takes whatever does not begin like JSON for a format of its past.
        if !json.trim_start().starts_with('{') {
            return Err(unexpected("it does not begin like JSON"));
        }
        Self::from_json(json)
    }
}
