//! The numbers that networks compute with.

use crate::tanh::tanh;
use ndarray::NdFloat;
use serde::{Serialize, de::DeserializeOwned};

/// `f32` or `f64`.
pub trait Real: NdFloat + Default + Serialize + DeserializeOwned + 'static {
    /// The nearest number to this one.
    fn of(value: f64) -> Self;
    /// The same number as `f64`.
    fn wide(self) -> f64;
    /// The hyperbolic tangent; of `f32` to 4e-7 of its value, many at once.
    fn fast_tanh(self) -> Self;

    /// The logistic function `1 / (1 + e⁻ˣ)`.
    fn logistic(self) -> Self {
        let half = Self::of(0.5);
        half + half * (half * self).fast_tanh()
    }
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }

    fn wide(self) -> f64 {
        self.into()
    }

    fn fast_tanh(self) -> Self {
        tanh(self)
    }
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }

    fn wide(self) -> f64 {
        self
    }

    fn fast_tanh(self) -> Self {
        self.tanh()
    }
}
