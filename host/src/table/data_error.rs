//! What can be wrong between a `[data]` description and the table that it describes.

use super::error::are;
use super::{Mistakes, TableError};
use crate::space::SpaceError;

/// A table that cannot be read as its description says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The table itself.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The space.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A key that the description needs.
    #[error("`{key}` is missing from [data]; {mend}")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What to write.
        mend: &'static str,
    },
    /// Texts that are no architectures of the space.
    #[error(
        "{origin}: {} not of the space {space} (column `{column}`){mistakes}",
        are(mistakes, "architecture")
    )]
    Architectures {
        /// The table.
        origin: String,
        /// The column.
        column: String,
        /// The space.
        space: String,
        /// The rows.
        mistakes: Mistakes,
    },
    /// Rows without an id.
    #[error(
        "{origin}: {} without a value in `{column}`, which tells rows apart{mistakes}",
        are(mistakes, "row")
    )]
    EmptyIds {
        /// The table.
        origin: String,
        /// The column.
        column: String,
        /// The rows.
        mistakes: Mistakes,
    },
    /// A learning curve that cannot be read.
    #[error("{origin}: the curve `{curve}`: {what}")]
    Curve {
        /// The table.
        origin: String,
        /// The curve's name.
        curve: String,
        /// What is wrong with it.
        what: String,
    },
    /// A fidelity that is none.
    #[error("[data] `fidelity`: {what}")]
    Fidelity {
        /// What is wrong with it.
        what: String,
    },
    /// A key whose value does not fit the table, or cannot be.
    #[error("[data] `{key}`: {what}")]
    Key {
        /// The key.
        key: &'static str,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// Several mistakes, none of which follows from another.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<DataError>),
    /// Rows that cannot be told apart: the same id, or the same architecture under two ids.
    #[error(
        "{origin}: {} a row above (column `{column}`); keep one row for each architecture, or write `repeats = \"mean\"` or \"keep\"{mistakes}",
        repeat(mistakes)
    )]
    Repeated {
        /// The table.
        origin: String,
        /// The column of the ids or of the architectures.
        column: String,
        /// The later row of each pair, which names the earlier.
        mistakes: Mistakes,
    },
}

impl DataError {
    /// One mistake as it is, several together.
    pub(super) fn of(mut mistakes: Vec<DataError>) -> DataError {
        if mistakes.len() == 1 { mistakes.swap_remove(0) } else { DataError::Several(mistakes) }
    }

    /// Each mistake alone.
    pub fn each(&self) -> &[DataError] {
        match self {
            DataError::Several(mistakes) => mistakes,
            one => std::slice::from_ref(one),
        }
    }
}

fn repeat(mistakes: &Mistakes) -> String {
    format!("{} {}", mistakes.counted("row"), if mistakes.len() == 1 { "repeats" } else { "repeat" })
}
