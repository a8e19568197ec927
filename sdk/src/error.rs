//! What can go wrong in a predictor, and how it is said.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The result of everything that a predictor does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of error it is; the host decides by it what to do and what to advise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[repr(u32)]
pub enum ErrorKind {
    /// A parameter has a value that the predictor cannot take.
    BadParameter = 1,
    /// The data hold something that the predictor cannot take, or lack something that it needs.
    BadData = 2,
    /// There are fewer labelled rows than the predictor needs.
    TooFewRows = 3,
    /// A computation broke down: no convergence, a singular matrix, an overflow.
    Numerical = 4,
    /// The predictor or this build of it cannot do what was asked.
    Unsupported = 5,
    /// The host asked the call to end.
    Cancelled = 6,
    /// A fault of the predictor itself; a panic becomes this.
    Internal = 7,
}

impl ErrorKind {
    /// The kind of a number that crossed the boundary; an unknown one is [`ErrorKind::Internal`].
    pub const fn from_code(code: u32) -> Self {
        match code {
            1 => Self::BadParameter,
            2 => Self::BadData,
            3 => Self::TooFewRows,
            4 => Self::Numerical,
            5 => Self::Unsupported,
            6 => Self::Cancelled,
            _ => Self::Internal,
        }
    }

    /// The kind as words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadParameter => "bad parameter",
            Self::BadData => "bad data",
            Self::TooFewRows => "too few rows",
            Self::Numerical => "numerical",
            Self::Unsupported => "unsupported",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error: its kind, a sentence that names the offending thing and what would be right, and, for a panic, its place.
///
/// ```
/// use archcast_sdk::{Error, ErrorKind};
/// let error = Error::bad_parameter("k", "is 7, but there are only 5 training rows; give 5 or less");
/// assert_eq!(error.kind(), ErrorKind::BadParameter);
/// assert_eq!(error.to_string(), "bad parameter: `k` is 7, but there are only 5 training rows; give 5 or less");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    details: Details,
}

/// What an error carries beside its message; it crosses the boundary as a JSON object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Details {
    /// The parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Where a panic happened: file:line:column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

impl Error {
    /// An error of any kind. The message has no full stop and names what would be right.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Details::default() }
    }

    /// A parameter has a value that cannot be: the sentence goes on after the parameter's name.
    pub fn bad_parameter(parameter: impl Into<String>, sentence: impl fmt::Display) -> Self {
        let parameter = parameter.into();
        let mut error = Self::new(ErrorKind::BadParameter, format!("`{parameter}` {sentence}"));
        error.details.parameter = Some(parameter);
        error
    }

    /// The data hold or lack something.
    pub fn bad_data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadData, message)
    }

    /// There are `have` labelled rows where `need` are needed.
    pub fn too_few_rows(have: usize, need: usize) -> Self {
        let plural = if need == 1 { "" } else { "s" };
        Self::new(
            ErrorKind::TooFewRows,
            format!("{have} labelled rows, but this predictor needs at least {need} labelled row{plural}"),
        )
    }

    /// A computation broke down.
    pub fn numerical(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Numerical, message)
    }

    /// The predictor cannot do what was asked.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// The host asked the call to end.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "the host asked to stop")
    }

    /// A fault of the predictor itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// The same error with a place in the source.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.details.location = Some(location.into());
        self
    }

    /// The same error with these details.
    #[must_use]
    pub fn with_details(mut self, details: Details) -> Self {
        self.details = details;
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence, without the kind.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the error carries beside its message.
    pub fn details(&self) -> &Details {
        &self.details
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_number() {
        for code in 1..=7 {
            assert_eq!(ErrorKind::from_code(code) as u32, code);
        }
        assert_eq!(ErrorKind::from_code(99), ErrorKind::Internal);
    }
}
