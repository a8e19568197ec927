//! A table of TOML that is read key by key, so that one file gives all its mistakes at once.

use super::{Located, Mistake, wording::in_words};
use crate::space::nearest::{clip, suggest};
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A table whose keys are taken one by one; what is left at the end is unknown.
pub struct Section<'a, 't> {
    title: String,
    table: &'a DeTable<'t>,
    known: Vec<&'static str>,
    misplaced: Vec<&'static str>,
}

impl<'a, 't> Section<'a, 't> {
    /// The section of this title (`[data]`), for messages.
    pub fn new(title: impl Into<String>, table: &'a DeTable<'t>) -> Self {
        Self { title: title.into(), table, known: Vec::new(), misplaced: Vec::new() }
    }

    /// The value of a key as it stands.
    pub fn raw(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// The value of a key; a value of the wrong type is a mistake.
    pub fn take<T: for<'de> Deserialize<'de>>(
        &mut self,
        key: &'static str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<T> {
        self.take_located(key, mistakes).map(|located| located.value)
    }

    /// The value of a key with its place; a value of the wrong type is a mistake.
    pub fn take_located<T: for<'de> Deserialize<'de>>(
        &mut self,
        key: &'static str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Located<T>> {
        let raw = self.raw(key)?;
        match T::deserialize(toml::de::ValueDeserializer::from(raw.clone())) {
            Ok(value) => Some(Located { value, place: raw.span() }),
            Err(error) => {
                let place = error.span().filter(|span| !span.is_empty()).unwrap_or_else(|| raw.span());
                let (message, help) = in_words(error.message());
                let mistake = Mistake::new(place, format!("{} `{key}`: {message}", self.title));
                mistakes.push(match help {
                    Some(help) => mistake.help(help),
                    None => mistake,
                });
                None
            }
        }
    }

    /// The table of a key; anything else is a mistake.
    pub fn table(&mut self, key: &'static str, mistakes: &mut Vec<Mistake>) -> Option<&'a DeTable<'t>> {
        let value = self.raw(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                mistakes.push(
                    Mistake::new(value.span(), format!("{}: `{key}` is a table", self.title))
                        .help(format!("write it as `[{key}]` with keys below it")),
                );
                None
            }
        }
    }

    /// A key that belongs elsewhere, as `help` says, is a mistake of its own kind.
    pub fn misplaced(&mut self, key: &'static str, help: &str, mistakes: &mut Vec<Mistake>) {
        self.misplaced.push(key);
        if let Some((place, _)) = self.table.get_key_value(key) {
            mistakes.push(
                Mistake::new(place.span(), format!("{}: `{key}` does not belong here", self.title))
                    .help(help),
            );
        }
    }

    /// Keys that nobody took are mistakes.
    pub fn finish(self, mistakes: &mut Vec<Mistake>) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) && !self.misplaced.contains(&name) {
                mistakes.push(
                    Mistake::new(key.span(), format!("{}: unknown key `{}`", self.title, clip(name)))
                        .help(suggest(name, self.known.iter().copied())),
                );
            }
        }
    }
}
