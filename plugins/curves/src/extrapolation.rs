//! What all extrapolations share: the horizon, units, rows that are missing, flat curves.

use crate::curve::{OnShortFit, Reading};
use archcast_sdk::{Rng, header::Goal, prelude::*};

/// Deviation of a flat curve's forecast, as a part of its value.
const FLAT_DEVIATION: f64 = 1e-3;

/// Levels of the quantiles of a posterior, and the names of their outputs.
pub(crate) const LEVELS: [(f64, &str); 3] = [(0.05, "q05"), (0.5, "q50"), (0.95, "q95")];

/// What is read, how far it is to be extrapolated, and in which unit the answer is due.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Extrapolation {
    pub(crate) reading: Reading,
    /// The epoch to forecast.
    pub(crate) horizon: f64,
    /// A value of the curve times this is in the target's unit.
    factor: f64,
    /// Which way the target is better: the host turns means back, and quantiles come as they are to be read.
    target_goal: Goal,
    on_short: OnShortFit,
    /// Fewest epochs.
    least: usize,
}

/// The forecast of one row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forecast {
    pub(crate) mean: f64,
    pub(crate) deviation: f64,
    /// At [`LEVELS`], where there is a posterior.
    pub(crate) quantiles: Vec<f64>,
}

impl Forecast {
    /// The same after `value ↦ value · factor + offset`, where the factor is positive.
    pub(crate) fn rescaled(self, factor: f64, offset: f64) -> Self {
        Self {
            mean: self.mean * factor + offset,
            deviation: self.deviation * factor,
            quantiles: self.quantiles.iter().map(|value| value * factor + offset).collect(),
        }
    }

    /// The forecast of a curve that does not move.
    fn flat(value: f64) -> Self {
        let deviation = (FLAT_DEVIATION * value.abs()).max(f64::MIN_POSITIVE);
        Self { mean: value, deviation, quantiles: Vec::new() }
    }

    fn is_finite(&self) -> bool {
        self.mean.is_finite()
            && self.deviation.is_finite()
            && self.quantiles.iter().all(|value| value.is_finite())
    }
}

impl Extrapolation {
    /// Chooses the curve and the epoch to forecast.
    ///
    /// # Errors
    /// `bad_data` where there is no curve or no horizon.
    pub(crate) fn of(
        train: &Dataset<'_>,
        metric: &str,
        least: u32,
        on_short: OnShortFit,
        cx: &Context<'_>,
    ) -> Result<Self> {
        let reading = Reading::of(train, metric)?;
        let Some(horizon) = reading.horizon else {
            return Err(Error::bad_data(
                "nothing says which epoch to forecast; give `horizon` in [data], the final epoch",
            ));
        };
        let target = train.header()?.target.as_ref();
        let unit = target.and_then(|target| target.unit.as_deref());
        let factor = match (reading.unit.as_deref(), unit) {
            (Some("percent"), Some("fraction")) => 0.01,
            (Some("fraction"), Some("percent")) => 100.0,
            (curve, unit) => {
                if let Some(target) = target
                    && (curve != unit || target.goal != reading.goal)
                {
                    cx.log(
                        Level::Warn,
                        format!(
                            "the forecast of the curve is in the curve's own unit, which is not that of the \
                             target `{}`: only its order means something",
                            target.name
                        ),
                    );
                }
                1.0
            }
        };
        let target_goal = target.map_or(Goal::Maximize, |target| target.goal);
        Ok(Self {
            reading,
            horizon: f64::from(horizon),
            factor,
            target_goal,
            on_short,
            least: least as usize,
        })
    }

    /// The curves of the training rows, higher being better, those that are too short left out.
    pub(crate) fn training(&self, train: &Dataset<'_>) -> Result<Vec<Vec<f64>>> {
        let rows = self.reading.rows(train)?;
        Ok((0..train.rows())
            .filter_map(|row| rows.enough(row, self.on_short, self.least).ok())
            .map(|curve| self.turned(curve))
            .collect())
    }

    fn turned(&self, curve: &[f64]) -> Vec<f64> {
        curve.iter().map(|&value| self.reading.goal.turn(value)).collect()
    }

    /// Forecasts every row by `forecast`, which sees the curve with higher being better and the row's generator, with
    /// the quantiles where it gives them.
    ///
    /// # Errors
    /// `bad_data` where the rows have no such curve, `cancelled`.
    pub(crate) fn predict(
        &self,
        queries: &Dataset<'_>,
        quantiles: bool,
        cx: &Context<'_>,
        forecast: impl Fn(&[f64], &mut Rng) -> Result<Result<Forecast, String>> + Sync,
    ) -> Result<Predictions> {
        let rows = self.reading.rows(queries)?;
        let one = |row: usize| -> Result<Result<Forecast, String>> {
            cx.check()?;
            let curve = match rows.enough(row, self.on_short, self.least) {
                Ok(curve) => self.turned(curve),
                Err(reason) => return Ok(Err(reason)),
            };
            let told = match flat(&curve) {
                Some(value) => Forecast::flat(value),
                None => match forecast(&curve, &mut cx.rng_for(row))? {
                    Ok(told) => told,
                    Err(reason) => return Ok(Err(reason)),
                },
            };
            let told = told.rescaled(self.factor, 0.0);
            Ok(match told.is_finite() {
                true => Ok(told),
                false => Err("its values are too large: the forecast overflows".to_owned()),
            })
        };
        let told: Vec<Result<Forecast, String>> =
            cx.parallel_map(queries.rows(), one).into_iter().collect::<Result<_>>()?;
        let column = |of: &dyn Fn(&Forecast) -> f64| -> Vec<f64> {
            told.iter().map(|row| row.as_ref().map_or(0.0, of)).collect()
        };
        let mut predictions =
            Predictions::distribution(column(&|row| row.mean), column(&|row| row.deviation));
        for (place, (_, name)) in LEVELS.into_iter().enumerate().filter(|_| quantiles) {
            // What is low where more is better is high where less is.
            let place = match self.target_goal {
                Goal::Maximize => place,
                Goal::Minimize => LEVELS.len() - 1 - place,
            };
            // A flat curve has no posterior: all its quantiles are its value.
            let values =
                column(&|row| self.target_goal.turn(row.quantiles.get(place).copied().unwrap_or(row.mean)));
            predictions = predictions.output(name, values);
        }
        for (row, reason) in told.into_iter().enumerate().filter_map(|(row, told)| Some((row, told.err()?))) {
            predictions.set_missing(row, reason);
        }
        Ok(predictions)
    }
}

/// The value of a curve that does not move.
fn flat(curve: &[f64]) -> Option<f64> {
    let (low, high) = curve
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    let mean = curve.iter().sum::<f64>() / curve.len() as f64;
    (high - low < 1e-9 + 1e-6 * mean.abs()).then_some(mean)
}

/// How a curve with higher being better becomes one between 0 and 1, as the families of curves are made for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fraction {
    /// What 1 stands for; where it is open, the largest absolute value of the row.
    scale: Option<f64>,
    /// What 0 becomes: 1 for a loss, since a loss of 0 is the best there can be.
    offset: f64,
}

impl Fraction {
    /// The scale of a curve: 100 for percent and 1 for a fraction; for losses the median of the training curves'
    /// largest values.
    ///
    /// # Errors
    /// `bad_data` where a curve to be maximised has another unit and no scale is given.
    pub(crate) fn of(reading: &Reading, given: Option<f64>, training: &[Vec<f64>]) -> Result<Self> {
        let offset = if reading.goal == Goal::Minimize { 1.0 } else { 0.0 };
        let scale = match (given, reading.goal, reading.unit.as_deref()) {
            (Some(given), ..) => Some(given),
            (None, Goal::Maximize, Some("percent")) => Some(100.0),
            (None, Goal::Maximize, Some("fraction")) => Some(1.0),
            (None, Goal::Maximize, _) => {
                return Err(Error::bad_data(
                    "the unit of the curve is neither `percent` nor `fraction`; give its `unit` in [data], or \
                     the largest value there can be as the parameter `scale`",
                ));
            }
            (None, Goal::Minimize, _) => {
                let mut largest: Vec<f64> = training.iter().map(|curve| largest(curve)).collect();
                largest.sort_by(f64::total_cmp);
                largest.get(largest.len() / 2).copied().filter(|scale| *scale > 0.0 && scale.is_finite())
            }
        };
        Ok(Self { scale, offset })
    }

    fn scale_of(self, curve: &[f64]) -> f64 {
        self.scale.unwrap_or_else(|| largest(curve))
    }

    /// The curve as fractions.
    pub(crate) fn apply(self, curve: &[f64]) -> Vec<f64> {
        let scale = self.scale_of(curve);
        curve.iter().map(|value| self.offset + value / scale).collect()
    }

    /// The forecast of a curve in fractions, turned back.
    pub(crate) fn back(self, curve: &[f64], forecast: Forecast) -> Forecast {
        let scale = self.scale_of(curve);
        forecast.rescaled(scale, -self.offset * scale)
    }
}

fn largest(curve: &[f64]) -> f64 {
    curve.iter().map(|value| value.abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_curve_is_told_from_one_that_moves() {
        assert_eq!(flat(&[0.5, 0.5, 0.5]), Some(0.5));
        assert!(flat(&[2.303, 2.303_000_1]).is_some());
        assert_eq!(flat(&[0.1, 0.100_1]), None);
    }
}
