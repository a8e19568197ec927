//! A cascade: each member scores the rows that the one before kept, and keeps the best share for the next.

use super::{ModelError, Queries, ScoreMap, combine::primary};
use archcast_sdk::Predictions;

/// Runs a cascade. `ask` gives the answers of the member at a place of `maps` for the rows at these places of the queries.
///
/// A row's score is the number of members that it passed plus its rank by the last one that scored it, over the number of
/// members: any row that was kept stands above any that was not. It depends on which other rows are asked.
pub fn cascade(
    maps: &[ScoreMap],
    keep: f64,
    queries: &Queries<'_>,
    mut ask: impl FnMut(usize, &[usize]) -> Result<Predictions, ModelError>,
) -> Result<Predictions, ModelError> {
    let stages = maps.len().max(1) as f64;
    let mut scores = vec![f64::NAN; queries.len()];
    let mut reasons: Vec<Option<String>> = vec![None; queries.len()];
    let mut kept: Vec<usize> = (0..queries.len()).collect();
    for (stage, map) in maps.iter().enumerate() {
        if kept.is_empty() {
            break;
        }
        let told = ask(stage, &kept)?;
        let mut ranked: Vec<(f64, usize)> = Vec::new();
        for (row, (&place, score)) in kept.iter().zip(primary(&told)).enumerate() {
            match told.reason(row) {
                // What an earlier member scored keeps that score.
                Some(reason) if stage == 0 => reasons[place] = Some(reason.to_owned()),
                Some(_) => {}
                None => {
                    scores[place] = (stage as f64 + map.apply(score)) / stages;
                    ranked.push((score, place));
                }
            }
        }
        ranked.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then_with(|| queries.identities()[a.1].cmp(&queries.identities()[b.1]))
        });
        let count = (ranked.len() as f64 * keep).ceil() as usize;
        kept = ranked.into_iter().take(count).map(|(_, place)| place).collect();
        kept.sort_unstable();
    }
    let mut answer = Predictions::scores(scores);
    for (row, reason) in reasons.into_iter().enumerate() {
        if let Some(reason) = reason {
            answer.set_missing(row, reason);
        }
    }
    Ok(answer)
}
