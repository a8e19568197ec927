//! From the text of a `where` to its expression: recursive descent, one function for each level of binding.

use std::str::FromStr;

use super::{Comparison, Literal, WORDS, Where};
use crate::space::nearest::clip;

/// Parentheses and `not`s inside each other; what a person writes has few, and each takes a frame of the stack.
const DEEPEST: usize = 50;

/// A text that is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {position}: {what}")]
pub struct WhereError {
    /// Place of the character, counted from 1.
    pub position: usize,
    /// What is wrong there, and what would be right.
    pub what: String,
}

/// Whether a name without backticks may begin so.
pub(super) fn begins_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

/// Whether a name without backticks may go on so.
pub(super) fn in_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

impl FromStr for Where {
    type Err = WhereError;

    fn from_str(text: &str) -> Result<Where, WhereError> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let whole = parser.any()?;
        match parser.peek() {
            None => Ok(whole),
            Some(_) => Err(parser.wrong("`and`, `or` or the end")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Bytes read.
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no space; spaces before it are passed over.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn error(&self, at: usize, what: impl Into<String>) -> WhereError {
        let before = self.text.get(..at).unwrap_or(self.text);
        WhereError { position: before.chars().count() + 1, what: what.into() }
    }

    /// Something else than what belongs here.
    fn wrong(&mut self, expected: &str) -> WhereError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(_) => {
                let word = self.rest().split(char::is_whitespace).next().unwrap_or_default();
                format!("`{}`", clip(word))
            }
        };
        let at = self.at;
        let mend = if found == "`=`" || self.rest().starts_with("= ") { "; equality is `==`" } else { "" };
        self.error(at, format!("expected {expected}, found {found}{mend}"))
    }

    fn take(&mut self, sign: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn word(&mut self) -> &'a str {
        self.peek();
        let rest = self.rest();
        rest.split(|character| !in_name(character)).next().unwrap_or_default()
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.at += word.len();
        }
        found
    }

    fn any(&mut self) -> Result<Where, WhereError> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Where::Or(parts) })
    }

    fn all(&mut self) -> Result<Where, WhereError> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Where::And(parts) })
    }

    fn one(&mut self) -> Result<Where, WhereError> {
        self.peek();
        let start = self.at;
        if self.depth == DEEPEST {
            return Err(self.error(start, format!("more than {DEEPEST} levels inside each other")));
        }
        self.depth += 1;
        let one = if self.take_word("not") {
            Where::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err(self.wrong("`)`"));
            }
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(one)
    }

    fn condition(&mut self) -> Result<Where, WhereError> {
        let column = self.column()?;
        if self.take_word("is") {
            return match (self.take_word("not"), self.word()) {
                (false, "missing") | (true, "present") => self.end(Where::Missing(column)),
                (false, "present") | (true, "missing") => self.end(Where::Present(column)),
                _ => Err(self.wrong("`missing` or `present`")),
            };
        }
        let Some(comparison) = Comparison::ALL.into_iter().find(|one| self.take(one.sign())) else {
            return Err(self.wrong("`==`, `!=`, `<`, `<=`, `>`, `>=` or `is`"));
        };
        Ok(Where::Compare { column, comparison, literal: self.literal()? })
    }

    /// The condition, its last word read.
    fn end(&mut self, condition: Where) -> Result<Where, WhereError> {
        self.at += self.word().len();
        Ok(condition)
    }

    fn column(&mut self) -> Result<String, WhereError> {
        match self.peek() {
            Some('`') => {
                let start = self.at;
                let name = self.quoted('`')?;
                if name.is_empty() { Err(self.error(start, "a column has a name")) } else { Ok(name) }
            }
            Some(first) if begins_name(first) && !WORDS.contains(&self.word()) => {
                let name = self.word();
                self.at += name.len();
                Ok(name.to_owned())
            }
            _ => Err(self.wrong("a column, in backticks where its name has odd characters")),
        }
    }

    fn literal(&mut self) -> Result<Literal, WhereError> {
        let first = self.peek();
        let start = self.at;
        if let Some(quote @ ('\'' | '"')) = first {
            let text = self.quoted(quote)?;
            // A field that is empty is missing, so nothing equals the empty text.
            if text.trim().is_empty() {
                return Err(self.error(start, "an empty field is missing; write `COLUMN is missing`"));
            }
            return Ok(Literal::Text(text));
        }
        let rest = self.rest();
        let mut length = 0;
        let mut before = ' ';
        for character in rest.chars() {
            let sign = matches!(character, '+' | '-') && matches!(before, ' ' | 'e' | 'E');
            if !(sign || in_name(character)) {
                break;
            }
            length += character.len_utf8();
            before = character;
        }
        let word = rest.get(..length).unwrap_or_default();
        let number = match word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
            true => word.parse::<f64>().ok().filter(|number| number.is_finite()),
            false => None,
        };
        match number {
            Some(number) => {
                self.at += length;
                Ok(Literal::Number(number))
            }
            None if !word.is_empty() => {
                Err(self.error(start, format!("`{0}` is no number; a text is written '{0}'", clip(word))))
            }
            None => Err(self.wrong("a number or a 'text'")),
        }
    }

    /// Reads up to the closing quote; a quote inside is doubled.
    fn quoted(&mut self, quote: char) -> Result<String, WhereError> {
        let start = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, character)) = characters.next() {
            if character != quote {
                text.push(character);
            } else if characters.next_if(|(_, next)| *next == quote).is_some() {
                text.push(quote);
            } else {
                self.at += offset + quote.len_utf8();
                return Ok(text);
            }
        }
        Err(self.error(start, format!("nothing closes this `{quote}`")))
    }
}
