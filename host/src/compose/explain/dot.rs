//! A plan as a graph for Graphviz: members as boxes, an arrow from each to those that read it.

use super::{
    Explanation, InputSource, What,
    text::{facts, note_of},
};
use std::fmt::Write as _;

impl Explanation {
    /// The plan in the language of Graphviz: `dot -Tsvg` draws it.
    pub fn dot(&self) -> String {
        let mut text = String::from(
            "digraph plan {\n  rankdir = BT;\n  node [shape = box, fontname = \"sans-serif\"];\n  edge [fontname = \"sans-serif\"];\n",
        );
        for (place, member) in self.members.iter().enumerate() {
            let mut label = format!("{}: {}", member.name, member.what);
            for (key, value) in facts(member) {
                let _ = write!(label, "\n{key}: {value}");
            }
            let style = match &member.what {
                What::Predictor { .. } => "solid",
                What::Column { .. } => "dashed",
                What::Combination { .. } => "rounded",
            };
            let bold = if place + 1 == self.members.len() { ", penwidth = 2" } else { "" };
            let _ = writeln!(text, "  m{place} [label = {}, style = {style}{bold}];", quoted(&label));
        }
        for (reader, member) in self.members.iter().enumerate() {
            for input in &member.inputs {
                let InputSource::Member { place, .. } = &input.source else { continue };
                let note = note_of(input);
                let style = if input.optional { ", style = dashed" } else { "" };
                let _ = writeln!(text, "  m{place} -> m{reader} [label = {}{style}];", quoted(&note));
            }
        }
        text.push_str("}\n");
        text
    }
}

/// A text as a quoted string of the language; its lines are set to the left.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\l"),
            letter => quoted.push(letter),
        }
    }
    if text.contains('\n') {
        quoted.push_str("\\l");
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_do_not_end_a_label() {
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(quoted("one\ntwo"), r#""one\ltwo\l""#);
    }
}
