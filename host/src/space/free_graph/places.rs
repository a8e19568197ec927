//! Where in a JSON text its strings are.

/// Positions in characters, from 1, of the strings of a recipe that has been read without a mistake.
#[derive(Debug, Default)]
pub struct Places {
    /// For each node in the order of the text where its name is, its operation, and its inputs.
    nodes: Vec<NodePlaces>,
}

#[derive(Debug, Default)]
struct NodePlaces {
    name: usize,
    operation: Option<usize>,
    inputs: Vec<usize>,
}

impl Places {
    /// Finds the strings of `text`: in it a node's name stands one bracket deep, its keys and operation two, its
    /// inputs three.
    pub fn of(text: &str) -> Places {
        let mut places = Places::default();
        let (mut depth, mut after_op) = (0_u32, false);
        let mut characters = text.chars().zip(1..);
        while let Some((character, position)) = characters.next() {
            match character {
                '{' | '[' => depth = depth.saturating_add(1),
                '}' | ']' => depth = depth.saturating_sub(1),
                '"' => {
                    let string = string(&mut characters);
                    if depth == 1 {
                        places.nodes.push(NodePlaces { name: position, ..NodePlaces::default() });
                    }
                    let Some(node) = places.nodes.last_mut() else { continue };
                    match depth {
                        2 if after_op => node.operation = Some(position),
                        3 => node.inputs.push(position),
                        _ => {}
                    }
                    after_op = depth == 2 && !after_op && string == "op";
                }
                _ => {}
            }
        }
        places
    }

    /// Where the name of a node is.
    pub fn node(&self, node: usize) -> usize {
        self.nodes.get(node).map_or(1, |node| node.name)
    }

    /// Where its operation is.
    pub fn operation(&self, node: usize) -> usize {
        self.nodes.get(node).and_then(|node| node.operation).unwrap_or(self.node(node))
    }

    /// Where one of its inputs is.
    pub fn input(&self, node: usize, place: usize) -> usize {
        let found = self.nodes.get(node).and_then(|node| node.inputs.get(place));
        found.copied().unwrap_or(self.node(node))
    }
}

/// The rest of a string whose opening quote has been taken, escapes as written.
fn string(characters: &mut impl Iterator<Item = (char, usize)>) -> String {
    let mut string = String::new();
    while let Some((character, _)) = characters.next() {
        match character {
            '"' => break,
            '\\' => {
                string.push(character);
                string.extend(characters.next().map(|(escaped, _)| escaped));
            }
            _ => string.push(character),
        }
    }
    string
}
