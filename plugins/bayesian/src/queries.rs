//! Asking a fitted model, block by block.

use crate::inputs::Inputs;
use archcast_scaling::TargetScale;
use archcast_sdk::{ndarray::s, prelude::*};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows between two looks at whether to end.
const BLOCK: usize = 64;

/// Means and deviations of the queries in the target's unit; a row that cannot be asked is missing. `moments` gives mean
/// and variance on the scaled target for each of at most [`BLOCK`] rows of inputs; a row's answer must not depend on the
/// others.
///
/// # Errors
/// `bad_data` where the queries have another width than the training rows; `cancelled`.
pub(crate) fn ask(
    queries: &Dataset<'_>,
    inputs: &Inputs,
    scale: TargetScale,
    moments: impl Fn(ArrayView2<'_, f64>) -> Vec<(f64, f64)> + Sync,
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
        let asked = block * BLOCK..rows.min((block + 1) * BLOCK);
        let answers = moments(inputs.rows(values.slice(s![asked.clone(), ..])).view());
        let one = |(row, (mean, variance)): (usize, (f64, f64))| {
            if !features.row_is_complete(row) {
                return Err("a feature is missing");
            }
            let (mean, deviation) = (scale.mean(mean), scale.deviation(variance));
            match mean.is_finite() && deviation.is_finite() {
                true => Ok((mean, deviation)),
                false => Err("its features are too large for the model"),
            }
        };
        let part: Vec<_> = asked.zip(answers).map(one).collect();
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
