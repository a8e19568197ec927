//! The kernel of the anchored process and the search for its hyperparameters.

use super::groups::{Kind, Layout, Row};
use crate::{
    likelihood::{Solved, unless_numerical},
    optimise::{Slope, minimise},
    posterior::{Latent, Posterior},
};
use archcast_sdk::prelude::*;
use faer::Mat;

/// Variance of a constant that all rows share.
const CONSTANT: f64 = 0.01;
/// Added to the noise.
const JITTER: f64 = 1e-6;
/// Most derivatives that are kept while a likelihood is computed: 64 MB.
const MOST_KEPT: usize = 8_000_000;
/// Bounds of a hyperparameter's logarithm around that of its median.
const AROUND: (f64, f64) = (-5.0, 4.0);

/// Which terms the kernel has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// Whether decisions are compared.
    decisions: bool,
    /// The groups, by their place in the layout.
    groups: Vec<usize>,
    /// Whether a group is an encoding.
    encoding: Vec<bool>,
}

/// A log-normal belief.
#[derive(Debug, Clone, Copy)]
struct Belief {
    median: f64,
    deviation: f64,
}

/// What the kernel needs to know of two rows: the share of decisions that differ, and for each group the mean product and
/// the mean squared difference of its columns.
struct Pair<'a> {
    differ: f64,
    products: &'a [f64],
    squares: &'a [f64],
}

/// A fitted process without its prior mean.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Process {
    shape: Shape,
    values: Vec<f64>,
    /// Negative log marginal likelihood and half the squared prior scores.
    pub objective: f64,
    posterior: Posterior,
}

impl Shape {
    /// All terms, or those without the encoding, on the groups that are `present`; `None` where nothing is left.
    pub(crate) fn of(layout: &Layout, present: &[bool], with_encoding: bool) -> Option<Self> {
        let usable =
            |&group: &usize| present[group] && (with_encoding || layout.groups[group].kind != Kind::Encoding);
        let groups: Vec<usize> = (0..layout.groups.len()).filter(usable).collect();
        let encoding = groups.iter().map(|&group| layout.groups[group].kind == Kind::Encoding).collect();
        let shape = Self { decisions: with_encoding && layout.decisions > 0, groups, encoding };
        (shape.decisions || !shape.groups.is_empty()).then_some(shape)
    }

    /// Whether it has a term of the encoding.
    pub(crate) fn has_encoding(&self) -> bool {
        self.decisions || self.encoding.contains(&true)
    }

    /// Whether it has a group of scores.
    pub(crate) fn has_scores(&self) -> bool {
        self.encoding.contains(&false)
    }

    /// Whether decisions and scores act together.
    fn interacts(&self) -> bool {
        self.decisions && self.has_scores()
    }

    /// Beliefs in the order of the hyperparameters: for each group r, L, R; then l and sA; then rI and sI; then noise.
    fn beliefs(&self, noise: f64) -> Vec<Belief> {
        let mut beliefs = Vec::new();
        for &encoding in &self.encoding {
            let linear = if encoding { 0.02 } else { 0.1 };
            beliefs.extend([(1.5, 0.7), (linear, 1.0), (0.1, 1.0)]);
        }
        if self.decisions {
            beliefs.extend([(0.5, 0.7), (0.3, 1.0)]);
        }
        if self.interacts() {
            beliefs.extend([(1.5, 0.7), (0.1, 1.0)]);
        }
        beliefs.push((noise, 1.0));
        beliefs.into_iter().map(|(median, deviation)| Belief { median, deviation }).collect()
    }

    /// The kernel of a pair; with its derivatives by the logarithms where `slopes` is not empty.
    fn kernel(&self, values: &[f64], pair: &Pair<'_>, slopes: &mut [f64]) -> f64 {
        let mut sum = CONSTANT;
        let mut put = |place: usize, slope: f64| {
            if let Some(slot) = slopes.get_mut(place) {
                *slot = slope;
            }
        };
        for (group, (&product, &square)) in pair.products.iter().zip(pair.squares).enumerate() {
            let [length, linear, radial] = [0, 1, 2].map(|which| values[3 * group + which]);
            let ratio = square / (length * length);
            let (line, bell) = (linear * product, radial * (-ratio / 2.0).exp());
            put(3 * group, bell * ratio);
            put(3 * group + 1, line);
            put(3 * group + 2, bell);
            sum += line + bell;
        }
        if !self.decisions {
            return sum;
        }
        let place = 3 * self.groups.len();
        let (length, alone) = (values[place], values[place + 1]);
        let near = (-pair.differ / length).exp();
        let mut by_length = alone * near;
        put(place + 1, alone * near);
        sum += alone * near;
        if self.interacts() {
            let scores = self.encoding.iter().filter(|encoding| !**encoding).count() as f64;
            let of_scores = pair.squares.iter().zip(&self.encoding).filter(|(_, encoding)| !**encoding);
            let mean = of_scores.map(|(square, _)| square).sum::<f64>() / scores;
            let (reach, together) = (values[place + 2], values[place + 3]);
            let ratio = mean / (reach * reach);
            let joint = together * near * (-ratio / 2.0).exp();
            put(place + 2, joint * ratio);
            put(place + 3, joint);
            by_length += joint;
            sum += joint;
        }
        put(place, by_length * pair.differ / length);
        sum
    }

    /// Fills in mean products and mean squared differences of two rows, and gives the share of decisions that differ.
    fn compare(&self, one: &Row, other: &Row, products: &mut [f64], squares: &mut [f64]) -> f64 {
        for ((&group, product), square) in self.groups.iter().zip(products).zip(squares) {
            let (a, b) = (&one.scaled[group], &other.scaled[group]);
            let size = a.len() as f64;
            *product = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / size;
            *square = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / size;
        }
        if !self.decisions {
            return 0.0;
        }
        let differ = one.decisions.iter().zip(&other.decisions).filter(|(a, b)| a != b).count();
        differ as f64 / one.decisions.len() as f64
    }
}

/// The training rows as the search needs them.
pub(crate) struct Search<'a> {
    shape: &'a Shape,
    rows: usize,
    /// For each pair, column by column from the diagonal down: share that differs, products, squares.
    pairs: Vec<f64>,
    targets: &'a [f64],
    beliefs: Vec<Belief>,
}

impl<'a> Search<'a> {
    /// Of training rows and what the prior mean leaves of their targets.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn new(
        shape: &'a Shape,
        rows: &[Row],
        targets: &'a [f64],
        noise: f64,
        cx: &Context<'_>,
    ) -> Result<Self> {
        let count = shape.groups.len();
        let stride = 1 + 2 * count;
        let mut pairs = vec![0.0; rows.len() * (rows.len() + 1) / 2 * stride];
        let mut places = pairs.chunks_exact_mut(stride);
        for (column, one) in rows.iter().enumerate() {
            cx.check()?;
            for (other, place) in rows[column..].iter().zip(&mut places) {
                let (differ, rest) = place.split_at_mut(1);
                let (products, squares) = rest.split_at_mut(count);
                differ[0] = shape.compare(one, other, products, squares);
            }
        }
        Ok(Self { shape, rows: rows.len(), pairs, targets, beliefs: shape.beliefs(noise) })
    }

    /// The pairs in the order of the lower triangle.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, Pair<'_>)> {
        let count = self.shape.groups.len();
        let places = (0..self.rows).flat_map(|column| (column..self.rows).map(move |row| (row, column)));
        places.zip(self.pairs.chunks_exact(1 + 2 * count)).map(move |((row, column), all)| {
            let (products, squares) = all[1..].split_at(count);
            (row, column, Pair { differ: all[0], products, squares })
        })
    }

    /// The medians of the beliefs.
    pub(crate) fn start(&self) -> Vec<f64> {
        self.beliefs.iter().map(|belief| belief.median.ln()).collect()
    }

    /// The covariance at these hyperparameters, factorised. `slopes` takes the derivatives of each pair's kernel one after
    /// the other, if there is room for all.
    pub(crate) fn solve(&self, values: &[f64], slopes: &mut [f64], cx: &Context<'_>) -> Result<Solved> {
        let noise = values.last().copied().unwrap_or(0.0) + JITTER;
        let mut covariance = Mat::zeros(self.rows, self.rows);
        let mut places = slopes.chunks_exact_mut(values.len() - 1);
        for (row, column, pair) in self.pairs() {
            let own = if row == column { noise } else { 0.0 };
            let slopes = places.next().unwrap_or_default();
            covariance[(row, column)] = self.shape.kernel(values, &pair, slopes) + own;
        }
        Solved::new(&covariance, self.targets, cx)
    }

    /// The objective with its gradient by the logarithms.
    pub(crate) fn slope(&self, at: &[f64], cx: &Context<'_>) -> Result<Slope> {
        let values: Vec<f64> = at.iter().map(|at| at.exp()).collect();
        let width = at.len() - 1;
        let places = self.rows * (self.rows + 1) / 2;
        // The exponentials of a kernel are most of its cost: its derivatives come with it where they can be kept.
        let mut kept = vec![0.0; if places * width <= MOST_KEPT { places * width } else { 0 }];
        let solved = self.solve(&values, &mut kept, cx)?;
        let sensitivity = solved.sensitivity(cx)?;
        let mut gradient = vec![0.0; at.len()];
        let mut anew = vec![0.0; width];
        for (place, (row, column, pair)) in self.pairs().enumerate() {
            let slopes = match kept.get(place * width..(place + 1) * width) {
                Some(slopes) => slopes,
                None => {
                    self.shape.kernel(&values, &pair, &mut anew);
                    &anew
                }
            };
            let weight = match row == column {
                true => sensitivity.diagonal(row),
                false => sensitivity.pair(row, column),
            };
            for (gradient, slope) in gradient.iter_mut().zip(slopes) {
                *gradient -= weight * slope;
            }
        }
        if let (Some(last), Some(noise)) = (gradient.last_mut(), values.last()) {
            *last = -sensitivity.trace() * noise;
        }
        let mut objective = -solved.likelihood;
        for ((belief, at), gradient) in self.beliefs.iter().zip(at).zip(&mut gradient) {
            let score = (at - belief.median.ln()) / belief.deviation;
            objective += 0.5 * score * score;
            *gradient += score / belief.deviation;
        }
        Ok((objective, gradient))
    }

    /// The process at the highest posterior of its hyperparameters.
    ///
    /// # Errors
    /// `numerical` where the covariance is not positive definite, `cancelled`.
    pub(crate) fn fit(&self, steps: usize, after: impl FnMut(usize), cx: &Context<'_>) -> Result<Process> {
        let start = self.start();
        let bounds: Vec<(f64, f64)> = start.iter().map(|at| (at + AROUND.0, at + AROUND.1)).collect();
        let end = minimise(&start, &bounds, steps, |at| unless_numerical(self.slope(at, cx)), after)?;
        let values: Vec<f64> = end.at.iter().map(|at| at.exp()).collect();
        let solved = self.solve(&values, &mut [], cx)?;
        let posterior = Posterior::new(solved.factor.as_ref(), solved.whitened, None);
        Ok(Process { shape: self.shape.clone(), values, objective: end.value, posterior })
    }
}

impl Process {
    /// Variance of an observation around the latent function.
    pub(crate) fn noise(&self) -> f64 {
        self.values.last().copied().unwrap_or(0.0)
    }

    /// Answers for rows that `read` gives.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn predict(
        &self,
        train: &[Row],
        count: usize,
        read: impl Fn(usize) -> Option<Row> + Sync,
        cx: &Context<'_>,
    ) -> Result<Vec<Option<Latent>>> {
        self.posterior.predict(count, cx, |place, column| {
            let row = read(place)?;
            let groups = self.shape.groups.len();
            let (mut products, mut squares) = (vec![0.0; groups], vec![0.0; groups]);
            let mut kernel = |other: &Row| {
                let differ = self.shape.compare(&row, other, &mut products, &mut squares);
                let pair = Pair { differ, products: &products, squares: &squares };
                self.shape.kernel(&self.values, &pair, &mut [])
            };
            for (covariance, other) in column.iter_mut().zip(train) {
                *covariance = kernel(other);
            }
            Some(kernel(&row))
        })
    }
}

#[cfg(test)]
impl Process {
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }
}
