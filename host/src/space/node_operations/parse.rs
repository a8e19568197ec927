//! From text to genotype.

use super::NodeSpace;
use super::dag::{Dag, pairs};
use crate::space::nearest::clip;
use crate::space::{Genotype, ParseError};

impl NodeSpace {
    /// Number of nodes, upper triangle of the adjacency matrix row by row, digits of the inner nodes: `3,111,1`.
    pub(super) fn read(&self, text: &str) -> Result<Genotype, ParseError> {
        let mut fields = text.splitn(3, ',');
        let count = fields.next().unwrap_or_default();
        let nodes = self.node_count(count)?;
        let adjacency = fields.next().ok_or_else(|| self.cut_short(text))?;
        let adjacency_at = count.chars().count() + 2;
        let bits = edge_bits(adjacency, adjacency_at, nodes)?;
        let digits = fields.next().ok_or_else(|| self.cut_short(text))?;
        let digits_at = adjacency_at + adjacency.chars().count() + 1;
        let operations = self.digits(digits, digits_at, nodes)?;
        Ok(self.cell.genotype(&Dag::new(nodes, &bits), &operations))
    }

    fn cut_short(&self, text: &str) -> ParseError {
        ParseError::Expected {
            expected: ',',
            position: text.chars().count() + 1,
            found: "the end".into(),
            example: self.example_text(),
        }
    }

    fn node_count(&self, count: &str) -> Result<usize, ParseError> {
        // A sign would be read too.
        let digits = count.bytes().all(|digit| digit.is_ascii_digit());
        match count.parse::<usize>() {
            Ok(nodes) if digits && (2..=self.cell.nodes).contains(&nodes) => Ok(nodes),
            _ => Err(ParseError::Wrong {
                what: format!("`{}`", clip(count)),
                position: 1,
                mend: format!(
                    " is no number of nodes; a cell has 2 to {}, as in `{}`",
                    self.cell.nodes,
                    self.example_text()
                ),
            }),
        }
    }

    fn digits(&self, digits: &str, at: usize, nodes: usize) -> Result<Vec<u16>, ParseError> {
        let highest = self.cell.operations.len() - 1;
        let mut operations = Vec::with_capacity(nodes);
        for (position, digit) in (at..).zip(digits.chars()) {
            match digit.to_digit(10).and_then(|value| u16::try_from(value).ok()) {
                Some(value) if usize::from(value) <= highest => operations.push(value),
                _ => return Err(ParseError::Digit { digit, position, highest }),
            }
        }
        if operations.len() == nodes - 2 {
            return Ok(operations);
        }
        Err(ParseError::Wrong {
            what: counted(operations.len(), "operation"),
            position: at,
            mend: format!("; a cell of {nodes} nodes has {} between input and output", nodes - 2),
        })
    }
}

fn edge_bits(adjacency: &str, at: usize, nodes: usize) -> Result<Vec<u16>, ParseError> {
    let mut bits = Vec::with_capacity(pairs(nodes).count());
    for (position, digit) in (at..).zip(adjacency.chars()) {
        match digit {
            '0' | '1' => bits.push(u16::from(digit == '1')),
            _ => {
                let what = format!("`{}`", digit.escape_debug());
                let mend = "; 1 stands for an edge and 0 for none".into();
                return Err(ParseError::Wrong { what, position, mend });
            }
        }
    }
    let expected = pairs(nodes).count();
    if bits.len() == expected {
        return Ok(bits);
    }
    Err(ParseError::Wrong {
        what: format!("an adjacency of {}", counted(bits.len(), "digit")),
        position: at,
        mend: format!("; {nodes} nodes make {}", counted(expected, "pair")),
    })
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use crate::space::Space;
    use proptest::prelude::*;

    const ROW_1: &str = "7,100110100001001010101,02001";

    fn space() -> Space {
        Space::builtin("nas-bench-101").unwrap()
    }

    fn message(text: &str) -> String {
        space().parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_cell_of_seven_nodes_is_its_matrix_and_its_digits() {
        let cell = space().parse(&format!(" {ROW_1}\n")).unwrap();
        assert_eq!(cell[..21], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(cell[21..], [0, 2, 0, 0, 1]);
    }

    #[test]
    fn a_smaller_cell_has_its_last_column_moved_to_the_end() {
        let cell = space().parse("3,111,1").unwrap();
        // (0,1), (0,6) and (1,6).
        assert_eq!(cell[..11], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
        assert_eq!(cell[11..], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn a_wrong_number_of_nodes_is_refused() {
        assert_eq!(
            message("8,1,0"),
            "`8` at character 1 is no number of nodes; a cell has 2 to 7, as in `3,101,0`"
        );
        assert!(message("+3,111,1").starts_with("`+3` at character 1 is no number"));
        assert!(message("conv,1").starts_with("`conv` at character 1 is no number"));
        assert!(message("1,,").starts_with("`1` at character 1 is no number"));
    }

    #[test]
    fn a_wrong_adjacency_is_refused_where_it_is_wrong() {
        assert_eq!(message("3,11,1"), "an adjacency of 2 digits at character 3; 3 nodes make 3 pairs");
        assert_eq!(message("  3,121,1"), "`2` at character 6; 1 stands for an edge and 0 for none");
    }

    #[test]
    fn wrong_operations_are_refused_where_they_are_wrong() {
        assert_eq!(
            message("3,111,11"),
            "2 operations at character 7; a cell of 3 nodes has 1 between input and output"
        );
        assert_eq!(
            message(&ROW_1.replace("02001", "0200")),
            "4 operations at character 25; a cell of 7 nodes has 5 between input and output"
        );
        assert_eq!(
            message(&ROW_1.replace("02001", "02301")),
            "`3` at character 27 is no operation; the digits are 0 to 2"
        );
        assert_eq!(message("3,111,1,"), "`,` at character 8 is no operation; the digits are 0 to 2");
    }

    #[test]
    fn a_text_cut_short_is_refused_where_it_ends() {
        let expected = "expected `,` at character 6, found the end; one looks like `3,101,0`";
        assert_eq!(message("3,111"), expected);
        assert_eq!(message("3"), expected.replace('6', "2"));
        assert_eq!(message(" "), "the architecture is empty; one looks like `3,101,0`");
    }

    #[test]
    fn a_cell_without_a_path_or_with_too_many_edges_is_refused() {
        assert_eq!(message("3,100,1"), "it is invalid: no path leads from input to output");
        assert_eq!(
            message("5,1111111111,000"),
            "it is invalid: its 10 edges are more than 9 once dead nodes are left out"
        );
        // The same with an eleventh edge, from a node that nothing feeds.
        assert_eq!(
            message("6,111011101101011,0000"),
            "it is invalid: its 10 edges are more than 9 once dead nodes are left out"
        );
        // Ten edges, one of them dead.
        assert!(space().parse("6,111001101101011,0000").is_ok());
    }

    proptest! {
        #[test]
        fn printing_and_parsing_give_the_genotype_back(seed in any::<u64>()) {
            use rand::SeedableRng;
            let space = space();
            let genotype = space.sample(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed));
            prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[0-9,+ é]{0,40}") {
            let _ = space().parse(&text);
        }

        #[test]
        fn no_text_of_the_right_form_makes_the_parser_panic(text in "[2-7],[01]{1,21},[0-2]{0,5}") {
            let _ = space().parse(&text);
        }
    }
}
