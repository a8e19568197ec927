//! The protocol by which predictors are measured.

pub mod metrics;
pub mod pareto;
pub mod statistics;
