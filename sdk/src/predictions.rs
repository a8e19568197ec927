//! What a predictor gives back: named outputs, and rows that are missing with a reason.

use crate::{Error, Result};
use archcast_abi::abi_stable::std_types::RVec;
use ndarray::Array1;
use std::collections::BTreeMap;

/// Named outputs with one value for each row; a row can be missing, with a reason.
///
/// ```
/// use archcast_sdk::Predictions;
/// let predictions = Predictions::values(vec![91.2, 0.0, 88.0]).missing(1, "its curve is shorter than 4 epochs");
/// assert_eq!(predictions.rows(), 3);
/// assert_eq!(predictions.reason(1), Some("its curve is shorter than 4 epochs"));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Predictions {
    rows: usize,
    outputs: Vec<(String, RVec<f64>)>,
    missing: BTreeMap<usize, String>,
}

impl Predictions {
    /// No outputs yet, for so many rows; add them by [`Predictions::output`].
    pub fn new(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Scores: only their order means something, higher is better.
    pub fn scores(scores: impl IntoValues) -> Self {
        let values = scores.into_values();
        Self::new(values.len()).output("score", values)
    }

    /// Values in the target's unit, higher is better.
    pub fn values(values: impl IntoValues) -> Self {
        let values = values.into_values();
        Self::new(values.len()).output("mean", values)
    }

    /// Means and standard deviations in the target's unit.
    pub fn distribution(means: impl IntoValues, deviations: impl IntoValues) -> Self {
        Self::values(means).output("std", deviations)
    }

    /// One more output.
    #[must_use]
    pub fn output(mut self, name: impl Into<String>, values: impl IntoValues) -> Self {
        self.outputs.push((name.into(), values.into_values()));
        self
    }

    /// Declares a row missing, with the reason; its values are ignored.
    #[must_use]
    pub fn missing(mut self, row: usize, reason: impl Into<String>) -> Self {
        self.set_missing(row, reason);
        self
    }

    /// Declares a row missing, with the reason; its values are ignored.
    pub fn set_missing(&mut self, row: usize, reason: impl Into<String>) {
        self.missing.entry(row).or_insert_with(|| reason.into());
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The values of an output, NaN where the row is missing.
    pub fn get(&self, name: &str) -> Option<&[f64]> {
        self.outputs.iter().find(|(have, _)| have == name).map(|(_, values)| &values[..])
    }

    /// All outputs, in order.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.outputs.iter().map(|(name, values)| (&name[..], &values[..]))
    }

    /// The outputs without a copy, as they cross the boundary.
    pub(crate) fn into_outputs(self) -> Vec<(String, RVec<f64>)> {
        self.outputs
    }

    /// Why a row is missing, if it is.
    pub fn reason(&self, row: usize) -> Option<&str> {
        self.missing.get(&row).map(String::as_str)
    }

    /// The missing rows with their reasons.
    pub fn missing_rows(&self) -> &BTreeMap<usize, String> {
        &self.missing
    }

    /// Checks the promise of the boundary: the declared outputs, a finite value in each for every row that is not
    /// missing. Values of missing rows become NaN.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal) that names the output and the row.
    pub fn checked(mut self, rows: usize, declared: &[String]) -> Result<Self> {
        self.require_shape(rows, declared)?;
        for (name, values) in &mut self.outputs {
            for &row in self.missing.keys() {
                values[row] = f64::NAN;
            }
            let unsound =
                |(row, value): (usize, &f64)| !value.is_finite() && !self.missing.contains_key(&row);
            if !all_finite(values)
                && let Some(row) = values.iter().enumerate().position(unsound)
            {
                return Err(Error::internal(format!(
                    "output `{name}` is {} for row {row}; give a finite value or declare the row missing with a reason",
                    values[row]
                )));
            }
        }
        Ok(self)
    }

    /// The part of [`Predictions::checked`] that looks at no values.
    pub(crate) fn require_shape(&self, rows: usize, declared: &[String]) -> Result<()> {
        if self.rows != rows {
            return Err(Error::internal(format!(
                "predictions for {} rows where {rows} were asked",
                self.rows
            )));
        }
        if let Some((&row, _)) = self.missing.range(rows..).next() {
            return Err(Error::internal(format!(
                "row {row} is declared missing, but only {rows} rows were asked"
            )));
        }
        let given: Vec<&str> = self.outputs.iter().map(|(name, _)| &name[..]).collect();
        if given != declared {
            return Err(Error::internal(format!("outputs {given:?} where {declared:?} were declared")));
        }
        for (name, values) in &self.outputs {
            if values.len() != rows {
                return Err(Error::internal(match values.len() {
                    short if short < rows => format!("row {short} of output `{name}` is left unwritten"),
                    long => format!("output `{name}` has {long} values for {rows} rows"),
                }));
            }
        }
        Ok(())
    }
}

/// Whether all values are finite. It is asked of every output, so it runs at the speed of memory: independent lanes that
/// the compiler turns into vector instructions of every x86-64.
fn all_finite(values: &[f64]) -> bool {
    // `v × 0` is 0 for a finite value and NaN for every other, and a sum with a NaN in it is NaN.
    let mut lanes = [0.0; 8];
    let (chunks, rest) = values.as_chunks::<8>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value * 0.0;
        }
    }
    rest.iter().map(|value| value * 0.0).chain(lanes).sum::<f64>() == 0.0
}

/// Anything that becomes a list of values: `Vec<f64>` or `Array1<f64>`.
pub trait IntoValues {
    /// The values in row order, in the form that crosses the boundary.
    #[doc(hidden)]
    fn into_values(self) -> RVec<f64>;
}

impl IntoValues for RVec<f64> {
    fn into_values(self) -> RVec<f64> {
        self
    }
}

impl IntoValues for Vec<f64> {
    fn into_values(self) -> RVec<f64> {
        self.into()
    }
}

impl IntoValues for Array1<f64> {
    fn into_values(self) -> RVec<f64> {
        let values = if self.is_standard_layout() {
            let (values, offset) = self.into_raw_vec_and_offset();
            if offset.unwrap_or(0) == 0 { values } else { values[offset.unwrap_or(0)..].to_vec() }
        } else {
            self.to_vec()
        };
        values.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Vec<String> {
        vec!["mean".into()]
    }

    #[test]
    fn a_value_that_is_not_finite_is_named_unless_its_row_is_missing() {
        let error = Predictions::values(vec![1.0, f64::NAN]).checked(2, &declared()).unwrap_err();
        assert!(error.message().contains("NaN for row 1"), "{error}");
        let sound = Predictions::values(vec![1.0, f64::INFINITY]).missing(1, "diverged");
        assert!(sound.checked(2, &declared()).unwrap().get("mean").unwrap()[1].is_nan());
    }

    #[test]
    fn one_value_that_is_not_finite_is_seen_wherever_it_stands() {
        let mut values = vec![f64::MAX, f64::MIN, 0.0, -0.0, f64::MIN_POSITIVE / 2.0, 1.0, 2.0, 3.0, 4.0];
        assert!(all_finite(&values) && all_finite(&[]));
        for place in 0..values.len() {
            for bad in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let kept = std::mem::replace(&mut values[place], bad);
                assert!(!all_finite(&values), "{bad} at {place}");
                values[place] = kept;
            }
        }
    }

    #[test]
    fn a_wrong_number_of_rows_or_outputs_is_refused() {
        let short = Predictions::new(3).output("mean", vec![1.0]).checked(3, &declared()).unwrap_err();
        assert_eq!(short.message(), "row 1 of output `mean` is left unwritten");
        let long = Predictions::new(1).output("mean", vec![1.0, 2.0]).checked(1, &declared()).unwrap_err();
        assert_eq!(long.message(), "output `mean` has 2 values for 1 rows");
        assert!(Predictions::values(vec![1.0]).checked(2, &declared()).is_err());
        assert!(Predictions::scores(vec![1.0]).checked(1, &declared()).is_err());
        assert!(Predictions::values(vec![1.0]).missing(5, "no such row").checked(1, &declared()).is_err());
    }

    #[test]
    fn a_reversed_array_keeps_its_order() {
        let mut array = Array1::from(vec![1.0, 2.0, 3.0]);
        array.invert_axis(ndarray::Axis(0));
        assert_eq!(array.into_values(), [3.0, 2.0, 1.0]);
        let tail = Array1::from(vec![1.0, 2.0, 3.0]).slice_move(ndarray::s![1..]);
        assert_eq!(tail.into_values(), [2.0, 3.0]);
    }
}
