//! One fitted feed-forward network with one output.

use crate::settings::Settings;
use archcast_networks::{Activation, Feedforward, Layout};
use archcast_sdk::{Rng, prelude::*};

/// Widths of the layers and all parameters, layer after layer, weights before biases.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Network {
    widths: Vec<usize>,
    parameters: Vec<f32>,
}

/// Generators of one network, one for each use, so that none moves another.
pub(crate) struct Streams {
    initial: Rng,
    order: Rng,
}

impl Streams {
    /// Those of network `index` of the fit.
    pub(crate) fn of(index: usize, cx: &Context<'_>) -> Self {
        let stream = |purpose| cx.rng_for_part(2 * index as u64 + purpose);
        Self { initial: stream(0), order: stream(1) }
    }
}

impl Network {
    /// Learns targets from rows of inputs. `bound` is that of the relative error; `epoch_done` hears of each epoch.
    ///
    /// # Errors
    /// `numerical` where the loss is not finite; `cancelled`; `bad_parameter` where the network is too large.
    pub(crate) fn fit(
        settings: &Settings,
        bound: f64,
        (rows, targets): (ArrayView2<'_, f32>, &[f64]),
        mut streams: Streams,
        (cx, epoch_done): (&Context<'_>, &(dyn Fn() + Sync)),
    ) -> Result<Self> {
        let widths = settings.widths(rows.ncols());
        let mut layout = Layout::default();
        let network = Feedforward::new(&mut layout, &widths, Activation::Relu);
        let mut parameters = vec![0.0; layout.length()];
        network.initialise(settings.initial(), &mut parameters, &mut streams.initial);
        let targets = Array2::from_shape_fn((rows.nrows(), 1), |(row, _)| targets[row] as f32);
        let watch = |epoch: usize, loss: Option<f64>| {
            cx.check()?;
            match loss {
                None => Ok(()),
                Some(loss) if loss.is_finite() => {
                    epoch_done();
                    Ok(())
                }
                Some(_) => Err(Error::numerical(format!(
                    "the loss of epoch {} is not finite at learning rate {}; give a smaller `learning_rate` or scale \
                     the features",
                    epoch + 1,
                    settings.learning_rate
                ))),
            }
        };
        let data = (rows, targets.view());
        settings.training(bound).run(&network, &mut parameters, data, &mut streams.order, watch)?;
        if parameters.iter().any(|parameter| !parameter.is_finite()) {
            return Err(Error::numerical("the weights overflow; give a smaller `learning_rate`"));
        }
        Ok(Self { widths, parameters })
    }

    /// Refuses a network that does not take so many inputs.
    ///
    /// # Errors
    /// `bad_data`: the saved state is damaged.
    pub(crate) fn check(&self, inputs: usize) -> Result<()> {
        let whole = Feedforward::parameters(&self.widths) == Some(self.parameters.len());
        if whole
            && self.widths.first() == Some(&inputs)
            && self.widths.last() == Some(&1)
            && self.widths.len() > 1
        {
            return Ok(());
        }
        Err(Error::bad_data(format!(
            "a network of widths {:?} with {} parameters for {inputs} inputs: the saved state is damaged",
            self.widths,
            self.parameters.len()
        )))
    }

    /// Loses a parameter, for tests of damaged states.
    #[cfg(test)]
    pub(crate) fn forget_one(&mut self) {
        self.parameters.pop();
    }

    /// The output for each row of inputs.
    pub(crate) fn predict(&self, rows: ArrayView2<'_, f32>) -> Vec<f64> {
        let network = Feedforward::new(&mut Layout::default(), &self.widths, Activation::Relu);
        network.predict(&self.parameters, rows).iter().map(|&value| value.into()).collect()
    }
}
