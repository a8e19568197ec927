//! The nearest training rows, weighted by inverse distance (Cover and Hart, IEEE Trans. Inf. Theory 1967; Dudani, IEEE
//! Trans. Syst. Man Cybern. 1976).
//!
//! The distance is Euclidean over standardised features; a category counts 0 where it is the same and 1 where it
//! differs. Each of the k neighbours weighs 1 over its distance; where a training row is at distance 0, only such rows
//! count. Rows tied at the distance of the last neighbour share the places that are left, so that neither the order of
//! the training rows nor their targets decide.
//!
//! The deviation is the square root of the weighted variance of the neighbours' targets plus the mean squared error of
//! training rows that are predicted from the others.
//!
//! Cost: fit O(n d) for each of up to 1,000 rows, predict O(n d) a row. Deterministic; draws no random numbers.

use crate::scaling::Scaling;
use archcast_scaling::moments;
use archcast_sdk::{header::FeatureKind, prelude::*};

/// Most training rows that are predicted from the others; they are evenly spread where there are more.
const LEFT_OUT: usize = 1000;
/// Queries between two looks at whether to end.
const CHUNK: usize = 64;
/// Smallest deviation, as a part of the largest absolute target.
const LEAST: f64 = 1e-6;

/// The training rows, and how far they miss each other.
#[derive(Debug, Serialize, Deserialize)]
pub struct Nearest {
    neighbours: usize,
    scaling: Scaling,
    /// Whether a feature's numbers are categories.
    categorical: Vec<bool>,
    /// n × d; standardised but for categories.
    rows: Array2<f64>,
    targets: Array1<f64>,
    /// Mean squared error of training rows predicted from the others.
    residual: f64,
    /// Smallest deviation.
    least: f64,
}

/// Parameters of [`Nearest`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Training rows that vote; all of them where there are fewer.
    #[schemars(range(min = 1, max = 1000), extend("x-tune" = {"low": 1, "high": 30}))]
    pub neighbours: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { neighbours: 10 }
    }
}

impl Nearest {
    /// A row as distances need it.
    fn place(&self, row: ArrayView1<'_, f64>) -> Vec<f64> {
        let place = |(feature, &value): (usize, &f64)| match self.categorical[feature] {
            true => value,
            false => self.scaling.apply(feature, value),
        };
        row.iter().enumerate().map(place).collect()
    }

    fn distance(&self, a: &[f64], b: ArrayView1<'_, f64>) -> f64 {
        let mut squares = 0.0;
        for ((a, b), &categorical) in a.iter().zip(b).zip(&self.categorical) {
            squares += if categorical { f64::from(a != b) } else { (a - b) * (a - b) };
        }
        squares.sqrt()
    }

    /// Weighted mean and variance of the neighbours of a place, one training row left out; `None` where no distance
    /// is finite.
    fn vote(&self, place: &[f64], left_out: Option<usize>) -> Option<(f64, f64)> {
        let mut near: Vec<(f64, f64)> = (self.rows.rows().into_iter().zip(&self.targets).enumerate())
            .filter(|(row, _)| Some(*row) != left_out)
            .map(|(_, (row, &target))| (self.distance(place, row), target))
            .collect();
        let k = self.neighbours.min(near.len()).checked_sub(1)?;
        let (_, &mut (reach, _), _) = near.select_nth_unstable_by(k, |a, b| a.0.total_cmp(&b.0));
        near.retain(|(distance, _)| *distance <= reach);
        // Equal sets add up to equal bits, whatever the order of the training rows.
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let closest = near.first().map(|(distance, _)| *distance).filter(|distance| distance.is_finite())?;
        let nearer = near.iter().filter(|(distance, _)| *distance < reach).count();
        let share = (k + 1 - nearer) as f64 / (near.len() - nearer) as f64;
        let weight = |distance: f64| match (distance == closest, closest == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            // Weights relative to the closest row's: they do not overflow.
            (false, false) => closest / distance,
        };
        let weights: Vec<f64> = near
            .iter()
            .map(|&(distance, _)| weight(distance) * if distance == reach { share } else { 1.0 })
            .collect();
        let total: f64 = weights.iter().sum();
        // About the closest target, so that equal targets have no variance by rounding.
        let centre = near[0].1;
        let shift =
            weights.iter().zip(&near).map(|(w, (_, target))| w * (target - centre)).sum::<f64>() / total;
        let mean = centre + shift;
        let square = |(w, (_, target)): (&f64, &(f64, f64))| w * (target - mean) * (target - mean);
        let variance = weights.iter().zip(&near).map(square).sum::<f64>() / total;
        Some((mean, variance))
    }

    /// Mean squared error of training rows that are predicted from the others.
    fn leave_one_out(&self, cx: &Context<'_>) -> Result<f64> {
        let (n, asked) = (self.targets.len(), self.targets.len().min(LEFT_OUT));
        let errors = cx.parallel_map(asked, |index| {
            cx.check()?;
            let row = index * n / asked;
            let place = self.rows.row(row).to_vec();
            Ok(self.vote(&place, Some(row)).map(|(mean, _)| (self.targets[row] - mean).powi(2)))
        });
        let errors: Vec<Option<f64>> = errors.into_iter().collect::<Result<_>>()?;
        Ok(errors.iter().flatten().sum::<f64>() / asked as f64)
    }
}

impl Predictor for Nearest {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("nearest", Family::ModelBased)
        .summary("Mean and deviation of the nearest training rows, weighted by inverse distance.")
        .cite("Cover and Hart, Nearest Neighbor Pattern Classification, IEEE Transactions on Information Theory 1967")
        .cite("Dudani, The Distance-Weighted k-Nearest-Neighbor Rule, IEEE Transactions on Systems, Man, and Cybernetics 1976")
        .complexity("fit O(min(n, 1000) n d), predict O(n d) a row")
        .needs(&[Input::Features])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let rows = train.features()?.complete()?;
        let targets = train.targets()?.to_owned();
        // The deviation of a row shows in how others miss it, so one alone says nothing.
        if targets.len() < 2 {
            return Err(Error::too_few_rows(targets.len(), 2));
        }
        let deviation = moments(targets.view()).1;
        if !(deviation * deviation * targets.len() as f64).is_finite() {
            return Err(Error::numerical("the variance of the target overflows; scale the target"));
        }
        let kinds = &train.header()?.features;
        let categorical = (0..rows.ncols())
            .map(|feature| kinds.get(feature).is_some_and(|info| info.kind == FeatureKind::Categorical))
            .collect();
        let largest = targets.iter().map(|target| target.abs()).fold(0.0, f64::max);
        let least = LEAST * if largest > 0.0 { largest } else { 1.0 };
        let mut model = Self {
            neighbours: params.neighbours as usize,
            scaling: Scaling::of(rows)?,
            categorical,
            rows: Array2::zeros((0, rows.ncols())),
            targets,
            residual: 0.0,
            least: least.max(f64::MIN_POSITIVE),
        };
        let places: Vec<f64> = rows.rows().into_iter().flat_map(|row| model.place(row)).collect();
        model.rows = Array2::from_shape_vec(rows.dim(), places)
            .map_err(|error| Error::internal(format!("the training rows lost their shape: {error}")))?;
        model.residual = model.leave_one_out(cx)?;
        Ok(model)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let features = queries.features()?;
        let values = features.values();
        self.scaling.check_width(values.ncols())?;
        let rows = queries.rows();
        let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
            cx.check()?;
            let asked = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
            let vote = |row: usize| match features.row_is_complete(row) {
                true => self.vote(&self.place(values.row(row)), None),
                false => None,
            };
            Ok(asked.map(vote).collect::<Vec<_>>())
        });
        let votes: Vec<Option<(f64, f64)>> = chunks.into_iter().collect::<Result<Vec<_>>>()?.concat();
        let deviation = |variance: f64| (variance + self.residual).sqrt().max(self.least);
        let (means, deviations): (Vec<f64>, Vec<f64>) = votes
            .iter()
            .map(|vote| vote.map_or((0.0, 0.0), |(mean, variance)| (mean, deviation(variance))))
            .unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        for row in (0..rows).filter(|&row| votes[row].is_none()) {
            predictions.set_missing(
                row,
                match features.row_is_complete(row) {
                    true => "its features are too large to measure a distance from the training rows",
                    false => "a feature is missing",
                },
            );
        }
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
