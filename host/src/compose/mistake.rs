//! Mistakes in a composition: what is wrong, where, and what would be right.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::ops::Range;

/// One mistake in a file.
#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// Where.
    #[label]
    pub place: SourceSpan,
    /// What would be right.
    #[help]
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake at these bytes of the file.
    pub fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: place.into(), help: None }
    }

    /// The same with what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All mistakes of a file.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{} {} in {}", mistakes.len(), if mistakes.len() == 1 { "mistake" } else { "mistakes" }, source_code.name())]
pub struct ConfigError {
    /// The file.
    #[source_code]
    pub source_code: NamedSource<String>,
    /// Its mistakes, in the order of the file.
    #[related]
    pub mistakes: Vec<Mistake>,
}

impl ConfigError {
    /// The mistakes of this text, sorted by place.
    pub fn new(origin: &str, text: &str, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.place.offset());
        Self { source_code: NamedSource::new(origin, text.to_owned()), mistakes }
    }

    /// `file:line:column: message` for each mistake: for machines and logs.
    pub fn lines(&self) -> Vec<String> {
        let text = self.source_code.inner();
        self.mistakes
            .iter()
            .map(|mistake| {
                let before = &text[..mistake.place.offset().min(text.len())];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
                format!("{}:{line}:{column}: {}", self.source_code.name(), mistake.message)
            })
            .collect()
    }
}
