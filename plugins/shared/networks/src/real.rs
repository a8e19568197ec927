//! The numbers that networks compute with.

use ndarray::NdFloat;
use serde::{Serialize, de::DeserializeOwned};

/// `f32` or `f64`.
pub trait Real: NdFloat + Default + Serialize + DeserializeOwned + 'static {
    /// The nearest number to this one.
    fn of(value: f64) -> Self;
    /// The same number as `f64`.
    fn wide(self) -> f64;
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }

    fn wide(self) -> f64 {
        self.into()
    }
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn wide(self) -> f64 {
        self
    }
}
