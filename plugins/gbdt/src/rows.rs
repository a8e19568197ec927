//! Features and targets in the form that the native libraries read: row after row, NaN where a value is missing.

use archcast_sdk::{header::FeatureKind, prelude::*};
use std::collections::BTreeMap;

/// Rows that a library reads.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// Row after row; NaN where a value is missing.
    pub values: Vec<f64>,
    /// Number of rows.
    pub count: usize,
    /// Number of features.
    pub width: usize,
}

/// Training rows with their targets.
pub(crate) struct Training {
    pub rows: Rows,
    /// In the 32 bits that both libraries hold targets in.
    pub targets: Vec<f32>,
    /// Which features are categories.
    pub categorical: Vec<usize>,
}

/// Queries, and the rows that cannot be answered with their reasons.
pub(crate) struct Queries {
    pub rows: Rows,
    pub faults: BTreeMap<usize, String>,
}

impl Rows {
    /// These rows, in this order.
    pub fn select(&self, rows: &[usize]) -> Rows {
        let row = |&row: &usize| self.values[row * self.width..(row + 1) * self.width].iter().copied();
        Rows { values: rows.iter().flat_map(row).collect(), count: rows.len(), width: self.width }
    }

    /// Every value as the nearest 32-bit number; what is beyond their range stays at its end.
    pub fn to_f32(&self) -> Vec<f32> {
        self.values
            .iter()
            .map(|&value| value.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32)
            .collect()
    }
}

impl Training {
    /// The training rows of a data set.
    ///
    /// # Errors
    /// `bad_data` without features or targets, with a value that is not finite or a target beyond 32 bits.
    pub fn of(data: &Dataset<'_>) -> Result<Self> {
        let features = data.features()?;
        let width = features.values().ncols();
        if width == 0 {
            return Err(Error::bad_data("there are no feature columns; name at least one input"));
        }
        let mut values = Vec::with_capacity(features.values().len());
        for ((row, feature), &value) in features.values().indexed_iter() {
            let present = features.is_present(row, feature);
            if present && !value.is_finite() {
                return Err(Error::bad_data(format!(
                    "feature `{}` is {value} in row {row}; a value that is not known is missing",
                    name(data, feature)
                )));
            }
            values.push(if present { value } else { f64::NAN });
        }
        let targets: Vec<f32> = data.targets()?.iter().map(|&target| target as f32).collect();
        if let Some(row) = targets.iter().position(|target| !target.is_finite()) {
            return Err(Error::bad_data(format!(
                "the target of row {row} is {}, which 32 bits do not hold; use `target_transform = \"standard\"`",
                data.targets()?[row]
            )));
        }
        let infos = &data.header()?.features;
        let categorical =
            (0..width).filter(|&f| infos.get(f).is_some_and(|info| info.kind == FeatureKind::Categorical));
        Ok(Self {
            categorical: categorical.collect(),
            rows: Rows { values, count: data.rows(), width },
            targets,
        })
    }

    /// These rows, in this order.
    pub fn select(&self, rows: &[usize]) -> Training {
        Training {
            rows: self.rows.select(rows),
            targets: rows.iter().map(|&row| self.targets[row]).collect(),
            categorical: self.categorical.clone(),
        }
    }
}

impl Queries {
    /// The rows that are asked, for a model of so many features.
    ///
    /// # Errors
    /// `bad_data` without features or with another number of them.
    pub fn of(data: &Dataset<'_>, fitted_on: usize) -> Result<Self> {
        let features = data.features()?;
        let width = features.values().ncols();
        if width != fitted_on {
            return Err(Error::bad_data(format!(
                "{width} features, but the model was fitted on {fitted_on}"
            )));
        }
        let mut faults = BTreeMap::new();
        let mut values = Vec::with_capacity(features.values().len());
        for ((row, feature), &value) in features.values().indexed_iter() {
            let present = features.is_present(row, feature);
            if present && !value.is_finite() {
                faults.entry(row).or_insert_with(|| format!("feature `{}` is {value}", name(data, feature)));
            }
            values.push(if present && value.is_finite() { value } else { f64::NAN });
        }
        Ok(Self { rows: Rows { values, count: data.rows(), width }, faults })
    }

    /// Asks the model for some thousand rows at a time, so that it can be stopped between them.
    ///
    /// # Errors
    /// Those of the model, and `cancelled`.
    pub fn answer(
        self,
        cx: &Context<'_>,
        mut predict: impl FnMut(Rows) -> Result<Vec<f64>>,
    ) -> Result<Predictions> {
        const AT_ONCE: usize = 4096;
        let Rows { values, count, width } = self.rows;
        let mut means = Vec::with_capacity(count);
        for part in values.chunks(AT_ONCE * width) {
            cx.check()?;
            means.extend(predict(Rows { values: part.to_vec(), count: part.len() / width, width })?);
        }
        let overflows: Vec<usize> = (0..count).filter(|&row| !means[row].is_finite()).collect();
        let mut predictions = Predictions::values(means);
        for row in overflows {
            predictions.set_missing(row, "the sum of the trees overflows");
        }
        for (row, reason) in self.faults {
            predictions.set_missing(row, reason);
        }
        Ok(predictions)
    }
}

/// The feature's name where the data have one, else its number.
fn name(data: &Dataset<'_>, feature: usize) -> String {
    let info = data.header().ok().and_then(|header| header.features.get(feature));
    info.map_or_else(|| feature.to_string(), |info| info.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_32_bits_stay_at_the_end_of_their_range() {
        let rows = Rows { values: vec![1e60, -1e60, 0.5, f64::NAN], count: 2, width: 2 };
        let narrow = rows.to_f32();
        assert_eq!(narrow[..3], [f32::MAX, f32::MIN, 0.5]);
        assert!(narrow[3].is_nan());
    }

    #[test]
    fn what_is_not_finite_is_named_in_training_and_a_missing_row_in_a_query() {
        let data = DatasetBuilder::new(2)
            .features(&["a", "b"], vec![1.0, 2.0, 3.0, f64::INFINITY])
            .targets(vec![1.0, 2.0]);
        let view = data.view().unwrap();
        let error = Training::of(&view).err().unwrap();
        assert!(error.message().starts_with("feature `b` is inf in row 1"), "{error}");
        let queries = Queries::of(&view, 2).unwrap();
        assert_eq!(queries.faults.into_iter().collect::<Vec<_>>(), [(1, "feature `b` is inf".to_owned())]);
        assert!(queries.rows.values[3].is_nan());
        let error = Queries::of(&view, 3).err().unwrap();
        assert_eq!(error.message(), "2 features, but the model was fitted on 3");
    }

    #[test]
    fn a_target_beyond_32_bits_is_refused_with_the_mend() {
        let data = DatasetBuilder::new(1).features(&["a"], vec![1.0]).targets(vec![1e60]);
        let error = Training::of(&data.view().unwrap()).err().unwrap();
        assert!(error.message().contains("target_transform = \"standard\""), "{error}");
    }
}
