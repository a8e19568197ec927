//! The lasso (Tibshirani, J. R. Statist. Soc. B 1996) by cyclic coordinate descent (Friedman, Hastie and Tibshirani,
//! J. Statist. Software 2010).
//!
//! On the standardised n × d matrix Z and the centred target y, the weights minimise `‖y − Z w‖² / 2n + λ Σ|wⱼ|`.
//! One step sets `wⱼ` to `S(zⱼᵀ r / n + wⱼ ‖zⱼ‖² / n, λ) n / ‖zⱼ‖²`, where r is the residual and `S(a, λ)` moves a
//! towards 0 by λ, and to 0 where it is nearer. Penalties go down from `max |zⱼᵀ y| / n`, above which all weights are
//! 0, each from the weights of the one before.
//!
//! Cost: fit O(n d) a pass over the columns, some ten passes for each of 100 penalties and, where the penalty is to be
//! chosen, each of 5 folds; predict O(d) a row. Deterministic; draws no random numbers.

use crate::scaling::Scaling;
use archcast_scaling::moments;
use archcast_sdk::prelude::*;

/// Penalties of the path.
const STEPS: u32 = 100;
/// The last penalty of the path, as a part of the first.
const LAST: f64 = 1e-3;
/// Most folds of the cross-validation.
const FOLDS: usize = 5;

/// A fitted lasso.
#[derive(Debug, Serialize, Deserialize)]
pub struct Lasso {
    scaling: Scaling,
    /// One for each standardised feature.
    weights: Vec<f64>,
    intercept: f64,
    penalty: f64,
}

/// Parameters of [`Lasso`].
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Penalty on the absolute weights of the standardised features, in the target's unit: where the target is
    /// standardised, 1 and more leaves no feature. Left out, it is chosen by cross-validation in 5 folds from 100
    /// values between the least that leaves no feature and a thousandth of it.
    #[schemars(range(min = 0.0, max = 1e12), extend("x-tune" = {"low": 1e-4, "high": 1.0, "log": true}))]
    pub penalty: Option<f64>,
}

/// How exactly a penalty is solved.
#[derive(Clone, Copy)]
struct Effort {
    /// Largest change of a weight in a pass over all columns, as a part of the target's deviation.
    tolerance: f64,
    passes: usize,
}

/// For weights that only lead to the next penalty or are compared by their errors.
const ROUGH: Effort = Effort { tolerance: 1e-5, passes: 1000 };
/// For the weights that are kept.
const FINE: Effort = Effort { tolerance: 1e-10, passes: 10_000 };

/// Centred columns and targets, with the weights reached so far.
struct Descent {
    /// d × n: the column of a feature lies in one piece.
    columns: Array2<f64>,
    /// `‖zⱼ‖² / n`.
    squares: Vec<f64>,
    /// Standard deviation of the target.
    deviation: f64,
    weights: Vec<f64>,
    residual: Array1<f64>,
}

impl Descent {
    /// Centres columns (d × n) and targets; all weights are 0.
    fn new(mut columns: Array2<f64>, mut targets: Array1<f64>) -> Self {
        let n = targets.len() as f64;
        for mut column in columns.rows_mut() {
            let mean = moments(column.view()).0;
            column -= mean;
        }
        let (mean, deviation) = moments(targets.view());
        targets -= mean;
        let squares: Vec<f64> = columns.rows().into_iter().map(|column| column.dot(&column) / n).collect();
        Self { weights: vec![0.0; squares.len()], columns, squares, deviation, residual: targets }
    }

    /// `zⱼᵀ r / n`.
    fn slope(&self, feature: usize) -> f64 {
        self.columns.row(feature).dot(&self.residual) / self.residual.len() as f64
    }

    /// The least penalty under which all weights are 0; to be asked while they are.
    fn largest_penalty(&self) -> f64 {
        (0..self.weights.len()).map(|feature| self.slope(feature).abs()).fold(0.0, f64::max)
    }

    /// Sets one weight to the best under the others; the change.
    fn step(&mut self, feature: usize, penalty: f64) -> f64 {
        let (square, before) = (self.squares[feature], self.weights[feature]);
        if square <= 0.0 {
            return 0.0;
        }
        let pull = self.slope(feature) + square * before;
        let after = if pull.abs() <= penalty { 0.0 } else { (pull - penalty * pull.signum()) / square };
        if after != before {
            self.residual.scaled_add(before - after, &self.columns.row(feature));
            self.weights[feature] = after;
        }
        (after - before).abs()
    }

    /// Goes on to the weights of this penalty; whether they settled.
    fn solve(&mut self, penalty: f64, effort: Effort, cx: &Context<'_>) -> Result<bool> {
        let settled = effort.tolerance * self.deviation;
        let mut passes = 0;
        while passes < effort.passes {
            cx.check()?;
            passes += 1;
            let change =
                (0..self.weights.len()).map(|feature| self.step(feature, penalty)).fold(0.0, f64::max);
            if change <= settled {
                return Ok(true);
            }
            // The few columns that carry weight settle among themselves before all are looked at again.
            let active: Vec<usize> =
                (0..self.weights.len()).filter(|&feature| self.weights[feature] != 0.0).collect();
            while passes < effort.passes {
                cx.check()?;
                passes += 1;
                if active.iter().map(|&feature| self.step(feature, penalty)).fold(0.0, f64::max) <= settled {
                    break;
                }
            }
        }
        Ok(false)
    }
}

/// Penalties from this one down to a thousandth of it, evenly spaced in their logarithms.
fn path(largest: f64) -> Vec<f64> {
    let share = |step: u32| LAST.powf(f64::from(step) / f64::from(STEPS - 1));
    (0..STEPS).map(|step| largest * share(step)).collect()
}

/// Squared errors on the rows of one fold for each penalty, of weights learnt on the other rows.
fn fold_errors(
    columns: &Array2<f64>,
    targets: &Array1<f64>,
    penalties: &[f64],
    (fold, folds): (usize, usize),
    cx: &Context<'_>,
) -> Result<Vec<f64>> {
    let (held, kept): (Vec<usize>, Vec<usize>) = (0..targets.len()).partition(|row| row % folds == fold);
    let inner =
        Array2::from_shape_fn((columns.nrows(), kept.len()), |(feature, row)| columns[[feature, kept[row]]]);
    let outer: Array1<f64> = kept.iter().map(|&row| targets[row]).collect();
    let target_mean = moments(outer.view()).0;
    let means: Vec<f64> = inner.rows().into_iter().map(|column| moments(column).0).collect();
    let mut descent = Descent::new(inner, outer);
    let mut errors = Vec::with_capacity(penalties.len());
    for &penalty in penalties {
        descent.solve(penalty, ROUGH, cx)?;
        let error = |&row: &usize| {
            let fitted: f64 = (descent.weights.iter().enumerate())
                .filter(|(_, weight)| **weight != 0.0)
                .map(|(feature, weight)| weight * (columns[[feature, row]] - means[feature]))
                .sum();
            (targets[row] - target_mean - fitted).powi(2)
        };
        errors.push(held.iter().map(error).sum());
    }
    Ok(errors)
}

/// The penalty with the smallest cross-validated error; the larger one where two are equal. Row i is in fold i mod 5.
fn choose_penalty(
    columns: &Array2<f64>,
    targets: &Array1<f64>,
    penalties: &[f64],
    cx: &Context<'_>,
) -> Result<f64> {
    let folds = targets.len().min(FOLDS);
    let errors: Vec<Vec<f64>> = cx
        .parallel_map(folds, |fold| fold_errors(columns, targets, penalties, (fold, folds), cx))
        .into_iter()
        .collect::<Result<_>>()?;
    let mut best = (f64::INFINITY, None);
    for (step, &penalty) in penalties.iter().enumerate() {
        let error: f64 = errors.iter().map(|fold| fold[step]).sum();
        if error < best.0 {
            best = (error, Some(penalty));
        }
    }
    best.1
        .ok_or_else(|| Error::numerical("the squared errors overflow; scale the target or give a `penalty`"))
}

impl Predictor for Lasso {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("lasso", Family::ModelBased)
        .summary("Linear regression with an absolute penalty that leaves few features, chosen by cross-validation.")
        .cite("Tibshirani, Regression Shrinkage and Selection via the Lasso, Journal of the Royal Statistical Society B 1996")
        .cite("Friedman, Hastie and Tibshirani, Regularization Paths for Generalized Linear Models via Coordinate Descent, Journal of Statistical Software 2010")
        .complexity("fit O(n d) a pass, some thousand passes; predict O(d) a row")
        .needs(&[Input::Features])
        .minimum_rows(1)
        .gives(Gives::Value)
        .target_transform(TargetTransform::Standard)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let rows = train.features()?.complete()?;
        let targets = train.targets()?.to_owned();
        let scaling = Scaling::of(rows)?;
        let columns = Array2::from_shape_fn((rows.ncols(), rows.nrows()), |(feature, row)| {
            scaling.apply(feature, rows[[row, feature]])
        });
        let intercept = moments(targets.view()).0;
        let mut descent = Descent::new(columns.clone(), targets.clone());
        let largest = descent.largest_penalty();
        if !largest.is_finite() || !intercept.is_finite() {
            return Err(Error::numerical("the products of features and target overflow; scale the target"));
        }
        let penalties = path(largest);
        let penalty = match params.penalty {
            Some(penalty) => penalty,
            // Nothing to learn from: every penalty gives the mean.
            None if largest == 0.0 => 0.0,
            None => choose_penalty(&columns, &targets, &penalties, cx)?,
        };
        for &above in penalties.iter().filter(|&&above| above > penalty) {
            descent.solve(above, ROUGH, cx)?;
        }
        if !descent.solve(penalty, FINE, cx)? {
            cx.log(
                Level::Warn,
                format!("the weights still moved after {} passes; give a larger `penalty`", FINE.passes),
            );
        }
        if descent.weights.iter().any(|weight| !weight.is_finite()) {
            return Err(Error::numerical(
                "the weights overflow; scale the target or give a larger `penalty`",
            ));
        }
        Ok(Self { scaling, weights: descent.weights, intercept, penalty })
    }

    fn predict(&self, queries: &Dataset<'_>, _cx: &Context<'_>) -> Result<Predictions> {
        let features = queries.features()?;
        let values = features.values();
        self.scaling.check_width(values.ncols())?;
        let active: Vec<usize> =
            (0..self.weights.len()).filter(|&feature| self.weights[feature] != 0.0).collect();
        let predict = |row: ArrayView1<'_, f64>| {
            let part = |&feature: &usize| self.weights[feature] * self.scaling.apply(feature, row[feature]);
            self.intercept + active.iter().map(part).sum::<f64>()
        };
        let means: Vec<f64> = values.rows().into_iter().map(predict).collect();
        let overflown: Vec<usize> = (0..means.len()).filter(|&row| !means[row].is_finite()).collect();
        let mut predictions = Predictions::values(means);
        for row in (0..queries.rows()).filter(|&row| !features.row_is_complete(row)) {
            predictions.set_missing(row, "a feature is missing");
        }
        for row in overflown {
            predictions.set_missing(row, "its features are too large: the prediction overflows");
        }
        Ok(predictions)
    }

    fn importance(&self) -> Option<Vec<f64>> {
        Some(self.weights.iter().map(|weight| weight.abs()).collect())
    }
}

#[cfg(test)]
mod tests;
