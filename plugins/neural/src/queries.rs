//! Rows to predict, in chunks.

use crate::columns::Columns;
use archcast_sdk::{ndarray::s, prelude::*};

/// Rows between two looks at whether to end.
const CHUNK: usize = 512;

/// What `predict` gives for the network's inputs of each row, with nothing where a feature is missing or a number of the
/// answer is not finite.
///
/// # Errors
/// `bad_data` where queries have another width than the training rows; `cancelled`.
pub(crate) fn answers<const N: usize>(
    queries: &Dataset<'_>,
    columns: &Columns,
    cx: &Context<'_>,
    predict: impl Fn(ArrayView2<'_, f32>) -> Vec<[f64; N]> + Sync,
) -> Result<Vec<Option<[f64; N]>>> {
    let features = queries.features()?;
    let values = features.values();
    columns.check(values.ncols())?;
    let rows = queries.rows();
    let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
        cx.check()?;
        let some = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
        let inputs = columns.matrix(values.slice(s![some.clone(), ..]));
        let sound = |(row, answer): (usize, [f64; N])| {
            let sound = features.row_is_complete(row) && answer.iter().all(|value| value.is_finite());
            sound.then_some(answer)
        };
        Ok(some.zip(predict(inputs.view())).map(sound).collect())
    });
    Ok(chunks.into_iter().collect::<Result<Vec<Vec<_>>>>()?.concat())
}

/// Declares the rows without an answer missing.
pub(crate) fn declare_missing<const N: usize>(
    predictions: &mut Predictions,
    answers: &[Option<[f64; N]>],
    queries: &Dataset<'_>,
) -> Result<()> {
    let features = queries.features()?;
    for row in (0..answers.len()).filter(|&row| answers[row].is_none()) {
        let reason = match features.row_is_complete(row) {
            false => "a feature is missing",
            true => "its features are too large: the prediction overflows",
        };
        predictions.set_missing(row, reason);
    }
    Ok(())
}
