//! Features of a row as numbers for a linear model or a network.
//!
//! Columns of an encoding stay as they are (one-hot columns hold 0 and 1); other numbers are standardised on the training
//! rows; a category becomes one indicator for each value that the training rows have.

use archcast_scaling::moments;
use archcast_sdk::{
    header::{FeatureKind, Role},
    prelude::*,
};

/// How the features of a row become its inputs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Inputs {
    width: usize,
    columns: Vec<Column>,
}

/// One input.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Column {
    /// The number `(value − shift) · scale`.
    Number { feature: usize, shift: f64, scale: f64 },
    /// A column of an encoding.
    Encoded { feature: usize },
    /// 1 where the feature has this value.
    Category { feature: usize, value: f64 },
}

impl Inputs {
    /// Learns scales and categories from training rows.
    ///
    /// # Errors
    /// `bad_data` where a feature is missing; `numerical` where the deviation of one overflows.
    pub(crate) fn of(train: &Dataset<'_>) -> Result<Self> {
        let rows = train.features()?.complete()?;
        let infos = &train.header()?.features;
        let mut columns = Vec::with_capacity(rows.ncols());
        for (feature, column) in rows.columns().into_iter().enumerate() {
            let info = infos.get(feature);
            let kind = info.map(|info| info.kind).unwrap_or_default();
            let encoded = info.is_some_and(|info| matches!(info.role, Role::Encoding(_)));
            if kind == FeatureKind::Categorical {
                let mut values = column.to_vec();
                values.sort_by(f64::total_cmp);
                values.dedup();
                columns.extend(values.into_iter().map(|value| Column::Category { feature, value }));
            } else if encoded && kind == FeatureKind::Number {
                columns.push(Column::Encoded { feature });
            } else {
                let (shift, deviation) = moments(column);
                if !deviation.is_finite() || !shift.is_finite() {
                    let what =
                        format!("the standard deviation of feature {feature} overflows; scale the column");
                    return Err(Error::numerical(what));
                }
                let scale = if deviation > 0.0 { 1.0 / deviation } else { 0.0 };
                columns.push(Column::Number { feature, shift, scale });
            }
        }
        Ok(Self { width: rows.ncols(), columns })
    }

    /// Number of inputs.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether input k is an indicator or a column of an encoding, and not a standardised number.
    pub(crate) fn is_code(&self, input: usize) -> bool {
        !matches!(self.columns.get(input), Some(Column::Number { .. }) | None)
    }

    /// Refuses queries of another width than the training rows.
    ///
    /// # Errors
    /// `bad_data` with both widths.
    pub(crate) fn check_width(&self, width: usize) -> Result<()> {
        if width == self.width {
            return Ok(());
        }
        Err(Error::bad_data(format!("{width} features, but the model was fitted on {}", self.width)))
    }

    /// The inputs of a row of the fitted width.
    pub(crate) fn row(&self, features: ArrayView1<'_, f64>) -> Vec<f64> {
        let input = |column: &Column| match *column {
            Column::Number { feature, shift, scale } => (features[feature] - shift) * scale,
            Column::Encoded { feature } => features[feature],
            Column::Category { feature, value } => f64::from(features[feature] == value),
        };
        self.columns.iter().map(input).collect()
    }

    /// The inputs of rows of the fitted width.
    pub(crate) fn rows(&self, features: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut inputs = Array2::zeros((features.nrows(), self.len()));
        for (mut place, row) in inputs.rows_mut().into_iter().zip(features.rows()) {
            place.assign(&Array1::from(self.row(row)));
        }
        inputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::header::FeatureInfo;

    #[test]
    fn each_kind_of_column_becomes_inputs_in_its_own_way() {
        let info = |name: &str, kind, role| FeatureInfo { name: name.into(), kind, role };
        let infos = vec![
            info("code", FeatureKind::Number, Role::Encoding("e".into())),
            info("kind", FeatureKind::Categorical, Role::Column),
            info("size", FeatureKind::Number, Role::Column),
            info("same", FeatureKind::Number, Role::Column),
        ];
        let values = vec![0.0, 3.0, 10.0, 0.1, 1.0, 3.0, 30.0, 0.1, 1.0, 4.0, 20.0, 0.1];
        let data = DatasetBuilder::new(3).feature_matrix(infos, values, Vec::new());
        let view = data.view().unwrap();
        let inputs = Inputs::of(&view).unwrap();
        let row = inputs.row(view.features().unwrap().values().row(1));
        assert!((row[3] - 1.5f64.sqrt()).abs() < 1e-12);
        assert_eq!((&row[..3], row[4]), (&[1.0, 1.0, 0.0][..], 0.0));
        assert_eq!(
            (inputs.len(), inputs.is_code(0), inputs.is_code(2), inputs.is_code(3)),
            (5, true, true, false)
        );
        // A category that no training row has is none of the known ones.
        assert_eq!(inputs.row(Array1::from(vec![0.0, 9.0, 20.0, 0.1]).view())[1..3], [0.0, 0.0]);
        assert!(inputs.check_width(5).is_err());
    }
}
