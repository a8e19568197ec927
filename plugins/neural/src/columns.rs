//! Features as a network takes them.

use archcast_scaling::moments;
use archcast_sdk::{header::FeatureKind, prelude::*};

/// How one input of the network comes from a feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Input {
    /// Its distance from a centre in a unit.
    Number { feature: usize, centre: f64, unit: f64 },
    /// 1 where it is this category, else 0.
    Category { feature: usize, category: f64 },
}

/// The features that differ among training rows: 0 and 1 as they are, other numbers at mean 0 and standard deviation 1,
/// each category that was seen as a column of its own. A feature that never differs is left out: its weights would stay
/// as they were drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Columns {
    width: usize,
    inputs: Vec<Input>,
}

impl Columns {
    /// The columns of these training rows.
    ///
    /// # Errors
    /// `numerical` that names the feature whose moments overflow.
    pub(crate) fn of(rows: ArrayView2<'_, f64>, train: &Dataset<'_>) -> Result<Self> {
        let infos = &train.header()?.features;
        let mut inputs = Vec::new();
        for (feature, column) in rows.columns().into_iter().enumerate() {
            let Some(&first) = column.first() else { continue };
            if column.iter().all(|&value| value == first) {
                continue;
            }
            if infos.get(feature).is_some_and(|info| info.kind == FeatureKind::Categorical) {
                let mut seen: Vec<f64> = column.to_vec();
                seen.sort_by(f64::total_cmp);
                seen.dedup();
                inputs.extend(seen.into_iter().map(|category| Input::Category { feature, category }));
            } else if column.iter().all(|&value| value == 0.0 || value == 1.0) {
                inputs.push(Input::Number { feature, centre: 0.0, unit: 1.0 });
            } else {
                let (centre, unit) = moments(column);
                if !(centre.is_finite() && unit.is_finite()) {
                    let what =
                        format!("the standard deviation of feature {feature} overflows; scale the column");
                    return Err(Error::numerical(what));
                }
                // Values so near to each other that their squares vanish are one value.
                if unit > 0.0 {
                    inputs.push(Input::Number { feature, centre, unit });
                }
            }
        }
        Ok(Self { width: rows.ncols(), inputs })
    }

    /// Inputs of the network.
    pub(crate) fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Refuses queries of another width than the training rows.
    ///
    /// # Errors
    /// `bad_data` with both widths, or where a feature lies beyond, which only a damaged state can say.
    pub(crate) fn check(&self, width: usize) -> Result<()> {
        if width != self.width {
            return Err(Error::bad_data(format!(
                "{width} features, but the model was fitted on {}",
                self.width
            )));
        }
        let of = |input: &Input| match *input {
            Input::Number { feature, .. } | Input::Category { feature, .. } => feature,
        };
        match self.inputs.iter().map(of).find(|&feature| feature >= width) {
            None => Ok(()),
            Some(feature) => Err(Error::bad_data(format!(
                "the model asks feature {feature}, but there are {width}: the saved state is damaged"
            ))),
        }
    }

    /// The inputs of these rows: rows × inputs.
    pub(crate) fn matrix(&self, rows: ArrayView2<'_, f64>) -> Array2<f32> {
        Array2::from_shape_fn((rows.nrows(), self.inputs.len()), |(row, input)| match self.inputs[input] {
            Input::Number { feature, centre, unit } => ((rows[[row, feature]] - centre) / unit) as f32,
            Input::Category { feature, category } => f32::from(u8::from(rows[[row, feature]] == category)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::header::FeatureInfo;

    fn columns(kinds: &[FeatureKind], rows: Vec<f64>) -> Result<(Columns, Array2<f32>)> {
        let info = |&kind| FeatureInfo { name: "a".into(), kind, role: Default::default() };
        let count = rows.len() / kinds.len();
        let data =
            DatasetBuilder::new(count).feature_matrix(kinds.iter().map(info).collect(), rows, Vec::new());
        let view = data.view()?;
        let values = view.features()?.values();
        let columns = Columns::of(values, &view)?;
        let matrix = columns.matrix(values);
        Ok((columns, matrix))
    }

    #[test]
    fn numbers_are_scaled_and_zeros_and_ones_kept_and_constants_left_out() {
        let number = FeatureKind::Number;
        let rows = vec![1.0, 10.0, 7.0, 0.0, 30.0, 7.0];
        let (columns, matrix) = columns(&[number; 3], rows).unwrap();
        assert_eq!(matrix, ndarray([[1.0, -1.0], [0.0, 1.0]]));
        assert_eq!(columns.len(), 2);
        assert!(columns.check(3).is_ok());
        let error = columns.check(4).unwrap_err();
        assert_eq!(error.message(), "4 features, but the model was fitted on 3");
    }

    fn ndarray(rows: [[f32; 2]; 2]) -> Array2<f32> {
        Array2::from(rows.to_vec())
    }

    #[test]
    fn each_category_that_was_seen_is_a_column_and_another_is_none_of_them() {
        let (columns, matrix) = columns(&[FeatureKind::Categorical], vec![3.0, 0.0]).unwrap();
        assert_eq!(matrix, ndarray([[0.0, 1.0], [1.0, 0.0]]));
        let unseen = Array2::from_elem((1, 1), 5.0);
        assert_eq!(columns.matrix(unseen.view()).into_raw_vec_and_offset().0, [0.0, 0.0]);
    }

    #[test]
    fn a_feature_that_overflows_is_named() {
        let error = columns(&[FeatureKind::Number], vec![1.5e308, -1.5e308]).unwrap_err();
        assert_eq!(error.message(), "the standard deviation of feature 0 overflows; scale the column");
    }
}
