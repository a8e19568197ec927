//! Training of a network on batches of graphs.

use archcast_networks::{Passes, Rule};
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
pub(crate) fn passes(learning_rate: f64, weight_decay: f64, epochs: usize, batch: usize) -> Passes {
    let rule = Rule::Adam { betas: (0.9, 0.999), decay: weight_decay };
    Passes { rule, rate: learning_rate, cosine: true, epochs, batch, whole_batches: false }
}

/// Changes the parameters; `slope` gives the loss of a batch of rows and adds its gradient, `epoch_done` hears of each
/// epoch.
///
/// # Errors
/// `numerical` where the loss is not finite; `cancelled`.
pub(crate) fn train(
    passes: Passes,
    parameters: &mut [f32],
    rows: usize,
    order: &mut Rng,
    (cx, epoch_done): (&Context<'_>, &(dyn Fn() + Sync)),
    mut slope: impl FnMut(&[f32], &[usize], &mut [f32]) -> f64,
) -> Result<()> {
    let slope = |epoch: usize, parameters: &[f32], batch: &[usize], gradient: &mut [f32]| {
        cx.check()?;
        let loss = slope(parameters, batch, gradient);
        match loss.is_finite() {
            true => Ok(loss),
            false => Err(Error::numerical(format!(
                "the loss of epoch {} is not finite at learning rate {}; give a smaller `learning_rate`",
                epoch + 1,
                passes.rate
            ))),
        }
    };
    let watch = |_, ended: Option<f64>| {
        if ended.is_some() {
            epoch_done();
        }
        Ok(())
    };
    passes.run(parameters, rows, order, slope, watch)?;
    if parameters.iter().any(|parameter| !parameter.is_finite()) {
        return Err(Error::numerical("the weights overflow; give a smaller `learning_rate`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{ErrorKind, LocalServices};

    /// Sizes of the batches, epochs that were heard of, and what came of it where loss `bad` is not finite.
    fn run(passes: Passes, bad: usize) -> (Vec<usize>, usize, Result<()>) {
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
        let ended = train(passes, &mut [0.0], 10, &mut cx.rng(), (&cx, &epoch_done), slope);
        (sizes, epochs.into_inner(), ended)
    }

    #[test]
    fn short_batches_can_be_left_out_but_never_all() {
        let all = passes(0.5, 0.0, 3, 4);
        let (sizes, epochs, ended) = run(all, 0);
        assert_eq!((&sizes[..3], sizes.len(), epochs, ended.is_ok()), (&[4, 4, 2][..], 9, 3, true));
        assert_eq!(run(Passes { whole_batches: true, ..all }, 0).0, [4; 6]);
        assert_eq!(run(Passes { whole_batches: true, batch: 16, ..all }, 0).0, [10; 3]);
    }

    #[test]
    fn a_loss_that_is_not_finite_is_an_error_that_says_where() {
        let error = run(passes(0.5, 0.0, 3, 4), 5).2.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Numerical);
        assert!(
            error.message().starts_with("the loss of epoch 2 is not finite at learning rate 0.5"),
            "{error}"
        );
    }
}
