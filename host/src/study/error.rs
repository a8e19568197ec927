//! What can go wrong with a study.

use crate::{
    compose::{ConfigError, ModelError, PlanError},
    table::{DataError, Mistakes, WriteError},
};
use std::io;

/// What can go wrong with a study.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// Mistakes in a file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A member cannot answer at all.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A table cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A setting that no study can have.
    #[error("`{key}`: {what}")]
    Setting {
        /// The key of `[study]`, or the flag.
        key: &'static str,
        /// What is wrong and what would be right.
        what: String,
    },
    /// The table has no target.
    #[error(
        "{origin} has no target, so there is nothing to measure; write `target = {{ column = \"…\", goal = \"maximize\" }}` in [data]"
    )]
    NoTarget {
        /// The table.
        origin: String,
    },
    /// Two files describe different data.
    #[error(
        "{first} and {second} do not have the same [data], so their members cannot be compared; give one table for all by `--table`, or leave [data] out of one of them"
    )]
    OtherData {
        /// A file.
        first: String,
        /// Another.
        second: String,
    },
    /// Two files have different settings of the study.
    #[error("{first} and {second} both have a [study], and they do not say the same; leave one of them out")]
    OtherStudy {
        /// A file.
        first: String,
        /// Another.
        second: String,
    },
    /// More test rows than the table has.
    #[error(
        "{test} rows were to be tested, and {have} rows of {origin} have a target; give `test` less than that, so that others can train"
    )]
    TestTooLarge {
        /// The table.
        origin: String,
        /// Rows to test.
        test: usize,
        /// Rows with a target.
        have: usize,
    },
    /// More labels than rows.
    #[error(
        "{labels} labelled rows were asked for, and with {test} rows tested only {possible} others can train, those that are the same network as a tested one left out; the largest possible number of labels is {possible}"
    )]
    TooFewRows {
        /// Labelled rows asked for.
        labels: usize,
        /// Most that every trial can have.
        possible: usize,
        /// Rows tested.
        test: usize,
    },
    /// Mutation-based sets of rows that have no space.
    #[error("{origin} has no search space, so its rows cannot be mutated; use `sampling = \"uniform\"`")]
    NoMutation {
        /// The table.
        origin: String,
    },
    /// A neighbourhood with too few rows.
    #[error(
        "only {have} of {wanted} {what} rows were found among the mutations that the table has; ask for fewer, or use `sampling = \"uniform\"`"
    )]
    SmallNeighbourhood {
        /// Which set.
        what: &'static str,
        /// Rows found.
        have: usize,
        /// Rows wanted.
        wanted: usize,
    },
    /// A file of splits that names rows that cannot serve.
    #[error("{path} holds splits that cannot be used:{mistakes}")]
    BadSplits {
        /// The file.
        path: String,
        /// Line by line.
        mistakes: Mistakes,
    },
    /// Members that need what the table lacks.
    #[error("{} cannot run on these data; leave them out by `--skip-impossible`, or by `members`:{}", counted(members.len(), "member"), listed(members))]
    Impossible {
        /// Each with what it lacks.
        members: Vec<(String, String)>,
    },
    /// There is nothing to run.
    #[error("no cell is left to run: {what}")]
    Nothing {
        /// Why.
        what: String,
    },
    /// The folder holds another study.
    #[error("{folder} holds another study ({differs}); give another folder by `--out`, or remove this one")]
    OtherFolder {
        /// The folder.
        folder: String,
        /// What differs.
        differs: String,
    },
    /// The journal was written by a newer version.
    #[error("{path} has version {found} of the journal, and this archcast ({}) knows versions up to {known}; use a newer archcast", env!("CARGO_PKG_VERSION"))]
    NewerJournal {
        /// The file.
        path: String,
        /// Its version.
        found: u64,
        /// The latest that is known.
        known: u64,
    },
    /// The file is no journal of a study.
    #[error("{path} {what}")]
    BadJournal {
        /// The file.
        path: String,
        /// What is wrong and what would be right.
        what: String,
    },
    /// Another process runs a study in the folder.
    #[error("another process works in {folder}; wait until it ends, or give another folder by `--out`")]
    Locked {
        /// The folder.
        folder: String,
    },
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The journal cannot be written on.
    #[error(
        "the journal {path} cannot be written ({error}); the {done} finished cells in it are whole, and the same command goes on from there once there is room"
    )]
    Full {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
        /// Cells in it.
        done: usize,
    },
    /// It was interrupted.
    #[error("interrupted with {done} of {total} cells done; the same command goes on from there")]
    Interrupted {
        /// Cells done.
        done: usize,
        /// All cells.
        total: usize,
    },
    /// Folders that do not fit together.
    #[error("{first} and {second} cannot be joined: {why}")]
    NoJoin {
        /// A folder.
        first: String,
        /// Another.
        second: String,
        /// Why.
        why: String,
    },
    /// There is no such member, budget or metric in the results.
    #[error("{what}")]
    Unknown {
        /// What is asked for, and what there is.
        what: String,
    },
}

impl From<PlanError> for StudyError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(mistakes) => Self::Config(mistakes),
            PlanError::Data(error) => Self::Data(error),
        }
    }
}

/// `1 member`, `3 members`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn listed(members: &[(String, String)]) -> String {
    members.iter().map(|(name, what)| format!("\n  {name}: {what}")).collect()
}
