//! Columns and targets at mean 0 and standard deviation 1 by the training rows, and deviations as wide as held-out rows ask.

pub mod calibration;
mod moments;
mod target;

pub use moments::moments;
pub use target::TargetScale;
