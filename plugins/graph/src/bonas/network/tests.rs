use super::*;
use crate::{bonas::topology::Topology, merge::classes};
use archcast_networks::Loss;
use archcast_sdk::ndarray::array;

const SHAPE: Shape = Shape { labels: 8, layers: 4, width: 4 };

/// Nodes of the cells A, B, C of the reference: input, skip, none, conv3x3, conv1x1, pool, output, root.
fn cells() -> (Vec<Vec<usize>>, Topology) {
    let edges = [(0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (3, 7), (4, 6), (5, 7), (6, 7)];
    let topology = Topology::new(&[0; 8], &edges, false);
    let own = [[0, 3, 1, 2, 4, 3, 5, 6], [0, 5, 4, 3, 3, 1, 2, 6], [0, 2, 2, 2, 2, 2, 2, 6]];
    (own.iter().map(|own| topology.labels(own, 7)).collect(), topology)
}

fn plain() -> Batch<f64> {
    let (labels, topology) = cells();
    Batch::plain(labels.iter().map(|labels| (&labels[..], topology.reads())), 8, 27)
}

fn merged() -> Batch<f64> {
    let (labels, topology) = cells();
    let graphs = labels.iter().map(|labels| (&labels[..], topology.reads()));
    let (classes, count) = classes(graphs.clone(), 4);
    Batch::merged(graphs.zip(classes.iter().map(Vec::as_slice)), 8, &mut vec![usize::MAX; count])
}

fn parameters() -> Vec<f64> {
    (0..133).map(|k| 0.5 * f64::from(k).sin()).collect()
}

fn near<'a>(have: impl IntoIterator<Item = &'a f64>, want: &[f64], tolerance: f64) {
    let have: Vec<f64> = have.into_iter().copied().collect();
    assert_eq!(have.len(), want.len());
    for (have, want) in have.iter().zip(want) {
        assert!((have - want).abs() <= tolerance, "{have} {want}");
    }
}

fn predict(network: &Network, moments: &[Moments<f64>]) -> Array2<f64> {
    network.last.forward(&parameters(), network.embed(&parameters(), moments, &plain()).view())
}

fn slope(network: &Network, parameters: &[f64], batch: &Batch<f64>) -> (f64, Vec<f64>) {
    let trace = network.train(parameters, batch);
    let (loss, slope) = Loss::Squared.slope(trace.outputs.view(), array![[0.5], [-0.25], [-1.5]].view());
    let mut gradient = vec![0.0; parameters.len()];
    network.backward(parameters, batch, &trace, &slope, &mut gradient);
    (loss, gradient)
}

#[test]
fn a_whole_network_is_that_of_torch() {
    let network = Network::new(SHAPE);
    assert_eq!(network.length(), 133);
    let mut running = vec![Moments { mean: vec![0.0; 4], variance: vec![1.0; 4] }; 4];
    let answers = predict(&network, &running);
    near(&answers, &[-0.288787818474, -0.293211813036, -0.362223802015], 1e-12);
    let trace = network.train(&parameters(), &plain());
    near(&trace.outputs, &[-0.391760788671, -0.432085707695, -1.084080890992], 1e-12);
    let (loss, gradient) = slope(&network, &parameters(), &plain());
    near([&loss], &[0.333793738132046], 1e-14);
    near([&gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt()], &[1.703963319663], 1e-11);
    for (running, own) in running.iter_mut().zip(network.moments(&parameters(), &plain())) {
        let blend = |running: &mut Vec<f64>, own: Vec<f64>| {
            running.iter_mut().zip(own).for_each(|(running, own)| *running = 0.9 * *running + 0.1 * own);
        };
        blend(&mut running.mean, own.mean);
        blend(&mut running.variance, own.variance);
    }
    near(&running[0].mean, &[0.052127143891, 0.086915676522, 0.041794336991, -0.041752523225], 1e-12);
    near(&running[0].variance, &[0.951567530794, 0.915835205415, 0.930978556951, 0.954107166658], 1e-12);
    let answers = predict(&network, &running);
    near(&answers, &[-0.291704295821, -0.296547598093, -0.376980052839], 1e-12);
}

#[test]
fn merged_nodes_give_the_same_loss_and_gradient() {
    let network = Network::new(SHAPE);
    let (whole, short) = (plain(), merged());
    assert_eq!(short.times.iter().sum::<f64>(), 27.0);
    assert!(short.times.len() < 22, "{}", short.times.len());
    let (loss, gradient) = slope(&network, &parameters(), &whole);
    let (merged_loss, merged_gradient) = slope(&network, &parameters(), &short);
    near([&merged_loss], &[loss], 1e-14);
    near(&merged_gradient, &gradient, 1e-12);
}

#[test]
fn gradients_are_those_of_central_differences() {
    let network = Network::new(SHAPE);
    let at = parameters();
    for batch in [plain(), merged()] {
        let (_, gradient) = slope(&network, &at, &batch);
        for place in 0..at.len() {
            let value = |step: f64| {
                let mut moved = at.clone();
                moved[place] += step;
                slope(&network, &moved, &batch).0
            };
            let want = (value(1e-6) - value(-1e-6)) / 2e-6;
            assert!((gradient[place] - want).abs() < 1e-7, "{place}: {} {want}", gradient[place]);
        }
    }
}

#[test]
fn the_standard_network_has_the_published_number_of_parameters() {
    assert_eq!(Network::new(Shape { labels: 8, layers: 4, width: 64 }).length(), 13_633);
}
