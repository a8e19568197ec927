//! From genotype to text.

use super::EdgeSpace;
use super::frame::{self, Form};
use crate::space::kind::Kind;

impl EdgeSpace {
    pub(super) fn write(&self, genotype: &[u16]) -> String {
        match self.forms.first() {
            Some(Form::Digits) => genotype.iter().map(u16::to_string).collect(),
            Some(Form::Frame(parts)) => frame::write(parts, genotype),
            Some(Form::OpSource) | None => self.op_source(genotype),
        }
    }

    /// What a message shows as the form to follow.
    pub(super) fn example_text(&self) -> String {
        self.write(&self.example())
    }

    fn op_source(&self, genotype: &[u16]) -> String {
        let mut text = String::new();
        for (node, edges) in self.cell.incoming().iter().enumerate() {
            text.push_str(if node == 0 { "|" } else { "+|" });
            for &(from, decision) in edges {
                text.push_str(&self.cell.operations[usize::from(genotype[decision])]);
                text.push_str(&format!("~{from}|"));
            }
        }
        text
    }
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
