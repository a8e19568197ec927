//! BONAS (Shi et al., NeurIPS 2020): a convolutional network forwards along the edges to a node that reads all others, and
//! a Bayesian regression on what that node knows.
//!
//! Each layer is normalised over the nodes of the batch. In a space of several cells each has a node that reads it, and
//! one reads all. The network learns the standardised target, with squared errors; the regression learns the logarithm of
//! the odds where the target is a fraction or percent, and the standardised target otherwise. Its mean and deviation are
//! the prediction, brought back by Gauss-Hermite quadrature where the paper's formula for the variance is rough.
//!
//! NASLib's network never clears its gradients, makes some hundred steps of at most 0.0001, keeps moments of the
//! normalisation that lag behind the weights, has no regression, and gives both inputs of a darts cell the label of an
//! operation. None of this is followed but the steps, by `preset = "naslib"`. The paper's network ends in a sigmoid and
//! weighs errors; `weighting = "exp"` is that of its code.
//!
//! Cost: fit O(n l (v d² + e d)) an epoch for l layers of width d on graphs of v nodes and e edges, where equal nodes of a
//! batch count once, and O(n d² + d³) for the regression; predict O(l (v d² + e d)) a row.

use crate::{
    graphs::{Read, Vocabulary},
    head::Head,
    merge::classes,
    queries::{answers, blocks},
    training::{Streams, Training},
};
use archcast_networks::batch_norm::Moments;
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use link::Link;
use network::{Network, Shape};
use topology::{Batch, Topology};

mod link;
mod network;
mod topology;

/// A fitted network with its regression.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bonas {
    vocabulary: Vocabulary,
    /// Whether parts are cells with a node of their own.
    several: bool,
    link: Link,
    /// The mean of the targets.
    mean: f64,
    /// Nothing where all targets are equal.
    fitted: Option<Fitted>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Fitted {
    shape: Shape,
    parameters: Vec<f32>,
    moments: Vec<Moments<f32>>,
    head: Head,
}

/// A set of parameters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Small batches at a high learning rate.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study: one step an epoch on up to 128 rows, at a low learning rate.
    Naslib,
}

/// How much each row's error weighs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// All the same.
    #[default]
    Equal,
    /// `exp(y − 1)` for a target y as a fraction: better rows more.
    Exp,
}

/// Parameters of [`Bonas`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Convolutions: 4 in both presets. How far a node sees.
    #[schemars(range(min = 1, max = 20))]
    pub layers: Option<u32>,
    /// Width of each convolution: 64 in both presets.
    #[schemars(range(min = 1, max = 512), extend("x-tune" = {"low": 16, "high": 128, "log": true, "integer": true}))]
    pub width: Option<u32>,
    /// How much each row's error weighs in training; `exp` needs a target in `percent` or as a `fraction`.
    #[schemars(extend("x-tune" = {"choices": ["equal", "exp"]}))]
    pub weighting: Weighting,
    /// Learning rate of the first epoch: 0.001 in `archcast`, 0.0001 in `naslib`.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-5, "high": 0.1, "log": true}))]
    pub learning_rate: Option<f64>,
    /// Rows of a step: 16 in `archcast`, 128 in `naslib`.
    #[schemars(range(min = 1, max = 4096), extend("x-tune" = {"low": 32, "high": 256, "log": true, "integer": true}))]
    pub batch: Option<u32>,
    /// Passes over the rows: 100 in both presets.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: Option<u32>,
}

impl Params {
    fn training(&self) -> Training {
        let (rate, batch) = match self.preset {
            Preset::Archcast => (1e-3, 16),
            Preset::Naslib => (1e-4, 128),
        };
        Training {
            learning_rate: self.learning_rate.unwrap_or(rate),
            weight_decay: 0.0,
            epochs: self.epochs.unwrap_or(100) as usize,
            batch: self.batch.unwrap_or(batch) as usize,
            whole_batches: false,
        }
    }

    /// What each row's error is multiplied by.
    ///
    /// # Errors
    /// `bad_parameter` where the targets are no fractions, but the weights need them.
    fn weights(&self, link: &Link, targets: ArrayView1<'_, f64>) -> Result<Vec<f64>> {
        if self.weighting == Weighting::Equal {
            return Ok(vec![1.0; targets.len()]);
        }
        let weight = |&target: &f64| Some((link.fraction(target)? - 1.0).exp());
        targets.iter().map(weight).collect::<Option<_>>().ok_or_else(|| {
            Error::bad_parameter(
                "weighting",
                "`exp` needs targets between 0 and 1 of the unit `fraction`, or between 0 and 100 of the unit `percent`, \
                 untransformed; give `equal`, or `target_transform = \"none\"`",
            )
        })
    }
}

/// The training rows: nodes of all graphs and their classes.
struct Rows<'a> {
    labels: Vec<Vec<usize>>,
    read: &'a Read<Topology>,
    classes: Vec<Vec<usize>>,
    /// For batches: as many as there are classes.
    places: Vec<usize>,
}

impl<'a> Rows<'a> {
    fn new(read: &'a Read<Topology>, vocabulary: Vocabulary, layers: usize) -> Self {
        let labels = |row| {
            let (own, topology) = read.get(row);
            topology.labels(own, vocabulary.len())
        };
        let labels: Vec<Vec<usize>> = (0..read.len()).map(labels).collect();
        let nodes = labels.iter().enumerate().map(|(row, labels)| (&labels[..], read.get(row).1.reads()));
        let (classes, count) = classes(nodes, layers);
        Self { labels, read, classes, places: vec![usize::MAX; count] }
    }

    fn batch(&mut self, rows: impl Iterator<Item = usize>, labels: usize) -> Batch<f32> {
        let Self { labels: own, read, classes, places } = self;
        let graphs = rows.map(|row| ((&own[row][..], read.get(row).1.reads()), &classes[row][..]));
        Batch::merged(graphs, labels, places)
    }
}

impl Fitted {
    /// `aims` are for each row the target of the network, its weight, and the target of the regression.
    fn fit(
        params: &Params,
        shape: Shape,
        mut rows: Rows<'_>,
        aims: &[(f64, f64, f64)],
        cx: &Context<'_>,
    ) -> Result<Self> {
        let network = Network::new(shape);
        let mut streams = Streams::of(cx);
        let mut parameters = network.initial(&mut streams.initial);
        let slope = |parameters: &[f32], some: &[usize], gradient: &mut [f32]| {
            let batch = rows.batch(some.iter().copied(), shape.labels);
            let trace = network.train(parameters, &batch);
            let mut loss = 0.0;
            let slope = Array2::from_shape_fn((some.len(), 1), |(place, _)| {
                let (aim, weight, _) = aims[some[place]];
                let error = f64::from(trace.outputs[[place, 0]]) - aim;
                loss += weight * error * error / some.len() as f64;
                (2.0 * weight * error / some.len() as f64) as f32
            });
            network.backward(parameters, &batch, &trace, &slope, gradient);
            loss
        };
        params.training().run(&mut parameters, aims.len(), &mut streams.order, cx, slope)?;
        let all = rows.batch(0..aims.len(), shape.labels);
        let moments = network.moments(&parameters, &all);
        cx.check()?;
        let known = network.embed(&parameters, &moments, &all);
        let logits: Vec<f64> = aims.iter().map(|&(_, _, aim)| aim).collect();
        let head = Head::fit(known.view(), &logits)?;
        Ok(Self { shape, parameters, moments, head })
    }

    /// The network, where the state is whole.
    ///
    /// # Errors
    /// `bad_data`: the saved state is damaged.
    fn network(&self, labels: usize) -> Result<Network> {
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
}

/// Labels of a graph's nodes, with those that are added.
fn labels(vocabulary: Vocabulary, several: bool) -> usize {
    vocabulary.len() + 1 + usize::from(several)
}

/// Whether graphs have several cells: by the space, or by the training rows where the space names no parts.
fn several(train: &Dataset<'_>) -> Result<bool> {
    let named = train.header()?.graphs.as_ref().map_or(0, |graphs| graphs.parts.len());
    let graphs = train.graphs(GraphForm::Full)?;
    let mixed = |row| graphs.row(row).parts.windows(2).any(|pair| pair[0] != pair[1]);
    Ok(named > 1 || (named == 0 && (0..train.rows()).any(mixed)))
}

impl Predictor for Bonas {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("bonas", Family::ModelBased)
        .summary("A convolutional network on the graph of operations, and a Bayesian regression on what it knows.")
        .cite("Shi, Pi, Xu, Li, Kwok and Zhang, Bridging the Gap between Sample-based and One-shot Neural Architecture Search with BONAS, NeurIPS 2020")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n l (v d² + e d)) an epoch for l layers of width d on v nodes and e edges, predict as much a row")
        .needs(&[Input::FullGraph])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let targets = train.targets()?;
        let (scale, scaled) = TargetScale::fit(targets)?;
        let link = Link::of(targets, train.header()?.target.as_ref(), scale);
        let weights = params.weights(&link, targets)?;
        let (vocabulary, several) = (Vocabulary::of(train)?, several(train)?);
        let mut model = Self { vocabulary, several, link, mean: scale.mean(0.0), fitted: None };
        if scale.is_constant() {
            return Ok(model);
        }
        let make = |parts: &[u32], edges: &[(u32, u32)]| Topology::new(parts, edges, several);
        let read = Read::of(&train.graphs(GraphForm::Full)?, 0..train.rows(), make);
        let shape = Shape {
            labels: labels(vocabulary, several),
            layers: params.layers.unwrap_or(4) as usize,
            width: params.width.unwrap_or(64) as usize,
        };
        let rows = Rows::new(&read, vocabulary, shape.layers);
        let aims: Vec<(f64, f64, f64)> = (scaled.into_iter().zip(weights).zip(targets))
            .map(|((scaled, weight), &target)| (scaled, weight, link.forward(target)))
            .collect();
        model.fitted = Some(Fitted::fit(params, shape, rows, &aims, cx)?);
        Ok(model)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let all = labels(self.vocabulary, self.several);
        let fitted = match &self.fitted {
            None => None,
            Some(fitted) => Some((fitted.network(all)?, fitted)),
        };
        let make = |parts: &[u32], edges: &[(u32, u32)]| Topology::new(parts, edges, self.several);
        let answers = answers(queries, self.vocabulary, cx, make, |read| {
            let Some((network, fitted)) = &fitted else { return Ok(vec![(self.mean, 0.0); read.len()]) };
            let labels = |row| {
                let (own, topology): (_, &Topology) = read.get(row);
                topology.labels(own, self.vocabulary.len())
            };
            let labels: Vec<Vec<usize>> = (0..read.len()).map(labels).collect();
            let mut answers = Vec::with_capacity(read.len());
            for block in blocks(labels.iter().map(Vec::len)) {
                cx.check()?;
                let some = block.graphs.map(|row| (&labels[row][..], read.get(row).1.reads()));
                let batch = Batch::plain(some, all, block.nodes);
                let known = network.embed(&fitted.parameters, &fitted.moments, &batch);
                answers.extend(known.rows().into_iter().map(|row| {
                    let (mean, variance) = fitted.head.moments(row);
                    self.link.back(mean, variance)
                }));
            }
            Ok(answers)
        })?;
        let (means, deviations): (Vec<f64>, Vec<f64>) =
            answers.iter().map(|answer| answer.unwrap_or((0.0, 0.0))).unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        for (row, answer) in answers.iter().enumerate() {
            match answer {
                Err(what) => predictions.set_missing(row, *what),
                Ok((mean, deviation)) if !(mean.is_finite() && deviation.is_finite()) => {
                    predictions.set_missing(row, "the prediction overflows");
                }
                Ok(_) => {}
            }
        }
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
