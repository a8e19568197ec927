//! A feed-forward network on features, the fully connected baseline of White et al. (NeurIPS 2021).
//!
//! Dense layers with relu between them give one number. By default they are three of 128, trained for 150 epochs on the mean squared
//! error of standardised targets by AdamW under a learning rate that falls by a cosine.
//!
//! NASLib's network departs from that: 20 layers of 20, mean absolute error on targets as they are, which 2,000 steps
//! spend partly on finding the mean, and a penalty on the weights of the last layer. It ranks 100 labels no better than
//! ridge regression. `preset = "naslib"` is that network.
//!
//! Cost: fit O(n p) an epoch for p parameters (about 37,000 on 30 features), predict O(p) a row.

use crate::{
    columns::Columns,
    network::{Network, Streams},
    queries::{answers, declare_missing},
    settings::{Errors, Given, Preset, Settings},
};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fitted network.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mlp {
    columns: Columns,
    scale: TargetScale,
    /// Nothing where all targets or all rows are equal: the mean is the answer.
    network: Option<Network>,
}

/// Parameters of [`Mlp`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Hidden layers: 3 in `archcast`, 20 in `naslib`.
    #[schemars(range(min = 0, max = 50), extend("x-tune" = {"low": 1, "high": 5, "integer": true}))]
    pub layers: Option<u32>,
    /// Width of each hidden layer: 128 in `archcast`, 20 in `naslib`.
    #[schemars(range(min = 1, max = 1024), extend("x-tune" = {"low": 16, "high": 256, "log": true, "integer": true}))]
    pub width: Option<u32>,
    /// Errors that are minimised: `mse` in `archcast`, `mae` in `naslib`.
    pub loss: Option<Loss>,
    /// Learning rate of the first epoch: 0.001 in both presets.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-4, "high": 1e-2, "log": true}))]
    pub learning_rate: Option<f64>,
    /// The part of a weight that a step at learning rate 1 takes away: 0.01 in `archcast`, 0 in `naslib`.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-tune" = {"low": 1e-4, "high": 1.0, "log": true}))]
    pub weight_decay: Option<f64>,
    /// Rows of a step: 32 in both presets.
    #[schemars(range(min = 1, max = 4096))]
    pub batch: Option<u32>,
    /// Passes over the rows: 150 in `archcast`, 500 in `naslib`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: Option<u32>,
}

/// The errors that training minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// The mean squared error.
    Mse,
    /// The mean absolute error.
    Mae,
}

impl Params {
    fn settings(&self) -> Settings {
        let errors = self.loss.map(|loss| match loss {
            Loss::Mse => Errors::Mse,
            Loss::Mae => Errors::Mae,
        });
        let given = Given {
            layers: self.layers,
            width: self.width,
            errors,
            learning_rate: self.learning_rate,
            weight_decay: self.weight_decay,
            batch: self.batch,
            epochs: self.epochs,
        };
        Settings::new(self.preset, &given)
    }
}

impl Predictor for Mlp {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("mlp", Family::ModelBased)
        .summary("A feed-forward network on features.")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n p) an epoch for p parameters, predict O(p) a row")
        .needs(&[Input::Features])
        .encoding("adjacency-one-hot")
        .minimum_rows(2)
        .gives(Gives::Value)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let settings = params.settings();
        let rows = train.features()?.complete()?;
        let scale = TargetScale::of(train.targets()?)?;
        let columns = Columns::of(rows, train)?;
        if scale.is_constant() || columns.len() == 0 {
            return Ok(Self { columns, scale, network: None });
        }
        let scale = settings.scale(scale);
        let targets: Vec<f64> = train.targets()?.iter().map(|&target| scale.scaled(target)).collect();
        let done = AtomicUsize::new(0);
        let epoch_done = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            cx.progress(done as f64 / f64::from(settings.epochs));
        };
        let inputs = columns.matrix(rows);
        let data = (inputs.view(), &targets[..]);
        let network = Network::fit(&settings, 0.0, data, Streams::of(0, cx), (cx, &epoch_done))?;
        Ok(Self { columns, scale, network: Some(network) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        if let Some(network) = &self.network {
            network.check(self.columns.len())?;
        }
        let means = answers(queries, &self.columns, cx, |inputs| match &self.network {
            Some(network) => network.predict(inputs).into_iter().map(|z| [self.scale.mean(z)]).collect(),
            None => vec![[self.scale.mean(0.0)]; inputs.nrows()],
        })?;
        let values: Vec<f64> = means.iter().map(|mean| mean.map_or(0.0, |[mean]| mean)).collect();
        let mut predictions = Predictions::values(values);
        declare_missing(&mut predictions, &means, queries)?;
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
