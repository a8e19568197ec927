//! BONAS (Shi et al., NeurIPS 2020): a convolutional network forwards along the edges to a node that reads all others, and
//! a Bayesian regression on what that node knows.
//!
//! Each layer is normalised over the nodes of the batch. In a space of several cells each has a node that reads it, and
//! one reads all. Where the target is a fraction or percent, network and regression learn the logarithm of its odds, which
//! tells good architectures apart; otherwise the target, standardised in both cases for the network, with squared errors.
//! Mean and deviation of the regression are the prediction, brought back by Gauss-Hermite quadrature where the paper's
//! formula for the variance is rough. The network has seen the rows that the regression learns from, so that its
//! deviations are too small: one factor on them lets four of five held-out rows lie within the 80 % interval.
//!
//! NASLib's network never clears its gradients, makes some hundred steps of at most 0.0001, keeps moments of the
//! normalisation that lag behind the weights, has no regression, and gives both inputs of a darts cell the label of an
//! operation. None of this is followed but the steps, by `preset = "naslib"`. The paper's network ends in a sigmoid and
//! weighs errors; `weighting = "exp"` is that of its code.
//!
//! Cost: fit O(k n l (v d² + e d)) an epoch for k folds and l layers of width d on graphs of v nodes and e edges, where
//! equal nodes of a batch count once, and O(n d² + d³) for the regression; predict O(l (v d² + e d)) a row.

use crate::{
    graphs::{Read, Vocabulary},
    queries::{answers, blocks, mark_missing},
    training::passes,
};
use archcast_networks::Passes;
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use fitted::{Aim, Fitted, Rows};
use link::Link;
use network::Shape;
use topology::{Batch, Topology};

mod fitted;
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
    /// What the regression's deviations are multiplied by.
    factor: f64,
}

/// A set of parameters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Small batches at a high learning rate.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study: one step an epoch on up to 128 rows, at a low learning rate, on the
    /// standardised target whatever its unit; the deviations of the regression as they are, which is too small.
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
    /// Parts of the rows, each predicted by a network of the others, that tell by how much the deviations of the regression
    /// are too small: 3 in `archcast`; below 2, as in `naslib`, they are left as they are.
    #[schemars(range(min = 0, max = 100))]
    pub folds: Option<u32>,
}

impl Params {
    fn passes(&self) -> Passes {
        let (rate, batch) = match self.preset {
            Preset::Archcast => (1e-3, 16),
            Preset::Naslib => (1e-4, 128),
        };
        let (epochs, batch) = (self.epochs.unwrap_or(100), self.batch.unwrap_or(batch));
        passes(self.learning_rate.unwrap_or(rate), 0.0, epochs as usize, batch as usize)
    }

    fn folds(&self) -> usize {
        let preset = match self.preset {
            Preset::Archcast => 3,
            Preset::Naslib => 0,
        };
        self.folds.unwrap_or(preset) as usize
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
        .complexity("fit O(k n l (v d² + e d)) an epoch for k folds and l layers of width d on v nodes and e edges, predict as much a row")
        .needs(&[Input::FullGraph])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let targets = train.targets()?;
        let scale = TargetScale::of(targets)?;
        let link = Link::of(targets, train.header()?.target.as_ref(), scale);
        let weights = params.weights(&link, targets)?;
        let (vocabulary, several) = (Vocabulary::of(train)?, several(train)?);
        let mut model = Self { vocabulary, several, link, mean: scale.mean(0.0), fitted: None, factor: 1.0 };
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
        let rows = Rows::new(&read, vocabulary, shape);
        let learnt: Array1<f64> = targets.iter().map(|&target| link.forward(target)).collect();
        let seen = match params.preset {
            Preset::Archcast => TargetScale::fit(learnt.view())?.1,
            Preset::Naslib => targets.iter().map(|&target| scale.scaled(target)).collect(),
        };
        let aims: Vec<Aim> = (0..targets.len())
            .map(|row| Aim {
                target: targets[row],
                seen: seen[row],
                weight: weights[row],
                learnt: learnt[row],
            })
            .collect();
        let (fitted, factor) = fitted::fit(params, &rows, &aims, &link, cx)?;
        (model.fitted, model.factor) = (Some(fitted), factor);
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
                let known = fitted.embed(network, &batch);
                answers.extend(known.rows().into_iter().map(|row| {
                    let (mean, deviation) = fitted.answer(row, &self.link);
                    (mean, self.factor * deviation)
                }));
            }
            Ok(answers)
        })?;
        let (means, deviations): (Vec<f64>, Vec<f64>) =
            answers.iter().map(|answer| answer.unwrap_or((0.0, 0.0))).unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        mark_missing(&mut predictions, &answers, |(mean, deviation)| {
            mean.is_finite() && deviation.is_finite()
        });
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
