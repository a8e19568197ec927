//! Many mistakes of one file in one message.

use std::fmt;

/// How many are shown; the others are counted.
const SHOWN: usize = 10;

/// Mistakes with their lines: the first ten in words, the rest as a number. Displays as indented lines to follow a
/// message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    shown: Vec<(u64, String)>,
    count: usize,
}

impl Mistakes {
    /// Adds one; the reason is only made where it will be shown.
    pub(crate) fn push(&mut self, line: u64, reason: impl FnOnce() -> String) {
        if self.shown.len() < SHOWN {
            self.shown.push((line, reason()));
        }
        self.count += 1;
    }

    /// Adds those of a later part of the file.
    pub(crate) fn append(&mut self, later: Mistakes) {
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend(later.shown.into_iter().take(room));
        self.count += later.count;
    }

    /// How many there are, shown or not.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first ten: line of the file, from 1, and reason.
    pub fn shown(&self) -> &[(u64, String)] {
        &self.shown
    }

    /// `1 row`, `3 rows`.
    pub(super) fn counted(&self, noun: &str) -> String {
        if self.count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", self.count) }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (line, reason) in &self.shown {
            write!(f, "\n  line {line}: {reason}")?;
        }
        match self.count - self.shown.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}
