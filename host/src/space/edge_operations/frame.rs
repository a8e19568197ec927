//! Digits in a frame of fixed text, such as `64-41414-{0-1}_{0-2}{1-2}`.

use super::{Cell, TextForm};
use crate::space::nearest::suggest;
use crate::space::template::{Piece, pieces, skip};
use crate::space::{Genotype, ParseError};

/// A way to write a cell, checked.
#[derive(Debug)]
pub enum Form {
    /// Node by node, each operation with the node it reads.
    OpSource,
    /// One digit for each decision.
    Digits,
    /// The same in a frame.
    Frame(Vec<Part>),
}

/// One part of a frame.
#[derive(Debug)]
pub enum Part {
    /// Text that stands there as it is.
    Fixed(String),
    /// The digit of a decision.
    Digit(usize),
}

impl Form {
    /// Checks a declared form; the error says what is wrong.
    pub fn new(declared: &TextForm, cell: &Cell) -> Result<Form, String> {
        let text = match declared {
            TextForm::OpSource => return Ok(Form::OpSource),
            TextForm::Digits => return Ok(Form::Digits),
            TextForm::Frame(text) => text,
        };
        if !text.contains('{') {
            let suggestion = suggest(text, ["op~source", "digits"]);
            return Err(format!(
                "unknown text form `{text}` (a frame holds edges such as `{{0-1}}`); {suggestion}"
            ));
        }
        let names: Vec<String> = cell.edges.iter().map(|(from, to)| format!("{from}-{to}")).collect();
        let mut seen = vec![false; names.len()];
        let mut parts = Vec::new();
        for piece in pieces(text)? {
            parts.push(match piece {
                Piece::Fixed(fixed) => Part::Fixed(fixed),
                Piece::Hole(name) => {
                    let Some(edge) = names.iter().position(|known| *known == name) else {
                        let suggestion = suggest(&name, names.iter().map(String::as_str));
                        return Err(format!(
                            "text form `{text}` holds the unknown edge `{name}`; {suggestion}"
                        ));
                    };
                    if std::mem::replace(&mut seen[edge], true) {
                        return Err(format!("text form `{text}` holds edge `{name}` twice"));
                    }
                    Part::Digit(edge)
                }
            });
        }
        match names.iter().zip(seen).find(|(_, seen)| !seen) {
            Some((name, _)) => Err(format!("text form `{text}` lacks edge `{name}`; add `{{{name}}}`")),
            None => Ok(Form::Frame(parts)),
        }
    }
}

/// Reads a text in a frame.
pub fn read(
    parts: &[Part],
    cell: &Cell,
    text: &str,
    example: impl Fn() -> String,
) -> Result<Genotype, ParseError> {
    let mut genotype = vec![0; cell.edges.len()];
    let mut rest = text;
    for part in parts {
        let position = text.chars().count() - rest.chars().count() + 1;
        match part {
            Part::Fixed(fixed) => rest = skip(fixed, rest, position, &example)?,
            Part::Digit(decision) => {
                let mut characters = rest.chars();
                let Some(digit) = characters.next() else {
                    let what = "the text ends where a digit should be".to_owned();
                    return Err(ParseError::Wrong {
                        what,
                        position,
                        mend: format!("; one looks like `{}`", example()),
                    });
                };
                let value = digit.to_digit(10).and_then(|value| u16::try_from(value).ok());
                match value.filter(|&value| usize::from(value) < cell.operations.len()) {
                    Some(value) => genotype[*decision] = value,
                    None => {
                        let highest = cell.operations.len().saturating_sub(1);
                        return Err(ParseError::Digit { digit, position, highest });
                    }
                }
                rest = characters.as_str();
            }
        }
    }
    if rest.is_empty() {
        return Ok(genotype);
    }
    let position = text.chars().count() - rest.chars().count() + 1;
    let what = "text after the last part".to_owned();
    Err(ParseError::Wrong { what, position, mend: format!("; one looks like `{}`", example()) })
}

/// Writes a cell in a frame.
pub fn write(parts: &[Part], genotype: &[u16]) -> String {
    let part = |part: &Part| match part {
        Part::Fixed(fixed) => fixed.clone(),
        Part::Digit(decision) => genotype[*decision].to_string(),
    };
    parts.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/transnas-micro.toml");
    const FRAME: &str = "64-41414-{0-1}_{0-2}{1-2}_{0-3}{1-3}{2-3}";

    fn space() -> Space {
        Space::builtin("transnas-micro").unwrap()
    }

    fn message(text: &str) -> String {
        space().parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_published_form_and_the_digits_are_one_cell() {
        let space = space();
        assert_eq!(space.parse("64-41414-3_12_032").unwrap(), [3, 1, 2, 0, 3, 2]);
        assert_eq!(space.parse("312032").unwrap(), [3, 1, 2, 0, 3, 2]);
        assert_eq!(space.print(&[3, 1, 2, 0, 3, 2]), "312032");
    }

    #[test]
    fn a_frame_that_stands_first_is_printed() {
        let text = TEXT.replace("\"digits\", ", "");
        let space = Space::from_toml(&text, "framed").unwrap();
        assert_eq!(space.print(&[3, 1, 2, 0, 3, 2]), "64-41414-3_12_032");
        assert!(space.parse("312032").unwrap_err().to_string().starts_with("expected `6` at character 1"));
    }

    #[test]
    fn mistakes_are_told_in_the_form_that_was_meant() {
        let example = "one looks like `64-41414-0_00_000`";
        assert_eq!(
            message("64-41514-0_00_000"),
            format!("expected `4` at character 6, found `5`; {example}")
        );
        assert_eq!(
            message("64-41414-3_14_032"),
            "`4` at character 13 is no operation; the digits are 0 to 3"
        );
        assert_eq!(
            message("64-41414-3_12-032"),
            format!("expected `_` at character 14, found `-`; {example}")
        );
        assert_eq!(
            message("64-41414-3_12_03"),
            format!("the text ends where a digit should be at character 17; {example}")
        );
        assert_eq!(
            message("64-41414-3_12_0321"),
            format!("text after the last part at character 18; {example}")
        );
        assert_eq!(message("31203"), "5 digits where the space has 6 decisions");
        assert_eq!(message("312034"), "`4` at character 6 is no operation; the digits are 0 to 3");
    }

    #[test]
    fn frames_that_do_not_hold_each_edge_once_are_refused() {
        let reasons = |frame: &str| match Space::from_toml(&TEXT.replace(FRAME, frame), "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons.join("; "),
            other => panic!("expected reasons, got {other:?}"),
        };
        assert_eq!(
            reasons("{0-1}{0-2}{1-2}{0-3}{1-3}"),
            "text form `{0-1}{0-2}{1-2}{0-3}{1-3}` lacks edge `2-3`; add `{2-3}`"
        );
        assert_eq!(reasons("{0-1}{0-1}"), "text form `{0-1}{0-1}` holds edge `0-1` twice");
        assert_eq!(reasons("{0-7}"), "text form `{0-7}` holds the unknown edge `0-7`; did you mean `0-1`?");
        assert_eq!(
            reasons("digit"),
            "unknown text form `digit` (a frame holds edges such as `{0-1}`); did you mean `digits`?"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "(64-41414-)?[0-5_é-]{0,12}") {
            let _ = space().parse(&text);
        }
    }
}
