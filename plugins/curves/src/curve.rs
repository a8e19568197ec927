//! Which curve a predictor reads, how much of it, and why a row has none.

use archcast_sdk::{dataset::Curve, header::Goal, prelude::*};

/// A curve by name and how many of its epochs are read: fixed at the fit, so that all rows of all batches compare.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reading {
    metric: String,
    /// Which way the curve is better.
    pub(crate) goal: Goal,
    /// What it is measured in: `percent`, `fraction`, or free text.
    pub(crate) unit: Option<String>,
    /// Epochs that are read; a row with more is cut.
    pub(crate) epochs: usize,
    /// The final epoch.
    pub(crate) horizon: Option<u32>,
}

/// What to do with a row whose curve ends before the epochs that the others show.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnShort {
    /// It is missing, with the reason.
    #[default]
    Missing,
    /// Its last value stands for the epochs that it lacks.
    Last,
}

/// What an extrapolation does with a row whose curve ends before the epochs that the others show.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnShortFit {
    /// It is missing, with the reason.
    #[default]
    Missing,
    /// The epochs that it has are extrapolated, where they are enough.
    Own,
}

/// The curves of some rows.
pub(crate) struct Rows<'a> {
    curves: Curve<'a>,
    epochs: usize,
}

impl Reading {
    /// The curve of the metric, or else the only one that `inputs` handed over. It is read up to the fidelity of the
    /// data, or else up to the horizon, or else as far as the longest training curve goes.
    ///
    /// # Errors
    /// `bad_data` where there is no curve or the choice is open, or where nothing says how many epochs to read.
    pub(crate) fn of(train: &Dataset<'_>, metric: &str) -> Result<Self> {
        let header = train.header()?;
        let (metric, info) = match header.curves.get_key_value(metric) {
            Some(default) => default,
            None => match header.curves.iter().collect::<Vec<_>>()[..] {
                [only] => only,
                [] => {
                    return Err(Error::bad_data(format!(
                        "there is no learning curve; describe `curves.{metric}` in [data]"
                    )));
                }
                _ => {
                    let names: Vec<String> = header.curves.keys().map(|name| format!("`{name}`")).collect();
                    return Err(Error::bad_data(format!(
                        "there are {} curves ({}) and this predictor reads one; name it: \
                         `inputs = [\"curve:{}\"]`",
                        names.len(),
                        names.join(", "),
                        header.curves.keys().next().map_or("", String::as_str)
                    )));
                }
            },
        };
        let told = match (header.fidelity, header.horizon) {
            (Some(fidelity), Some(horizon)) => Some(fidelity.min(horizon)),
            (fidelity, horizon) => fidelity.or(horizon),
        };
        let epochs = match told {
            Some(epochs) => epochs as usize,
            None => {
                let curves = train.curve(metric)?;
                (0..train.rows()).map(|row| sound(curves.row(row)).len()).max().unwrap_or(0)
            }
        };
        if epochs == 0 {
            return Err(Error::bad_data(format!(
                "nothing says how many epochs of `{metric}` to read; give `fidelity` or `horizon` in [data]"
            )));
        }
        Ok(Self {
            metric: metric.clone(),
            goal: info.goal,
            unit: info.unit.clone(),
            epochs,
            horizon: header.horizon,
        })
    }

    /// The curves of these rows.
    ///
    /// # Errors
    /// `bad_data` where the rows have no such curve.
    pub(crate) fn rows<'a>(&self, data: &Dataset<'a>) -> Result<Rows<'a>> {
        Ok(Rows { curves: data.curve(&self.metric)?, epochs: self.epochs })
    }
}

impl<'a> Rows<'a> {
    /// The epochs of a row that are read, up to the first value that is not finite: at most as many as the others
    /// show.
    pub(crate) fn prefix(&self, row: usize) -> &'a [f64] {
        let curve = sound(self.curves.row(row));
        &curve[..curve.len().min(self.epochs)]
    }

    /// All epochs that are read of a row, where it has them.
    ///
    /// # Errors
    /// The reason why the row is missing.
    pub(crate) fn whole(&self, row: usize) -> Result<&'a [f64], String> {
        let prefix = self.prefix(row);
        if prefix.len() == self.epochs { Ok(prefix) } else { Err(self.lack(row)) }
    }

    /// The epochs of a row that can be extrapolated, at least `least`.
    ///
    /// # Errors
    /// The reason why the row is missing.
    pub(crate) fn enough(&self, row: usize, on_short: OnShortFit, least: usize) -> Result<&'a [f64], String> {
        let seen = match on_short {
            OnShortFit::Missing => self.whole(row)?,
            OnShortFit::Own => self.prefix(row),
        };
        match seen.len() {
            0 => Err(self.lack(row)),
            have if have < least => Err(format!(
                "its curve has {have} epoch{}; {least} are needed",
                if have == 1 { "" } else { "s" }
            )),
            _ => Ok(seen),
        }
    }

    /// Why a row has fewer epochs than the others show.
    pub(crate) fn lack(&self, row: usize) -> String {
        let (have, all) = (self.prefix(row).len(), self.curves.row(row).len());
        if all == 0 {
            "it has no curve".to_owned()
        } else if have < all {
            format!("its curve diverged: the value of epoch {} is not finite", have + 1)
        } else {
            format!("its curve ends at epoch {have} of {}: it diverged or was stopped", self.epochs)
        }
    }

    /// The epochs of a row, short ones as `on_short` says.
    ///
    /// # Errors
    /// The reason why the row is missing.
    pub(crate) fn filled(&self, row: usize, on_short: OnShort) -> Result<Vec<f64>, String> {
        let prefix = self.prefix(row);
        match (on_short, prefix.last()) {
            (OnShort::Last, Some(&last)) => {
                let mut values = prefix.to_vec();
                values.resize(self.epochs, last);
                Ok(values)
            }
            _ => self.whole(row).map(<[f64]>::to_vec),
        }
    }
}

/// A curve up to its first value that is not finite.
fn sound(curve: &[f64]) -> &[f64] {
    let end = curve.iter().position(|value| !value.is_finite()).unwrap_or(curve.len());
    &curve[..end]
}

/// Scores every row whose curve is whole; the others are missing, with the reason.
///
/// # Errors
/// `bad_data` where the rows have no such curve, `cancelled`.
pub(crate) fn score_rows(
    reading: &Reading,
    on_short: OnShort,
    queries: &Dataset<'_>,
    cx: &Context<'_>,
    score: impl Fn(&[f64]) -> f64,
) -> Result<Predictions> {
    let rows = reading.rows(queries)?;
    let mut scores = vec![0.0; queries.rows()];
    let mut faults = Vec::new();
    for (row, place) in scores.iter_mut().enumerate() {
        cx.check()?;
        let value = match on_short {
            OnShort::Missing => rows.whole(row).map(&score),
            OnShort::Last => rows.filled(row, on_short).map(|curve| score(&curve)),
        };
        match value {
            Ok(value) if value.is_finite() => *place = reading.goal.turn(value),
            Ok(_) => faults.push((row, "its values are too large: the score overflows".to_owned())),
            Err(reason) => faults.push((row, reason)),
        }
    }
    let mut predictions = Predictions::scores(scores);
    for (row, reason) in faults {
        predictions.set_missing(row, reason);
    }
    Ok(predictions)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, header::CurveInfo};

    /// Fits on no rows and predicts these curves, seen whole.
    pub(crate) fn predict<P: Predictor>(
        params: &P::Params,
        metric: &str,
        info: CurveInfo,
        curves: &[Vec<f64>],
    ) -> Predictions {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let longest = curves.iter().map(Vec::len).max().unwrap_or(0) as u32;
        let data = |rows: &[Vec<f64>]| {
            DatasetBuilder::new(rows.len()).curve(metric, info.clone(), rows).header(|header| {
                header.fidelity = Some(longest);
                header.horizon = Some(100);
            })
        };
        let model = P::fit(params, &data(&[]).view().unwrap(), &cx).unwrap();
        model.predict(&data(curves).view().unwrap(), &cx).unwrap()
    }

    /// A curve's description.
    pub(crate) fn info(goal: Goal, unit: Option<&str>) -> CurveInfo {
        CurveInfo { goal, unit: unit.map(str::to_owned) }
    }

    fn reading(data: &DatasetBuilder<'_>, metric: &str) -> Result<Reading> {
        Reading::of(&data.view().unwrap(), metric)
    }

    #[test]
    fn the_default_metric_or_the_only_curve_is_read() {
        let loss = info(Goal::Minimize, None);
        let one = DatasetBuilder::new(1).curve("loss", loss.clone(), &[vec![1.0]]);
        assert_eq!(reading(&one, "val_acc").unwrap().metric, "loss");
        let two = one.curve("other", loss.clone(), &[vec![1.0]]);
        let error = reading(&two, "val_acc").unwrap_err();
        assert_eq!(
            error.message(),
            "there are 2 curves (`loss`, `other`) and this predictor reads one; name it: `inputs = [\"curve:loss\"]`"
        );
        assert_eq!(reading(&two, "other").unwrap().metric, "other");
        let none = reading(&DatasetBuilder::new(1), "val_acc").unwrap_err();
        assert_eq!(none.message(), "there is no learning curve; describe `curves.val_acc` in [data]");
    }

    #[test]
    fn epochs_are_the_fidelity_or_else_the_horizon_or_else_the_longest_training_curve() {
        let curves = [vec![3.0, 2.0, f64::NAN, 1.0], vec![1.0]];
        let data = DatasetBuilder::new(2).curve("loss", info(Goal::Minimize, None), &curves);
        assert_eq!(reading(&data, "loss").unwrap().epochs, 2);
        let data = data.header(|header| header.horizon = Some(50));
        assert_eq!(reading(&data, "loss").unwrap().epochs, 50);
        let data = data.header(|header| header.fidelity = Some(7));
        assert_eq!(reading(&data, "loss").unwrap().epochs, 7);
        let data = data.header(|header| header.fidelity = Some(70));
        assert_eq!(reading(&data, "loss").unwrap().epochs, 50);
        let empty = DatasetBuilder::new(0).curve("loss", info(Goal::Minimize, None), &[]);
        let error = reading(&empty, "loss").unwrap_err();
        assert!(error.message().contains("give `fidelity` or `horizon` in [data]"), "{error}");
    }

    #[test]
    fn a_row_without_enough_epochs_says_why() {
        let curves = [vec![], vec![2.0, f64::INFINITY, 1.0], vec![2.0, 1.0], vec![3.0, 2.0, 1.0, 0.5]];
        let data = DatasetBuilder::new(4)
            .curve("loss", info(Goal::Minimize, None), &curves)
            .header(|header| header.fidelity = Some(3));
        let view = data.view().unwrap();
        let rows = Reading::of(&view, "loss").unwrap().rows(&view).unwrap();
        assert_eq!(rows.whole(0).unwrap_err(), "it has no curve");
        assert_eq!(rows.whole(1).unwrap_err(), "its curve diverged: the value of epoch 2 is not finite");
        assert_eq!(rows.whole(2).unwrap_err(), "its curve ends at epoch 2 of 3: it diverged or was stopped");
        assert_eq!(rows.whole(3).unwrap(), [3.0, 2.0, 1.0]);
        assert_eq!(rows.filled(2, OnShort::Last).unwrap(), [2.0, 1.0, 1.0]);
        assert!(rows.filled(2, OnShort::Missing).is_err() && rows.filled(0, OnShort::Last).is_err());
    }
}
