//! The networks of the micro space of TransNAS-Bench-101 (Duan et al., CVPR 2021): the topology of NAS-Bench-201 without
//! pools in five modules of equal cells, `64-41414`.
//!
//! A module whose digit is 4 halves the image and doubles the channels in the edges that leave the input of its first
//! cell.

use super::nas_bench_201::EDGES;
use crate::{Count, draft::Draft, settings::Plan};

/// Operations as the benchmark numbers them.
pub const OPERATIONS: [&str; 4] = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3"];

/// Whether each module halves the image and doubles the channels.
const REDUCES: [bool; 5] = [true, false, true, false, true];

pub fn draft(plan: &Plan, genotype: &[u16]) -> Draft {
    let mut draft = Draft::new(plan.image);
    let x = draft.conv_norm_relu(Draft::INPUT, plan.channels / 2, 3, 2);
    let mut x = draft.conv_norm(x, plan.channels, 3, 2);
    draft.stage(x);
    for reduces in REDUCES {
        for first in (0..plan.cells).map(|cell| cell == 0) {
            x = cell(&mut draft, x, genotype, reduces && first);
            draft.stage(x);
        }
    }
    draft.classifier(x, plan.classes);
    draft
}

fn cell(draft: &mut Draft, x: usize, genotype: &[u16], reduces: bool) -> usize {
    let channels = draft.channels(x) * if reduces { 2 } else { 1 };
    let mut nodes = vec![x];
    for to in 1..4 {
        let mut summed = Vec::with_capacity(to);
        for (&(from, _), &operation) in EDGES.iter().zip(genotype).filter(|((_, end), _)| *end == to) {
            let (input, stride) = (nodes[from], if reduces && from == 0 { 2 } else { 1 });
            summed.push(match operation {
                1 if stride == 1 => input,
                1 => draft.factorised_reduce(input, channels),
                2 => draft.relu_conv_norm(input, channels, 1, stride),
                3 => draft.relu_conv_norm(input, channels, 3, stride),
                _ => draft.zero(input, channels, stride),
            });
        }
        nodes.push(draft.add(summed));
    }
    nodes[3]
}

/// Cell by cell and edge by edge, dead ones included.
pub fn count(plan: &Plan, genotype: &[u16]) -> Count {
    let halved = |pixels: usize| pixels.div_ceil(2);
    let mut pixels = halved(plan.image);
    let mut count = Count::conv_norm(3, plan.channels / 2, 3, pixels * pixels);
    pixels = halved(pixels);
    count += Count::conv_norm(plan.channels / 2, plan.channels, 3, pixels * pixels);
    let mut channels = plan.channels;
    for reduces in REDUCES {
        for first in (0..plan.cells).map(|cell| cell == 0) {
            let before = channels;
            if reduces && first {
                (channels, pixels) = (2 * channels, halved(pixels));
            }
            for (&(from, _), &operation) in EDGES.iter().zip(genotype) {
                let inputs = if from == 0 { before } else { channels };
                let area = pixels * pixels;
                count += match operation {
                    1 if inputs != channels => Count::conv_norm(inputs, channels, 1, area),
                    2 => Count::conv_norm(inputs, channels, 1, area),
                    3 => Count::conv_norm(inputs, channels, 3, area),
                    _ => Count::default(),
                };
            }
        }
    }
    count + Count::linear(channels, plan.classes)
}
