//! What can be wrong with a declaration, and with the text of an architecture.

use std::path::PathBuf;

/// A space that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// No built-in space has this name, and it is not the path of a TOML file.
    #[error("unknown space `{name}`; {suggestion}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The nearest name, or all names.
        suggestion: String,
    },
    /// The file of the declaration cannot be read.
    #[error("cannot read the space `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The text is not TOML, or a key is missing, unknown or of the wrong type.
    #[error("{origin}, line {line}, column {column}: {message}")]
    Toml {
        /// The file or name that the text came from.
        origin: String,
        /// Line, from 1.
        line: usize,
        /// Character in the line, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The keys are there, and what they declare is not a space: every reason found.
    #[error("{origin} does not declare a space: {}", reasons.join("; "))]
    Invalid {
        /// The file or name that the text came from.
        origin: String,
        /// What is wrong and what would be right, one reason each.
        reasons: Vec<String>,
    },
}

/// A text that names no architecture of the space. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// Nothing there.
    #[error("the architecture is empty; one looks like `{example}`")]
    Empty {
        /// A well-formed text of the space.
        example: String,
    },
    /// A character other than the one that the form needs here.
    #[error("expected `{expected}` at character {position}, found {found}; one looks like `{example}`")]
    Expected {
        /// The character that belongs here.
        expected: char,
        /// Where.
        position: usize,
        /// What is there instead.
        found: String,
        /// A well-formed text of the space.
        example: String,
    },
    /// Too many or too few nodes.
    #[error("{found} nodes after the input where the space has {expected} (character {position})")]
    Nodes {
        /// Nodes in the text.
        found: usize,
        /// Nodes of the space.
        expected: usize,
        /// Where the text ends, or where the first node too many begins.
        position: usize,
    },
    /// An operation without the node it reads.
    #[error("`{item}` at character {position} does not say which node it reads; write `{item}~0`")]
    NoSource {
        /// The operation as written.
        item: String,
        /// Where.
        position: usize,
    },
    /// An operation that reads a node with no edge to this one.
    #[error("node {node} has no edge from `{read}` (character {position}); it reads {sources}")]
    UnknownSource {
        /// The node that reads.
        node: u16,
        /// The node read, as written.
        read: String,
        /// The nodes that it can read.
        sources: String,
        /// Where.
        position: usize,
    },
    /// Two operations of one node that read the same node.
    #[error(
        "node {node} reads node {read} a second time at character {position}; one operation for each edge"
    )]
    RepeatedSource {
        /// The node that reads.
        node: u16,
        /// The node read twice.
        read: u16,
        /// Where the second one is.
        position: usize,
    },
    /// An edge without an operation.
    #[error(
        "node {node} at character {position} lacks the operation that reads node {read}; add `op~{read}`"
    )]
    MissingSource {
        /// The node that reads.
        node: u16,
        /// The node not read.
        read: u16,
        /// Where the node's operations begin.
        position: usize,
    },
    /// An operation that the space does not have.
    #[error("unknown operation `{name}` at character {position}; {suggestion}")]
    UnknownOperation {
        /// The operation as written.
        name: String,
        /// The nearest operation, or all of them.
        suggestion: String,
        /// Where.
        position: usize,
    },
    /// A digit string of the wrong length.
    #[error("{found} digits where the space has {expected} decisions")]
    Digits {
        /// Digits in the text.
        found: usize,
        /// Decisions of the space.
        expected: usize,
    },
    /// A digit that stands for no operation, or no digit at all.
    #[error("`{digit}` at character {position} is no operation; the digits are 0 to {highest}")]
    Digit {
        /// The character.
        digit: char,
        /// Where.
        position: usize,
        /// The highest digit of the space.
        highest: usize,
    },
    /// Something that the form does not allow.
    #[error("{what} at character {position}{mend}")]
    Wrong {
        /// What is there: `3 operations`, ...
        what: String,
        /// Where.
        position: usize,
        /// What would be right, from `; ` on; may be empty.
        mend: String,
    },
    /// The text has the right form, and what it describes is no architecture of the space.
    #[error("it is invalid: {reason}")]
    Invalid {
        /// Why, and what would be right.
        reason: String,
    },
}

impl ParseError {
    /// The same with its place moved by so many characters.
    pub(super) fn moved(mut self, by: usize) -> ParseError {
        match &mut self {
            ParseError::Expected { position, .. }
            | ParseError::Nodes { position, .. }
            | ParseError::NoSource { position, .. }
            | ParseError::UnknownSource { position, .. }
            | ParseError::RepeatedSource { position, .. }
            | ParseError::MissingSource { position, .. }
            | ParseError::UnknownOperation { position, .. }
            | ParseError::Digit { position, .. }
            | ParseError::Wrong { position, .. } => *position += by,
            ParseError::Empty { .. } | ParseError::Digits { .. } | ParseError::Invalid { .. } => {}
        }
        self
    }
}
