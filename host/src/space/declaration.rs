//! The TOML form of a space: which keys there are, and where a mistake in them is.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::canonical::canonical_and_digest;
use super::edge_cell::EdgeCell;
use super::nearest::suggest;
use super::{Space, SpaceError, Topology};

/// The kinds of declaration there are.
const KINDS: [&str; 1] = ["edge-operations"];

/// The key that says how to read the others.
#[derive(Deserialize)]
struct Head {
    kind: toml::Spanned<String>,
}

/// A cell with one operation on each edge. Its fields, in this order, are also the canonical form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EdgeOperations {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub nodes: u16,
    pub edges: Vec<String>,
    pub operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    pub text: Vec<TextForm>,
}

/// How an architecture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TextForm {
    /// `|op~0|+|op~0|op~1|`: node by node, each operation with the node it reads.
    #[serde(rename = "op~source")]
    OpSource,
    /// `421`: one digit for each decision, in the order of the edges.
    #[serde(rename = "digits")]
    Digits,
}

impl Space {
    /// Reads a declaration; `origin` is the file or name that messages give.
    ///
    /// # Errors
    /// [`SpaceError::Toml`] with line and column; [`SpaceError::Invalid`] with every reason found.
    pub fn from_toml(text: &str, origin: &str) -> Result<Space, SpaceError> {
        let head: Head = read(text, origin)?;
        if head.kind.get_ref() != KINDS[0] {
            let message =
                format!("unknown kind `{}`; {}", head.kind.get_ref(), suggest(head.kind.get_ref(), KINDS));
            return Err(toml_error(text, origin, head.kind.span().start, message));
        }
        let declared: EdgeOperations = read(text, origin)?;
        let (canonical, digest) = canonical_and_digest(&declared);
        let cell = EdgeCell::new(&declared)
            .map_err(|reasons| SpaceError::Invalid { origin: origin.to_owned(), reasons })?;
        Ok(Space {
            decisions: cell.decisions(),
            topology: Topology::EdgeOperations { cell, text: declared.text },
            name: declared.name,
            summary: declared.summary,
            cite: declared.cite,
            canonical,
            digest,
        })
    }
}

fn read<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, SpaceError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        toml_error(text, origin, at, error.message().to_owned())
    })
}

fn toml_error(text: &str, origin: &str, at: usize, message: String) -> SpaceError {
    let before = text.get(..at).unwrap_or(text);
    SpaceError::Toml {
        origin: origin.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
        message: message.trim_end_matches('.').replace('\n', "; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("builtin/nas-bench-201.toml");

    fn error(text: &str) -> String {
        Space::from_toml(text, "mine.toml").unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands() {
        let message = error(&TEXT.replace("nodes      =", "node       ="));
        assert!(message.starts_with("mine.toml, line 8, column 1: unknown field `node`"), "{message}");
    }

    #[test]
    fn an_unknown_kind_brings_the_nearest_one() {
        let message = error(&TEXT.replace("\"edge-operations\"", "\"edge-operation\""));
        assert_eq!(
            message,
            "mine.toml, line 5, column 14: unknown kind `edge-operation`; did you mean `edge-operations`?"
        );
    }

    #[test]
    fn text_that_is_not_toml_is_refused_with_its_place() {
        let message = error("name = \"x\"\nkind = ");
        assert!(message.starts_with("mine.toml, line 2, column "), "{message}");
    }

    #[test]
    fn a_missing_key_is_named() {
        let message = error("kind = \"edge-operations\"\nname = \"x\"\n");
        assert!(message.contains("missing field `nodes`"), "{message}");
    }
}
