//! The networks of NAS-Bench-201 (Dong and Yang, ICLR 2020): three stages of equal cells with residual reductions
//! between them.

use crate::{Count, draft::Draft, settings::Plan};

/// Operations as the benchmark numbers them.
pub const OPERATIONS: [&str; 5] = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];

/// Edges in the order of the genotype.
pub const EDGES: [(usize, usize); 6] = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)];

pub fn draft(plan: &Plan, genotype: &[u16]) -> Draft {
    let mut draft = Draft::new(plan.image);
    let mut x = draft.conv_norm(Draft::INPUT, plan.channels, 3, 1);
    draft.stage(x);
    for stage in 0..3 {
        if stage > 0 {
            x = reduction(&mut draft, x);
            draft.stage(x);
        }
        for _ in 0..plan.cells {
            x = cell(&mut draft, x, genotype);
            draft.stage(x);
        }
    }
    let x = draft.norm(x);
    let x = draft.relu(x);
    draft.classifier(x, plan.classes);
    draft
}

/// Each node is the sum of its edges.
fn cell(draft: &mut Draft, x: usize, genotype: &[u16]) -> usize {
    let channels = draft.channels(x);
    let mut nodes = vec![x];
    for to in 1..4 {
        let mut summed = Vec::with_capacity(to);
        for (&(from, _), &operation) in EDGES.iter().zip(genotype).filter(|((_, end), _)| *end == to) {
            let input = nodes[from];
            summed.push(match operation {
                1 => input,
                2 => draft.relu_conv_norm(input, channels, 1, 1),
                3 => draft.relu_conv_norm(input, channels, 3, 1),
                4 => draft.avg_pool(input, 3, 1, 1),
                _ => draft.zero(input, channels, 1),
            });
        }
        nodes.push(draft.add(summed));
    }
    nodes[3]
}

/// Halves the image and doubles the channels; its shortcut has no batch normalisation.
fn reduction(draft: &mut Draft, x: usize) -> usize {
    let channels = 2 * draft.channels(x);
    let main = draft.relu_conv_norm(x, channels, 3, 2);
    let main = draft.relu_conv_norm(main, channels, 3, 1);
    let shortcut = draft.avg_pool(x, 2, 2, 0);
    let shortcut = draft.conv(shortcut, channels, 1, 1);
    draft.add(vec![main, shortcut])
}

/// By the number of convolutions of each size on all edges, dead ones included, as the benchmark counts.
pub fn count(plan: &Plan, genotype: &[u16]) -> Count {
    let edges = |operation: u16| genotype.iter().filter(|&&value| value == operation).count();
    let (small, large) = (edges(2), edges(3));
    let mut channels = plan.channels;
    let mut area = plan.image * plan.image;
    let mut count = Count::conv_norm(3, channels, 3, area);
    for stage in 0..3 {
        if stage > 0 {
            let doubled = 2 * channels;
            area /= 4;
            count +=
                Count::conv_norm(channels, doubled, 3, area) + Count::conv_norm(doubled, doubled, 3, area);
            count += Count::conv(channels, doubled, 1, area);
            channels = doubled;
        }
        count += Count::conv_norm(channels, channels, 1, area) * (small * plan.cells);
        count += Count::conv_norm(channels, channels, 3, area) * (large * plan.cells);
    }
    count + Count::norm(channels) + Count::linear(channels, plan.classes)
}
