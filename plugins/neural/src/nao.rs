//! Neural architecture optimisation (Luo et al., NeurIPS 2018): an encoder of the architecture's token sequence, a
//! predictor on its code, and a decoder that is trained beside it to give the tokens back.
//!
//! As in NASLib, the network is that of SemiNAS before its second phase: embeddings, a bidirectional LSTM with a residual,
//! two dense layers beside a residual. NAO's own has one direction, no residuals, and a sigmoid on targets brought
//! between 0 and 1.
//!
//! NASLib trains for 50 epochs, which are 50 steps on 100 rows: here batches are of 32 and there are 300 steps at least.
//! `preset = "naslib"` has its batches of 100 and its 50 epochs. Steps of the sequence that are the same in all training rows
//! are left out unless `all_steps` asks for them, the decoder is not run on queries, and targets are standardised by the
//! training rows.
//!
//! Cost: fit O(n L p) an epoch for sequences of L tokens that differ and p parameters (about 120,000), predict O(L p) a row.

use crate::{
    sequence::{Phase, Scores, Settings, Tokens, Trained, example, values},
    settings::Preset,
};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;

/// A fitted network.
#[derive(Debug, Serialize, Deserialize)]
pub struct Nao {
    tokens: Tokens,
    scale: TargetScale,
    /// Nothing where all targets or all rows are equal: the mean is the answer.
    network: Option<Trained>,
}

/// Parameters of [`Nao`]. What is left out comes from the preset.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Width of embeddings, states and code.
    #[schemars(range(min = 1, max = 1024), extend("x-tune" = {"low": 16, "high": 128, "log": true}))]
    pub units: u32,
    /// Width of the first layer between code and value.
    #[schemars(range(min = 1, max = 1024))]
    pub width: u32,
    /// Probability that an entry is dropped in training.
    #[schemars(range(min = 0.0, max = 0.9))]
    pub dropout: f64,
    /// Whether the decoder is trained too.
    pub decoder: bool,
    /// Factor of the squared error in the loss, where the rest is that of the decoder's.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub trade_off: f64,
    /// Learning rate.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-4, "high": 1e-2, "log": true}))]
    pub learning_rate: f64,
    /// Squared penalty on all weights, in the gradient.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub weight_decay: f64,
    /// Rows of a step: 32 in `archcast`, 100 in `naslib`.
    #[schemars(range(min = 1, max = 4096), extend("x-tune" = {"low": 16, "high": 128, "log": true}))]
    pub batch: Option<u32>,
    /// Passes over the rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: u32,
    /// Steps at least: there are more passes where the rows are few. 300 in `archcast`, 0 in
    /// `naslib`.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub min_steps: Option<u32>,
    /// Whether steps of the sequence that are the same in all training rows are read too, as NASLib does.
    pub all_steps: bool,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            preset: Preset::Archcast,
            units: 64,
            width: 16,
            dropout: 0.1,
            decoder: true,
            trade_off: 0.8,
            learning_rate: 1e-3,
            weight_decay: 1e-4,
            batch: None,
            epochs: 50,
            min_steps: None,
            all_steps: false,
        }
    }
}

impl Params {
    fn settings(&self) -> Settings {
        let (batch, min_steps) = match self.preset {
            Preset::Archcast => (32, 300),
            Preset::Naslib => (100, 0),
        };
        Settings {
            units: self.units,
            width: self.width,
            dropout: self.dropout,
            decoder: self.decoder,
            trade_off: self.trade_off,
            learning_rate: self.learning_rate,
            weight_decay: self.weight_decay,
            batch: self.batch.unwrap_or(batch),
            epochs: self.epochs,
            min_steps: self.min_steps.unwrap_or(min_steps),
        }
    }
}

impl Predictor for Nao {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("nao", Family::ModelBased)
        .summary(
            "An LSTM encoder of the token sequence with a predictor on its code, trained beside a decoder.",
        )
        .cite("Luo, Tian, Qin, Chen and Liu, Neural Architecture Optimization, NeurIPS 2018")
        .cite("Luo, Tan, Wang, Qin, Chen and Liu, Semi-Supervised Neural Architecture Search, NeurIPS 2020")
        .complexity("fit O(n L p) an epoch for L tokens that differ and p parameters, predict O(L p) a row")
        .needs(&[Input::Sequences])
        .minimum_rows(2)
        .gives(Gives::Value)
        .target_transform(TargetTransform::LogError)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let settings = params.settings();
        let scale = TargetScale::of(train.targets()?)?;
        let places: Vec<usize> = (0..train.rows()).collect();
        let (tokens, matrix) = Tokens::of(train, Scores::default(), &places, params.all_steps)?;
        if scale.is_constant() || tokens.len() == 0 {
            return Ok(Self { tokens, scale, network: None });
        }
        let targets: Vec<f64> = train.targets()?.iter().map(|&target| scale.scaled(target)).collect();
        let (mut network, mut streams) = Trained::begin(&settings, &tokens, cx);
        let (mut done, all) = (0, settings.steps(targets.len()).0);
        let phase = Phase { tokens: matrix.view(), targets: &targets, places: &places };
        network.train(&settings, &phase, &mut streams, cx, || {
            done += 1;
            cx.progress(f64::from(done) / all as f64);
        })?;
        Ok(Self { tokens, scale, network: Some(network) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        values(queries, &self.tokens, self.scale, self.network.as_ref(), cx)
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let params = Params { units: 16, epochs: 10, min_steps: Some(100), ..Params::default() };
        Some(Example { data: example(n, 0, seed), params })
    }
}

#[cfg(test)]
mod tests;
