//! The keys of NAS-Bench-301's configurations as a JSON object, with any prefix that ends in `:`. In darts that is
//! `{"edge_normal_0": "sep_conv_3x3", ..., "inputs_node_normal_3": "0_1", ...}`.

use std::collections::HashMap;

use super::pairs::{Pairs, named_operation};
use crate::space::input_choices::Cells;
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

/// Reads the edges that the inputs of each node choose; a node that reads all there is has no key for its inputs. Edges
/// that are not chosen are refused: nothing would say what they do.
pub fn configspace(text: &str, cells: &Cells) -> Result<Genotype, ParseError> {
    let object: HashMap<String, String> = serde_json::from_str(text).map_err(|error| {
        let position = place(text, error.line(), error.column());
        ParseError::Wrong { what: "no JSON object of texts".into(), position, mend: format!("; {error}") }
    })?;
    let key_at = |key: &str| text.find(&format!("\"{key}\"")).map_or(1, |at| text[..at].chars().count() + 2);
    let mut given: HashMap<&str, (&str, usize)> = HashMap::new();
    for (key, value) in &object {
        let name = key.rsplit(':').next().unwrap_or(key);
        if given.insert(name, (value, key_at(key))).is_some() {
            let what = format!("a second `{}`", clip(name));
            return Err(ParseError::Wrong {
                what,
                position: key_at(key),
                mend: "; write each key once".into(),
            });
        }
    }
    let mut wanted: Vec<String> = Vec::new();
    let mut genotype = Genotype::new();
    let missing = |key: &str| ParseError::Wrong {
        what: format!("the end without `{key}`"),
        position: text.chars().count(),
        mend: format!("; add \"{key}\""),
    };
    for cell in &cells.names {
        let mut pairs = Pairs::new(cells, cell);
        for node in cells.inputs..cells.inputs + cells.nodes {
            let key = format!("inputs_node_{cell}_{node}");
            let all: Vec<String> = (0..node).map(|read| read.to_string()).collect();
            let all = all.join("_");
            let (inputs, position) = match given.get(key.as_str()) {
                Some(&inputs) => inputs,
                None if node == cells.reads => (all.as_str(), 1),
                None => return Err(missing(&key)),
            };
            wanted.push(key);
            if inputs.split('_').count() != usize::from(cells.reads) {
                let mend = format!("; name {} nodes with `_` between them", cells.reads);
                return Err(ParseError::Wrong { what: format!("`{}`", clip(inputs)), position, mend });
            }
            for read in inputs.split('_') {
                // A node that is not there has no edge: what is read of it is refused with the pair.
                let source = super::pairs::number(read).filter(|&source| source < node);
                let operation = match source.map(|source| cells.first_edge(node) + source) {
                    None => 0,
                    Some(edge) => {
                        let key = format!("edge_{cell}_{edge}");
                        let &operation = given.get(key.as_str()).ok_or_else(|| missing(&key))?;
                        wanted.push(key);
                        named_operation(cells, operation)?
                    }
                };
                pairs.push((read, position), operation)?;
            }
        }
        genotype.extend(pairs.finish(1)?);
    }
    let mut idle: Vec<_> = given.iter().filter(|(name, _)| !wanted.iter().any(|key| key == *name)).collect();
    idle.sort_unstable_by_key(|(_, (_, position))| *position);
    let Some((name, (_, position))) = idle.first() else { return Ok(genotype) };
    let edges = cells.first_edge(cells.inputs + cells.nodes);
    let edge = |cell: &String| (0..edges).any(|edge| **name == format!("edge_{cell}_{edge}"));
    let mend = if cells.names.iter().any(edge) {
        " is an edge that no node reads; leave it out".into()
    } else {
        format!(" is no key of this architecture; {}", suggest(name, wanted.iter().map(String::as_str)))
    };
    Err(ParseError::Wrong { what: format!("`{}`", clip(name)), position: *position, mend })
}

/// Characters from 1, of a place given by line and byte in it.
fn place(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = before + column.saturating_sub(1);
    text.char_indices().take_while(|&(index, _)| index < at).count() + 1
}
