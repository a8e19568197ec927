//! A Gaussian process on graphs under the Weisfeiler-Lehman kernel (Ru, Wan, Dong and Osborne, NAS-BOWL, ICLR 2021).
//!
//! Graphs are the pruned ones of the host. The kernel of two counts the [labels](refinement) that they share up to level
//! h; with `normalise` a graph is 1 with itself. Parts (the two cells of darts) are compared each with its like, and the
//! mean is taken. For each h from 0 to `levels` signal variance v and noise s² maximise the marginal likelihood of
//! `v K + s² I`; h is the one with the largest.
//!
//! An architecture whose pruned graph is empty computes nothing: it is left out of the fit, and is predicted as the
//! worst training target with the deviation of the prior.
//!
//! NASLib and the code of NAS-BOWL depart from this, and it is not followed: their graphs lose chained skips and keep
//! what dead nodes fed, so that every seventh cell of NAS-Bench-201 is another network; their kernel has no variance of
//! its own, so that h is favoured for its scale; their noise stays near its start; NASLib throws the deviation away.
//! `kind = "assignment"` is NASLib's kernel, `"subtree"` that of the paper.
//!
//! Cost: fit O(n²) histograms and O(n³) an evaluation, some ten for each h; predict O(n) histograms and O(n²) a row.
//! Deterministic; draws no random numbers.

pub mod gram;
pub mod refinement;

use crate::{
    likelihood::{Solved, unless_numerical},
    linalg::{dot, inverse_factor},
    optimise::{Slope, minimise},
    posterior::Posterior,
};
use archcast_scaling::TargetScale;
use archcast_sdk::{ErrorKind, prelude::*};
use faer::Mat;
use gram::{Gram, Kind, Postings};
use refinement::{Dictionary, Histogram, merge};

/// Bounds of the signal variance.
const VARIANCE: (f64, f64) = (1e-3, 1e3);
/// Highest noise variance.
const MOST_NOISE: f64 = 10.0;
/// Signal and noise variance that the first search starts from.
const START: (f64, f64) = (1.0, 0.1);

/// A fitted process on graphs.
#[derive(Debug, Serialize, Deserialize)]
pub struct WlGp {
    kind: Kind,
    normalise: bool,
    parts: usize,
    dictionary: Dictionary,
    /// For each training row with a graph and each part the labels of all levels.
    graphs: Vec<Vec<Histogram>>,
    scale: TargetScale,
    variance: f64,
    noise: f64,
    /// The lowest training target.
    worst: f64,
    /// Nothing where all targets are equal.
    posterior: Option<Posterior>,
}

/// Parameters of [`WlGp`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// How labels are compared: `subtree` multiplies their counts, `assignment` takes the smaller.
    #[schemars(extend("x-tune" = {"choices": ["subtree", "assignment"]}))]
    pub kind: Kind,
    /// Highest level of labels that is tried: how far a node sees.
    #[schemars(range(max = 10), extend("x-tune" = {"low": 1, "high": 5}))]
    pub levels: u32,
    /// Whether a graph has the kernel 1 with itself.
    #[schemars(extend("x-tune" = {"choices": [true, false]}))]
    pub normalise: bool,
    /// Lowest noise variance, of a target with variance 1.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-7, "high": 1e-2, "log": true}))]
    pub least_noise: f64,
    /// Most steps of the search at each level.
    #[schemars(range(min = 1, max = 1000))]
    pub steps: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { kind: Kind::Subtree, levels: 3, normalise: true, least_noise: 1e-6, steps: 50 }
    }
}

/// `v K + s² I`.
fn covariance(kernel: &Mat<f64>, variance: f64, noise: f64) -> Mat<f64> {
    Mat::from_fn(kernel.nrows(), kernel.nrows(), |i, j| {
        variance * kernel[(i, j)] + if i == j { noise } else { 0.0 }
    })
}

/// The negative log likelihood with its gradient by log v and log s².
fn slope(kernel: &Mat<f64>, targets: &[f64], at: &[f64], cx: &Context<'_>) -> Result<Slope> {
    let (variance, noise) = (at[0].exp(), at[1].exp());
    let solved = Solved::new(&covariance(kernel, variance, noise), targets, cx)?;
    let inverse_trace = inverse_factor(solved.factor.as_ref(), cx)?.squared_norm_l2();
    let by_noise = 0.5 * noise * (dot(&solved.weights, &solved.weights) - inverse_trace);
    // tr((α αᵀ − Ky⁻¹) v K) with v K = Ky − s² I.
    let all = 0.5 * (dot(targets, &solved.weights) - targets.len() as f64);
    Ok((-solved.likelihood, vec![-(all - by_noise), -by_noise]))
}

impl WlGp {
    fn too_few(connected: usize) -> Error {
        let what = format!(
            "{connected} labelled rows with a graph that is not empty, but this predictor needs at least 2 labelled rows with one"
        );
        Error::new(ErrorKind::TooFewRows, what)
    }

    /// Fits at the best level; keeps the labels up to it. `levels` holds for each level, row and part the histogram.
    fn choose(
        &mut self,
        levels: &[Vec<Vec<Histogram>>],
        targets: &[f64],
        params: &Params,
        cx: &Context<'_>,
    ) -> Result<()> {
        let bounds = [VARIANCE, (params.least_noise, MOST_NOISE)].map(|(low, high)| (low.ln(), high.ln()));
        let mut start = [START.0.ln(), START.1.ln()];
        let mut gram = Gram::new(self.kind, self.normalise, targets.len(), self.parts);
        let (all, steps) = (levels.len(), params.steps as usize);
        let mut best: Option<(f64, usize, Vec<f64>, Mat<f64>)> = None;
        for (level, rows) in levels.iter().enumerate() {
            gram.add(|row, part| &rows[row][part], cx)?;
            let kernel = gram.matrix();
            let evaluate = |at: &[f64]| unless_numerical(slope(&kernel, targets, at, cx));
            let after = |step: usize| cx.progress((level as f64 + step as f64 / steps as f64) / all as f64);
            let end = minimise(&start, &bounds, steps, evaluate, after)?;
            cx.log(
                Level::Debug,
                format!(
                    "level {level}: log marginal likelihood {:.10}, variance {:.6}, noise {:.6}",
                    -end.value,
                    end.at[0].exp(),
                    end.at[1].exp()
                ),
            );
            // The next level's best is near this one's.
            start = [end.at[0], end.at[1]];
            if best.as_ref().is_none_or(|(value, ..)| end.value < *value) {
                best = Some((end.value, level, end.at, kernel));
            }
        }
        let Some((_, level, at, kernel)) = best else {
            return Err(Error::internal("no level was tried"));
        };
        (self.variance, self.noise) = (at[0].exp(), at[1].exp());
        let solved = Solved::new(&covariance(&kernel, self.variance, self.noise), targets, cx)?;
        self.posterior = Some(Posterior::new(solved.factor.as_ref(), solved.whitened, None));
        self.dictionary.truncate(level);
        let kept = |row: usize| levels[..=level].iter().map(|rows| rows[row].clone()).collect();
        self.graphs = (0..targets.len()).map(|row| merge(kept(row), self.parts)).collect();
        Ok(())
    }
}

impl Predictor for WlGp {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("wl-gp", Family::ModelBased)
        .summary("Gaussian process on the pruned graph under the Weisfeiler-Lehman kernel.")
        .cite("Ru, Wan, Dong and Osborne, Interpretable Neural Architecture Search via Bayesian Optimisation with Weisfeiler-Lehman Kernels, ICLR 2021")
        .cite("Shervashidze et al., Weisfeiler-Lehman Graph Kernels, JMLR 2011")
        .cite("Kriege, Giscard and Wilson, On Valid Optimal Assignment Kernels and Applications to Graph Classification, NeurIPS 2016")
        .complexity("fit O(n³) an evaluation, some fifty; predict O(n²) a row")
        .needs(&[Input::PrunedGraph])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let graphs = train.graphs(GraphForm::Pruned)?;
        let targets = train.targets()?;
        let connected: Vec<usize> =
            (0..train.rows()).filter(|&row| !graphs.row(row).labels.is_empty()).collect();
        if connected.len() < 2 {
            return Err(Self::too_few(connected.len()));
        }
        let named = train.header()?.graphs.as_ref().map_or(0, |graphs| graphs.parts.len());
        let used = connected.iter().flat_map(|&row| graphs.row(row).parts).max().map_or(0, |&part| part + 1);
        let parts = named.max(used as usize).max(1);
        let mut dictionary = Dictionary::new(params.levels as usize);
        let mut levels = vec![Vec::with_capacity(connected.len()); params.levels as usize + 1];
        for &row in &connected {
            cx.check()?;
            for (level, histograms) in levels.iter_mut().zip(dictionary.learn(&graphs.row(row), parts)?) {
                level.push(histograms);
            }
        }
        let kept: Array1<f64> = connected.iter().map(|&row| targets[row]).collect();
        let (scale, scaled) = TargetScale::fit(kept.view())?;
        let mut model = Self {
            kind: params.kind,
            normalise: params.normalise,
            parts,
            dictionary,
            graphs: Vec::new(),
            scale,
            variance: 0.0,
            noise: 0.0,
            worst: targets.iter().copied().fold(f64::INFINITY, f64::min),
            posterior: None,
        };
        if !scale.is_constant() {
            model.choose(&levels, &scaled, params, cx)?;
        }
        Ok(model)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let graphs = queries.graphs(GraphForm::Pruned)?;
        let rows = queries.rows();
        let empty = |row: usize| graphs.row(row).labels.is_empty();
        let latent = match &self.posterior {
            None => vec![Some((0.0, 0.0)); rows],
            Some(posterior) => {
                let labels = self.dictionary.len();
                let postings = Postings::new(self.kind, self.normalise, &self.graphs, self.parts, labels);
                posterior.predict(rows, cx, |row, column| {
                    if empty(row) {
                        return None;
                    }
                    let read = self.dictionary.read(&graphs.row(row), self.parts).ok()?;
                    let own = postings.compare(&read, column);
                    column.iter_mut().for_each(|kernel| *kernel *= self.variance);
                    Some(self.variance * own)
                })?
            }
        };
        let nothing = (self.worst, self.scale.deviation(self.variance + self.noise));
        let (means, deviations): (Vec<f64>, Vec<f64>) = (latent.iter().enumerate())
            .map(|(row, answer)| match answer {
                _ if empty(row) => nothing,
                Some((mean, variance)) => {
                    (self.scale.mean(*mean), self.scale.deviation(variance + self.noise))
                }
                None => (0.0, 0.0),
            })
            .unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        for row in (0..rows).filter(|&row| latent[row].is_none() && !empty(row)) {
            predictions
                .set_missing(row, "its graph has an edge to a node that is not there, or an unknown part");
        }
        Ok(predictions)
    }
}

#[cfg(test)]
mod tests;
