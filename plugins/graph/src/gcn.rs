//! The Neural Predictor (Wen et al., ECCV 2020): a convolutional network on the graph of operations.
//!
//! Each layer hears of a node's successors by one matrix of weights and of its predecessors by another, see
//! [`BothWays`](archcast_networks::graph_convolution::BothWays). The mean over the nodes goes through two dense layers
//! without a function between them. Cells of one architecture lie side by side in one graph. Targets are standardised by the
//! training rows; errors are squared.
//!
//! NASLib's network never clears its gradients, so that each step follows the sum of all gradients since the start; it
//! leaves out the last short batch, so that fewer than seven rows train nothing; it takes part in no tuning of its width;
//! in NAS-Bench-NLP the nodes that fill up a small cell are convolved and pooled as if they were real. None of this is
//! followed. `preset = "naslib"` has its learning rate, epochs and batches. The paper's first stage, a classifier of good
//! architectures, is left out, as NASLib and the paper's reproduction in PyTorch do.
//!
//! Cost: fit O(n l (v d² + e d)) an epoch for l layers of width d on graphs of v nodes and e edges, predict as much a row.

use crate::{
    graphs::{Read, Vocabulary},
    queries::{GRAPHS, answers, blocks, mark_missing},
    training::{Streams, passes, train},
};
use archcast_networks::{Loss, Passes};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use network::{Network, Shape};
use std::sync::atomic::{AtomicUsize, Ordering};
use topology::{Batch, Topology};

mod network;
mod topology;

/// Width of the dense layer behind the mean.
const DENSE: usize = 128;

/// A fitted network.
#[derive(Debug, Serialize, Deserialize)]
pub struct Gcn {
    vocabulary: Vocabulary,
    scale: TargetScale,
    /// Nothing where all targets are equal.
    network: Option<Fitted>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Fitted {
    shape: Shape,
    parameters: Vec<f32>,
}

/// A set of parameters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Few epochs at a high learning rate; every row is seen in each.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study: many epochs at a low learning rate; the last batch is left out where it is
    /// short.
    Naslib,
}

/// Parameters of [`Gcn`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Convolutions: 4 in both presets. How far a node sees.
    #[schemars(range(min = 1, max = 20))]
    pub layers: Option<u32>,
    /// Width of each convolution: 144 in both presets.
    #[schemars(range(min = 1, max = 1024), extend("x-tune" = {"low": 64, "high": 200, "log": true, "integer": true}))]
    pub width: Option<u32>,
    /// Probability that an entry is dropped in training, after each convolution and between the dense layers: 0.1 in both
    /// presets.
    #[schemars(range(min = 0.0, max = 0.9))]
    pub dropout: Option<f64>,
    /// Learning rate of the first epoch: 0.001 in `archcast`, 0.0001 in `naslib`.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-5, "high": 0.1, "log": true}))]
    pub learning_rate: Option<f64>,
    /// Squared penalty on all weights, in the gradient: 0.0003 in both presets.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-tune" = {"low": 1e-5, "high": 0.1, "log": true}))]
    pub weight_decay: Option<f64>,
    /// Rows of a step: 8 in `archcast`, 7 in `naslib`.
    #[schemars(range(min = 1, max = 4096), extend("x-tune" = {"low": 5, "high": 32, "log": true, "integer": true}))]
    pub batch: Option<u32>,
    /// Passes over the rows: 100 in `archcast`, 300 in `naslib`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: Option<u32>,
}

impl Params {
    fn shape(&self, vocabulary: Vocabulary) -> Shape {
        Shape {
            labels: vocabulary.len(),
            layers: self.layers.unwrap_or(4) as usize,
            width: self.width.unwrap_or(144) as usize,
            dense: DENSE,
        }
    }

    fn passes(&self) -> Passes {
        let (rate, batch, epochs) = match self.preset {
            Preset::Archcast => (1e-3, 8, 100),
            Preset::Naslib => (1e-4, 7, 300),
        };
        let passes = passes(
            self.learning_rate.unwrap_or(rate),
            self.weight_decay.unwrap_or(3e-4),
            self.epochs.unwrap_or(epochs) as usize,
            self.batch.unwrap_or(batch) as usize,
        );
        Passes { whole_batches: self.preset == Preset::Naslib, ..passes }
    }
}

fn topology(parts: &[u32], edges: &[(u32, u32)]) -> Topology<f32> {
    Topology::new(parts.len(), edges)
}

impl Fitted {
    fn fit(
        params: &Params,
        shape: Shape,
        read: &Read<Topology<f32>>,
        targets: &[f64],
        cx: &Context<'_>,
    ) -> Result<Self> {
        let network = Network::new(shape);
        let mut streams = Streams::of(0, cx);
        let mut parameters = network.initial(&mut streams.initial);
        let (dropout, rng) = (params.dropout.unwrap_or(0.1), &mut streams.dropout);
        let slope = |parameters: &[f32], rows: &[usize], gradient: &mut [f32]| {
            let batch = Batch::new(rows.iter().map(|&row| read.get(row)), shape.labels, (0, 0));
            let aims = Array2::from_shape_fn((rows.len(), 1), |(place, _)| targets[rows[place]] as f32);
            let trace = network.forward(parameters, &batch, Some((dropout, rng)));
            let (loss, slope) = Loss::Squared.slope(trace.outputs.view(), aims.view());
            network.backward(parameters, &batch, &trace, &slope, gradient);
            loss.into()
        };
        let passes = params.passes();
        let done = AtomicUsize::new(0);
        let epoch_done =
            || cx.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / passes.epochs as f64);
        train(passes, &mut parameters, targets.len(), &mut streams.order, (cx, &epoch_done), slope)?;
        Ok(Self { shape, parameters })
    }

    /// The network, where the state is whole.
    ///
    /// # Errors
    /// `bad_data`: the saved state is damaged.
    fn network(&self, vocabulary: Vocabulary) -> Result<Network> {
        if self.shape.is_sound() && self.shape.labels == vocabulary.len() {
            let network = Network::new(self.shape);
            if network.length() == self.parameters.len() {
                return Ok(network);
            }
        }
        Err(Error::bad_data(format!(
            "a network of {:?} with {} parameters for {} labels: the saved state is damaged",
            self.shape,
            self.parameters.len(),
            vocabulary.len()
        )))
    }
}

impl Predictor for Gcn {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("gcn", Family::ModelBased)
        .summary("The Neural Predictor: a convolutional network on the graph of operations.")
        .cite("Wen, Liu, Chen, Li, Bender and Kindermans, Neural Predictor for Neural Architecture Search, ECCV 2020")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n l (v d² + e d)) an epoch for l layers of width d on v nodes and e edges, predict as much a row")
        .needs(&[Input::FullGraph])
        .minimum_rows(2)
        .gives(Gives::Value)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        let vocabulary = Vocabulary::of(train)?;
        if scale.is_constant() {
            return Ok(Self { vocabulary, scale, network: None });
        }
        let read = Read::of(&train.graphs(GraphForm::Full)?, 0..train.rows(), topology);
        let network = Fitted::fit(params, params.shape(vocabulary), &read, &targets, cx)?;
        Ok(Self { vocabulary, scale, network: Some(network) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let fitted = match &self.network {
            None => None,
            Some(fitted) => Some((fitted.network(self.vocabulary)?, &fitted.parameters)),
        };
        let answers = answers(queries, self.vocabulary, cx, topology, |read| {
            let Some((network, parameters)) = &fitted else { return Ok(vec![0.0; read.len()]) };
            let mut answers = Vec::with_capacity(read.len());
            for block in blocks((0..read.len()).map(|row| read.get(row).0.len())) {
                cx.check()?;
                let some = block.graphs.clone().map(|row| read.get(row));
                let batch = Batch::new(some, self.vocabulary.len(), (block.nodes, GRAPHS));
                let outputs = network.forward(parameters, &batch, None).outputs;
                answers.extend(outputs.iter().take(block.graphs.len()).map(|&output| f64::from(output)));
            }
            Ok(answers)
        })?;
        let answers: Vec<_> =
            answers.into_iter().map(|answer| answer.map(|scaled| self.scale.mean(scaled))).collect();
        let values: Vec<f64> = answers.iter().map(|answer| answer.unwrap_or(0.0)).collect();
        let mut predictions = Predictions::values(values);
        mark_missing(&mut predictions, &answers, |value| value.is_finite());
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
