//! The TOML form of a space: which keys there are, and where a mistake in them is.

use std::sync::Arc;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::canonical_declaration::canonical_and_digest;
use super::chosen_wiring::ChosenWiring;
use super::edge_operations::EdgeOperations;
use super::flat::Flat;
use super::free_graph::FreeGraph;
use super::input_choices::InputChoices;
use super::kind::Kind;
use super::layers::Layers;
use super::nearest::suggest;
use super::node_operations::NodeOperations;
use super::{Space, SpaceError};

/// Reads the rest of a declaration of one kind.
type Read = fn(&str, &str) -> Result<Space, SpaceError>;

/// The kinds of declaration there are.
const KINDS: [(&str, Read); 7] = [
    ("chosen-wiring", declared::<ChosenWiring>),
    ("edge-operations", declared::<EdgeOperations>),
    ("flat", declared::<Flat>),
    ("free-graph", declared::<FreeGraph>),
    ("input-choices", declared::<InputChoices>),
    ("layers", declared::<Layers>),
    ("node-operations", declared::<NodeOperations>),
];

/// The key that says how to read the others.
#[derive(Deserialize)]
struct Head {
    kind: toml::Spanned<String>,
}

/// The keys of one kind of declaration. Its fields, in their order, are also the canonical form of the declaration, so
/// prose is not serialised.
pub(super) trait Declaration: Serialize + DeserializeOwned {
    /// Name, summary and citation.
    fn prose(&self) -> [&str; 3];

    /// Checks what is declared; the error holds every reason found, each with what would be right.
    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>>;
}

impl Space {
    /// Reads a declaration; `origin` is the file or name that messages give.
    ///
    /// # Errors
    /// [`SpaceError::Toml`] with line and column; [`SpaceError::Invalid`] with every reason found.
    pub fn from_toml(text: &str, origin: &str) -> Result<Space, SpaceError> {
        let head: Head = read(text, origin)?;
        let kind = &head.kind.get_ref()[..];
        let Some((_, read)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            let message = format!("unknown kind `{kind}`; {}", suggest(kind, KINDS.map(|(name, _)| name)));
            return Err(toml_error(text, origin, head.kind.span().start, message));
        };
        read(text, origin)
    }
}

fn declared<T: Declaration>(text: &str, origin: &str) -> Result<Space, SpaceError> {
    let declared: T = read(text, origin)?;
    let [name, summary, cite] = declared.prose().map(str::to_owned);
    let invalid = |reasons| SpaceError::Invalid { origin: origin.to_owned(), reasons };
    if name.trim().is_empty() {
        return Err(invalid(vec!["`name` is empty".to_owned()]));
    }
    let kind = declared.check().map_err(invalid)?;
    let (declaration, digest) = canonical_and_digest(&declared);
    Ok(Space { name, summary, cite, declaration, digest, kind })
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
