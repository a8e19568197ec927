//! Text forms as a declaration writes them: fixed text with holes, such as `64-{symbols}-basic`.

use super::ParseError;
use super::nearest::clip;

/// One part of a text form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stands there as it is.
    Fixed(String),
    /// What the architecture fills in, by the name between the braces.
    Hole(String),
}

/// Splits a text form at its holes; the error says what is wrong with the braces.
pub(super) fn pieces(form: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some(open) = rest.find(['{', '}']) {
        let (fixed, from_brace) = rest.split_at(open);
        let hole = from_brace.strip_prefix('{').and_then(|after| after.split_once('}'));
        let Some((name, after)) = hole.filter(|(name, _)| !name.is_empty() && !name.contains('{')) else {
            return Err(format!("text form `{}` has braces that do not enclose one name", clip(form)));
        };
        if !fixed.is_empty() {
            pieces.push(Piece::Fixed(fixed.to_owned()));
        }
        pieces.push(Piece::Hole(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Fixed(rest.to_owned()));
    }
    Ok(pieces)
}

/// Goes over fixed text; `position` is the place of the first character of `text`, from 1.
pub(super) fn skip<'a>(
    fixed: &str,
    text: &'a str,
    position: usize,
    example: impl Fn() -> String,
) -> Result<&'a str, ParseError> {
    let mut found = text.chars();
    for (at, expected) in fixed.chars().enumerate() {
        match found.next() {
            Some(next) if next == expected => {}
            other => {
                let found = other.map_or("the end".to_owned(), |found| format!("`{}`", found.escape_debug()));
                return Err(ParseError::Expected {
                    expected,
                    position: position + at,
                    found,
                    example: example(),
                });
            }
        }
    }
    Ok(found.as_str())
}

/// Tries readings in turn and takes the first that succeeds. If none does, the one that came furthest tells best what
/// the text was meant to be.
pub(super) fn first_or_furthest<T>(
    readings: impl Iterator<Item = Result<T, ParseError>>,
) -> Option<Result<T, ParseError>> {
    let mut furthest: Option<ParseError> = None;
    for reading in readings {
        match reading {
            Ok(read) => return Some(Ok(read)),
            Err(error) => {
                if furthest.as_ref().is_none_or(|best| reach(&error) > reach(best)) {
                    furthest = Some(error);
                }
            }
        }
    }
    furthest.map(Err)
}

/// How many characters were read before the mistake. What is wrong as a whole was read to its end.
fn reach(error: &ParseError) -> usize {
    match error {
        ParseError::Expected { position, .. }
        | ParseError::Nodes { position, .. }
        | ParseError::NoSource { position, .. }
        | ParseError::UnknownSource { position, .. }
        | ParseError::RepeatedSource { position, .. }
        | ParseError::MissingSource { position, .. }
        | ParseError::UnknownOperation { position, .. }
        | ParseError::Digit { position, .. }
        | ParseError::Wrong { position, .. } => *position,
        _ => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_split_at_its_holes() {
        let fixed = |text: &str| Piece::Fixed(text.into());
        let hole = |name: &str| Piece::Hole(name.into());
        assert_eq!(pieces("64-{a}{b}_c").unwrap(), [fixed("64-"), hole("a"), hole("b"), fixed("_c")]);
        assert_eq!(pieces("").unwrap(), []);
        for wrong in ["{", "a}", "{}", "{a{b}}", "{a"] {
            let message = pieces(wrong).unwrap_err();
            assert_eq!(message, format!("text form `{wrong}` has braces that do not enclose one name"));
        }
    }

    #[test]
    fn fixed_text_is_refused_at_the_first_other_character() {
        assert_eq!(skip("é-", "é-12", 1, String::new), Ok("12"));
        let message = |text| skip("é-", text, 3, || "é-0".into()).unwrap_err().to_string();
        assert_eq!(message("é12"), "expected `-` at character 4, found `1`; one looks like `é-0`");
        assert_eq!(message("é"), "expected `-` at character 4, found the end; one looks like `é-0`");
    }

    #[test]
    fn the_reading_that_came_furthest_speaks() {
        let wrong = |position| Err(ParseError::Wrong { what: "x".into(), position, mend: String::new() });
        let read = |readings: Vec<Result<u8, ParseError>>| first_or_furthest(readings.into_iter()).unwrap();
        assert_eq!(read(vec![wrong(2), wrong(5), wrong(5), wrong(1)]), wrong(5));
        assert_eq!(read(vec![wrong(2), Ok(7), wrong(9)]), Ok(7));
    }
}
