//! The networks of DARTS (Liu et al., ICLR 2019): normal cells, and two reduction cells at a third and two thirds of the
//! depth. No auxiliary head, no drop path.

use crate::{Count, draft::Draft, settings::Plan};

/// Operations as NAS-Bench-301 numbers them.
const OPERATIONS: [&str; 7] = [
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
];

/// Names of the states that a node can read.
const STATES: [&str; 5] = ["0", "1", "2", "3", "4"];

/// Nodes of a cell that add two operations.
const NODES: usize = 4;

/// Channels of the stem for each channel of the first cell.
const STEM: usize = 3;

/// For each cell and each of its nodes twice the state that it reads and the operation.
pub fn choices() -> Vec<Vec<&'static str>> {
    let node = |node: usize| [STATES[..node + 2].to_vec(), OPERATIONS.to_vec()];
    let cell = || (0..NODES).flat_map(move |index| [node(index), node(index)]).flatten();
    cell().chain(cell()).collect()
}

/// What a cell reads and gives.
struct Frame {
    /// Whether it halves the image.
    reduces: bool,
    /// Whether the cell before it did.
    after_reduction: bool,
    /// Its width.
    channels: usize,
}

/// The cells one after another with the decisions of each.
fn frames<'g>(plan: &Plan, genotype: &'g [u16]) -> impl Iterator<Item = (Frame, &'g [u16])> {
    let (normal, reduction) = genotype.split_at(genotype.len() / 2);
    let (cells, mut channels, mut after_reduction) = (plan.cells, plan.channels, false);
    (0..cells).map(move |cell| {
        let reduces = cell == cells / 3 || cell == 2 * cells / 3;
        if reduces {
            channels *= 2;
        }
        let frame = Frame { reduces, after_reduction, channels };
        after_reduction = reduces;
        (frame, if reduces { reduction } else { normal })
    })
}

pub fn draft(plan: &Plan, genotype: &[u16]) -> Draft {
    let mut draft = Draft::new(plan.image);
    let stem = draft.conv_norm(Draft::INPUT, STEM * plan.channels, 3, 1);
    draft.stage(stem);
    let (mut before, mut last) = (stem, stem);
    for (frame, decisions) in frames(plan, genotype) {
        let next = cell(&mut draft, [before, last], &frame, decisions);
        (before, last) = (last, next);
        draft.stage(last);
    }
    draft.classifier(last, plan.classes);
    draft
}

fn cell(draft: &mut Draft, inputs: [usize; 2], frame: &Frame, decisions: &[u16]) -> usize {
    let channels = frame.channels;
    let first = match frame.after_reduction {
        true => draft.factorised_reduce(inputs[0], channels),
        false => draft.relu_conv_norm(inputs[0], channels, 1, 1),
    };
    let second = draft.relu_conv_norm(inputs[1], channels, 1, 1);
    let mut states = vec![first, second];
    for pairs in decisions.chunks_exact(4) {
        let summed = pairs
            .chunks_exact(2)
            .map(|pair| {
                let state = usize::from(pair[0]);
                let stride = if frame.reduces && state < 2 { 2 } else { 1 };
                operation(draft, states[state], pair[1], stride)
            })
            .collect();
        let node = draft.add(summed);
        states.push(node);
    }
    draft.concat(states.split_off(2))
}

fn operation(draft: &mut Draft, x: usize, operation: u16, stride: usize) -> usize {
    let channels = draft.channels(x);
    match operation {
        0 => draft.max_pool(x, 3, stride, 1),
        1 => draft.avg_pool(x, 3, stride, 1),
        2 if stride == 1 => x,
        2 => draft.factorised_reduce(x, channels),
        3 | 4 => {
            let kernel = if operation == 3 { 3 } else { 5 };
            let once = separable(draft, x, kernel, stride, 1);
            separable(draft, once, kernel, 1, 1)
        }
        _ => separable(draft, x, if operation == 5 { 3 } else { 5 }, stride, 2),
    }
}

/// Rectification, depthwise convolution, pointwise convolution, batch normalisation.
fn separable(draft: &mut Draft, x: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    let channels = draft.channels(x);
    let x = draft.relu(x);
    let x = draft.depthwise(x, kernel, stride, dilation);
    draft.conv_norm(x, channels, 1, 1)
}

/// Cell by cell, whether the output depends on all of it or not.
pub fn count(plan: &Plan, genotype: &[u16]) -> Count {
    let mut pixels = plan.image;
    let stem = STEM * plan.channels;
    let mut count = Count::conv_norm(3, stem, 3, pixels * pixels);
    let mut widths = [stem, stem];
    for (frame, decisions) in frames(plan, genotype) {
        let channels = frame.channels;
        let large = pixels * pixels;
        count +=
            Count::conv_norm(widths[0], channels, 1, large) + Count::conv_norm(widths[1], channels, 1, large);
        if frame.reduces {
            pixels = pixels.div_ceil(2);
        }
        let area = pixels * pixels;
        for pair in decisions.chunks_exact(2) {
            let strided = frame.reduces && pair[0] < 2;
            let separable = |kernel| {
                Count::conv(1, channels, kernel, area) + Count::conv_norm(channels, channels, 1, area)
            };
            count += match pair[1] {
                2 if strided => Count::conv_norm(channels, channels, 1, area),
                3 => separable(3) * 2,
                4 => separable(5) * 2,
                5 => separable(3),
                6 => separable(5),
                _ => Count::default(),
            };
        }
        widths = [widths[1], NODES * channels];
    }
    count + Count::linear(widths[1], plan.classes)
}
