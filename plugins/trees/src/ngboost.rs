//! NGBoost (Duan, Avati, Ding, Thai, Basu, Ng and Schuler, ICML 2020) with a normal distribution, the logarithmic score
//! and natural gradients, as the authors' Python package does it.
//!
//! Each round fits one tree to the natural gradient of the mean and one to that of the logarithm of the deviation, on a
//! batch of rows; a line search on the batch scales the step of both, of which a part is taken on all rows.
//!
//! The logarithm of the deviation stays within bounds about that of the target. Lengths of steps are measured in
//! deviations of the target, so that its unit does not matter.
//!
//! Cost: fit O(B k n D) for B rounds, k features a node and depth D, predict O(B D) a row. One stream of random numbers
//! for each batch and each tree, so the number of threads changes nothing.

mod normal;
mod params;

pub use params::{Params, Preset};

use crate::{
    cart::{self, Grown, Limits, PURE},
    columns::Columns,
    moments::Moments,
    queries::{self, Rows},
    tree::Tree,
};
use archcast_sdk::{prelude::*, rand::RngExt as _};
use normal::{Normal, line_search, mean_length};

/// Mean length of a step, in deviations of the target, below which nothing is left to learn.
const TOLERANCE: f64 = 1e-4;
/// Rows times features from which on the two trees of a round are worth a thread each.
const TWO_THREADS: usize = 100_000;
/// Fewest rows: half of them make a batch in which two rows differ.
const FEWEST: usize = 4;

/// A fitted NGBoost.
#[derive(Debug, Serialize, Deserialize)]
pub struct NgBoost {
    /// Number of features.
    width: usize,
    /// Mean and logarithm of the deviation before the first round.
    start: (f64, f64),
    learning_rate: f64,
    rounds: Vec<Round>,
    /// For the mean and for the deviation: how much each feature mattered.
    importance: [Vec<f64>; 2],
}

/// One round of boosting.
#[derive(Debug, Serialize, Deserialize)]
struct Round {
    mean: Tree,
    log: Tree,
    scale: f64,
}

/// A fit under way.
struct Boost<'a> {
    settings: params::Settings,
    columns: &'a Columns,
    rows: &'a Rows,
    targets: &'a [f64],
    start: Normal,
    /// One for each row.
    normals: Vec<Normal>,
    cx: &'a Context<'a>,
}

impl Boost<'_> {
    /// The rows of a round, in their order.
    fn batch(&self, round: u64) -> Vec<u32> {
        let n = self.targets.len();
        let mut rows: Vec<u32> = (0..n as u32).collect();
        let size = ((self.settings.minibatch_fraction * n as f64) as usize).max(1);
        if size < n {
            let mut rng = self.cx.rng_for_part(3 * round);
            for place in 0..size {
                let other = rng.random_range(place..n);
                rows.swap(place, other);
            }
            rows.truncate(size);
            rows.sort_unstable();
        }
        rows
    }

    /// One tree for each parameter, grown on its gradients of the rows of the batch.
    fn trees(&self, round: u64, batch: &[u32]) -> Result<[Grown; 2]> {
        let mut gradients = [vec![0.0; self.targets.len()], vec![0.0; self.targets.len()]];
        for &row in batch {
            let row = row as usize;
            let gradient = self.normals[row].gradient(self.targets[row]);
            gradients[0][row] = gradient[0];
            gradients[1][row] = gradient[1];
        }
        let variance = (2.0 * self.start.log).exp();
        let grow = |parameter: usize| {
            let limits = Limits {
                max_depth: self.settings.max_depth,
                min_samples_split: self.settings.min_samples_split as usize,
                min_samples_leaf: self.settings.min_samples_leaf as usize,
                max_features: self.settings.max_features,
                // The gradient of the mean has the target's unit, that of the logarithm has none.
                pure: PURE * if parameter == 0 { variance } else { 1.0 },
            };
            let mut rng = self.cx.rng_for_part(3 * round + 1 + parameter as u64);
            cart::grow(self.columns, &gradients[parameter], batch.to_vec(), &limits, &mut rng, self.cx)
        };
        if batch.len() * self.columns.columns.len() < TWO_THREADS {
            return Ok([grow(0)?, grow(1)?]);
        }
        let grown: Result<Vec<Grown>> = self.cx.parallel_map(2, grow).into_iter().collect();
        <[Grown; 2]>::try_from(grown?).map_err(|_| Error::internal("a parallel loop lost a tree"))
    }

    /// One round; the trees with the scale of their step, and whether there is something left to learn.
    fn round(&mut self, round: u64) -> Result<([Grown; 2], f64, bool)> {
        let batch = self.batch(round);
        let trees = self.trees(round, &batch)?;
        let directions: Vec<[f64; 2]> = (0..self.rows.len())
            .map(|row| [trees[0].tree.value(self.rows.row(row)), trees[1].tree.value(self.rows.row(row))])
            .collect();
        let seen: Vec<(Normal, [f64; 2], f64)> = batch
            .iter()
            .map(|&row| row as usize)
            .map(|row| (self.normals[row], directions[row], self.targets[row]))
            .collect();
        let length = mean_length(&seen, self.start.log.exp());
        let scale = line_search(&seen, length, TOLERANCE);
        let step = self.settings.learning_rate * scale;
        for (normal, direction) in self.normals.iter_mut().zip(&directions) {
            *normal = normal.step(step, *direction).bounded(self.start.log);
            if !normal.mean.is_finite() || !normal.log.is_finite() {
                return Err(Error::numerical("the parameters overflow; scale the target"));
            }
        }
        Ok((trees, scale, length >= TOLERANCE))
    }
}

/// Adds the importance of a tree with this weight.
fn add(sums: &mut [f64], importance: Option<&Vec<f64>>, weight: f64) {
    let parts = importance.into_iter().flatten();
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
}

/// Makes the sum 1, where it is not 0.
fn normalise(mut parts: Vec<f64>) -> Vec<f64> {
    let total: f64 = parts.iter().sum();
    if total > 0.0 {
        parts.iter_mut().for_each(|part| *part /= total);
    }
    parts
}

impl Predictor for NgBoost {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("ngboost", Family::ModelBased)
        .summary("Natural gradient boosting of the mean and deviation of a normal distribution.")
        .cite("Duan, Avati, Ding, Thai, Basu, Ng and Schuler, NGBoost: Natural Gradient Boosting for Probabilistic Prediction, ICML 2020")
        .cite("Zela, Siems, Zimmer, Lukasik, Keuper and Hutter, Surrogate NAS Benchmarks (NAS-Bench-301), ICLR 2022")
        .complexity("fit O(B k n D) for B rounds, k features a node and depth D, predict O(B D) a row")
        .needs(&[Input::Features])
        .encoding("adjacency-one-hot")
        .minimum_rows(FEWEST as u32)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let features = train.features()?;
        let targets = train.targets()?.to_vec();
        let n = targets.len();
        if n < FEWEST {
            return Err(Error::too_few_rows(n, FEWEST));
        }
        if params.preset == Preset::Naslib {
            let message = "the deviations of preset `naslib` fall to nothing; use its mean alone, or preset `calibrated`";
            cx.log(Level::Warn, message);
        }
        let moments = Moments::of(&targets)?;
        let columns = Columns::of(&features);
        let width = columns.columns.len();
        let settings = params.settings(n);
        let start = Normal { mean: moments.mean, log: moments.deviation.max(moments.least).ln() };
        let rows = Rows::of(&features, 0..n);
        let normals = vec![start; n];
        let mut boost =
            Boost { settings, columns: &columns, rows: &rows, targets: &targets, start, normals, cx };
        let mut rounds = Vec::new();
        let mut importance = [vec![0.0; width], vec![0.0; width]];
        // Where every target is the same there is nothing to learn.
        let wanted = if moments.deviation > 0.0 { settings.trees } else { 0 };
        for round in 0..wanted {
            cx.check()?;
            let ([mean, log], scale, going) = boost.round(round.into())?;
            add(&mut importance[0], mean.importance.as_ref(), scale);
            add(&mut importance[1], log.importance.as_ref(), scale);
            rounds.push(Round { mean: mean.tree, log: log.tree, scale });
            cx.progress(f64::from(round + 1) / f64::from(wanted));
            if !going {
                break;
            }
        }
        let start = (start.mean, start.log);
        let importance = importance.map(normalise);
        Ok(Self { width, start, learning_rate: settings.learning_rate, rounds, importance })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let asked =
            self.rounds.iter().map(|round| round.mean.width().max(round.log.width())).max().unwrap_or(0);
        queries::distribution(queries, (self.width, asked), cx, |rows| self.chunk(rows))
    }

    /// How much each feature mattered to the mean.
    fn importance(&self) -> Option<Vec<f64>> {
        Some(self.importance[0].clone())
    }
}

impl NgBoost {
    /// Mean and deviation of each row.
    fn chunk(&self, rows: &Rows) -> Vec<(f64, f64)> {
        let (mean, log) = self.start;
        let mut normals = vec![Normal { mean, log }; rows.len()];
        for round in &self.rounds {
            let step = self.learning_rate * round.scale;
            for (row, normal) in normals.iter_mut().enumerate() {
                let row = rows.row(row);
                *normal = normal.step(step, [round.mean.value(row), round.log.value(row)]).bounded(log);
            }
        }
        normals.into_iter().map(|normal| (normal.mean, normal.log.exp())).collect()
    }
}

#[cfg(test)]
mod tests;
