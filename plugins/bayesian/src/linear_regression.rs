//! Bayesian linear regression (Bishop, Pattern Recognition and Machine Learning, Springer 2006, chapter 3; MacKay, Neural
//! Computation 1992).
//!
//! The target, standardised, is linear in the terms of a row less their means over the training rows, with weights
//! `w ~ N(0, I/α)` and noise of precision β. The terms are the inputs and, in the basis `pairwise`, one indicator for each
//! pair of choices of two decisions, scaled so that all pairs of a row have length 1 together. α and β maximise the
//! marginal likelihood, see the module `evidence`. The deviation is that of an observation, with the uncertainty of the
//! weights.
//!
//! White et al. (NeurIPS 2021) run the linear model of pybnn. It departs from the textbook, and this predictor does not
//! follow: pybnn's likelihood takes the norm of the residuals without squaring it, the noise is inverted once it is
//! found, the target is raw percent under a prior with mean 0, and no deviation is given.
//!
//! Cost: fit O(n d min(n, d)) for d terms, predict O(t · min(n, d)) a row with t terms that are not 0. Deterministic;
//! draws no random numbers.

use crate::{
    evidence::{Bounds, Spectrum},
    inputs::Inputs,
    posterior::Posterior,
    queries::ask,
};
use archcast_scaling::TargetScale;
use archcast_sdk::prelude::*;
use faer::Mat;

mod basis;

use basis::{Terms, pairs_of};

/// Where the logarithms of the precisions are searched.
const BOUNDS: Bounds = Bounds { alpha: (-12.0, 12.0), beta: (-8.0, 12.0) };
/// Most terms of the pairwise basis.
const MOST_TERMS: usize = 4096;
/// Most multiplications of a decomposition, about, that ends within a second.
const MOST_WORK: usize = 1 << 30;

/// A fitted Bayesian linear regression.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinearRegression {
    inputs: Inputs,
    scale: TargetScale,
    /// Nothing where all targets are equal.
    fitted: Option<Fitted>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Fitted {
    terms: Terms,
    posterior: Posterior,
    /// The means of the terms in the singular directions.
    centre: Vec<f64>,
}

/// Parameters of [`LinearRegression`].
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What the target is linear in; left out, pairs where the training rows have at most 4096 terms, and the inputs
    /// alone otherwise.
    #[schemars(extend("x-tune" = {"choices": ["linear", "pairwise"]}))]
    pub basis: Option<Basis>,
}

/// What the target is linear in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The inputs.
    Linear,
    /// The inputs, and the products of two columns of an encoding or of two indicators of categories.
    Pairwise,
}

/// The terms that the parameters ask for.
///
/// # Errors
/// `bad_parameter` where there are too many pairs; `cancelled`.
fn terms(params: &Params, inputs: &Inputs, rows: &[Vec<f64>], cx: &Context<'_>) -> Result<Terms> {
    if params.basis == Some(Basis::Linear) {
        return Ok(Terms::of(inputs, rows, None));
    }
    let room = MOST_TERMS.saturating_sub(inputs.len());
    let pairs = pairs_of(inputs, rows, room, cx)?.filter(|pairs| {
        let (terms, n) = (inputs.len() + pairs.len(), rows.len());
        n.saturating_mul(terms).saturating_mul(n.min(terms)) <= MOST_WORK
    });
    if pairs.is_none() {
        let few = "`linear` takes the inputs alone";
        if params.basis.is_some() {
            let what = format!("these rows have too many pairs for `pairwise`; {few}");
            return Err(Error::bad_parameter("basis", what));
        }
        cx.log(Level::Info, "the rows have too many pairs: the basis is `linear`");
    }
    Ok(Terms::of(inputs, rows, pairs))
}

impl Predictor for LinearRegression {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("linear-regression", Family::ModelBased)
        .summary("Bayesian linear regression on the features and their pairs, precisions by marginal likelihood.")
        .cite("Bishop, Pattern Recognition and Machine Learning, chapter 3, Springer 2006")
        .cite("MacKay, Bayesian Interpolation, Neural Computation 1992")
        .cite("White et al., How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021")
        .complexity("fit O(n d min(n, d)) for d terms, predict O(t · min(n, d)) a row with t terms that are not 0")
        .needs(&[Input::Features])
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let inputs = Inputs::of(train)?;
        let (scale, targets) = TargetScale::fit(train.targets()?)?;
        if scale.is_constant() {
            return Ok(Self { inputs, scale, fitted: None });
        }
        let rows: Vec<Vec<f64>> =
            train.features()?.values().rows().into_iter().map(|row| inputs.row(row)).collect();
        let terms = terms(params, &inputs, &rows, cx)?;
        cx.progress(0.1);
        let mut design = Mat::zeros(rows.len(), terms.len());
        for (place, row) in rows.iter().enumerate() {
            for (term, &mean) in terms.means().iter().enumerate() {
                design[(place, term)] = -mean;
            }
            terms.visit(row, |term, value| design[(place, term)] += value);
        }
        cx.check()?;
        let spectrum = Spectrum::of(design.as_ref(), &targets)?;
        cx.check()?;
        cx.progress(0.9);
        let found = spectrum.most_likely(BOUNDS);
        cx.log(
            Level::Debug,
            format!(
                "{} terms, log marginal likelihood {:.10}, precision of weights {:.6}, of noise {:.6}",
                terms.len(),
                spectrum.log_likelihood(found),
                found.alpha,
                found.beta
            ),
        );
        let posterior = Posterior::new(spectrum, &[found]);
        let mut centre = vec![0.0; posterior.rank()];
        for (term, &mean) in terms.means().iter().enumerate() {
            posterior.add(term, -mean, &mut centre);
        }
        cx.progress(1.0);
        Ok(Self { inputs, scale, fitted: Some(Fitted { terms, posterior, centre }) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let moments = |row: ArrayView1<'_, f64>| {
            let Some(Fitted { terms, posterior, centre }) = &self.fitted else { return (0.0, 0.0) };
            let row = row.to_vec();
            let mut along = centre.clone();
            let unseen = terms.visit(&row, |term, value| posterior.add(term, value, &mut along));
            posterior.moments(&along, terms.squared_from_means(&row) + unseen)
        };
        let moments = |rows: ArrayView2<'_, f64>| rows.rows().into_iter().map(moments).collect();
        ask(queries, &self.inputs, self.scale, moments, cx)
    }
}

#[cfg(test)]
mod tests;
