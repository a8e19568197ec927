//! Rows to predict, in chunks.

use archcast_sdk::{dataset::Features, prelude::*};

/// Rows between two looks at whether to end: each tree is walked by all of them while it is at hand.
const CHUNK: usize = 64;

/// Some rows with all their features, NaN where they are missing.
pub(crate) struct Rows {
    values: Vec<f64>,
    width: usize,
    count: usize,
}

impl Rows {
    /// These rows of a feature matrix.
    pub(crate) fn of(features: &Features<'_>, rows: std::ops::Range<usize>) -> Self {
        let values = features.values();
        let (width, count) = (values.ncols(), rows.len());
        let cell = |row: usize, feature: usize| match features.is_present(row, feature) {
            true => values[[row, feature]],
            false => f64::NAN,
        };
        let values = rows.flat_map(|row| (0..width).map(move |feature| (row, feature)));
        Self { values: values.map(|(row, feature)| cell(row, feature)).collect(), width, count }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// One row.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }
}

/// Mean and deviation of every query, of which `predict` gives those of a chunk.
///
/// # Errors
/// `bad_data` where queries have another number of features than `width`, or trees ask more than `asked`, which only a
/// damaged state can make them do.
pub(crate) fn distribution(
    queries: &Dataset<'_>,
    (width, asked): (usize, usize),
    cx: &Context<'_>,
    predict: impl Fn(&Rows) -> Vec<(f64, f64)> + Sync,
) -> Result<Predictions> {
    let features = queries.features()?;
    let have = features.values().ncols();
    if have != width {
        return Err(Error::bad_data(format!("{have} features, but the model was fitted on {width}")));
    }
    if asked > width {
        let message =
            format!("a tree asks feature {}, but there are {width}: the saved state is damaged", asked - 1);
        return Err(Error::bad_data(message));
    }
    let rows = queries.rows();
    let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
        cx.check()?;
        Ok(predict(&Rows::of(&features, chunk * CHUNK..rows.min((chunk + 1) * CHUNK))))
    });
    let answers: Vec<(f64, f64)> = chunks.into_iter().collect::<Result<Vec<_>>>()?.concat();
    let unsound = |&row: &usize| !(answers[row].0.is_finite() && answers[row].1.is_finite());
    let unsound: Vec<usize> = (0..rows).filter(unsound).collect();
    let (means, deviations): (Vec<f64>, Vec<f64>) = answers.into_iter().unzip();
    let mut predictions = Predictions::distribution(means, deviations);
    for row in unsound {
        predictions.set_missing(row, "the prediction overflows; scale the target");
    }
    Ok(predictions)
}
