//! Training of feed-forward networks.

use crate::{Feedforward, Loss, Passes, Real, loss::sign};
use ndarray::{Array2, ArrayView2, Axis};
use rand::Rng;

/// How a network is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Training {
    /// What is minimised.
    pub loss: Loss,
    /// How parameters follow the gradient.
    pub passes: Passes,
    /// Factor of the sum of absolute weights of the last layer, bias aside, in the loss.
    pub output_penalty: f64,
}

impl Training {
    /// Changes the parameters so that the network's outputs come near the targets (rows × outputs).
    ///
    /// `watch` is told the epoch, from 0, after each batch, and at the epoch's end with the mean loss of its batches; an
    /// error of it ends the training.
    ///
    /// # Errors
    /// That of `watch`.
    pub fn run<F: Real, E>(
        &self,
        network: &Feedforward,
        parameters: &mut [F],
        (rows, targets): (ArrayView2<'_, F>, ArrayView2<'_, F>),
        rng: &mut impl Rng,
        watch: impl FnMut(usize, Option<f64>) -> Result<(), E>,
    ) -> Result<(), E> {
        let slope = |_, parameters: &[F], batch: &[usize], gradient: &mut [F]| {
            let some = (rows.select(Axis(0), batch), targets.select(Axis(0), batch));
            Ok(self.slope(network, parameters, &some, gradient))
        };
        self.passes.run(parameters, rows.nrows(), rng, slope, watch)
    }

    /// The loss of a batch; its gradient is added to `gradient`.
    fn slope<F: Real>(
        &self,
        network: &Feedforward,
        parameters: &[F],
        (rows, targets): &(Array2<F>, Array2<F>),
        gradient: &mut [F],
    ) -> f64 {
        let trace = network.forward(parameters, rows.view());
        let Some(output) = trace.output() else { return 0.0 };
        let (loss, slope) = self.loss.slope(output.view(), targets.view());
        network.backward(parameters, rows.view(), &trace, slope, gradient);
        let mut loss = loss.wide();
        if let Some(last) = network.layers().last().filter(|_| self.output_penalty > 0.0) {
            let factor = F::of(self.output_penalty);
            for place in last.weights().range() {
                loss += self.output_penalty * parameters[place].wide().abs();
                gradient[place] += factor * sign(parameters[place]);
            }
        }
        loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Layout, Rule, initialise::Initial};
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    const PASSES: Passes = Passes {
        rule: Rule::adam_w(0.01),
        rate: 1e-2,
        cosine: true,
        epochs: 200,
        batch: 8,
        whole_batches: false,
    };
    const TRAINING: Training = Training { loss: Loss::Squared, passes: PASSES, output_penalty: 0.0 };

    fn rows() -> (Array2<f64>, Array2<f64>) {
        let rows = Array2::from_shape_fn((20, 2), |(row, column)| ((3 * row + 7 * column) as f64).sin());
        let targets = Array2::from_shape_fn((20, 1), |(row, _)| rows[[row, 0]] * rows[[row, 1]]);
        (rows, targets)
    }

    fn trained(training: Training, seed: u64) -> (Vec<f64>, Vec<f64>) {
        let mut layout = Layout::default();
        let network = Feedforward::new(&mut layout, &[2, 16, 16, 1], Activation::Tanh);
        let mut parameters = vec![0.0; layout.length()];
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        network.initialise(Initial::Torch, &mut parameters, &mut rng);
        let (rows, targets) = rows();
        let mut losses = Vec::new();
        let each = |_, loss: Option<f64>| -> Result<(), ()> {
            losses.extend(loss);
            Ok(())
        };
        training.run(&network, &mut parameters, (rows.view(), targets.view()), &mut rng, each).unwrap();
        (parameters, losses)
    }

    #[test]
    fn a_product_is_learnt_and_the_same_seed_gives_the_same_bits() {
        let (parameters, losses) = trained(TRAINING, 3);
        assert!(losses[199] < 0.01 * losses[0], "{} {}", losses[0], losses[199]);
        assert_eq!(parameters, trained(TRAINING, 3).0);
        assert_ne!(parameters, trained(TRAINING, 4).0);
    }

    #[test]
    fn short_batches_can_be_left_out_and_few_rows_are_one_batch() {
        // 20 rows in batches of 19: without the short one another row is left out each time, and never all rows.
        let by = |passes| trained(Training { passes, ..TRAINING }, 1);
        let whole = Passes { whole_batches: true, batch: 19, epochs: 1, ..PASSES };
        let (with, without) = (by(Passes { whole_batches: false, ..whole }), by(whole));
        assert_ne!(with.0, without.0);
        let one = Passes { batch: 50, ..whole };
        assert_eq!(by(one).0, by(Passes { whole_batches: false, ..one }).0);
    }

    #[test]
    fn the_penalty_on_the_last_weights_makes_them_small() {
        let size = |penalty: f64| {
            let parameters = trained(Training { output_penalty: penalty, ..TRAINING }, 1).0;
            parameters[320..336].iter().map(|weight| weight.abs()).sum::<f64>()
        };
        assert!(size(0.1) < 0.5 * size(0.0), "{} {}", size(0.1), size(0.0));
    }

    #[test]
    fn an_error_of_the_caller_ends_the_training() {
        let mut layout = Layout::default();
        let network = Feedforward::new(&mut layout, &[2, 1], Activation::Relu);
        let mut parameters = vec![0.0; layout.length()];
        let (rows, targets) = rows();
        let mut seen = 0;
        let ended = TRAINING.run(
            &network,
            &mut parameters,
            (rows.view(), targets.view()),
            &mut ChaCha8Rng::seed_from_u64(0),
            |epoch, _| {
                seen += 1;
                if epoch == 3 { Err("enough") } else { Ok(()) }
            },
        );
        assert_eq!((ended, seen), (Err("enough"), 13));
    }
}
