//! Training of the network on sequences, in phases.

use super::{Autoencoder, Shape, Tokens, autoencoder::Aim};
use archcast_networks::{Passes, Rule, schedule::clip};
use archcast_sdk::{Rng, ndarray::Axis, prelude::*};

/// Longest gradient.
const LONGEST: f64 = 5.0;

/// Everything of a fit but its data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) units: u32,
    pub(crate) width: u32,
    pub(crate) dropout: f64,
    pub(crate) decoder: bool,
    pub(crate) trade_off: f64,
    pub(crate) learning_rate: f64,
    pub(crate) weight_decay: f64,
    pub(crate) batch: u32,
    pub(crate) epochs: u32,
    pub(crate) min_steps: u32,
}

/// Rows of one phase: places in a matrix of tokens, each as often as it counts, and a target for each row of the matrix.
pub(crate) struct Phase<'a> {
    pub(crate) tokens: ArrayView2<'a, u32>,
    pub(crate) targets: &'a [f64],
    pub(crate) places: &'a [usize],
}

/// Generators of a fit, one for each use, so that none moves another.
pub(crate) struct Streams {
    order: Rng,
    dropout: Rng,
}

/// A trained network: its sizes and all parameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trained {
    shape: Shape,
    parameters: Vec<f32>,
}

impl Settings {
    /// Steps of a phase on so many rows, and passes over them.
    pub(crate) fn steps(&self, rows: usize) -> (usize, usize) {
        let batches = rows.div_ceil(self.batch.max(1) as usize).max(1);
        let epochs = (self.epochs as usize).max((self.min_steps as usize).div_ceil(batches));
        (epochs * batches, epochs)
    }
}

impl Trained {
    /// The network before its training, and the generators of the phases.
    pub(crate) fn begin(settings: &Settings, tokens: &Tokens, cx: &Context<'_>) -> (Self, Streams) {
        let shape = Shape {
            vocabulary: tokens.vocabulary(),
            units: settings.units as usize,
            width: settings.width as usize,
            decoder: settings.decoder,
        };
        let parameters = Autoencoder::new(shape).initial(&mut cx.rng_for_part(0));
        (Self { shape, parameters }, Streams { order: cx.rng_for_part(1), dropout: cx.rng_for_part(2) })
    }

    /// Goes over the rows of a phase under an optimiser of its own; `step_done` hears of each step.
    ///
    /// # Errors
    /// `numerical` where the loss is not finite; `cancelled`.
    pub(crate) fn train(
        &mut self,
        settings: &Settings,
        phase: &Phase<'_>,
        streams: &mut Streams,
        cx: &Context<'_>,
        mut step_done: impl FnMut(),
    ) -> Result<()> {
        let network = Autoencoder::new(self.shape);
        let aim = Aim { trade_off: settings.trade_off, dropout: settings.dropout };
        let passes = Passes {
            rule: Rule::Adam { betas: (0.9, 0.999), decay: settings.weight_decay },
            rate: settings.learning_rate,
            cosine: false,
            epochs: settings.steps(phase.places.len()).1,
            batch: settings.batch as usize,
            whole_batches: false,
        };
        let dropout = &mut streams.dropout;
        let slope = |epoch: usize, parameters: &[f32], batch: &[usize], gradient: &mut [f32]| {
            cx.check()?;
            let places: Vec<usize> = batch.iter().map(|&place| phase.places[place]).collect();
            let tokens = phase.tokens.select(Axis(0), &places);
            let targets =
                Array2::from_shape_fn((places.len(), 1), |(row, _)| phase.targets[places[row]] as f32);
            let data = (tokens.view(), targets.view());
            let loss = network.slope(parameters, data, aim, dropout, gradient);
            if !loss.is_finite() {
                return Err(Error::numerical(format!(
                    "the loss of epoch {} is not finite at learning rate {}; give a smaller `learning_rate`",
                    epoch + 1,
                    settings.learning_rate
                )));
            }
            clip(gradient, LONGEST);
            Ok(loss)
        };
        let watch = |_, ended: Option<f64>| {
            if ended.is_none() {
                step_done();
            }
            Ok(())
        };
        passes.run(&mut self.parameters, phase.places.len(), &mut streams.order, slope, watch)?;
        if self.parameters.iter().any(|parameter| !parameter.is_finite()) {
            return Err(Error::numerical("the weights overflow; give a smaller `learning_rate`"));
        }
        Ok(())
    }

    /// Refuses a network that does not fit to these tokens.
    ///
    /// # Errors
    /// `bad_data`: the saved state is damaged.
    pub(crate) fn check(&self, tokens: &Tokens) -> Result<()> {
        let shape = self.shape;
        // Sizes that no parameter can ask for are not multiplied.
        let small = shape.units <= 4096 && shape.width <= 4096 && shape.vocabulary <= 1 << 20;
        let whole = small
            && shape.vocabulary == tokens.vocabulary()
            && Autoencoder::new(shape).length() == self.parameters.len();
        if whole {
            return Ok(());
        }
        Err(Error::bad_data(format!(
            "a network of {shape:?} with {} parameters for {} tokens: the saved state is damaged",
            self.parameters.len(),
            tokens.vocabulary()
        )))
    }

    /// The value of each row of tokens.
    pub(crate) fn predict(&self, tokens: ArrayView2<'_, u32>) -> Vec<f64> {
        let values = Autoencoder::new(self.shape).predict(&self.parameters, tokens);
        values.into_iter().map(f64::from).collect()
    }
}
