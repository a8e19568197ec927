//! From the values of trials to claims: intervals, paired comparisons, and comparisons over several tables.
//!
//! Trials draw subsets of one finite table, so they overlap. What follows from them speaks of this table and this way of
//! drawing; a claim about a method needs several tables, or [`corrected_resampled_t`].

mod bayesian;
mod bootstrap;
mod compare;
mod friedman;
mod holm;
mod interval;
mod paired;
mod resampled_t;
mod summary;
mod wilcoxon;

pub use bayesian::{Equivalence, bayesian_signed_rank};
pub use bootstrap::Resamples;
pub use compare::{
    Against, CompareError, Comparison, Contender, Margins, Standing, Verdict, compare_with_best,
};
pub(crate) use compare::{simultaneous_intervals, verdict};
pub use friedman::{Friedman, FriedmanError, critical_difference, friedman};
pub use holm::holm;
pub use interval::{FEWEST_FOR_BOOTSTRAP, Interval, bootstrap_interval, mean_interval, student_t_interval};
pub use paired::{Paired, paired_difference};
pub use resampled_t::{ResampledT, corrected_resampled_t};
pub use summary::{mean, standard_deviation};
pub use wilcoxon::{Wilcoxon, wilcoxon_signed_rank};

#[cfg(test)]
mod tests;
