//! Features of a curve for a kernel machine, and their scale.

use archcast_sdk::{Header, prelude::*};

/// What of a curve is a feature.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Mean and deviation of the values, of their first and of their second differences: six numbers.
    #[default]
    Summary,
    /// The values, their first and second differences, and mean and deviation of the values.
    Curve,
}

/// How features and target are scaled.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// All of the curve by one number: 100 for percent, 1 for a fraction, else the deviation of the last values seen.
    #[default]
    One,
    /// Each feature and the target by its own deviation.
    Each,
}

impl Kind {
    /// The features of a curve of at least 3 epochs.
    pub(crate) fn of(self, curve: &[f64]) -> Vec<f64> {
        let steps =
            |values: &[f64]| -> Vec<f64> { values.windows(2).map(|pair| pair[1] - pair[0]).collect() };
        let first = steps(curve);
        let second = steps(&first);
        let moments = |values: &[f64]| [mean(values), deviation_or_zero(values)];
        match self {
            Self::Summary => [moments(curve), moments(&first), moments(&second)].concat(),
            Self::Curve => [curve, &first, &second, &moments(curve)].concat(),
        }
    }

    /// The number of features of a curve.
    pub(crate) fn count(self, epochs: usize) -> usize {
        match self {
            Self::Summary => 6,
            Self::Curve => (3 * epochs + 2).saturating_sub(3),
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation_or_zero(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

/// Population standard deviation; 1 where all values are equal.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let deviation = deviation_or_zero(values);
    if deviation > 0.0 { deviation } else { 1.0 }
}

/// What 1 stands for in a curve and in the target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Units {
    pub(crate) curve: f64,
    pub(crate) target: f64,
}

impl Units {
    /// By the units that the table declares; else the deviation of the last values seen, which is the target's too
    /// where both have the same unit, and the target's own deviation where they differ.
    pub(crate) fn of(header: &Header, curve: Option<&str>, lasts: &[f64], targets: &[f64]) -> Self {
        let target = header.target.as_ref().and_then(|target| target.unit.as_deref());
        let declared = |unit: Option<&str>| match unit {
            Some("percent") => Some(100.0),
            Some("fraction") => Some(1.0),
            _ => None,
        };
        let own = declared(curve).unwrap_or_else(|| deviation(lasts));
        let same = curve.is_some() && curve == target;
        let target = declared(target).unwrap_or_else(|| if same { own } else { deviation(targets) });
        Self { curve: own, target }
    }
}

/// Shift and scale of each feature.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Scaling {
    shifts: Vec<f64>,
    scales: Vec<f64>,
}

impl Scaling {
    /// The first `own` features are a curve's; the others are standardised either way.
    ///
    /// # Errors
    /// `numerical` where a deviation overflows.
    pub(crate) fn of(scale: Scale, rows: &[Vec<f64>], own: usize, one: f64) -> Result<Self> {
        let width = rows.first().map_or(0, Vec::len);
        let (mut shifts, mut scales) = (Vec::with_capacity(width), Vec::with_capacity(width));
        for feature in 0..width {
            let (shift, scale) = if feature < own && scale == Scale::One {
                (0.0, one)
            } else {
                let column: Vec<f64> = rows.iter().filter_map(|row| row.get(feature).copied()).collect();
                (mean(&column), deviation(&column))
            };
            if !(shift.is_finite() && scale.is_finite()) {
                return Err(Error::numerical(format!(
                    "the deviation of feature {feature} overflows; scale the column or the curve"
                )));
            }
            shifts.push(shift);
            scales.push(scale);
        }
        Ok(Self { shifts, scales })
    }

    /// A row as the kernel needs it.
    ///
    /// # Errors
    /// `bad_data` where it has another number of features than the training rows.
    pub(crate) fn place(&self, row: &[f64]) -> Result<Vec<f64>> {
        if row.len() != self.shifts.len() {
            return Err(Error::bad_data(format!(
                "{} features of curve and table, but the model was fitted on {}",
                row.len(),
                self.shifts.len()
            )));
        }
        let places = row.iter().zip(&self.shifts).zip(&self.scales);
        Ok(places.map(|((value, shift), scale)| (value - shift) / scale).collect())
    }

    /// All training rows.
    ///
    /// # Errors
    /// `bad_data` where rows have different numbers of features.
    pub(crate) fn matrix(&self, rows: &[Vec<f64>]) -> Result<Array2<f64>> {
        let places = rows.iter().map(|row| self.place(row)).collect::<Result<Vec<_>>>()?.concat();
        Array2::from_shape_vec((rows.len(), self.shifts.len()), places)
            .map_err(|error| Error::internal(format!("the training rows lost their shape: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_those_of_numpy() {
        let curve = [0.30, 0.42, 0.50, 0.55, 0.58];
        let expected = [0.47, 0.1007968253, 0.07, 0.0339116499, -0.03, 0.0081649658];
        for (have, want) in Kind::Summary.of(&curve).iter().zip(expected) {
            assert!((have - want).abs() < 1e-10, "{have} {want}");
        }
        let all = Kind::Curve.of(&curve);
        assert_eq!(all.len(), Kind::Curve.count(5));
        assert_eq!(all[..5], curve);
        assert!((all[5] - 0.12).abs() < 1e-12 && (all[9] + 0.04).abs() < 1e-12);
        assert_eq!(Kind::Summary.of(&curve).len(), Kind::Summary.count(5));
    }

    #[test]
    fn declared_units_scale_and_others_take_the_deviation() {
        let mut header = Header::default();
        let mut target = archcast_sdk::header::TargetInfo::default();
        target.unit = Some("nats".into());
        header.target = Some(target);
        let (lasts, targets) = ([1.0, 3.0], [10.0, 14.0]);
        assert_eq!(
            Units::of(&header, Some("percent"), &lasts, &targets),
            Units { curve: 100.0, target: 2.0 }
        );
        assert_eq!(Units::of(&header, Some("nats"), &lasts, &targets), Units { curve: 1.0, target: 1.0 });
        assert_eq!(Units::of(&header, Some("fraction"), &lasts, &targets).curve, 1.0);
    }
}
