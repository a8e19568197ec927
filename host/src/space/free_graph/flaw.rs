//! Why a graph is no architecture of its space.

use super::{Cell, Network};
use crate::space::nearest::nearest;

/// The first thing wrong with a graph.
#[derive(Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What is there.
    pub what: String,
    /// What would be right, from `; ` on; may be empty.
    pub mend: String,
    /// The part that it concerns.
    pub at: Part,
}

/// A part of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The graph as a whole.
    Whole,
    /// A node.
    Node(usize),
    /// The operation of a node.
    Operation(usize),
    /// One of the inputs of a node, by place.
    Input(usize, usize),
}

impl Cell {
    /// The first thing wrong; `name` gives the name of a node with an operation.
    pub fn flaw(&self, network: &Network, name: &dyn Fn(usize) -> String) -> Option<Flaw> {
        self.wrong_inputs(network, name)
            .or_else(|| self.cycle(network, name))
            .or_else(|| self.wrong_outputs(network))
            .or_else(|| self.dead(network, name))
            .or_else(|| self.wrong_ends(network))
    }

    fn wrong_inputs(&self, network: &Network, name: &dyn Fn(usize) -> String) -> Option<Flaw> {
        for (index, node) in network.nodes.iter().enumerate() {
            let operation = &self.operations[node.operation];
            let (fewest, most, count) = (operation.fewest, operation.most, node.inputs.len());
            if !(fewest..=most).contains(&count) {
                let range = if fewest == most { format!("{most}") } else { format!("{fewest} to {most}") };
                let plural = if count == 1 { "" } else { "s" };
                return Some(Flaw {
                    what: format!("`{}` of node `{}` has {count} input{plural}", operation.name, name(index)),
                    mend: format!("; it takes {range}"),
                    at: Part::Operation(index),
                });
            }
            let twice = (1..count).find(|&place| node.inputs[..place].contains(&node.inputs[place]));
            if let Some(place) = twice {
                let read = self.end_name(node.inputs[place], name);
                return Some(Flaw {
                    what: format!("node `{}` reads `{read}` twice", name(index)),
                    mend: "; each input is another node".to_owned(),
                    at: Part::Input(index, place),
                });
            }
        }
        None
    }

    fn cycle(&self, network: &Network, name: &dyn Fn(usize) -> String) -> Option<Flaw> {
        let inputs = self.inputs.len();
        if network.depths(inputs).is_some() {
            return None;
        }
        let read = |index: usize| network.nodes[index].inputs.iter().filter_map(|&id| id.checked_sub(inputs));
        let on_cycle = |&index: &usize| {
            let reached = network.leads_to(inputs, read(index));
            reached[index]
        };
        let first = (0..network.nodes.len()).find(on_cycle)?;
        Some(Flaw {
            what: format!("node `{}` reads what is made of it", name(first)),
            mend: "; a graph has no cycle".to_owned(),
            at: Part::Node(first),
        })
    }

    fn wrong_outputs(&self, network: &Network) -> Option<Flaw> {
        let present = network.outputs.iter().filter(|output| output.is_some()).count();
        let missing = network.outputs.iter().position(Option::is_none)?;
        let at = match network.outputs.iter().skip(missing).flatten().next() {
            Some(&after) => Part::Node(after),
            None if present == 0 => Part::Whole,
            None => return None,
        };
        let what = format!("there is no `{}`", self.outputs[missing]);
        Some(Flaw { what, mend: "; outputs are used from the first on".to_owned(), at })
    }

    fn dead(&self, network: &Network, name: &dyn Fn(usize) -> String) -> Option<Flaw> {
        let alive = network.leads_to(self.inputs.len(), network.outputs.iter().flatten().copied());
        let dead = alive.iter().position(|&alive| !alive)?;
        let name = name(dead);
        let mend = match nearest(&name, self.outputs.iter().map(String::as_str)) {
            Some(output) => format!("; remove it, or did you mean `{output}`?"),
            None => "; remove it".to_owned(),
        };
        Some(Flaw { what: format!("node `{name}` leads to no output"), mend, at: Part::Node(dead) })
    }

    /// Inputs that must be read and are not, and the other way round.
    fn wrong_ends(&self, network: &Network) -> Option<Flaw> {
        for (input, carries) in self.carries.iter().enumerate() {
            let (name, reader) = (&self.inputs[input], reader(network, input));
            let flaw = match (carries, reader) {
                (None, None) => {
                    Flaw { what: format!("no node reads `{name}`"), mend: String::new(), at: Part::Whole }
                }
                (&Some(output), reader) => match (network.outputs[output], reader) {
                    (Some(written), None) => Flaw {
                        what: format!("`{}` is there and no node reads `{name}`", self.outputs[output]),
                        mend: "; a state is both written and read".to_owned(),
                        at: Part::Node(written),
                    },
                    (None, Some((index, place))) => Flaw {
                        what: format!("`{name}` is read and there is no `{}`", self.outputs[output]),
                        mend: "; a state is both written and read".to_owned(),
                        at: Part::Input(index, place),
                    },
                    _ => continue,
                },
                _ => continue,
            };
            return Some(flaw);
        }
        None
    }

    fn end_name(&self, id: usize, name: &dyn Fn(usize) -> String) -> String {
        match id.checked_sub(self.inputs.len()) {
            Some(index) => name(index),
            None => self.inputs[id].clone(),
        }
    }
}

/// The first node that reads this one, and at which place.
fn reader(network: &Network, id: usize) -> Option<(usize, usize)> {
    network.nodes.iter().enumerate().find_map(|(index, node)| {
        node.inputs.iter().position(|&input| input == id).map(|place| (index, place))
    })
}
