//! From text to genotype.

mod configspace;
mod cursor;
mod genotype;
mod numbered;
mod pairs;

use super::{InputSpace, TextForm};
use crate::space::{Genotype, ParseError};
use cursor::Cursor;

impl InputSpace {
    /// The form is known by its first character; where the space does not have that form, its first one is read.
    pub(super) fn read(&self, text: &str) -> Result<Genotype, ParseError> {
        let form = match text.chars().next() {
            Some('(' | '[') => TextForm::Nested,
            Some('{') => TextForm::ConfigSpace,
            Some('0'..='9') => TextForm::Pairs,
            _ => TextForm::Genotype,
        };
        let mut cursor = Cursor::new(text, self.example_text());
        match self.text.iter().find(|&&known| known == form).or(self.text.first()) {
            Some(TextForm::Nested) => numbered::nested(text, &mut cursor, &self.cells),
            Some(TextForm::Pairs) => numbered::pairs(&mut cursor, &self.cells),
            Some(TextForm::ConfigSpace) => configspace::configspace(text, &self.cells),
            Some(TextForm::Genotype) | None => genotype::genotype(&mut cursor, &self.cells),
        }
    }
}

#[cfg(test)]
mod tests;
