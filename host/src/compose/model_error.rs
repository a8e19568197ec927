//! What can go wrong with a model.

use crate::{
    plugin::PluginError,
    table::{DataError, Mistakes},
};
use archcast_sdk::Error;
use std::io;

/// What can go wrong with a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The predictor failed.
    #[error("member `{member}` ({predictor}): {error}{}", place(error))]
    Predictor {
        /// The member.
        member: String,
        /// Its predictor.
        predictor: String,
        /// What it says.
        error: Box<Error>,
    },
    /// The predictor refused training rows that lack features.
    #[error(
        "member `{member}` ({predictor}): {error}; these training rows of {origin} lack a feature, so name other `inputs` or other rows (`--rows`):{rows}"
    )]
    Lacking {
        /// The member.
        member: String,
        /// Its predictor.
        predictor: String,
        /// What it says.
        error: Box<Error>,
        /// The table.
        origin: String,
        /// The rows, each with the first feature that it lacks.
        rows: Mistakes,
    },
    /// The data do not serve.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A plugin is not to be had.
    #[error("the model needs the predictor `{predictor}`: {error}")]
    Plugin {
        /// The predictor.
        predictor: String,
        /// Why it is not to be had.
        error: Box<PluginError>,
    },
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The file is no whole model.
    #[error("{path} {what}")]
    BadFile {
        /// The file.
        path: String,
        /// What is wrong and what would be right.
        what: String,
    },
    /// The rows are of another kind than those that the model was fitted on.
    #[error("the model was fitted on {fitted} and these rows are of {given}; give a table of the same space")]
    OtherSpace {
        /// Space of the model.
        fitted: String,
        /// Space of the rows.
        given: String,
    },
    /// The space's declaration is not what it was.
    #[error(
        "the space `{space}` has changed since the model was fitted; put the old declaration back, or fit again"
    )]
    ChangedSpace {
        /// Its name or file.
        space: String,
    },
    /// A transform of the target that this host does not know.
    #[error(
        "the predictor `{predictor}` prefers the target transform `{name}`, which this host does not know; use a newer archcast"
    )]
    UnknownTransform {
        /// The predictor.
        predictor: String,
        /// The transform.
        name: String,
    },
    /// Architectures without a table, for a model that reads columns.
    #[error(
        "the model reads the column `{column}`, so it predicts rows of a table, not a bare architecture; give `--table`"
    )]
    NeedsColumn {
        /// The column.
        column: String,
    },
    /// A member that only fitted members feed, and too few rows to fit them without the row that they score.
    #[error(
        "member `{member}` reads only fitted members, and {rows} training rows are too few to cross-fit them; give at least {need}, or another input"
    )]
    TooFewToCrossFit {
        /// The member.
        member: String,
        /// Training rows.
        rows: usize,
        /// Rows that it takes.
        need: usize,
    },
    /// Too few held-out rows for any interval.
    #[error(
        "member `{member}` is `conformal`, and {rows} training rows with a value of its own are too few for intervals; give at least {need}, or leave `conformal` out"
    )]
    TooFewForIntervals {
        /// The member.
        member: String,
        /// Training rows that were predicted by a model that did not see them.
        rows: usize,
        /// Rows that it takes.
        need: usize,
    },
    /// A selection whose rules fit no number of training rows like this.
    #[error(
        "member `{member}` has no rule for {rows} training rows; let its last member have no `when`, so that it serves the rest"
    )]
    NoRule {
        /// The member.
        member: String,
        /// Training rows.
        rows: usize,
    },
    /// A member that another reads is not in the model's file.
    #[error(
        "the model reads its member number {place}, which its file does not have; run `archcast fit` again"
    )]
    NoMember {
        /// Its place.
        place: usize,
    },
    /// Architectures as text, for a model without a space.
    #[error("the model has no search space, so it cannot read an architecture; give `--table`")]
    NoSpace,
}

impl ModelError {
    /// What the predictor of a member says.
    pub(super) fn of_predictor(member: &str, predictor: &str, error: Error) -> Self {
        let (member, predictor) = (member.to_owned(), predictor.to_owned());
        Self::Predictor { member, predictor, error: Box::new(error) }
    }
}

fn place(error: &Error) -> String {
    error.details().location.as_ref().map(|location| format!(" (at {location})")).unwrap_or_default()
}
