//! How well predictions agree with targets.

mod kendall;

pub use kendall::{PairCounts, Undefined, kendall_tau_b};
