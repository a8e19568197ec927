//! From text to genotype.

use super::EdgeSpace;
use super::frame::{self, Form};
use crate::space::kind::Kind;
use crate::space::nearest::{clip, suggest};
use crate::space::template::first_or_furthest;
use crate::space::{Genotype, ParseError};

impl EdgeSpace {
    /// In nas-bench-201 that is `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, with the operations of one node in any order, or
    /// six digits such as `421211`.
    pub(super) fn read(&self, text: &str) -> Result<Genotype, ParseError> {
        let cursor = Cursor { text, space: self };
        let readings = self.forms.iter().map(|form| match form {
            Form::OpSource => op_source(&cursor),
            Form::Digits => digits(&cursor),
            Form::Frame(parts) => {
                frame::read(parts, &self.cell, text, || frame::write(parts, &self.example()))
            }
        });
        first_or_furthest(readings).unwrap_or_else(|| Err(ParseError::Empty { example: self.example_text() }))
    }
}

/// What an error needs to know beside the mistake itself.
struct Cursor<'a> {
    text: &'a str,
    space: &'a EdgeSpace,
}

impl Cursor<'_> {
    /// Characters from 1, of a place in bytes.
    fn position(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or(self.text).chars().count() + 1
    }

    fn expected(&self, expected: char, at: usize) -> ParseError {
        let found = match self.text.get(at..).unwrap_or_default().trim_end().chars().next() {
            Some(found) => format!("`{}`", found.escape_debug()),
            None => "the end".into(),
        };
        ParseError::Expected {
            expected,
            position: self.position(at),
            found,
            example: self.space.example_text(),
        }
    }
}

fn digits(cursor: &Cursor<'_>) -> Result<Genotype, ParseError> {
    let cell = &cursor.space.cell;
    let count = cell.operations.len();
    let mut genotype = Genotype::with_capacity(cell.edges.len());
    for (at, digit) in cursor.text.char_indices() {
        match digit.to_digit(10).and_then(|value| u16::try_from(value).ok()) {
            Some(value) if usize::from(value) < count => genotype.push(value),
            _ => {
                let position = cursor.position(at);
                return Err(ParseError::Digit { digit, position, highest: count.saturating_sub(1) });
            }
        }
    }
    if genotype.len() != cell.edges.len() {
        return Err(ParseError::Digits { found: genotype.len(), expected: cell.edges.len() });
    }
    Ok(genotype)
}

fn op_source(cursor: &Cursor<'_>) -> Result<Genotype, ParseError> {
    let (cell, text) = (&cursor.space.cell, cursor.text);
    let expected = cell.incoming().len();
    let mut genotype = vec![None; cell.edges.len()];
    let mut at = 0;
    let mut found = 0;
    for group in text.split('+') {
        if found == expected {
            let found = text.split('+').count();
            return Err(ParseError::Nodes { found, expected, position: cursor.position(at) });
        }
        read_node(cursor, found, group, at, &mut genotype)?;
        found += 1;
        at += group.len() + 1;
    }
    if found < expected {
        return Err(ParseError::Nodes { found, expected, position: cursor.position(at - 1) });
    }
    // Every node was read, and a node is refused unless all its edges are: nothing is left out here.
    Ok(genotype.into_iter().flatten().collect())
}

/// Reads one `|op~source|op~source|`, which begins at byte `at`, into the decisions of the node's edges.
fn read_node(
    cursor: &Cursor<'_>,
    index: usize,
    group: &str,
    at: usize,
    genotype: &mut [Option<u16>],
) -> Result<(), ParseError> {
    let cell = &cursor.space.cell;
    let edges = &cell.incoming()[index];
    let node = cell.edges[edges[0].1].1;
    let Some(items) = group.strip_prefix('|') else {
        return Err(cursor.expected('|', at));
    };
    let Some(items) = items.strip_suffix('|') else {
        return Err(cursor.expected('|', at + group.len()));
    };
    let mut item_at = at + 1;
    for item in items.split('|') {
        let position = cursor.position(item_at);
        let Some((name, source)) = item.split_once('~') else {
            return Err(ParseError::NoSource { item: clip(item), position });
        };
        let source_at = item_at + name.len() + 1;
        let Some(&(from, decision)) = edges.iter().find(|(from, _)| source.parse() == Ok(*from)) else {
            let sources: Vec<String> = edges.iter().map(|(from, _)| from.to_string()).collect();
            return Err(ParseError::UnknownSource {
                node,
                read: clip(source),
                sources: sources.join(", "),
                position: cursor.position(source_at),
            });
        };
        if genotype[decision].is_some() {
            return Err(ParseError::RepeatedSource { node, read: from, position });
        }
        let operation = cell.operations.iter().position(|operation| operation == name);
        let Some(value) = operation.and_then(|operation| u16::try_from(operation).ok()) else {
            let suggestion = suggest(name, cell.operations.iter().map(String::as_str));
            return Err(ParseError::UnknownOperation { name: clip(name), suggestion, position });
        };
        genotype[decision] = Some(value);
        item_at += item.len() + 1;
    }
    match edges.iter().find(|(_, decision)| genotype[*decision].is_none()) {
        Some(&(read, _)) => Err(ParseError::MissingSource { node, read, position: cursor.position(at) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;
    use proptest::prelude::*;

    const ROW_0: &str =
        "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|";

    fn space() -> Space {
        Space::builtin("nas-bench-201").unwrap()
    }

    fn message(text: &str) -> String {
        space().parse(text).unwrap_err().to_string()
    }

    #[test]
    fn both_forms_of_a_cell_give_one_genotype() {
        assert_eq!(space().parse(ROW_0).unwrap(), [4, 2, 1, 2, 1, 1]);
        assert_eq!(space().parse("421211").unwrap(), [4, 2, 1, 2, 1, 1]);
        assert_eq!(space().parse(&format!("  {ROW_0}\n")).unwrap(), [4, 2, 1, 2, 1, 1]);
    }

    #[test]
    fn operations_of_one_node_may_stand_in_any_order() {
        let shuffled =
            "|avg_pool_3x3~0|+|skip_connect~1|nor_conv_1x1~0|+|skip_connect~2|nor_conv_1x1~0|skip_connect~1|";
        assert_eq!(space().parse(shuffled).unwrap(), [4, 2, 1, 2, 1, 1]);
    }

    #[test]
    fn an_unknown_operation_brings_the_nearest_one_and_its_place() {
        assert_eq!(
            message(&ROW_0.replacen("nor_conv_1x1", "conv_1x1", 1)),
            "unknown operation `conv_1x1` at character 19; did you mean `nor_conv_1x1`?"
        );
    }

    #[test]
    fn a_missing_a_repeated_and_an_unknown_source_are_refused() {
        assert_eq!(
            message("|none~0|+|none~0|+|none~0|none~1|none~2|"),
            "node 2 at character 10 lacks the operation that reads node 1; add `op~1`"
        );
        assert_eq!(
            message("|none~0|+|none~0|none~0|+|none~0|none~1|none~2|"),
            "node 2 reads node 0 a second time at character 18; one operation for each edge"
        );
        assert_eq!(
            message("|none~0|+|none~0|none~7|+|none~0|none~1|none~2|"),
            "node 2 has no edge from `7` (character 23); it reads 0, 1"
        );
        assert_eq!(
            message("|none|+|none~0|none~1|+|none~0|none~1|none~2|"),
            "`none` at character 2 does not say which node it reads; write `none~0`"
        );
    }

    #[test]
    fn too_few_and_too_many_nodes_are_refused() {
        assert_eq!(
            message("|none~0|+|none~0|none~1|"),
            "2 nodes after the input where the space has 3 (character 25)"
        );
        assert_eq!(
            message(&format!("{ROW_0}+|none~0|")),
            format!("4 nodes after the input where the space has 3 (character {})", ROW_0.len() + 2)
        );
    }

    #[test]
    fn a_missing_bar_is_refused_where_it_should_be() {
        assert!(
            message("none~0|")
                .starts_with("expected `|` at character 1, found `n`; one looks like `|none~0|+|")
        );
        assert!(message("|none~0").starts_with("expected `|` at character 8, found the end"));
        assert!(message("|none~0+|").starts_with("expected `|` at character 8, found `+`"));
    }

    #[test]
    fn wrong_digit_strings_are_refused() {
        assert_eq!(message("42121"), "5 digits where the space has 6 decisions");
        assert_eq!(message("421251"), "`5` at character 5 is no operation; the digits are 0 to 4");
        assert_eq!(message("42121é"), "`é` at character 6 is no operation; the digits are 0 to 4");
    }

    #[test]
    fn nothing_is_not_an_architecture() {
        assert!(message("").starts_with("the architecture is empty; one looks like `|none~0|"));
        assert!(message(" \t").starts_with("the architecture is empty"));
    }

    #[test]
    fn positions_count_characters_and_not_bytes() {
        let text = "|none~0|+|none~0|nöne~1|+|none~0|none~1|ÿ~2|";
        assert!(message(&text.replace('ö', "o")).contains("`ÿ` at character 41"), "{}", message(text));
    }

    proptest! {
        #[test]
        fn printing_and_parsing_give_the_genotype_back(genotype in prop::collection::vec(0u16..5, 6)) {
            let space = space();
            prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[|~+a-z_0-9 é]{0,60}") {
            let _ = space().parse(&text);
        }
    }
}
