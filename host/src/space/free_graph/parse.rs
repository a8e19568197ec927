//! From text to genotype.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::flaw::Part;
use super::places::Places;
use super::{FreeGraphSpace, Network, Node};
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

/// Why a network cannot be numbered.
pub const TOO_ALIKE: &str = "too many of its nodes look alike to be told apart; make the graph less regular";

/// Nodes with their names, in the order of the text.
struct Recipe(Vec<(String, Written)>);

/// A node as written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    op: String,
    input: Vec<String>,
}

impl<'de> Deserialize<'de> for Recipe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Recipe, D::Error> {
        struct Nodes;
        impl<'de> Visitor<'de> for Nodes {
            type Value = Recipe;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of nodes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Recipe, A::Error> {
                // Not a map: a name given twice is a mistake to be told.
                let mut nodes = Vec::new();
                while let Some(node) = map.next_entry()? {
                    nodes.push(node);
                }
                Ok(Recipe(nodes))
            }
        }
        deserializer.deserialize_map(Nodes)
    }
}

impl FreeGraphSpace {
    /// An object of nodes in any order, each `"name": {"op": "linear", "input": ["x", "h_prev_0"]}`. The names of nodes
    /// that are no output are free, and are not kept.
    pub(super) fn read(&self, text: &str) -> Result<Genotype, ParseError> {
        let Recipe(recipe) = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
        let reading = Reading { space: self, recipe: &recipe, places: Places::of(text) };
        let network = reading.network()?;
        let name = |index: usize| recipe.get(index).map_or_else(String::new, |(name, _)| clip(name));
        if let Some(flaw) = self.cell.flaw(&network, &name) {
            let position = match flaw.at {
                Part::Whole => return Err(ParseError::Invalid { reason: flaw.what + &flaw.mend }),
                Part::Node(node) => reading.places.node(node),
                Part::Operation(node) => reading.places.operation(node),
                Part::Input(node, place) => reading.places.input(node, place),
            };
            return Err(ParseError::Wrong { what: flaw.what, position, mend: flaw.mend });
        }
        let too_alike = || ParseError::Invalid { reason: TOO_ALIKE.to_owned() };
        self.cell.canonical(&network).map(|network| self.cell.row(&network)).ok_or_else(too_alike)
    }
}

/// A text that is JSON, on the way to a network.
struct Reading<'a> {
    space: &'a FreeGraphSpace,
    recipe: &'a [(String, Written)],
    places: Places,
}

impl Reading<'_> {
    fn network(&self) -> Result<Network, ParseError> {
        let cell = &self.space.cell;
        if self.recipe.len() > cell.capacity {
            let what = format!("{} nodes", self.recipe.len());
            let mend = format!("; the space has at most {}", cell.capacity);
            return Err(ParseError::Wrong { what, position: self.places.node(cell.capacity), mend });
        }
        let ids = self.ids()?;
        let mut network = Network { nodes: Vec::new(), outputs: vec![None; cell.outputs.len()] };
        for (index, (name, written)) in self.recipe.iter().enumerate() {
            let operation = cell.operations.iter().position(|operation| operation.name == written.op);
            let Some(operation) = operation else {
                return Err(ParseError::UnknownOperation {
                    name: clip(&written.op),
                    suggestion: suggest(&written.op, cell.operations.iter().map(|known| known.name.as_str())),
                    position: self.places.operation(index),
                });
            };
            if let Some(output) = cell.outputs.iter().position(|output| output == name) {
                network.outputs[output] = Some(index);
            }
            let mut inputs = Vec::new();
            for (place, read) in written.input.iter().enumerate() {
                inputs.push(*ids.get(read.as_str()).ok_or_else(|| self.unknown(read, index, place))?);
            }
            network.nodes.push(Node { operation, inputs });
        }
        Ok(network)
    }

    /// The numbers of inputs and nodes by name.
    fn ids(&self) -> Result<HashMap<&str, usize>, ParseError> {
        let inputs = self.space.cell.inputs.iter();
        let mut ids: HashMap<&str, usize> = inputs.map(String::as_str).zip(0..).collect();
        let count = ids.len();
        for (index, (name, _)) in self.recipe.iter().enumerate() {
            let Some(before) = ids.insert(name, count + index) else { continue };
            let name = clip(name);
            let (what, mend) = if before < count {
                (format!("the input `{name}` is defined"), "; give the node another name")
            } else {
                (format!("the node `{name}` is defined a second time"), "; names are given once")
            };
            let position = self.places.node(index);
            return Err(ParseError::Wrong { what, position, mend: mend.to_owned() });
        }
        Ok(ids)
    }

    fn unknown(&self, read: &str, index: usize, place: usize) -> ParseError {
        let nodes = self.recipe.iter().map(|(name, _)| name.as_str());
        let names = self.space.cell.inputs.iter().map(String::as_str).chain(nodes);
        ParseError::Wrong {
            what: format!("unknown input `{}`", clip(read)),
            position: self.places.input(index, place),
            mend: format!("; {}", suggest(read, names)),
        }
    }
}

/// What the reader of JSON says, with its line and column made a position in characters.
fn not_json(text: &str, error: &serde_json::Error) -> ParseError {
    let before: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = before.saturating_add(error.column().saturating_sub(1));
    let position = text.char_indices().take_while(|&(index, _)| index < at).count() + 1;
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    ParseError::Wrong {
        what: format!("the text is not of the form: {}", clip(message)),
        position,
        mend: r#"; each node is written `"name": {"op": "…", "input": ["…"]}`"#.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    const TEXT: &str =
        r#"{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}"#;

    fn message(text: &str) -> String {
        Space::builtin("nas-bench-nlp").unwrap().parse(text).unwrap_err().to_string()
    }

    fn changed(from: &str, to: &str) -> String {
        assert!(TEXT.contains(from));
        message(&TEXT.replacen(from, to, 1))
    }

    #[test]
    fn row_1000000_is_read_and_its_free_name_is_not_kept() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let genotype = space.parse(TEXT).unwrap();
        assert_eq!(genotype[..8], [6, 1, 2, 0, 2, 5, 0, 0]);
        assert!(genotype[8..96].iter().all(|&value| value == 0));
        assert_eq!(genotype[96..], [2, 0, 0]);
        assert_eq!(space.print(&genotype), TEXT.replace("\"f\"", "\"n0\""));
    }

    #[test]
    fn an_unknown_operation_brings_the_nearest_one_and_its_place() {
        assert_eq!(
            changed("\"linear\"", "\"liner\""),
            "unknown operation `liner` at character 12; did you mean `linear`?"
        );
        // Keys may stand in any order.
        assert_eq!(
            message(r#"{"h_new_0": {"input": ["x", "h_prev_0"], "op": "op"}}"#).split(';').next(),
            Some("unknown operation `op` at character 48")
        );
    }

    #[test]
    fn an_unknown_input_brings_the_nearest_one_and_its_place() {
        assert_eq!(
            changed("\"h_prev_0\"", "\"hprev0\""),
            "unknown input `hprev0` at character 34; did you mean `h_prev_0`?"
        );
    }

    #[test]
    fn wrong_arity_and_repeated_inputs_are_refused() {
        assert_eq!(
            changed("[\"x\",\"h_prev_0\"]", "[\"h_prev_0\"]"),
            "`linear` of node `f` has 1 input at character 12; it takes 2 to 3"
        );
        assert_eq!(
            changed("[\"x\",\"h_prev_0\"]", "[\"x\",\"h_prev_0\",\"x\"]"),
            "node `f` reads `x` twice at character 45; each input is another node"
        );
    }

    #[test]
    fn a_cycle_is_refused_with_a_node_on_it() {
        let text = changed("[\"x\",\"h_prev_0\"]", "[\"x\",\"h_prev_0\",\"h_new_0\"]");
        assert_eq!(text, "node `f` reads what is made of it at character 2; a graph has no cycle");
    }

    #[test]
    fn dead_nodes_and_missing_outputs_are_refused() {
        assert_eq!(
            changed("\"h_new_0\":", "\"h_new0\":"),
            "it is invalid: there is no `h_new_0`; outputs are used from the first on"
        );
        let dead = TEXT.replacen("{\"f\"", "{\"é\":{\"op\":\"activation_tanh\",\"input\":[\"x\"]},\"f\"", 1);
        assert_eq!(message(&dead), "node `é` leads to no output at character 2; remove it");
        let dead = dead.replace("\"é\"", "\"h_new1\"");
        assert_eq!(
            message(&dead),
            "node `h_new1` leads to no output at character 2; remove it, or did you mean `h_new_1`?"
        );
        assert_eq!(
            changed("\"h_new_0\":", "\"h_new_1\":"),
            "there is no `h_new_0` at character 47; outputs are used from the first on"
        );
    }

    #[test]
    fn a_state_that_is_only_read_or_only_written_is_refused() {
        assert_eq!(
            changed("\"h_prev_0\"", "\"h_prev_1\""),
            "`h_new_0` is there and no node reads `h_prev_0` at character 47; a state is both written and read"
        );
        assert_eq!(
            changed("\"h_prev_0\"", "\"h_prev_0\",\"h_prev_1\""),
            "`h_prev_1` is read and there is no `h_new_1` at character 45; a state is both written and read"
        );
        assert_eq!(
            message(r#"{"h_new_0":{"op":"activation_tanh","input":["h_prev_0"]}}"#),
            "it is invalid: no node reads `x`"
        );
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        assert_eq!(
            changed("\"h_new_0\":", "\"f\":"),
            "the node `f` is defined a second time at character 47; names are given once"
        );
        assert_eq!(
            changed("{\"f\":", "{\"x\":"),
            "the input `x` is defined at character 2; give the node another name"
        );
    }

    #[test]
    fn too_many_nodes_are_refused_at_the_first_too_many() {
        let nodes: Vec<String> =
            (0..25).map(|k| format!(r#""{k:02}":{{"op":"linear","input":["x","h_prev_0"]}}"#)).collect();
        let text = message(&format!("{{{}}}", nodes.join(",")));
        let position = 2 + 24 * (r#""00":{"op":"linear","input":["x","h_prev_0"]},"#.len());
        assert_eq!(text, format!("25 nodes at character {position}; the space has at most 24"));
    }

    #[test]
    fn text_that_is_not_json_is_refused_where_it_ceases_to_be() {
        let start = "the text is not of the form: ";
        for (text, what, position) in [
            ("{'f'", "key must be a string", 2),
            ("{\n\"é\":{\n\"op\" 1", "expected `:`", 14),
            (&TEXT[..20], "EOF while parsing", 20),
            (&TEXT.replace("\"op\"", "\"opp\""), "unknown field `opp`", 11),
            ("[]", "invalid type: sequence", 1),
            (&TEXT.replacen("},", "}", 1), "expected `,` or `}`", 46),
        ] {
            let message = message(text);
            assert!(message.starts_with(&format!("{start}{what}")), "{message}");
            assert!(message.contains(&format!(" at character {position};")), "{message}");
        }
        assert!(message(" ").starts_with("the architecture is empty; one looks like `{\"n0\":{"));
    }
}
