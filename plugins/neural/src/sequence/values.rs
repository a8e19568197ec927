//! What a trained network says of queries.

use super::{Tokens, Trained};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;

/// Rows that the network is asked for between two looks at whether to end.
pub(crate) const CHUNK: usize = 64;

/// Values of queries in the target's unit; the mean of the target without a network.
pub(crate) fn values(
    queries: &Dataset<'_>,
    tokens: &Tokens,
    scale: TargetScale,
    network: Option<&Trained>,
    cx: &Context<'_>,
) -> Result<Predictions> {
    network.map_or(Ok(()), |network| network.check(tokens))?;
    let rows = queries.rows();
    let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
        cx.check()?;
        let (matrix, known) = tokens.matrix(queries, chunk * CHUNK..rows.min((chunk + 1) * CHUNK))?;
        let values = match network {
            Some(network) => network.predict(matrix.view()),
            None => vec![0.0; matrix.nrows()],
        };
        let answer = |(z, known): (f64, bool)| Some(scale.mean(z)).filter(|mean| known && mean.is_finite());
        Ok(values.into_iter().zip(known).map(answer).collect())
    });
    let answers = chunks.into_iter().collect::<Result<Vec<Vec<Option<f64>>>>>()?.concat();
    let mut predictions =
        Predictions::values(answers.iter().map(|answer| answer.unwrap_or(0.0)).collect::<Vec<_>>());
    for row in (0..rows).filter(|&row| answers[row].is_none()) {
        predictions.set_missing(row, "its sequence is longer than the space's or has a token that it lacks");
    }
    Ok(predictions)
}
