//! A place in a text, and what can be read there. Spaces between what is read do not count.

use crate::space::ParseError;
use crate::space::nearest::clip;

/// A place in a text.
pub struct Cursor<'a> {
    text: &'a str,
    /// Bytes read.
    at: usize,
    /// A well-formed text, for messages.
    example: String,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, example: String) -> Cursor<'a> {
        Cursor { text, at: 0, example }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no space, from which on things are read.
    pub fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    /// Characters from 1, of what is read next.
    pub fn position(&mut self) -> usize {
        self.peek();
        self.text.get(..self.at).unwrap_or(self.text).chars().count() + 1
    }

    /// Reads `wanted` where it is next.
    pub fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    /// Reads `wanted`, which has to be next.
    pub fn expect(&mut self, wanted: char) -> Result<(), ParseError> {
        if self.take(wanted) { Ok(()) } else { Err(self.expected(wanted)) }
    }

    /// The error where `expected` should be next.
    pub fn expected(&mut self, expected: char) -> ParseError {
        let found = match self.peek() {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end".into(),
        };
        ParseError::Expected { expected, position: self.position(), found, example: self.example.clone() }
    }

    /// Reads `(` or `[` and gives what closes it.
    pub fn open(&mut self) -> Result<char, ParseError> {
        if self.take('[') {
            return Ok(']');
        }
        self.expect('(').map(|()| ')')
    }

    /// After one of several things: reads a comma, or `close`, which ends them. Whether there may be another.
    pub fn another(&mut self, close: char) -> Result<bool, ParseError> {
        if self.take(close) {
            return Ok(false);
        }
        if !self.take(',') {
            return Err(self.expected(close));
        }
        Ok(!self.take(close))
    }

    /// The letters, digits and `_` that are next, with their position; may be empty.
    pub fn word(&mut self) -> (&'a str, usize) {
        let position = self.position();
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        self.at += end;
        (rest.get(..end).unwrap_or_default(), position)
    }

    /// A text between `'` or `"`, with the position of its first character.
    pub fn quoted(&mut self) -> Result<(&'a str, usize), ParseError> {
        let quote = if self.peek() == Some('"') { '"' } else { '\'' };
        self.expect(quote)?;
        let position = self.text.get(..self.at).unwrap_or(self.text).chars().count() + 1;
        let rest = self.rest();
        let Some(end) = rest.find(quote) else {
            self.at = self.text.len();
            return Err(self.expected(quote));
        };
        self.at += end + 1;
        Ok((rest.get(..end).unwrap_or_default(), position))
    }

    /// Refuses what is left.
    pub fn end(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(ParseError::Wrong {
                what: format!("`{}`", clip(self.rest())),
                position: self.position(),
                mend: "; the architecture ends before it".into(),
            }),
        }
    }
}
