//! Columns brought to mean 0 and standard deviation 1.

use archcast_scaling::moments;
use archcast_sdk::prelude::*;

/// Mean and population standard deviation of each column of the training rows.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Scaling {
    means: Vec<f64>,
    deviations: Vec<f64>,
}

impl Scaling {
    /// The moments of each column.
    ///
    /// # Errors
    /// `numerical` that names the column whose moments overflow.
    pub(crate) fn of(rows: ArrayView2<'_, f64>) -> Result<Self> {
        let (means, deviations): (Vec<f64>, Vec<f64>) =
            rows.columns().into_iter().map(|column| moments(column)).unzip();
        match deviations.iter().position(|deviation| !deviation.is_finite()) {
            Some(feature) => {
                let what = format!("the standard deviation of feature {feature} overflows; scale the column");
                Err(Error::numerical(what))
            }
            None => Ok(Self { means, deviations }),
        }
    }

    /// Number of columns.
    pub(crate) fn len(&self) -> usize {
        self.means.len()
    }

    /// A value of this column in standard deviations from the mean; 0 where the column is constant.
    pub(crate) fn apply(&self, feature: usize, value: f64) -> f64 {
        let deviation = self.deviations[feature];
        if deviation > 0.0 { (value - self.means[feature]) / deviation } else { 0.0 }
    }

    /// Refuses queries of another width than the training rows.
    ///
    /// # Errors
    /// `bad_data` with both widths.
    pub(crate) fn check_width(&self, width: usize) -> Result<()> {
        if width == self.len() {
            return Ok(());
        }
        Err(Error::bad_data(format!("{width} features, but the model was fitted on {}", self.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_column_becomes_0_and_one_that_overflows_is_named() {
        let rows = Array2::from_shape_vec((2, 2), vec![3.0, 1.0, 3.0, 5.0]).unwrap();
        let scaling = Scaling::of(rows.view()).unwrap();
        assert_eq!((scaling.apply(0, 17.0), scaling.apply(1, 5.0)), (0.0, 1.0));
        let rows = Array2::from_shape_vec((2, 2), vec![3.0, 1.5e308, 4.0, -1.5e308]).unwrap();
        let error = Scaling::of(rows.view()).unwrap_err();
        assert_eq!(error.message(), "the standard deviation of feature 1 overflows; scale the column");
    }
}
