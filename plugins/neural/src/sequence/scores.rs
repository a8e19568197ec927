//! Scores as tokens, as OMNI-SemiNAS has them (White et al., NeurIPS 2021; NASLib's `omni_seminas`): a score falls into one
//! of a few bins, and every bin is one more step of the sequence.
//!
//! Bins are bounded by quantiles of the labelled training rows, so that what is asked beside a row does not move it. With n
//! scores there are `min(9, max(1, ⌊n / 5⌋))` intervals: one is cut at the upper median, more at every `⌈n / intervals⌉`-th
//! of the sorted scores. Each score has two tokens of its own, for the bin that it is in and for the others. A row without
//! the score is in none.

use archcast_sdk::{
    Level,
    dataset::{Features, names},
    header::{FeatureInfo, Role},
    prelude::*,
};

/// Intervals at most.
const MOST: usize = 9;
/// Scores for each interval.
const ENOUGH: usize = 5;
/// Tokens of one score.
const TOKENS: usize = 2;

/// The bins of all scores among the features.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Scores {
    width: usize,
    scores: Vec<Score>,
}

/// The bins of one score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Score {
    feature: usize,
    /// Ascending; one less than there are bins. A score is in the first bin whose upper bound exceeds it.
    bounds: Vec<f64>,
}

impl Scores {
    /// Those of the training rows, of which the `labelled` ones set the bounds. There are none without features, and a score
    /// that no labelled row has is left out.
    ///
    /// # Errors
    /// `bad_data` where an encoding is among the features, or a score is not finite.
    pub(crate) fn of(train: &Dataset<'_>, labelled: &[usize], cx: &Context<'_>) -> Result<Self> {
        if train.column(names::FEATURES).is_none() {
            return Ok(Self::default());
        }
        let (features, infos) = (train.features()?, &train.header()?.features);
        let width = features.values().ncols();
        let mut scores = Vec::new();
        for feature in 0..width {
            let info = infos.get(feature);
            if let Some(FeatureInfo { role: Role::Encoding(encoding), .. }) = info {
                return Err(Error::bad_data(format!(
                    "`{encoding}` is an encoding, and the tokens tell the architecture already; leave it out of `inputs`"
                )));
            }
            let name = info.map_or_else(|| format!("feature {feature}"), |info| format!("`{}`", info.name));
            let value = |row: usize| value(&features, row, feature);
            if let Some(row) = (0..train.rows()).find(|&row| value(row).is_some_and(|x| !x.is_finite())) {
                return Err(Error::bad_data(format!("{name} of row {row} is not a finite number")));
            }
            match bounds(labelled.iter().filter_map(|&row| value(row)).collect()) {
                Some(bounds) => scores.push(Score { feature, bounds }),
                None => cx.log(Level::Info, format!("no labelled row has {name}; it is left out")),
            }
        }
        Ok(Self { width, scores })
    }

    /// Steps that they add to a sequence: the bins of all scores.
    pub(crate) fn steps(&self) -> usize {
        self.scores.iter().map(|score| score.bounds.len() + 1).sum()
    }

    /// Tokens that they add to the vocabulary.
    pub(crate) fn vocabulary(&self) -> usize {
        TOKENS * self.scores.len()
    }

    /// The features of a data set; `None` where there are no scores to read.
    ///
    /// # Errors
    /// `bad_data` where the features are not those of the training rows.
    pub(crate) fn source<'a>(&self, data: &Dataset<'a>) -> Result<Option<Features<'a>>> {
        if self.scores.is_empty() {
            return Ok(None);
        }
        let features = data.features()?;
        let width = features.values().ncols();
        if width != self.width || self.scores.iter().any(|score| score.feature >= width) {
            let what = format!("{width} features, but the model was fitted on {}", self.width);
            return Err(Error::bad_data(what));
        }
        Ok(Some(features))
    }

    /// The tokens of a row, `first` being the least: score after score a token for each bin, the upper one for the bin that
    /// the score is in.
    pub(crate) fn tokens(&self, features: &Features<'_>, row: usize, first: u32) -> Vec<u32> {
        let mut tokens = Vec::with_capacity(self.steps());
        for (score, offset) in self.scores.iter().zip((0u32..).step_by(TOKENS)) {
            let first = first.saturating_add(offset);
            // Missing is NaN here too, which queries may hold unmarked.
            let value = value(features, row, score.feature).filter(|value| !value.is_nan());
            let bin = value.map(|value| score.bounds.partition_point(|&bound| bound <= value));
            tokens.extend(
                (0..=score.bounds.len()).map(|place| first.saturating_add(u32::from(bin == Some(place)))),
            );
        }
        tokens
    }
}

fn value(features: &Features<'_>, row: usize, feature: usize) -> Option<f64> {
    features.is_present(row, feature).then(|| features.values()[[row, feature]])
}

/// The bounds that these scores set, equal ones once; `None` without any score.
fn bounds(mut known: Vec<f64>) -> Option<Vec<f64>> {
    known.sort_by(f64::total_cmp);
    let n = known.len();
    let (first, size) = match (n / ENOUGH).clamp(1, MOST) {
        1 => (n / 2, n),
        intervals => (n.div_ceil(intervals), n.div_ceil(intervals)),
    };
    let mut bounds: Vec<f64> = known.into_iter().skip(first).step_by(size.max(1)).collect();
    bounds.dedup();
    (n > 0).then_some(bounds)
}

#[cfg(test)]
mod tests;
