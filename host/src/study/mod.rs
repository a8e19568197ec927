//! The protocol by which predictors are measured.
//!
//! [`StudyFiles::read`] reads the files, [`Study::prepare`] checks them against data and plugins, draws the rows of each trial
//! and expands the cells, [`Study::run`] runs those that the folder's journal does not have yet, and [`Results::open`] tells
//! what came out. White, Zela, Ru, Liu, Hutter, How Powerful are Performance Predictors in NAS?, NeurIPS 2021.

mod budgets;
mod cells;
mod clock;
mod error;
mod export;
mod files;
mod grid;
mod header;
mod journal;
mod members;
pub mod metrics;
mod noise;
pub mod pareto;
mod prepare;
mod probe;
mod recommend;
mod results;
mod run;
mod seeds;
mod sets;
mod spec;
pub mod statistics;

pub use budgets::Budgets;
pub use cells::{Cell, Setting};
pub use clock::{Measured, ScoreSeconds, TableSeconds};
pub use error::StudyError;
pub use export::{Exported, export_results, export_splits};
pub use files::{StudyFile, StudyFiles};
pub use header::{FileHeader, MemberHeader, StudyHeader, TableHeader};
pub use journal::{CellResult, Contents, JOURNAL, Journal, Line, SPLITS, join};
pub use members::{Members, StudyMember};
pub use noise::Runs;
pub use prepare::Study;
pub use probe::{Estimate, MemberEstimate};
pub use recommend::{Axis, Budget, Choice, Larger, RecommendError, Recommendation};
pub use results::{
    Answer, BudgetComparison, CONFIDENCE, Outcome, Pair, Results, Summary, Times, Troubles, Values,
};
pub use run::{Progress, RunOptions, RunTimes};
pub use sets::{Drawing, Split, Tables, read_splits, write_splits};
pub use spec::{Group, Sampling, StudySpec, Trials, fidelity_of_text};
