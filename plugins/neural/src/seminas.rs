//! SemiNAS (Luo et al., NeurIPS 2020): the network of [`nao`](crate::nao), then once more on rows without a label, which it
//! labels itself.
//!
//! After the first phase the network, without dropout, gives each unlabelled row its value as a label. In the second
//! phase it goes on from its weights, under a new optimiser, on labelled rows that count ten times and those rows once.
//!
//! The paper goes round three times on 100 times as many unlabelled rows; NASLib once, on as many as there are labels. That is the
//! default here too: `unlabelled` in `[data]` says how many there are. `preset = "naslib"` has its batches of 100 and its
//! twice 50 epochs.
//!
//! With scores beside the sequence (`inputs` that are members or columns) it is OMNI-SemiNAS (White et al., NeurIPS 2021):
//! each score falls into one of a few bins by the quantiles of the labelled rows, and the bins, set or not, are more tokens
//! behind those of the architecture, which the encoder reads and the decoder gives back. A missing score sets none.
//!
//! Unlabelled rows are handed with their scores, as the table has them. To have learning curves they would have to be
//! trained, so where one of the `curves` is among the scores they are not used, and the first phase is all, as in NASLib.
//!
//! Cost: fit O((r n + m) L p) an epoch for n labelled rows that count r times and m unlabelled ones, sequences of L tokens
//! that differ and p parameters (about 120,000), predict O(L p) a row.

use crate::{
    sequence::{CHUNK, Phase, Scores, Settings, Tokens, Trained, example, values, with_score},
    settings::Preset,
};
use archcast_scaling::TargetScale;
use archcast_sdk::{ErrorKind, Level, header::Role, ndarray::Axis, prelude::*};

/// A fitted network.
#[derive(Debug, Serialize, Deserialize)]
pub struct SemiNas {
    tokens: Tokens,
    scale: TargetScale,
    /// Nothing where all targets or all rows are equal: the mean is the answer.
    network: Option<Trained>,
}

/// Parameters of [`SemiNas`]. What is left out comes from the preset.
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
    /// How often a labelled row counts in the second phase, where one with a made-up label counts once.
    #[schemars(range(min = 1, max = 1000), extend("x-tune" = {"low": 1, "high": 30, "log": true}))]
    pub repeats: u32,
    /// How often labels are made up and learnt from.
    #[schemars(range(min = 1, max = 100))]
    pub rounds: u32,
    /// Passes over the rows in each phase.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: u32,
    /// Steps of each phase at least: there are more passes where the rows are few. 300 in `archcast`, 0 in
    /// `naslib`.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub min_steps: Option<u32>,
    /// Whether steps of the sequence that are the same in all training rows are read too, as NASLib does.
    pub all_steps: bool,
    /// Names of inputs that take training to know, as scores of learning curves do. Where one of them is there, unlabelled
    /// rows are not used.
    pub curves: Vec<String>,
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
            repeats: 10,
            rounds: 1,
            epochs: 50,
            min_steps: None,
            all_steps: false,
            curves: Vec::new(),
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

    /// Whether one of the curves is among the features.
    fn reads_curves(&self, train: &Dataset<'_>, cx: &Context<'_>) -> Result<bool> {
        let infos = &train.header()?.features;
        let is_input = |name: &&String| {
            let of_member = |role: &Role| matches!(role, Role::Member(member) if member == *name);
            infos.iter().any(|info| info.name == **name || of_member(&info.role))
        };
        let (there, absent): (Vec<&String>, Vec<&String>) = self.curves.iter().partition(is_input);
        for name in absent {
            cx.log(Level::Info, format!("`{name}` is among the curves, but is no input"));
        }
        Ok(!there.is_empty())
    }
}

impl Predictor for SemiNas {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("seminas", Family::ModelBased)
        .summary("The network of `nao`, trained further on unlabelled rows that it labels itself.")
        .cite("Luo, Tan, Wang, Qin, Chen and Liu, Semi-Supervised Neural Architecture Search, NeurIPS 2020")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O((r n + m) L p) an epoch for m unlabelled rows, labelled ones r times, L tokens that differ and p parameters; predict O(L p) a row")
        .needs(&[Input::Sequences, Input::Unlabelled { factor: 1 }])
        .may_use(&[Input::Features])
        .score_form(ScoreForm::Raw)
        .minimum_rows(2)
        .gives(Gives::Value)
        .target_transform(TargetTransform::LogError)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let settings = params.settings();
        let labels = train.labels()?;
        let known: Array1<f64> = labels.iter().copied().flatten().collect();
        let scale = TargetScale::of(known.view())?;
        let (labelled, others): (Vec<usize>, Vec<usize>) =
            (0..labels.len()).partition(|&row| labels[row].is_some());
        let supervised = params.reads_curves(train, cx)?;
        if others.is_empty() && !supervised {
            return Err(Error::new(
                ErrorKind::TooFewRows,
                "0 unlabelled rows, but this predictor needs at least 1: give `unlabelled` in `[data]`",
            ));
        }
        let scores = Scores::of(train, &labelled, cx)?;
        let learnt_from = if supervised { &labelled[..] } else { &[&labelled[..], &others].concat() };
        let (tokens, matrix) = Tokens::of(train, scores, learnt_from, params.all_steps)?;
        if scale.is_constant() || tokens.len() == 0 {
            return Ok(Self { tokens, scale, network: None });
        }
        let mut targets: Vec<f64> =
            labels.iter().map(|label| label.map_or(0.0, |y| scale.scaled(y))).collect();
        let mut both = labelled.repeat(params.repeats as usize);
        both.extend(&others);
        let rounds = if supervised { 0 } else { params.rounds };
        let second = rounds as usize * settings.steps(both.len()).0;
        let (mut done, all) = (0, settings.steps(labelled.len()).0 + second);
        let mut step_done = || {
            done += 1;
            cx.progress(f64::from(done) / all as f64);
        };
        let (mut network, mut streams) = Trained::begin(&settings, &tokens, cx);
        let phase = Phase { tokens: matrix.view(), targets: &targets, places: &labelled };
        network.train(&settings, &phase, &mut streams, cx, &mut step_done)?;
        for _ in 0..rounds {
            for chunk in others.chunks(CHUNK) {
                cx.check()?;
                let values = network.predict(matrix.select(Axis(0), chunk).view());
                chunk.iter().zip(values).for_each(|(&row, value)| targets[row] = value);
            }
            let phase = Phase { tokens: matrix.view(), targets: &targets, places: &both };
            network.train(&settings, &phase, &mut streams, cx, &mut step_done)?;
        }
        Ok(Self { tokens, scale, network: Some(network) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        values(queries, &self.tokens, self.scale, self.network.as_ref(), cx)
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let params = Params { units: 16, repeats: 3, epochs: 10, min_steps: Some(100), ..Params::default() };
        Some(Example { data: with_score(example(n, n, seed))?, params })
    }
}

#[cfg(test)]
mod tests;
