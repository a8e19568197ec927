//! Columns brought to mean 0 and standard deviation 1.

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

/// Mean and population standard deviation; of equal values the deviation is 0 without rounding.
pub(crate) fn moments(values: ArrayView1<'_, f64>) -> (f64, f64) {
    let Some(&first) = values.first() else { return (0.0, 0.0) };
    let n = values.len() as f64;
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
    let largest = values.iter().map(|value| (value - mean).abs()).fold(0.0, f64::max);
    if largest == 0.0 {
        return (mean, 0.0);
    }
    // Squares of what is at most 1: they neither overflow nor vanish.
    let squares = values.iter().map(|value| ((value - mean) / largest).powi(2)).sum::<f64>();
    (mean, largest * (squares / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_population() {
        let values = Array1::from(vec![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(moments(values.view()), (5.0, 2.0));
        let (mean, deviation) = moments((&values * 1e-300).view());
        assert!((mean / 5e-300 - 1.0).abs() < 1e-14 && (deviation / 2e-300 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn equal_values_have_no_deviation_whatever_their_rounding() {
        for n in [1, 3, 7, 1000] {
            assert_eq!(moments(Array1::from_elem(n, 0.1).view()), (0.1, 0.0));
        }
    }

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
