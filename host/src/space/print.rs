//! From genotype to text.

use super::declaration::TextForm;
use super::edge_cell::EdgeCell;
use super::{Space, Topology};

impl Space {
    /// The architecture in the published text form, such as `|none~0|+|none~0|none~1|+|none~0|none~1|none~2|`.
    ///
    /// # Panics
    /// If the row is not of this space ([`contains`](Self::contains)).
    pub fn print(&self, genotype: &[u16]) -> String {
        self.require(genotype);
        let Topology::EdgeOperations { cell, text } = &self.topology;
        match text.first() {
            Some(TextForm::Digits) => genotype.iter().map(u16::to_string).collect(),
            Some(TextForm::OpSource) | None => op_source(cell, genotype),
        }
    }

    /// The architecture of first choices: what a message shows as the form to follow.
    pub(super) fn example(&self) -> String {
        self.print(&vec![0; self.decisions.len()])
    }
}

fn op_source(cell: &EdgeCell, genotype: &[u16]) -> String {
    let mut text = String::new();
    for (node, edges) in cell.incoming().iter().enumerate() {
        text.push_str(if node == 0 { "|" } else { "+|" });
        for &(from, decision) in edges {
            text.push_str(&cell.operations[usize::from(genotype[decision])]);
            text.push_str(&format!("~{from}|"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    // Cells 0 and 6111 of the benchmark.
    #[test]
    fn cells_print_in_the_published_form() {
        let space = Space::builtin("nas-bench-201").unwrap();
        assert_eq!(
            space.print(&[4, 2, 1, 2, 1, 1]),
            "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
        );
        assert_eq!(
            space.print(&[3, 3, 3, 1, 3, 2]),
            "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|"
        );
    }

    #[test]
    #[should_panic(expected = "is not a genotype of nas-bench-201")]
    fn a_row_of_another_space_is_not_printed() {
        Space::builtin("nas-bench-201").unwrap().print(&[0, 0, 0, 0, 0, 5]);
    }
}
