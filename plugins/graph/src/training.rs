//! Training of a network on batches of graphs.

use archcast_networks::{Batches, Optimiser, Rule, schedule::cosine};
use archcast_sdk::{Rng, prelude::*};

/// Generators of a fit, one for each use, so that none moves another.
pub(crate) struct Streams {
    pub(crate) initial: Rng,
    pub(crate) order: Rng,
    pub(crate) dropout: Rng,
}

impl Streams {
    /// Those of network `index` of the fit.
    pub(crate) fn of(index: usize, cx: &Context<'_>) -> Self {
        let stream = |purpose| cx.rng_for_part(3 * index as u64 + purpose);
        Self { initial: stream(0), order: stream(1), dropout: stream(2) }
    }
}

/// How a network is trained: Adam under a learning rate that falls by a cosine, epoch by epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Training {
    pub(crate) learning_rate: f64,
    pub(crate) weight_decay: f64,
    pub(crate) epochs: usize,
    pub(crate) batch: usize,
    /// Whether the last batch of an epoch is left out where it is short.
    pub(crate) whole_batches: bool,
}

impl Training {
    /// Changes the parameters; `slope` gives the loss of a batch of rows and adds its gradient, `epoch_done` hears of each
    /// epoch.
    ///
    /// # Errors
    /// `numerical` where the loss is not finite; `cancelled`.
    pub(crate) fn run(
        &self,
        parameters: &mut [f32],
        rows: usize,
        order: &mut Rng,
        (cx, epoch_done): (&Context<'_>, &(dyn Fn() + Sync)),
        mut slope: impl FnMut(&[f32], &[usize], &mut [f32]) -> f64,
    ) -> Result<()> {
        let rule = Rule::Adam { betas: (0.9, 0.999), decay: self.weight_decay };
        let mut optimiser = Optimiser::new(rule, parameters.len());
        let mut gradient = vec![0.0; parameters.len()];
        let mut batches = Batches::new(rows, self.batch);
        let whole = self.whole_batches.then_some(self.batch.min(rows));
        for epoch in 0..self.epochs {
            let rate = cosine(self.learning_rate, 0.0, epoch, self.epochs);
            for batch in batches.epoch(order).filter(|batch| whole.is_none_or(|whole| batch.len() == whole)) {
                cx.check()?;
                gradient.fill(0.0);
                if !slope(parameters, batch, &mut gradient).is_finite() {
                    return Err(Error::numerical(format!(
                        "the loss of epoch {} is not finite at learning rate {}; give a smaller `learning_rate`",
                        epoch + 1,
                        self.learning_rate
                    )));
                }
                optimiser.step(parameters, &gradient, rate);
            }
            epoch_done();
        }
        if parameters.iter().any(|parameter| !parameter.is_finite()) {
            return Err(Error::numerical("the weights overflow; give a smaller `learning_rate`"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{ErrorKind, LocalServices};

    const TRAINING: Training =
        Training { learning_rate: 0.5, weight_decay: 0.0, epochs: 3, batch: 4, whole_batches: false };

    /// Sizes of the batches, epochs that were heard of, and what came of it where loss `bad` is not finite.
    fn run(training: Training, bad: usize) -> (Vec<usize>, usize, Result<()>) {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let (mut sizes, epochs) = (Vec::new(), std::sync::atomic::AtomicUsize::new(0));
        let epoch_done = || {
            epochs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        let slope = |_: &[f32], rows: &[usize], _: &mut [f32]| {
            sizes.push(rows.len());
            if sizes.len() == bad { f64::NAN } else { 1.0 }
        };
        let ended = training.run(&mut [0.0], 10, &mut cx.rng(), (&cx, &epoch_done), slope);
        (sizes, epochs.into_inner(), ended)
    }

    #[test]
    fn short_batches_can_be_left_out_but_never_all() {
        let (sizes, epochs, ended) = run(TRAINING, 0);
        assert_eq!((&sizes[..3], sizes.len(), epochs, ended.is_ok()), (&[4, 4, 2][..], 9, 3, true));
        assert_eq!(run(Training { whole_batches: true, ..TRAINING }, 0).0, [4; 6]);
        assert_eq!(run(Training { whole_batches: true, batch: 16, ..TRAINING }, 0).0, [10; 3]);
    }

    #[test]
    fn a_loss_that_is_not_finite_is_an_error_that_says_where() {
        let error = run(TRAINING, 5).2.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Numerical);
        assert!(
            error.message().starts_with("the loss of epoch 2 is not finite at learning rate 0.5"),
            "{error}"
        );
    }
}
