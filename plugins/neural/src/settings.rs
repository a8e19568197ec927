//! How a feed-forward network is built and trained.

use archcast_networks::{Loss, Passes, Rule, Training, initialise::Initial};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;

/// Where the parameters that are left out come from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// What ranks well. In `mlp` and `bananas` three layers of 128 on standardised targets, trained by AdamW under a
    /// falling learning rate.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study; it wants `target_transform = "none"`. In `mlp` and `bananas` 20 layers of 20
    /// on targets as they are, absolute errors, a penalty on the absolute weights of the last layer.
    Naslib,
}

/// The errors that training minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Errors {
    /// The mean squared error.
    Mse,
    /// The mean absolute error.
    Mae,
    /// The mean absolute error relative to the distance of the target to `bound`: errors near the bound weigh most.
    Mape,
}

/// Everything of a network but its data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) layers: u32,
    pub(crate) width: u32,
    pub(crate) errors: Errors,
    pub(crate) learning_rate: f64,
    pub(crate) weight_decay: f64,
    pub(crate) batch: u32,
    pub(crate) epochs: u32,
    /// The preset's own: initial weights, moments of the optimiser, schedule, penalty, scale of the target.
    pub(crate) preset: Preset,
}

/// Of the parameters of a predictor, those that may override the preset.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) layers: Option<u32>,
    pub(crate) width: Option<u32>,
    pub(crate) errors: Option<Errors>,
    pub(crate) learning_rate: Option<f64>,
    pub(crate) weight_decay: Option<f64>,
    pub(crate) batch: Option<u32>,
    pub(crate) epochs: Option<u32>,
}

impl Settings {
    /// What is given, and the preset for the rest.
    pub(crate) fn new(preset: Preset, given: &Given) -> Self {
        let (layers, width, errors, decay, epochs) = match preset {
            Preset::Archcast => (3, 128, Errors::Mse, 0.01, 150),
            Preset::Naslib => (20, 20, Errors::Mae, 0.0, 500),
        };
        Self {
            layers: given.layers.unwrap_or(layers),
            width: given.width.unwrap_or(width),
            errors: given.errors.unwrap_or(errors),
            learning_rate: given.learning_rate.unwrap_or(1e-3),
            weight_decay: given.weight_decay.unwrap_or(decay),
            batch: given.batch.unwrap_or(32),
            epochs: given.epochs.unwrap_or(epochs),
            preset,
        }
    }

    /// Widths from so many inputs to the one output.
    pub(crate) fn widths(&self, inputs: usize) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.width as usize, self.layers as usize);
        std::iter::once(inputs).chain(hidden).chain([1]).collect()
    }

    /// The scale in which the network sees targets, of that which standardises them.
    pub(crate) fn scale(&self, standard: TargetScale) -> TargetScale {
        match self.preset {
            Preset::Archcast => standard,
            Preset::Naslib => TargetScale::UNIT,
        }
    }

    /// How the weights begin.
    pub(crate) fn initial(&self) -> Initial {
        match self.preset {
            Preset::Archcast => Initial::Torch,
            Preset::Naslib => Initial::Xavier,
        }
    }

    /// The training, where `bound` is in the scale of the network's targets.
    pub(crate) fn training(&self, bound: f64) -> Training {
        let naslib = self.preset == Preset::Naslib;
        Training {
            loss: match self.errors {
                Errors::Mse => Loss::Squared,
                Errors::Mae => Loss::Absolute,
                Errors::Mape => Loss::Bounded(bound),
            },
            passes: Passes {
                rule: Rule::AdamW {
                    betas: (0.9, if naslib { 0.99 } else { 0.999 }),
                    decay: self.weight_decay,
                },
                rate: self.learning_rate,
                cosine: !naslib,
                epochs: self.epochs as usize,
                batch: self.batch as usize,
                whole_batches: false,
            },
            output_penalty: if naslib { 0.2 } else { 0.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_overrides_the_preset() {
        let given = Given { layers: Some(7), epochs: Some(9), ..Given::default() };
        let settings = Settings::new(Preset::Naslib, &given);
        assert_eq!((settings.layers, settings.width, settings.epochs), (7, 20, 9));
        assert_eq!(settings.widths(30).len(), 9);
        assert_eq!(Settings::new(Preset::Archcast, &Given::default()).widths(30), [30, 128, 128, 128, 1]);
    }
}
