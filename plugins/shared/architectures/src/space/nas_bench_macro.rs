//! The networks of NAS-Bench-Macro (Su et al., CVPR 2021): eight layers in stages of two, three and three.

use crate::{Count, draft::Draft, settings::Plan};

/// Blocks as the benchmark numbers them.
pub const BLOCKS: [&str; 3] = ["identity", "mb_k3_e3", "mb_k5_e6"];

/// Layers that halve the image and double the channels.
const STRIDED: [usize; 3] = [0, 2, 5];

/// Channels of the head for each channel of the stem.
const HEAD: usize = 40;

/// Expansion and kernel of a block; `None` for the identity.
fn bottleneck(block: u16) -> Option<(usize, usize)> {
    match block {
        1 => Some((3, 3)),
        2 => Some((6, 5)),
        _ => None,
    }
}

pub fn draft(plan: &Plan, genotype: &[u16]) -> Draft {
    let mut draft = Draft::new(plan.image);
    let mut x = draft.conv_norm_relu(Draft::INPUT, plan.channels, 3, 1);
    draft.stage(x);
    for (layer, &block) in genotype.iter().enumerate() {
        let stride = if STRIDED.contains(&layer) { 2 } else { 1 };
        let outputs = draft.channels(x) * stride;
        x = match bottleneck(block) {
            Some((expansion, kernel)) => inverted(&mut draft, x, outputs, expansion, kernel, stride),
            None if stride == 1 => x,
            None => draft.conv_norm(x, outputs, 1, 2),
        };
        draft.stage(x);
    }
    let x = draft.conv_norm_relu(x, plan.channels * HEAD, 1, 1);
    draft.classifier(x, plan.classes);
    draft
}

/// An inverted bottleneck (Sandler et al., MobileNetV2, CVPR 2018) with plain rectifications.
fn inverted(
    draft: &mut Draft,
    x: usize,
    outputs: usize,
    expansion: usize,
    kernel: usize,
    stride: usize,
) -> usize {
    let hidden = expansion * draft.channels(x);
    let wide = draft.conv_norm_relu(x, hidden, 1, 1);
    let wide = draft.depthwise(wide, kernel, stride, 1);
    let wide = draft.norm(wide);
    let wide = draft.relu(wide);
    let narrow = draft.conv_norm(wide, outputs, 1, 1);
    if stride == 1 { draft.add(vec![narrow, x]) } else { narrow }
}

/// Layer by layer.
pub fn count(plan: &Plan, genotype: &[u16]) -> Count {
    let (mut channels, mut pixels) = (plan.channels, plan.image);
    let mut count = Count::conv_norm(3, channels, 3, pixels * pixels);
    for (layer, &block) in genotype.iter().enumerate() {
        let (inputs, before) = (channels, pixels);
        if STRIDED.contains(&layer) {
            (channels, pixels) = (2 * channels, pixels.div_ceil(2));
        }
        count += match bottleneck(block) {
            Some((expansion, kernel)) => {
                let hidden = expansion * inputs;
                // A depthwise convolution reads one channel for each that it gives.
                Count::conv_norm(inputs, hidden, 1, before * before)
                    + Count::conv_norm(1, hidden, kernel, pixels * pixels)
                    + Count::conv_norm(hidden, channels, 1, pixels * pixels)
            }
            None if inputs == channels => Count::default(),
            None => Count::conv_norm(inputs, channels, 1, pixels * pixels),
        };
    }
    let head = plan.channels * HEAD;
    count + Count::conv_norm(channels, head, 1, pixels * pixels) + Count::linear(head, plan.classes)
}
