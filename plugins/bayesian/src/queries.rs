//! Asking a fitted model, block by block.

use crate::{inputs::Inputs, target::TargetScale};
use archcast_sdk::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows between two looks at whether to end.
const BLOCK: usize = 64;

/// Means and deviations of the queries in the target's unit; a row that cannot be asked is missing. `moments` gives mean
/// and variance of one row's inputs on the scaled target, and is told nothing of the other rows.
///
/// # Errors
/// `bad_data` where the queries have another width than the training rows; `cancelled`.
pub(crate) fn ask(
    queries: &Dataset<'_>,
    inputs: &Inputs,
    scale: TargetScale,
    moments: impl Fn(&[f64]) -> (f64, f64) + Sync,
    cx: &Context<'_>,
) -> Result<Predictions> {
    let features = queries.features()?;
    let values = features.values();
    inputs.check_width(values.ncols())?;
    let rows = queries.rows();
    let blocks = rows.div_ceil(BLOCK);
    let done = AtomicUsize::new(0);
    let parts = cx.parallel_map(blocks, |block| {
        cx.check()?;
        let one = |row: usize| {
            if !features.row_is_complete(row) {
                return Err("a feature is missing");
            }
            let (mean, variance) = moments(&inputs.row(values.row(row)));
            let (mean, deviation) = (scale.mean(mean), scale.deviation(variance));
            match mean.is_finite() && deviation.is_finite() {
                true => Ok((mean, deviation)),
                false => Err("its features are too large for the model"),
            }
        };
        let part: Vec<_> = (block * BLOCK..rows.min((block + 1) * BLOCK)).map(one).collect();
        cx.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / blocks as f64);
        Ok(part)
    });
    let answers: Vec<_> = parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    let known = |answer: &std::result::Result<(f64, f64), _>| answer.unwrap_or((0.0, 0.0));
    let (means, deviations): (Vec<f64>, Vec<f64>) = answers.iter().map(known).unzip();
    let mut predictions = Predictions::distribution(means, deviations);
    for (row, answer) in answers.iter().enumerate() {
        if let Err(reason) = answer {
            predictions.set_missing(row, *reason);
        }
    }
    Ok(predictions)
}
