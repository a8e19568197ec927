use super::*;
use crate::gcn::topology::Topology;
use archcast_networks::{Loss, Optimiser, Rule};
use archcast_sdk::{ndarray::array, rand::SeedableRng as _};

const SHAPE: Shape = Shape { labels: 7, layers: 2, width: 4, dense: 3 };

/// Cells A, B, C of the reference: input, skip, none, conv3x3, conv1x1, pool, output.
pub(crate) fn cells() -> (Vec<Vec<usize>>, Vec<(u32, u32)>) {
    let code = |digit: char| 1 + [1, 0, 3, 2, 4][digit.to_digit(10).unwrap() as usize];
    let edges = vec![(0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (3, 7), (4, 6), (5, 7), (6, 7)];
    let labels = ["312034", "423310", "000000"].map(|cell| {
        // The digits stand in the order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3, the nodes in 0-1, 0-2, 0-3, 1-2, 1-3, 2-3.
        let digits: Vec<usize> = cell.chars().map(code).collect();
        let inner = [0, 1, 3, 2, 4, 5].map(|place| digits[place]);
        [&[0], &inner[..], &[6]].concat()
    });
    (labels.to_vec(), edges)
}

fn batch(least: (usize, usize)) -> Batch<f64> {
    let (labels, edges) = cells();
    let topology = Topology::new(8, &edges);
    Batch::new(labels.iter().map(|labels| (&labels[..], &topology)), 7, least)
}

/// Parameters of the vectors: W and V of each layer one after the other, each row by row, where here their rows lie
/// beside each other.
fn reorder(flat: &[f64]) -> Vec<f64> {
    let mut ours = Vec::new();
    let mut rest = flat;
    for inputs in [7, 4] {
        let (w, after) = rest.split_at(4 * inputs);
        let (v, after) = after.split_at(4 * inputs);
        w.chunks(4).zip(v.chunks(4)).for_each(|(w, v)| ours.extend(w.iter().chain(v)));
        rest = after;
    }
    ours.extend(rest);
    ours
}

fn parameters() -> Vec<f64> {
    let flat: Vec<f64> = (0..103).map(|k| 0.5 * f64::from(k).sin()).collect();
    reorder(&flat)
}

fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (have, want) in have.iter().zip(want) {
        assert!((have - want).abs() <= tolerance, "{have} {want}");
    }
}

fn slope(network: &Network, parameters: &[f64]) -> (f64, Vec<f64>) {
    let batch = batch((0, 0));
    let trace = network.forward(parameters, &batch, None);
    let (loss, slope) = Loss::Squared.slope(trace.outputs.view(), array![[0.5], [-0.25], [-1.5]].view());
    let mut gradient = vec![0.0; parameters.len()];
    network.backward(parameters, &batch, &trace, &slope, &mut gradient);
    (loss, gradient)
}

#[test]
fn a_whole_network_predicts_and_learns_as_in_torch() {
    let network = Network::new(SHAPE);
    assert_eq!(network.length(), 103);
    let mut parameters = parameters();
    let answers = |parameters: &[f64]| {
        network.forward(parameters, &batch((0, 0)), None).outputs.into_raw_vec_and_offset().0
    };
    near(&answers(&parameters), &[-0.013228713027, -0.013812745022, -0.018796672364], 1e-12);
    let (loss, gradient) = slope(&network, &parameters);
    near(&[loss], &[0.837717143029539], 1e-14);
    near(&gradient[..4], &[-8.0294997e-5, 7.79349014e-4, 2.8664560e-5, 5.1153461e-5], 1e-12);
    let norm = gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    near(&[norm], &[0.082558596705], 1e-12);
    Optimiser::new(Rule::Adam { betas: (0.9, 0.999), decay: 3e-4 }, 103).step(
        &mut parameters,
        &gradient,
        1e-2,
    );
    near(&answers(&parameters), &[-0.015505910899, -0.016849453142, -0.023860513083], 1e-10);
}

#[test]
fn what_fills_a_block_up_changes_nothing() {
    let network = Network::new(SHAPE);
    let plain = network.forward(&parameters(), &batch((0, 0)), None).outputs;
    let filled = network.forward(&parameters(), &batch((40, 5)), None).outputs;
    assert_eq!(filled.len(), 5);
    near(&filled.as_slice().unwrap()[..3], plain.as_slice().unwrap(), 1e-15);
    assert_eq!(filled.as_slice().unwrap()[3..], [0.0; 2]);
}

#[test]
fn gradients_are_those_of_central_differences_with_what_is_dropped() {
    let network = Network::new(SHAPE);
    let at = parameters();
    let batch = batch((0, 0));
    let weigh = array![[1.0], [-0.5], [0.7]];
    let pass = |parameters: &[f64]| {
        let mut rng = Rng::seed_from_u64(4);
        network.forward(parameters, &batch, Some((0.2, &mut rng)))
    };
    let mut gradient = vec![0.0; at.len()];
    network.backward(&at, &batch, &pass(&at), &weigh, &mut gradient);
    for place in 0..at.len() {
        let value = |step: f64| {
            let mut moved = at.clone();
            moved[place] += step;
            (pass(&moved).outputs * &weigh).sum()
        };
        let want = (value(1e-6) - value(-1e-6)) / 2e-6;
        assert!((gradient[place] - want).abs() < 1e-8, "{place}: {} {want}", gradient[place]);
    }
}

#[test]
fn the_standard_network_has_the_published_number_of_parameters() {
    assert_eq!(Network::new(Shape { labels: 7, layers: 4, width: 144, dense: 128 }).length(), 144_992);
}
