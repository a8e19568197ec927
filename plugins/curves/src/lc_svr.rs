//! nu-support vector regression on learning curves (Baker et al. 2017): a kernel machine learns the target from the
//! values of the first epochs and their differences.
//!
//! Features are mean and population deviation of y₁..y_f, of their first and of their second differences, as NASLib
//! takes them, or with `features = "curve"` all of these values and mean and deviation of y. Further features
//! (`inputs = ["curve:val_acc", "column:params"]`) join them, standardised. C, ν and γ of the kernel
//! `exp(-γ |a - b|²)` are drawn `draws` times and judged by cross-validation in 3 unshuffled folds; the best are fitted
//! to all rows.
//!
//! Cost: fit O(draws n²) kernel values and some n steps of O(n) for each; predict O(n f) a row. Deterministic under the
//! seed.

use crate::{
    curve::{OnShort, Reading, Rows},
    curve_features::{self, Scaling},
    nu_svr::{self, Problem, Solution},
};
use archcast_sdk::{dataset::names, prelude::*, rand::RngExt as _};

pub use crate::curve_features::{Kind, Scale};

const METRIC: &str = "val_acc";
/// Fewest epochs: a second difference needs three.
const SHORTEST: u32 = 3;
/// Fewest training rows: two for each fold.
const LEAST_ROWS: usize = 6;
/// Most rows that the draws are judged on, and most that are learnt from; evenly spread ones where there are more.
const SEARCH_ROWS: usize = 1000;
const MOST_ROWS: usize = 4000;
const FOLDS: usize = 3;
/// Queries between two looks at whether to end.
const CHUNK: usize = 64;

/// The support rows.
#[derive(Debug, Serialize, Deserialize)]
pub struct LcSvr {
    reading: Reading,
    on_short: OnShort,
    kind: Kind,
    scaling: Scaling,
    /// Support rows × features, scaled.
    rows: Array2<f64>,
    coefficients: Vec<f64>,
    offset: f64,
    gamma: f64,
    /// What a target of 1 stands for.
    target_scale: f64,
}

/// Parameters of [`LcSvr`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What of a curve is a feature.
    pub features: Kind,
    /// How features and target are scaled.
    pub scale: Scale,
    /// Draws of the parameters that are left out.
    #[schemars(range(min = 1, max = 10_000))]
    pub draws: u32,
    /// How a draw is judged by cross-validation.
    pub criterion: Criterion,
    /// Bound of a coefficient; left out, drawn from 1e-5 to 10, evenly in its logarithm.
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub c: Option<f64>,
    /// Part of the rows that may lie outside the tube; left out, drawn from 0.01 to 1.
    #[schemars(range(min = 0.001, max = 1.0))]
    pub nu: Option<f64>,
    /// Inverse squared width of the kernel; left out, drawn from 1e-5 to 10, evenly in its logarithm.
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub gamma: Option<f64>,
    /// What to do with a row whose curve ends before the epochs that the others show.
    pub on_short: OnShort,
}

/// How well predictions of held out rows are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Coefficient of determination, the mean over folds.
    #[default]
    R2,
    /// Kendall's tau-b, the mean over folds.
    Kendall,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            features: Kind::default(),
            scale: Scale::default(),
            draws: 100,
            criterion: Criterion::R2,
            c: None,
            nu: None,
            gamma: None,
            on_short: OnShort::Missing,
        }
    }
}

/// C, ν and γ.
#[derive(Debug, Clone, Copy)]
struct Draw {
    c: f64,
    nu: f64,
    gamma: f64,
}

impl Draw {
    /// Draw number `index`; what is given stays.
    fn new(params: &Params, index: usize, cx: &Context<'_>) -> Self {
        let mut rng = cx.rng_for_part(index as u64);
        let [c, nu, gamma] = [(); 3].map(|()| rng.random::<f64>());
        Self {
            c: params.c.unwrap_or_else(|| 10f64.powf(6.0 * c - 5.0)),
            nu: params.nu.unwrap_or(0.01 + 0.99 * nu),
            gamma: params.gamma.unwrap_or_else(|| 10f64.powf(6.0 * gamma - 5.0)),
        }
    }

    fn problem(self, tolerance: f64, steps: usize) -> Problem {
        Problem { c: self.c, nu: self.nu, tolerance, steps }
    }
}

/// Squared distances between rows.
fn distances(rows: &Array2<f64>, cx: &Context<'_>) -> Result<Array2<f64>> {
    let n = rows.nrows();
    let mut squares = Array2::zeros((n, n));
    for i in 0..n {
        cx.check()?;
        for j in 0..i {
            let square: f64 = rows.row(i).iter().zip(rows.row(j)).map(|(a, b)| (a - b) * (a - b)).sum();
            squares[[i, j]] = square;
            squares[[j, i]] = square;
        }
    }
    Ok(squares)
}

/// The kernel of the draw between some rows.
fn kernel(draw: Draw, squares: &Array2<f64>, rows: &[usize], cx: &Context<'_>) -> Result<Array2<f64>> {
    let mut kernel = Array2::zeros((rows.len(), rows.len()));
    for (mut line, &row) in kernel.rows_mut().into_iter().zip(rows) {
        cx.check()?;
        let from = squares.row(row);
        line.iter_mut().zip(rows).for_each(|(place, &other)| *place = (-draw.gamma * from[other]).exp());
    }
    Ok(kernel)
}

/// Rows of fold k of n: consecutive ones, the first folds one longer where they do not come out even.
fn fold(n: usize, k: usize) -> std::ops::Range<usize> {
    let start = |k: usize| k * (n / FOLDS) + k.min(n % FOLDS);
    start(k)..start(k + 1)
}

/// The cross-validated criterion of a draw.
fn judge(
    draw: Draw,
    squares: &Array2<f64>,
    targets: &[f64],
    criterion: Criterion,
    cx: &Context<'_>,
) -> Result<f64> {
    let n = targets.len();
    let all: Vec<usize> = (0..n).collect();
    let kernel_of_all = kernel(draw, squares, &all, cx)?;
    let mut total = 0.0;
    for k in 0..FOLDS {
        let held = fold(n, k);
        let kept: Vec<usize> = (0..n).filter(|row| !held.contains(row)).collect();
        let mut inner = Array2::zeros((kept.len(), kept.len()));
        for (mut line, &row) in inner.rows_mut().into_iter().zip(&kept) {
            cx.check()?;
            let from = kernel_of_all.row(row);
            line.iter_mut().zip(&kept).for_each(|(place, &other)| *place = from[other]);
        }
        let known: Vec<f64> = kept.iter().map(|&row| targets[row]).collect();
        let solution = nu_svr::solve(inner.view(), &known, draw.problem(1e-3, 100_000), cx)?;
        let predict = |row: usize| {
            let terms =
                kept.iter().zip(&solution.coefficients).map(|(&other, a)| a * kernel_of_all[[row, other]]);
            solution.offset + terms.sum::<f64>()
        };
        let told: Vec<f64> = held.clone().map(predict).collect();
        total += criterion.of(&targets[held], &told);
    }
    Ok(total / FOLDS as f64)
}

impl Criterion {
    /// Higher is better; 0 where the truth is constant.
    fn of(self, truth: &[f64], told: &[f64]) -> f64 {
        match self {
            Self::R2 => {
                let mean = truth.iter().sum::<f64>() / truth.len() as f64;
                let spread: f64 = truth.iter().map(|value| (value - mean).powi(2)).sum();
                let error: f64 = truth.iter().zip(told).map(|(a, b)| (a - b).powi(2)).sum();
                if spread > 0.0 { 1.0 - error / spread } else { 0.0 }
            }
            Self::Kendall => {
                let (mut agreement, mut left, mut right) = (0.0, 0.0, 0.0);
                for i in 0..truth.len() {
                    for j in 0..i {
                        let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
                        let (a, b) = (sign(truth[i] - truth[j]), sign(told[i] - told[j]));
                        agreement += a * b;
                        left += a * a;
                        right += b * b;
                    }
                }
                if left == 0.0 || right == 0.0 { 0.0 } else { agreement / f64::sqrt(left * right) }
            }
        }
    }
}

/// The best of the draws; the first of equal ones.
fn search(params: &Params, rows: &Array2<f64>, targets: &[f64], cx: &Context<'_>) -> Result<Draw> {
    let draws =
        if params.c.is_some() && params.nu.is_some() && params.gamma.is_some() { 1 } else { params.draws };
    if draws == 1 {
        return Ok(Draw::new(params, 0, cx));
    }
    let chosen = spread(targets.len(), SEARCH_ROWS);
    let rows = rows.select(archcast_sdk::ndarray::Axis(0), &chosen);
    let targets: Vec<f64> = chosen.iter().map(|&row| targets[row]).collect();
    let squares = distances(&rows, cx)?;
    let scores: Vec<f64> = cx
        .parallel_map(draws as usize, |index| {
            cx.check()?;
            judge(Draw::new(params, index, cx), &squares, &targets, params.criterion, cx)
        })
        .into_iter()
        .collect::<Result<_>>()?;
    let better = |best: usize, index: usize| if scores[index] > scores[best] { index } else { best };
    Ok(Draw::new(params, (0..draws as usize).reduce(better).unwrap_or(0), cx))
}

/// At most so many of n rows, evenly spread.
fn spread(n: usize, most: usize) -> Vec<usize> {
    let kept = n.min(most);
    (0..kept).map(|index| index * n / kept).collect()
}

/// The features of some rows, and why a row has none.
fn raw_features(
    data: &Dataset<'_>,
    curves: &Rows<'_>,
    on_short: OnShort,
    kind: Kind,
    row: usize,
) -> Result<Vec<f64>, String> {
    let mut features = kind.of(&curves.filled(row, on_short)?);
    if data.column(names::FEATURES).is_some() {
        let others = data.features().map_err(|error| error.message().to_owned())?;
        if !others.row_is_complete(row) {
            return Err("a feature is missing".to_owned());
        }
        features.extend(others.values().row(row));
    }
    Ok(features)
}

impl Predictor for LcSvr {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("lc-svr", Family::LearningCurve)
        .summary("nu-support vector regression on the values of the first epochs and their differences.")
        .cite("Baker et al., Accelerating Neural Architecture Search using Performance Prediction, ICLR workshop 2018")
        .cite("Schölkopf et al., New Support Vector Algorithms, Neural Computation 2000")
        .cite("Chang and Lin, LIBSVM: A Library for Support Vector Machines, ACM Transactions on Intelligent Systems and Technology 2011")
        .complexity("fit O(draws n²), predict O(n) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: SHORTEST }])
        .may_use(&[Input::Features])
        .minimum_rows(LEAST_ROWS as u32)
        .gives(Gives::Value)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let reading = Reading::of(train, METRIC)?;
        if reading.epochs < SHORTEST as usize {
            return Err(Error::bad_data(format!(
                "{} epochs are seen and {SHORTEST} are needed; give a higher `fidelity` in [data]",
                reading.epochs
            )));
        }
        let targets = train.targets()?;
        if targets.len() < LEAST_ROWS {
            return Err(Error::too_few_rows(targets.len(), LEAST_ROWS));
        }
        let curves = reading.rows(train)?;
        let (mut rows, mut known, mut lasts) = (Vec::new(), Vec::new(), Vec::new());
        for row in spread(targets.len(), MOST_ROWS) {
            if let Ok(features) = raw_features(train, &curves, params.on_short, params.features, row) {
                rows.push(features);
                known.push(targets[row]);
                lasts.extend(curves.prefix(row).last());
            }
        }
        if rows.len() < targets.len() {
            let (used, all) = (rows.len(), targets.len());
            cx.log(Level::Warn, format!("{used} of {all} training rows are learnt from"));
        }
        if rows.len() < LEAST_ROWS {
            return Err(Error::too_few_rows(rows.len(), LEAST_ROWS));
        }
        let own = params.features.count(reading.epochs);
        let units = curve_features::Units::of(train.header()?, reading.unit.as_deref(), &lasts, &known);
        let scaling = Scaling::of(params.scale, &rows, own, units.curve)?;
        let target_scale = match params.scale {
            Scale::One => units.target,
            Scale::Each => curve_features::deviation(&known),
        };
        let matrix = scaling.matrix(&rows)?;
        let scaled: Vec<f64> = known.iter().map(|target| target / target_scale).collect();
        if scaled.iter().any(|target| !target.is_finite()) {
            return Err(Error::numerical("the deviation of the target overflows; scale the target"));
        }
        let draw = search(params, &matrix, &scaled, cx)?;
        cx.log(Level::Info, format!("C {:.3e}, nu {:.3}, gamma {:.3e}", draw.c, draw.nu, draw.gamma));
        let all: Vec<usize> = (0..scaled.len()).collect();
        let matrix_of_all = kernel(draw, &distances(&matrix, cx)?, &all, cx)?;
        let solution = nu_svr::solve(matrix_of_all.view(), &scaled, draw.problem(1e-6, 10_000_000), cx)?;
        let Solution { coefficients, offset, converged, .. } = solution;
        if !converged {
            cx.log(Level::Warn, "the coefficients still moved after 10,000,000 steps; give a smaller `c`");
        }
        if !offset.is_finite() || coefficients.iter().any(|a| !a.is_finite()) {
            return Err(Error::numerical("the coefficients overflow; scale the target"));
        }
        let support: Vec<usize> = (0..coefficients.len()).filter(|&row| coefficients[row] != 0.0).collect();
        Ok(Self {
            reading,
            on_short: params.on_short,
            kind: params.features,
            scaling,
            rows: matrix.select(archcast_sdk::ndarray::Axis(0), &support),
            coefficients: support.iter().map(|&row| coefficients[row]).collect(),
            offset,
            gamma: draw.gamma,
            target_scale,
        })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let curves = self.reading.rows(queries)?;
        let rows = queries.rows();
        let one = |row: usize| -> Result<Result<f64, String>> {
            let raw = match raw_features(queries, &curves, self.on_short, self.kind, row) {
                Ok(raw) => raw,
                Err(reason) => return Ok(Err(reason)),
            };
            let place = self.scaling.place(&raw)?;
            let mut sum = self.offset;
            for (support, a) in self.rows.rows().into_iter().zip(&self.coefficients) {
                let square: f64 = support.iter().zip(&place).map(|(a, b)| (a - b) * (a - b)).sum();
                sum += a * (-self.gamma * square).exp();
            }
            let value = sum * self.target_scale;
            Ok(match value.is_finite() {
                true => Ok(value),
                false => Err("its values are too large: the prediction overflows".to_owned()),
            })
        };
        let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
            cx.check()?;
            (chunk * CHUNK..rows.min((chunk + 1) * CHUNK)).map(one).collect::<Result<Vec<_>>>()
        });
        let told = chunks.into_iter().collect::<Result<Vec<_>>>()?.concat();
        let means: Vec<f64> = told.iter().map(|value| *value.as_ref().unwrap_or(&0.0)).collect();
        let mut predictions = Predictions::values(means);
        for (row, reason) in told.into_iter().enumerate().filter_map(|(row, told)| Some((row, told.err()?))) {
            predictions.set_missing(row, reason);
        }
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
