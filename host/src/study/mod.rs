//! The protocol by which predictors are measured.

pub mod metrics;
pub mod statistics;
