//! Fits of network and regression, and the factor on deviations that held-out rows ask for.

use super::{
    Params,
    link::Link,
    network::{Network, Shape},
    topology::{Batch, Topology},
};
use crate::{
    graphs::{Read, Vocabulary},
    head::Head,
    merge::classes,
    training::{Streams, train},
};
use archcast_networks::batch_norm::Moments;
use archcast_scaling::calibration::{calibrated, parts};
use archcast_sdk::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fitted network with its regression.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Fitted {
    pub(super) shape: Shape,
    pub(super) parameters: Vec<f32>,
    pub(super) moments: Vec<Moments<f32>>,
    head: Head,
}

/// What is learnt of one training row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    /// The target itself.
    pub(super) target: f64,
    /// What the network is to say.
    pub(super) seen: f64,
    /// What its error is multiplied by.
    pub(super) weight: f64,
    /// What the regression is to say.
    pub(super) learnt: f64,
}

/// The training rows: nodes of all graphs and their classes.
pub(super) struct Rows<'a> {
    shape: Shape,
    labels: Vec<Vec<usize>>,
    read: &'a Read<Topology>,
    classes: Vec<Vec<usize>>,
    /// Number of classes.
    count: usize,
}

impl<'a> Rows<'a> {
    /// Those for a network of this shape.
    pub(super) fn new(read: &'a Read<Topology>, vocabulary: Vocabulary, shape: Shape) -> Self {
        let labels = |row| {
            let (own, topology) = read.get(row);
            topology.labels(own, vocabulary.len())
        };
        let labels: Vec<Vec<usize>> = (0..read.len()).map(labels).collect();
        let nodes = labels.iter().enumerate().map(|(row, labels)| (&labels[..], read.get(row).1.reads()));
        let (classes, count) = classes(nodes, shape.layers);
        Self { shape, labels, read, classes, count }
    }

    /// A batch of some rows; `places` as in [`Batch::merged`].
    fn batch(&self, rows: impl Iterator<Item = usize>, places: &mut [usize]) -> Batch<f32> {
        let graphs =
            rows.map(|row| ((&self.labels[row][..], self.read.get(row).1.reads()), &self.classes[row][..]));
        Batch::merged(graphs, self.shape.labels, places)
    }
}

impl Fitted {
    /// Learns from some of the rows; `epoch_done` hears of each epoch.
    fn fit(
        params: &Params,
        rows: &Rows<'_>,
        (some, aims): (&[usize], &[Aim]),
        mut streams: Streams,
        (cx, epoch_done): (&Context<'_>, &(dyn Fn() + Sync)),
    ) -> Result<Self> {
        let shape = rows.shape;
        let network = Network::new(shape);
        let mut places = vec![usize::MAX; rows.count];
        let mut parameters = network.initial(&mut streams.initial);
        let slope = |parameters: &[f32], batch: &[usize], gradient: &mut [f32]| {
            let graphs = rows.batch(batch.iter().map(|&place| some[place]), &mut places);
            let trace = network.train(parameters, &graphs);
            let mut loss = 0.0;
            let share = 1.0 / batch.len() as f64;
            let slope = Array2::from_shape_fn((batch.len(), 1), |(place, _)| {
                let Aim { seen, weight, .. } = aims[some[batch[place]]];
                let error = f64::from(trace.outputs[[place, 0]]) - seen;
                loss += share * weight * error * error;
                (2.0 * share * weight * error) as f32
            });
            network.backward(parameters, &graphs, &trace, &slope, gradient);
            loss
        };
        let order = &mut streams.order;
        train(params.passes(), &mut parameters, some.len(), order, (cx, epoch_done), slope)?;
        let all = rows.batch(some.iter().copied(), &mut places);
        let moments = network.moments(&parameters, &all);
        cx.check()?;
        let known = network.embed(&parameters, &moments, &all);
        let learnt: Vec<f64> = some.iter().map(|&row| aims[row].learnt).collect();
        let head = Head::fit(known.view(), &learnt)?;
        Ok(Self { shape, parameters, moments, head })
    }

    /// The network, where the state is whole.
    ///
    /// # Errors
    /// `bad_data`: the saved state is damaged.
    pub(super) fn network(&self, labels: usize) -> Result<Network> {
        let Shape { layers, width, .. } = self.shape;
        let whole = |moments: &Moments<f32>| moments.mean.len() == width && moments.variance.len() == width;
        let sound = self.shape.is_sound()
            && self.shape.labels == labels
            && self.moments.len() == layers
            && self.moments.iter().all(whole)
            && self.head.is_sound(width);
        if sound {
            let network = Network::new(self.shape);
            if network.length() == self.parameters.len() {
                return Ok(network);
            }
        }
        Err(Error::bad_data(format!(
            "a network of {:?} with {} parameters for {labels} labels: the saved state is damaged",
            self.shape,
            self.parameters.len()
        )))
    }

    /// What the network knows of each graph of a batch.
    pub(super) fn embed(&self, network: &Network, batch: &Batch<f32>) -> Array2<f32> {
        network.embed(&self.parameters, &self.moments, batch)
    }

    /// Mean and deviation of the target of what is known so.
    pub(super) fn answer(&self, known: ArrayView1<'_, f32>, link: &Link) -> (f64, f64) {
        let (mean, variance) = self.head.moments(known);
        link.back(mean, variance)
    }
}

/// The fit of all rows, and the factor on its deviations; 1 without folds.
///
/// # Errors
/// `numerical`; `cancelled`.
pub(super) fn fit(
    params: &Params,
    rows: &Rows<'_>,
    aims: &[Aim],
    link: &Link,
    cx: &Context<'_>,
) -> Result<(Fitted, f64)> {
    let folds = params.folds();
    let (all, done) = (params.passes().epochs * parts(aims.len(), folds), AtomicUsize::new(0));
    let epoch_done = || cx.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / all as f64);
    calibrated(aims.len(), folds, cx, |part, some, held| {
        let streams = Streams::of(part, cx);
        let fitted = Fitted::fit(params, rows, (some, aims), streams, (cx, &epoch_done))?;
        if held.is_empty() {
            return Ok((fitted, Vec::new()));
        }
        let batch = rows.batch(held.iter().copied(), &mut vec![usize::MAX; rows.count]);
        let known = fitted.embed(&Network::new(rows.shape), &batch);
        let error = |(row, known): (&usize, ArrayView1<'_, f32>)| {
            let (mean, deviation) = fitted.answer(known, link);
            (aims[*row].target - mean).abs() / deviation.max(f64::MIN_POSITIVE)
        };
        let errors = held.iter().zip(known.rows()).map(error).collect();
        Ok((fitted, errors))
    })
}
