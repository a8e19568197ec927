//! Why a task stopped: one sentence for a person, one exit code for a shell.

/// The outcome of a task or of one step of it.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// Why a task stopped.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, and where it can be told, what would be right. Empty if it was said already.
    pub sentence: String,
    /// The exit code, never 0.
    pub code: u8,
}

impl Failure {
    /// A step that did not succeed.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 1 }
    }

    /// A step whose own last line has said it all.
    pub fn already_told() -> Self {
        Self::new("")
    }

    /// A command line that makes no sense.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 2 }
    }
}
