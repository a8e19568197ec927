//! What a declaration allows, checked: names, operations, sizes and what is drawn by chance.

use super::{DeclaredOperation, FreeGraph, Reads};
use crate::space::Decision;
use crate::space::nearest::suggest;

/// Most nodes with an operation: encodings have a column for each pair of nodes.
const MOST_CAPACITY: usize = 64;
/// Most inputs, and most outputs.
const MOST_ENDS: usize = 16;
/// Most operations.
const MOST_OPERATIONS: usize = 256;
/// Most inputs of one operation.
const MOST_ARITY: usize = 8;
/// Greatest weight of a draw.
const MOST_WEIGHT: u32 = 1_000_000;

/// What a free graph may hold.
#[derive(Debug)]
pub struct Cell {
    /// Names of the inputs: nodes 0, 1, ...
    pub inputs: Vec<String>,
    /// Names of the outputs.
    pub outputs: Vec<String>,
    /// For each input the output that it carries over from the step before.
    pub carries: Vec<Option<usize>>,
    /// Operations in the order of their numbers, less one.
    pub operations: Vec<Operation>,
    /// Most nodes with an operation.
    pub capacity: usize,
    /// Most inputs that an operation takes.
    pub arity: usize,
    /// What is drawn by chance.
    pub sampling: Sampling,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name in texts.
    pub name: String,
    /// Fewest inputs, from 1.
    pub fewest: usize,
    /// Most inputs.
    pub most: usize,
    /// Whether the order of inputs matters.
    pub ordered: bool,
}

/// How architectures are drawn.
#[derive(Debug)]
pub struct Sampling {
    /// Nodes drawn before dead ones are removed.
    pub nodes: usize,
    /// Outputs.
    pub outputs: usize,
    /// Most nodes left.
    pub most: usize,
    /// Operations that can follow a draw.
    pub activations: Vec<usize>,
    /// What can be drawn.
    pub draws: Vec<Draw>,
}

/// One thing that can be drawn.
#[derive(Debug)]
pub struct Draw {
    /// The operation.
    pub operation: usize,
    /// How many inputs it gets.
    pub inputs: usize,
    /// How often it is drawn, relative to the others.
    pub weight: u32,
    /// What it may read.
    pub reads: Vec<Reads>,
    /// Whether an activation follows.
    pub activated: bool,
}

impl Cell {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &FreeGraph) -> Result<Cell, Vec<String>> {
        let mut reasons = Vec::new();
        check_size("capacity", declared.capacity, MOST_CAPACITY, &mut reasons);
        check_ends(declared, &mut reasons);
        check_operations(&declared.operations, &mut reasons);
        let carries = carries(declared, &mut reasons);
        let sampling = sampling(declared, &mut reasons);
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let operation = |declared: &DeclaredOperation| Operation {
            name: declared.name.clone(),
            fewest: declared.inputs.0,
            most: declared.inputs.1,
            ordered: declared.ordered,
        };
        let operations: Vec<Operation> = declared.operations.iter().map(operation).collect();
        Ok(Cell {
            inputs: declared.inputs.clone(),
            outputs: declared.outputs.clone(),
            carries,
            arity: operations.iter().map(|operation| operation.most).max().unwrap_or(1),
            operations,
            capacity: declared.capacity,
            sampling,
        })
    }

    /// For each node with an operation that operation and its inputs, 0 for what is absent; then the node that each
    /// output names. A node reads inputs and earlier nodes only, so a row cannot hold a cycle.
    pub fn decisions(&self) -> Vec<Decision> {
        let absent = || vec!["absent".to_owned()];
        let nodes: Vec<String> = (0..self.capacity).map(node_name).collect();
        let mut decisions = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let mut choices = absent();
            choices.extend(self.operations.iter().map(|operation| operation.name.clone()));
            decisions.push(Decision { name: format!("{node}.operation"), choices });
            for place in 1..=self.arity {
                let mut choices = absent();
                choices.extend(self.inputs.iter().cloned());
                choices.extend(nodes[..index].iter().cloned());
                decisions.push(Decision { name: format!("{node}.input{place}"), choices });
            }
        }
        for output in &self.outputs {
            let mut choices = absent();
            choices.extend(nodes.iter().cloned());
            decisions.push(Decision { name: output.clone(), choices });
        }
        decisions
    }
}

/// The name of a node with an operation, counted from 0.
pub fn node_name(index: usize) -> String {
    format!("n{index}")
}

fn check_size(key: &str, size: usize, most: usize, reasons: &mut Vec<String>) {
    if !(1..=most).contains(&size) {
        reasons.push(format!("`{key}` is {size}; it is 1 to {most}"));
    }
}

fn check_ends(declared: &FreeGraph, reasons: &mut Vec<String>) {
    for (key, names) in [("inputs", &declared.inputs), ("outputs", &declared.outputs)] {
        if !(1..=MOST_ENDS).contains(&names.len()) {
            reasons.push(format!("{} `{key}`; a space has 1 to {MOST_ENDS}", names.len()));
        }
    }
    let names: Vec<&String> = declared.inputs.iter().chain(&declared.outputs).collect();
    for (index, name) in names.iter().enumerate() {
        let number = name.strip_prefix('n').unwrap_or_default();
        if name.is_empty() || name.trim() != *name || *name == "absent" {
            reasons.push(format!("`{name}` cannot name an input or output; give it another name"));
        } else if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            reasons.push(format!("`{name}` is the name of a node inside; give the input or output another"));
        }
        if names[..index].contains(name) {
            reasons.push(format!("`{name}` is declared twice among inputs and outputs"));
        }
    }
}

fn check_operations(operations: &[DeclaredOperation], reasons: &mut Vec<String>) {
    if !(1..=MOST_OPERATIONS).contains(&operations.len()) {
        reasons.push(format!("{} operations; a space has 1 to {MOST_OPERATIONS}", operations.len()));
    }
    for (index, operation) in operations.iter().enumerate() {
        let (name, (fewest, most)) = (&operation.name, operation.inputs);
        if name.is_empty() || name.trim() != name || name == "absent" {
            reasons.push(format!("`{name}` cannot name an operation; give it another name"));
        }
        if fewest < 1 || fewest > most || most > MOST_ARITY {
            reasons.push(format!(
                "operation `{name}` takes {fewest} to {most} inputs; write `inputs = [fewest, most]` \
                 with 1 to {MOST_ARITY}"
            ));
        }
        if operation.ordered && most < 2 {
            reasons.push(format!("operation `{name}` is `ordered` and has one input; leave that out"));
        }
        if operations[..index].iter().any(|other| other.name == *name) {
            reasons.push(format!("operation `{name}` is declared twice"));
        }
    }
}

fn carries(declared: &FreeGraph, reasons: &mut Vec<String>) -> Vec<Option<usize>> {
    let mut carries = vec![None; declared.inputs.len()];
    for (output, input) in &declared.carried {
        let from = find("carried", "output", output, &declared.outputs, reasons);
        let to = find("carried", "input", input, &declared.inputs, reasons);
        let (Some(from), Some(to)) = (from, to) else { continue };
        if carries[to].is_some() || carries.contains(&Some(from)) {
            reasons
                .push(format!("`carried` joins `{output}` and `{input}`, one of which it has joined before"));
            continue;
        }
        carries[to] = Some(from);
    }
    carries
}

fn sampling(declared: &FreeGraph, reasons: &mut Vec<String>) -> Sampling {
    let (written, mut draws) = (&declared.sampling, Vec::new());
    check_size("sampling.nodes", written.nodes, declared.capacity.min(MOST_CAPACITY), reasons);
    check_size("sampling.most", written.most, declared.capacity.min(MOST_CAPACITY), reasons);
    check_size("sampling.outputs", written.outputs, declared.outputs.len().min(written.nodes), reasons);
    let names: Vec<String> = declared.operations.iter().map(|operation| operation.name.clone()).collect();
    let operation = |key: &str, name: &str, inputs: usize, reasons: &mut Vec<String>| {
        let found = find(key, "operation", name, &names, reasons)?;
        let (fewest, most) = declared.operations[found].inputs;
        if !(fewest..=most).contains(&inputs) {
            reasons.push(format!("`{key}` gives `{name}` {inputs} inputs; it takes {fewest} to {most}"));
        }
        Some(found)
    };
    let activations: Vec<usize> = written
        .activations
        .iter()
        .filter_map(|name| operation("sampling.activations", name, 1, reasons))
        .collect();
    for draw in &written.draws {
        let name = &draw.operation;
        let Some(found) = operation("sampling.draws", name, draw.inputs, reasons) else { continue };
        if !(1..=MOST_WEIGHT).contains(&draw.weight) {
            reasons.push(format!("the weight {} of `{name}` is not 1 to {MOST_WEIGHT}", draw.weight));
        }
        if draw.activated && written.activations.is_empty() {
            reasons.push(format!("`{name}` is `activated` and `sampling.activations` is empty"));
        }
        let (reads, activated) = (draw.reads.clone(), draw.activated);
        draws.push(Draw { operation: found, inputs: draw.inputs, weight: draw.weight, reads, activated });
    }
    if !(1..=MOST_OPERATIONS).contains(&written.draws.len()) {
        reasons.push(format!("{} `sampling.draws`; write 1 to {MOST_OPERATIONS}", written.draws.len()));
    }
    Sampling { nodes: written.nodes, outputs: written.outputs, most: written.most, activations, draws }
}

fn find(key: &str, what: &str, name: &str, names: &[String], reasons: &mut Vec<String>) -> Option<usize> {
    let found = names.iter().position(|known| known == name);
    if found.is_none() {
        let suggestion = suggest(name, names.iter().map(String::as_str));
        reasons.push(format!("`{key}` names the unknown {what} `{name}`; {suggestion}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::space::{Space, SpaceError};

    const TEXT: &str = include_str!("../builtin/nas-bench-nlp.toml");

    fn reasons(from: &str, to: &str) -> Vec<String> {
        let text = TEXT.replace(from, to);
        assert_ne!(text, TEXT, "nothing was replaced");
        match Space::from_toml(&text, "mine.toml") {
            Err(SpaceError::Invalid { reasons, .. }) => reasons,
            other => panic!("expected reasons, got {other:?}"),
        }
    }

    #[test]
    fn nas_bench_nlp_has_99_decisions() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let decisions = space.decisions();
        assert_eq!(decisions.len(), 99);
        assert_eq!(decisions[0].name, "n0.operation");
        assert_eq!(decisions[0].choices[6], "linear");
        assert_eq!(decisions[5].name, "n1.input1");
        assert_eq!(decisions[5].choices, ["absent", "x", "h_prev_0", "h_prev_1", "h_prev_2", "n0"]);
        assert_eq!(decisions[98].name, "h_new_2");
        assert_eq!(decisions[98].choices.len(), 25);
        assert_eq!((space.size(), space.enumerate().is_none()), (None, true));
        assert!(space.representatives().is_none());
    }

    #[test]
    fn sizes_out_of_bounds_are_refused() {
        assert_eq!(reasons("capacity = 24", "capacity = 9999"), ["`capacity` is 9999; it is 1 to 64"]);
        assert_eq!(
            reasons("inputs = [2, 3] }", "inputs = [0, 3] }"),
            ["operation `linear` takes 0 to 3 inputs; write `inputs = [fewest, most]` with 1 to 8"]
        );
        assert_eq!(reasons("outputs     = 2", "outputs     = 4"), ["`sampling.outputs` is 4; it is 1 to 3"]);
    }

    #[test]
    fn unknown_names_bring_the_nearest_one() {
        assert_eq!(
            reasons("[\"h_new_2\", \"h_prev_2\"]", "[\"h_new_2\", \"h_prev_3\"]"),
            ["`carried` names the unknown input `h_prev_3`; did you mean `h_prev_0`?"]
        );
        assert_eq!(
            reasons("operation = \"blend\", ", "operation = \"blent\", "),
            ["`sampling.draws` names the unknown operation `blent`; did you mean `blend`?"]
        );
    }

    #[test]
    fn repeated_and_reserved_names_are_refused() {
        assert_eq!(
            reasons("inputs   = [\"x\", ", "inputs   = [\"n7\", \"n7\", "),
            [
                "`n7` is the name of a node inside; give the input or output another",
                "`n7` is the name of a node inside; give the input or output another",
                "`n7` is declared twice among inputs and outputs"
            ]
        );
        assert_eq!(
            reasons(
                "inputs = [1, 1] },\n    { name = \"activation_tanh\"",
                "inputs = [1, 1], ordered = true },\n    { name = \"activation_tanh\""
            ),
            ["operation `activation_sigm` is `ordered` and has one input; leave that out"]
        );
    }

    #[test]
    fn sampling_that_cannot_succeed_is_refused() {
        // No output may read a carried input itself, and there is room for one node only.
        let found = reasons("most        = 8", "most        = 1");
        assert!(found[0].starts_with("`sampling` gave no valid architecture in 10000 attempts"), "{found:?}");
    }
}
