//! A Gaussian process over groups of scores whose prior mean is their own average: the anchored group process.
//!
//! Made for few labels beside scores that cost little: learning-curve extrapolations of the training and the validation
//! side, zero-cost proxies. A scaled score is `z = 3 tanh((x − median) / 3 s)`, s half the distance of the quantiles 16 %
//! and 84 % of the training rows. The **anchor** m(x) is a mean over hypotheses, each a weighted mean of the groups' mean z,
//! standardised on the training rows. With `v = clip(2 f / T, 0, 1)` for f of T epochs seen, the validation side weighs
//! `max(½, v)` within the curves: from half of the epochs on it stands alone. The hypotheses are that curves alone tell
//! something, that proxies beside them count for `½ (1 − v)`, and that nothing does; the training rows say how far each is
//! believed. The prior mean is `b m(x)`: no sign is learnt from few rows.
//!
//! On groups g of d columns and decisions of which the share h differs, the kernel is
//! `0.01 + sA E + Σ [L ⟨z, z'⟩/d + R exp(−|z − z'|² / 2 d r²)] + sI E exp(−mean(|z − z'|²/d) / 2 rI²) + noise` with
//! `E = exp(−h/l)`. Hyperparameters are the maximum a posteriori under log-normal priors. Process A has all terms, N
//! those without the encoding; they are mixed by their objectives F with the weights `exp(−F)`. Below `encoding_from` rows
//! N alone counts, from 400 rows on A alone.
//!
//! The decisions are the categorical columns of an encoding among the inputs, or the genotype where no encoding is named;
//! an encoding of numbers is one more group instead. A row that lacks all scores of a group is predicted by processes
//! fitted without that group. The deviation is that of an observation.
//!
//! Cost: fit O(n³) an evaluation, some forty for each process; predict O(n (d + g) + n²) a row. Deterministic; draws no
//! random numbers.

mod anchor;
mod groups;
mod process;

use anchor::Anchor;
use archcast_scaling::TargetScale;
use archcast_sdk::{Context, Header, prelude::*};
use groups::{Layout, Row};
use process::{Process, Search, Shape};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// From so many rows on the process without the encoding is not used.
const MANY: usize = 400;
/// Least and largest median of the belief about the noise.
const LEAST_NOISE: f64 = 0.1;
const LARGEST_NOISE: f64 = 1e3;

/// Training rows, and the processes for rows that lack no group.
#[derive(Debug, Serialize, Deserialize)]
pub struct Anchored {
    layout: Layout,
    rows: Vec<Row>,
    scale: TargetScale,
    /// Standardised targets.
    targets: Vec<f64>,
    slope: f64,
    steps: usize,
    encoding_from: usize,
    /// Median of the belief about the noise.
    noise: f64,
    /// How late it is: `clip(2 f / T, 0, 1)` for f of T epochs seen.
    late: f64,
    /// Nothing where all targets are equal.
    whole: Option<Fitted>,
    /// Processes for rows that lack groups, by the groups that are there.
    #[serde(skip)]
    partial: Mutex<BTreeMap<Vec<bool>, Arc<Fitted>>>,
}

/// Parameters of [`Anchored`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Which inputs belong together. Scores that no group names are proxies; columns of the table that no group names
    /// only enter the kernel.
    pub groups: Groups,
    /// Scores that make up the anchor, e.g. the proxy that is known to be good; the others of their group only enter the
    /// kernel. All of a group do where this names none that is there, and for a row that has none of them.
    pub anchor: Vec<String>,
    /// How far the prior mean follows the anchor, in deviations of the target by deviations of the anchor.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub slope: f64,
    /// Most steps of the search for the hyperparameters of each process.
    #[schemars(range(min = 1, max = 1000))]
    pub steps: u32,
    /// Below so many training rows the encoding is not used where there are scores.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub encoding_from: u32,
    /// Variance of the noise that is believed in before any row is seen, as a part of that of the target: left out,
    /// `(50 / n)²` for n rows, within 0.1 and 1000. Few rows cannot tell noise from what the kernel could explain, and the
    /// anchor is then the better guess; where nothing is believed of the anchor it is 0.1 at most.
    #[schemars(range(min = 1e-4, max = 1e3))]
    pub noise: Option<f64>,
}

/// Names of inputs (members, or columns of the table) by group. Each must be higher where an architecture is better, as
/// every score of a member is; only those in `kernel` need not.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Groups {
    /// Scores of training curves, e.g. the sum of training losses.
    pub training: Vec<String>,
    /// Scores of validation curves.
    pub validation: Vec<String>,
    /// Zero-cost proxies.
    pub proxies: Vec<String>,
    /// What only enters the kernel and not the anchor.
    pub kernel: Vec<String>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            groups: Groups::default(),
            anchor: Vec::new(),
            slope: 0.8,
            steps: 40,
            encoding_from: 20,
            noise: None,
        }
    }
}

/// Processes on some groups, with their shares.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fitted {
    anchor: Anchor,
    processes: Vec<(f64, Process)>,
}

/// How late it is: `clip(2 f / T, 0, 1)`; 0 where that is not known.
fn lateness(header: &Header) -> f64 {
    match (header.fidelity, header.horizon) {
        (Some(seen), Some(last)) if last > 0 => (2.0 * f64::from(seen) / f64::from(last)).clamp(0.0, 1.0),
        _ => 0.0,
    }
}

impl Anchored {
    /// Fits the processes on the groups that are there; `None` where nothing is there to compare rows by.
    fn fit_on(&self, present: &[bool], cx: &Context<'_>) -> Result<Option<Fitted>> {
        let anchor = Anchor::of(&self.layout, present, self.late, &self.rows, &self.targets);
        let noise = self.noise_beside(&anchor);
        let rest: Vec<f64> = (self.rows.iter().zip(&self.targets))
            .map(|(row, target)| target - self.slope * anchor.at(row))
            .collect();
        let all = Shape::of(&self.layout, present, true);
        let all = all.filter(|shape| {
            shape.has_encoding() && (self.rows.len() >= self.encoding_from || !shape.has_scores())
        });
        let without = Shape::of(&self.layout, present, false);
        let without = without.filter(|_| all.is_none() || self.rows.len() < MANY);
        let shapes: Vec<Shape> = all.into_iter().chain(without).collect();
        let ends = cx.parallel_map(shapes.len(), |place| {
            let search = Search::new(&shapes[place], &self.rows, &rest, noise, cx)?;
            let share = |step: usize| step as f64 / self.steps.max(1) as f64;
            // The first is the one with the most terms, and ends last.
            search.fit(
                self.steps,
                |step| {
                    if place == 0 {
                        cx.progress(share(step))
                    }
                },
                cx,
            )
        });
        let processes: Vec<Process> = ends.into_iter().collect::<Result<_>>()?;
        let best = processes.iter().map(|process| process.objective).fold(f64::INFINITY, f64::min);
        let shares: Vec<f64> = processes.iter().map(|process| (best - process.objective).exp()).collect();
        let total: f64 = shares.iter().sum();
        let processes = shares.iter().map(|share| share / total).zip(processes).collect::<Vec<_>>();
        Ok((!processes.is_empty()).then_some(Fitted { anchor, processes }))
    }

    /// Median of the belief about the noise: low where nothing is believed of the anchor, for it is then no better guess
    /// than what the kernel finds.
    fn noise_beside(&self, anchor: &Anchor) -> f64 {
        let trust = anchor.trust();
        (trust * self.noise.ln() + (1.0 - trust) * self.noise.min(LEAST_NOISE).ln()).exp()
    }

    /// The processes for rows with these groups, fitted once.
    fn fitted(&self, present: &[bool], cx: &Context<'_>) -> Result<Option<Arc<Fitted>>> {
        let known = |partial: &BTreeMap<Vec<bool>, Arc<Fitted>>| partial.get(present).cloned();
        if let Some(fitted) = known(&self.partial.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(Some(fitted));
        }
        let Some(fitted) = self.fit_on(present, cx)?.map(Arc::new) else { return Ok(None) };
        let mut partial = self.partial.lock().unwrap_or_else(PoisonError::into_inner);
        partial.insert(present.to_vec(), Arc::clone(&fitted));
        Ok(Some(fitted))
    }

    /// Mean and variance of an observation of each row, standardised.
    fn answer(
        &self,
        fitted: &Fitted,
        count: usize,
        read: impl Fn(usize) -> Option<Row> + Sync,
        cx: &Context<'_>,
    ) -> Result<Vec<Option<(f64, f64)>>> {
        let anchors: Vec<f64> = (0..count)
            .map(|place| read(place).map_or(0.0, |row| self.slope * fitted.anchor.at(&row)))
            .collect();
        let mut mixed = vec![Some((0.0, 0.0)); count];
        for (share, process) in &fitted.processes {
            let latent = process.predict(&self.rows, count, &read, cx)?;
            for ((mixed, latent), anchor) in mixed.iter_mut().zip(latent).zip(&anchors) {
                *mixed = mixed.zip(latent).map(|((first, second), (mean, variance))| {
                    let mean = mean + anchor;
                    (first + share * mean, second + share * (variance + process.noise() + mean * mean))
                });
            }
        }
        let central = |(first, second): (f64, f64)| (first, (second - first * first).max(0.0));
        Ok(mixed.into_iter().map(|moments| moments.map(central)).collect())
    }
}

impl Predictor for Anchored {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("anchored", Family::ModelBased)
        .summary("Gaussian process over groups of scores around their own average, for few labels.")
        .cite("Rasmussen and Williams, Gaussian Processes for Machine Learning, MIT Press 2006")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n³) an evaluation, some eighty; predict O(n d + n²) a row")
        .needs(&[Input::Features])
        .may_use(&[Input::Genotypes])
        .encoding("adjacency-categorical")
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::NormalScore)
        .score_form(ScoreForm::Raw)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let layout = Layout::of(params, train, cx)?;
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        let source = layout.source(train)?;
        let mut rows = Vec::with_capacity(train.rows());
        for row in 0..train.rows() {
            rows.push(layout.row(&source, row).ok_or_else(|| {
                Error::bad_data(format!("row {row} lacks a number of its encoding; leave the row out"))
            })?);
        }
        let present = vec![true; layout.groups.len()];
        let mut model = Self {
            layout,
            rows,
            scale,
            targets,
            slope: params.slope,
            steps: params.steps as usize,
            encoding_from: params.encoding_from as usize,
            noise: params
                .noise
                .unwrap_or_else(|| (50.0 / train.rows() as f64).powi(2).clamp(LEAST_NOISE, LARGEST_NOISE)),
            late: lateness(train.header()?),
            whole: None,
            partial: Mutex::default(),
        };
        if scale.is_constant() {
            return Ok(model);
        }
        let fitted = model.fit_on(&present, cx)?.ok_or_else(|| {
            Error::bad_data("no training row has a score or an encoding; name `inputs` that have values")
        })?;
        model.whole = Some(fitted);
        Ok(model)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let source = self.layout.source(queries)?;
        let count = queries.rows();
        let mut answers: Vec<Result<(f64, f64), &str>> = vec![Ok((0.0, 0.0)); count];
        let mut patterns: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for (row, answer) in answers.iter_mut().enumerate() {
            if row % 1024 == 0 {
                cx.check()?;
            }
            match self.layout.row(&source, row) {
                Some(read) => {
                    let present = read.missing.iter().map(|missing| !missing).collect();
                    patterns.entry(present).or_default().push(row);
                }
                None => *answer = Err("a number of its encoding is missing"),
            }
        }
        for (present, rows) in patterns.into_iter().filter(|_| self.whole.is_some()) {
            let partial = match present.iter().all(|&there| there) {
                true => None,
                false => self.fitted(&present, cx)?,
            };
            let fitted = if present.contains(&false) { partial.as_deref() } else { self.whole.as_ref() };
            let found = match fitted {
                Some(fitted) => {
                    self.answer(fitted, rows.len(), |place| self.layout.row(&source, rows[place]), cx)?
                }
                None => vec![None; rows.len()],
            };
            for (row, found) in rows.into_iter().zip(found) {
                answers[row] = found.ok_or("it has no score and no encoding to compare it by");
            }
        }
        let (means, deviations): (Vec<f64>, Vec<f64>) = (answers.iter())
            .map(|answer| {
                let (mean, variance) = answer.unwrap_or((0.0, 0.0));
                (self.scale.mean(mean), self.scale.deviation(variance))
            })
            .unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        for (row, answer) in answers.iter().enumerate() {
            if let Err(reason) = answer {
                predictions.set_missing(row, *reason);
            }
        }
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
