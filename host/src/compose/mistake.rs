//! Mistakes in a composition: what is wrong, where, and what would be right.

use super::include::{IncludedFile, file_at};
use miette::{Diagnostic, NamedSource, SourceSpan};
use std::{ops::Range, sync::Arc};

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
    /// The included file that it is in; `None` for the composition's own file.
    #[source_code]
    pub file: Option<Arc<NamedSource<String>>>,
    /// Whether the data lack what is named, so that with other data there would be no mistake.
    pub lacking: bool,
}

impl Mistake {
    /// A mistake at these bytes of the file.
    pub fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: place.into(), help: None, file: None, lacking: false }
    }

    /// The same with what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as one of the data, which lack what is named.
    #[must_use]
    pub fn of_data(mut self) -> Self {
        self.lacking = true;
        self
    }
}

/// All mistakes of a composition and of the files that it includes.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{} {} in {}", mistakes.len(), if mistakes.len() == 1 { "mistake" } else { "mistakes" }, self.files().join(", "))]
pub struct ConfigError {
    /// The composition's own file.
    #[source_code]
    pub source_code: NamedSource<String>,
    /// The mistakes, in the order of the file, and those of included files after them.
    #[related]
    pub mistakes: Vec<Mistake>,
}

impl ConfigError {
    /// The mistakes of this text, sorted by place.
    pub fn new(origin: &str, text: &str, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.place.offset());
        Self { source_code: NamedSource::new(origin, text.to_owned()), mistakes }
    }

    /// The mistakes of this text and of the files that it includes, whose places come after it.
    pub(super) fn of_files(
        origin: &str,
        text: &str,
        included: &[IncludedFile],
        mistakes: Vec<Mistake>,
    ) -> Self {
        let mut error = Self::new(origin, text, mistakes);
        let sources: Vec<_> =
            included.iter().map(|file| Arc::new(NamedSource::new(&file.origin, file.text.clone()))).collect();
        for mistake in &mut error.mistakes {
            let Some(file) = file_at(included, mistake.place.offset()) else { continue };
            let (offset, length) = (mistake.place.offset() - file.start, mistake.place.len());
            mistake.place = (offset, length).into();
            mistake.file = sources.iter().find(|source| source.name() == file.origin).cloned();
        }
        error
    }

    /// Names of the files that have mistakes.
    fn files(&self) -> Vec<&str> {
        let mut files = Vec::new();
        for mistake in &self.mistakes {
            let name = self.file_of(mistake).name();
            if !files.contains(&name) {
                files.push(name);
            }
        }
        files
    }

    /// The file that a mistake is in.
    pub fn file_of<'a>(&'a self, mistake: &'a Mistake) -> &'a NamedSource<String> {
        mistake.file.as_deref().unwrap_or(&self.source_code)
    }

    /// `file:line:column: message` for each mistake: for machines and logs.
    pub fn lines(&self) -> Vec<String> {
        self.mistakes
            .iter()
            .map(|mistake| {
                let file = self.file_of(mistake);
                let text = file.inner();
                let before = &text[..mistake.place.offset().min(text.len())];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
                format!("{}:{line}:{column}: {}", file.name(), mistake.message)
            })
            .collect()
    }
}
