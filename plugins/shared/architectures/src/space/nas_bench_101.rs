//! The networks of NAS-Bench-101 (Ying et al., ICML 2019): three stacks of equal modules with pools between them.
//!
//! A module is the cell without vertices that lie on no path from its input to its output. Its channels are divided among
//! the vertices that the output concatenates; a projection leads from the input to each vertex that reads it.

use crate::{Count, draft::Draft, settings::Plan};

/// Operations as the benchmark numbers them.
const OPERATIONS: [&str; 3] = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"];

/// Most vertices of a cell.
const VERTICES: usize = 7;

/// The edges row by row, then the operations.
pub fn choices() -> Vec<Vec<&'static str>> {
    let edges = VERTICES * (VERTICES - 1) / 2;
    [vec![vec!["0", "1"]; edges], vec![OPERATIONS.to_vec(); VERTICES - 2]].concat()
}

/// A cell without dead vertices: vertex 0 is the input, the last one the output.
struct Cell {
    /// For each vertex the earlier ones that it reads.
    reads: Vec<Vec<usize>>,
    /// Operation of each vertex; that of input and output means nothing.
    operations: Vec<u16>,
}

impl Cell {
    /// `None` where no path leads from input to output.
    fn of(genotype: &[u16]) -> Option<Self> {
        let (bits, operations) = genotype.split_at(VERTICES * (VERTICES - 1) / 2);
        let mut edges = [[false; VERTICES]; VERTICES];
        let pairs = (0..VERTICES).flat_map(|from| (from + 1..VERTICES).map(move |to| (from, to)));
        for ((from, to), &bit) in pairs.zip(bits) {
            edges[from][to] = bit == 1;
        }
        let mut from_input = [false; VERTICES];
        from_input[0] = true;
        for to in 1..VERTICES {
            from_input[to] = (0..to).any(|from| from_input[from] && edges[from][to]);
        }
        let mut to_output = [false; VERTICES];
        to_output[VERTICES - 1] = true;
        for from in (0..VERTICES - 1).rev() {
            to_output[from] = (from + 1..VERTICES).any(|to| to_output[to] && edges[from][to]);
        }
        let live: Vec<usize> =
            (0..VERTICES).filter(|&vertex| from_input[vertex] && to_output[vertex]).collect();
        if live.len() < 2 {
            return None;
        }
        let reads = (live.iter().enumerate())
            .map(|(place, &to)| (0..place).filter(|&from| edges[live[from]][to]).collect())
            .collect();
        let operation = |&vertex: &usize| match vertex.checked_sub(1) {
            Some(inner) => operations.get(inner).copied().unwrap_or(0),
            None => 0,
        };
        Some(Self { reads, operations: live.iter().map(operation).collect() })
    }

    fn output(&self) -> usize {
        self.reads.len() - 1
    }

    /// The vertices between input and output that the output concatenates.
    fn concatenated(&self) -> impl Iterator<Item = usize> + '_ {
        self.reads[self.output()].iter().copied().filter(|&vertex| vertex > 0)
    }

    /// Channels of each vertex of a module.
    fn channels(&self, inputs: usize, outputs: usize) -> Vec<usize> {
        let output = self.output();
        let mut channels = vec![0; output + 1];
        (channels[0], channels[output]) = (inputs, outputs);
        let parts = self.concatenated().count();
        for (place, vertex) in self.concatenated().enumerate() {
            channels[vertex] = outputs / parts + usize::from(place < outputs % parts);
        }
        for vertex in (1..output).rev().filter(|&vertex| !self.reads[output].contains(&vertex)) {
            let readers = (vertex + 1..output).filter(|&reader| self.reads[reader].contains(&vertex));
            channels[vertex] = readers.map(|reader| channels[reader]).max().unwrap_or(0);
        }
        channels
    }
}

/// Input and output channels of the modules, and whether a pool stands before each.
fn modules(plan: &Plan) -> impl Iterator<Item = (usize, usize, bool)> {
    let (width, cells) = (plan.channels, plan.cells);
    (0..3).flat_map(move |stack| {
        (0..cells).map(move |cell| {
            let first = stack > 0 && cell == 0;
            let outputs = width << stack;
            (if first { outputs / 2 } else { outputs }, outputs, first)
        })
    })
}

/// `None` where no path leads from input to output.
pub fn draft(plan: &Plan, genotype: &[u16]) -> Option<Draft> {
    let cell = Cell::of(genotype)?;
    let mut draft = Draft::new(plan.image);
    let mut x = draft.conv_norm_relu(Draft::INPUT, plan.channels, 3, 1);
    draft.stage(x);
    for (_, outputs, pooled) in modules(plan) {
        if pooled {
            x = draft.max_pool(x, 2, 2, 0);
        }
        x = module(&mut draft, x, &cell, outputs);
        draft.stage(x);
    }
    draft.classifier(x, plan.classes);
    Some(draft)
}

fn module(draft: &mut Draft, x: usize, cell: &Cell, outputs: usize) -> usize {
    let channels = cell.channels(draft.channels(x), outputs);
    let output = cell.output();
    let mut vertices = vec![x];
    for (vertex, &width) in channels.iter().enumerate().take(output).skip(1) {
        let mut read = Vec::new();
        for &from in &cell.reads[vertex] {
            read.push(match from {
                0 => draft.conv_norm_relu(x, width, 1, 1),
                _ => draft.first_channels(vertices[from], width),
            });
        }
        let sum = draft.add(read);
        vertices.push(match cell.operations[vertex] {
            0 => draft.conv_norm_relu(sum, width, 3, 1),
            1 => draft.conv_norm_relu(sum, width, 1, 1),
            _ => draft.max_pool(sum, 3, 1, 1),
        });
    }
    let mut parts = Vec::new();
    let concatenated: Vec<usize> = cell.concatenated().map(|vertex| vertices[vertex]).collect();
    if !concatenated.is_empty() {
        parts.push(draft.concat(concatenated));
    }
    if cell.reads[output].contains(&0) {
        parts.push(draft.conv_norm_relu(x, outputs, 1, 1));
    }
    draft.add(parts)
}

/// Module by module; `None` where no path leads from input to output.
pub fn count(plan: &Plan, genotype: &[u16]) -> Option<Count> {
    let cell = Cell::of(genotype)?;
    let mut pixels = plan.image;
    let mut count = Count::conv_norm(3, plan.channels, 3, pixels * pixels);
    for (inputs, outputs, pooled) in modules(plan) {
        if pooled {
            pixels /= 2;
        }
        let area = pixels * pixels;
        let channels = cell.channels(inputs, outputs);
        for (vertex, reads) in cell.reads.iter().enumerate().skip(1) {
            let width = channels[vertex];
            if reads.contains(&0) {
                count += Count::conv_norm(inputs, width, 1, area);
            }
            if vertex < cell.output() {
                count += match cell.operations[vertex] {
                    0 => Count::conv_norm(width, width, 3, area),
                    1 => Count::conv_norm(width, width, 1, area),
                    _ => Count::default(),
                };
            }
        }
    }
    Some(count + Count::linear(plan.channels * 4, plan.classes))
}
