//! What `lce` and `lce-m` share: the curve as fractions, its families, and the way out where none fits.

use crate::{
    curve::OnShortFit,
    extrapolation::{Extrapolation, Fraction},
    families::CurveFamily,
    mixture::{Effort, Fits, Monotone, Quality},
    power_law::{self, Scale},
};
use archcast_sdk::prelude::*;
use std::sync::Mutex;

/// The curve that both read by default.
pub(crate) const METRIC: &str = "val_acc";
/// Fewest epochs: as many as the largest family has parameters.
pub(crate) const SHORTEST: u32 = 4;

/// A fitted extrapolation by families of curves.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Parametric {
    extrapolation: Extrapolation,
    fraction: Fraction,
    families: Vec<CurveFamily>,
    monotone: Monotone,
    /// Nothing where the equal-weight mean of the fits is the forecast.
    effort: Option<Effort>,
    recency: bool,
}

/// What both predictors are told.
pub(crate) struct Settings<'p> {
    pub(crate) families: &'p [CurveFamily],
    pub(crate) monotone: Monotone,
    pub(crate) effort: Option<Effort>,
    pub(crate) recency: bool,
    pub(crate) scale: Option<f64>,
    pub(crate) on_short: OnShortFit,
}

impl Parametric {
    /// Chooses the curve and its scale.
    ///
    /// # Errors
    /// `bad_data` where there is no curve, horizon or scale, `bad_parameter` where there is no family.
    pub(crate) fn fit(settings: &Settings<'_>, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let mut families = settings.families.to_vec();
        families.sort_unstable();
        families.dedup();
        if families.is_empty() {
            return Err(Error::bad_parameter("families", "is empty; name at least one, or leave it out"));
        }
        let extrapolation = Extrapolation::of(train, METRIC, SHORTEST, settings.on_short, cx)?;
        let training = extrapolation.training(train)?;
        let fraction = Fraction::of(&extrapolation.reading, settings.scale, &training)?;
        let Settings { monotone, effort, recency, .. } = *settings;
        Ok(Self { extrapolation, fraction, families, monotone, effort, recency })
    }

    /// The forecast of every row, with quantiles where the posterior is sampled.
    ///
    /// # Errors
    /// `bad_data` where the rows have no such curve, `cancelled`.
    pub(crate) fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let qualities = Mutex::new(Vec::new());
        let predictions = self.extrapolation.predict(queries, self.effort.is_some(), cx, |curve, rng| {
            let y = self.fraction.apply(curve);
            let horizon = self.extrapolation.horizon;
            let fits = Fits::of(&y, &self.families, self.monotone, horizon);
            let told = match self.effort {
                _ if fits.is_empty() => match Scale::of(std::iter::once(&y[..])) {
                    Some(scale) => power_law::forecast(&y, scale, horizon),
                    None => return Ok(Err("its values are too large to be fitted".to_owned())),
                },
                None => fits.equal_weights(),
                Some(effort) => {
                    let (told, quality) = fits.sample(effort, self.recency, rng, cx)?;
                    qualities.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(quality);
                    told
                }
            };
            Ok(Ok(self.fraction.back(curve, told)))
        })?;
        let qualities = qualities.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(words) = summary(&qualities) {
            cx.log(Level::Info, words);
        }
        Ok(predictions)
    }
}

/// How well the sampling of some rows went.
fn summary(qualities: &[Quality]) -> Option<String> {
    let sorted = |of: fn(&Quality) -> f64| {
        let mut values: Vec<f64> = qualities.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (acceptance, effective) = (sorted(|q| q.acceptance), sorted(|q| q.effective));
    let median = |values: &[f64]| values.get(values.len() / 2).copied();
    Some(format!(
        "posterior of {} rows sampled: acceptance {:.2} (lowest {:.2}), effective sample size {:.0} (lowest {:.0})",
        qualities.len(),
        median(&acceptance)?,
        acceptance.first()?,
        median(&effective)?,
        effective.first()?
    ))
}
