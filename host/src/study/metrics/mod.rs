//! How well predictions agree with targets. [`Metric`] names them all; the functions beside it compute one each.

mod answers;
mod calibration;
mod correlation;
mod errors;
mod kendall;
mod metric;
mod name;
mod over_trials;
mod proper_scores;
mod ranks;
mod sparse_kendall;
mod top;
mod undefined;

pub use answers::{Residual, TestAnswers};
pub use calibration::{coverage, interval_width, pit_distance};
pub use correlation::{pearson, spearman};
pub use errors::{mae, r2, rmse};
pub use kendall::{PairCounts, kendall_tau_b};
pub use metric::{Better, Metric};
pub use name::MetricNameError;
pub use over_trials::OverTrials;
pub use proper_scores::{continuous_ranked_probability_score, negative_log_likelihood};
pub use ranks::average_ranks;
pub use sparse_kendall::{Rounded, sparse_kendall_tau};
pub use top::{best_rank_at, best_regret_at, precision_at};
pub use undefined::Undefined;

#[cfg(test)]
mod tests;
