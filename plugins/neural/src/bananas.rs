//! BANANAS (White, Neiswanger and Savani, AAAI 2021): an ensemble of feed-forward networks on the path encoding.
//!
//! Each member is the network of [`mlp`](crate::mlp). Member i learns from all rows but those of fold i, so that what it
//! says of them is a prediction and not a memory. The mean is that of the members. The deviation is the larger of two:
//! the spread of the members (divisor m − 1), and the deviation under which four of five held-out errors lie within the
//! 80 % interval. The spread alone is too small, because members share most of their rows.
//!
//! The paper's ensemble has five networks of 10 layers of 20, trained for 150 epochs at learning rate 0.01 on the first
//! 40 paths; `loss = "mape"` with a `bound` is the loss that it takes on DARTS. NASLib's has three networks of 20 layers
//! of 20 that all see all rows, and reads some paths of NAS-Bench-201 at the wrong edges, which costs a tenth of Kendall's
//! tau. Here paths come from the space's topology. `preset = "naslib"` is NASLib's ensemble on the right paths, with the
//! spread alone as its deviation.
//!
//! Cost: fit O(m n p) an epoch for m networks of p parameters (about 46,000 on 100 paths), predict O(m p) a row.

use crate::{
    columns::Columns,
    network::{Network, Streams},
    queries::{answers, declare_missing},
    settings::{Errors, Given, Preset, Settings},
};
use archcast_scaling::TargetScale;
use archcast_sdk::{ndarray::Axis, prelude::*};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewest folds: a member never loses more than a fifth of the rows where there are five.
const FOLDS: usize = 5;
/// The part of the held-out errors that shall lie within the interval, and the interval's half width in deviations.
const COVER: (f64, f64) = (0.8, 1.281_551_565_544_600_4);

/// A fitted ensemble.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bananas {
    columns: Columns,
    scale: TargetScale,
    /// None where all targets or all rows are equal: the mean is the answer.
    networks: Vec<Network>,
    /// The least variance of a prediction, in the scale of the target.
    variance: f64,
}

/// Parameters of [`Bananas`]. What is left out comes from the preset.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Where the parameters that are left out come from.
    pub preset: Preset,
    /// Members of the ensemble: 5 in `archcast`, 3 in `naslib`.
    #[schemars(range(min = 1, max = 1000))]
    pub networks: Option<u32>,
    /// Hidden layers of each member: 3 in `archcast`, 20 in `naslib`.
    #[schemars(range(min = 0, max = 50), extend("x-tune" = {"low": 1, "high": 5, "integer": true}))]
    pub layers: Option<u32>,
    /// Width of each hidden layer: 128 in `archcast`, 20 in `naslib`.
    #[schemars(range(min = 1, max = 1024), extend("x-tune" = {"low": 16, "high": 256, "log": true, "integer": true}))]
    pub width: Option<u32>,
    /// Errors that are minimised: `mse` in `archcast`, `mae` in `naslib`.
    pub loss: Option<Errors>,
    /// What no target reaches, for the loss `mape`: in the unit of the target that the member is handed, which is the
    /// table's under `target_transform = "none"`.
    pub bound: Option<f64>,
    /// Learning rate of the first epoch: 0.001 in both presets.
    #[schemars(range(min = 1e-8, max = 1.0), extend("x-tune" = {"low": 1e-4, "high": 1e-2, "log": true}))]
    pub learning_rate: Option<f64>,
    /// The part of a weight that a step at learning rate 1 takes away: 0.01 in `archcast`, 0 in `naslib`.
    #[schemars(range(min = 0.0, max = 100.0), extend("x-tune" = {"low": 1e-4, "high": 1.0, "log": true}))]
    pub weight_decay: Option<f64>,
    /// Rows of a step: 32 in both presets.
    #[schemars(range(min = 1, max = 4096))]
    pub batch: Option<u32>,
    /// Passes over the rows: 150 in `archcast`, 500 in `naslib`.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub epochs: Option<u32>,
}

impl Params {
    fn settings(&self) -> Settings {
        let given = Given {
            layers: self.layers,
            width: self.width,
            errors: self.loss,
            learning_rate: self.learning_rate,
            weight_decay: self.weight_decay,
            batch: self.batch,
            epochs: self.epochs,
        };
        Settings::new(self.preset, &given)
    }

    fn members(&self) -> usize {
        let preset = match self.preset {
            Preset::Archcast => 5,
            Preset::Naslib => 3,
        };
        self.networks.unwrap_or(preset) as usize
    }

    /// The bound of the relative error in this scale; 0 where no loss asks for it.
    ///
    /// # Errors
    /// `bad_parameter` where it is left out though the loss needs it, or a target reaches it.
    fn bound(&self, errors: Errors, targets: ArrayView1<'_, f64>, scale: TargetScale) -> Result<f64> {
        let Some(bound) = self.bound else {
            return match errors {
                Errors::Mape => Err(Error::bad_parameter(
                    "bound",
                    "is needed by the loss `mape`: a value that no target reaches, e.g. 95.5",
                )),
                _ => Ok(0.0),
            };
        };
        if errors != Errors::Mape {
            return Err(Error::bad_parameter(
                "bound",
                "belongs to the loss `mape`; give `loss = \"mape\"` or leave it out",
            ));
        }
        match targets.iter().position(|&target| target >= bound) {
            None => Ok(scale.scaled(bound)),
            Some(row) => Err(Error::bad_parameter(
                "bound",
                format!("is {bound}, but the target of row {row} is {}; give a larger one", targets[row]),
            )),
        }
    }
}

/// Rows that member `member` of so many leaves out, and those that it learns from.
fn halves(rows: usize, member: usize, members: usize, preset: Preset) -> (Vec<usize>, Vec<usize>) {
    let folds = members.max(FOLDS).min(rows);
    let held = |row: &usize| preset == Preset::Archcast && row % folds == member % folds;
    (0..rows).partition(held)
}

/// The variance of a normal distribution that has its share of these errors within its interval; 0 of none.
fn variance(mut errors: Vec<f64>) -> f64 {
    errors.iter_mut().for_each(|error| *error = error.abs());
    errors.sort_by(f64::total_cmp);
    let place = (COVER.0 * errors.len() as f64) as usize;
    errors.get(place).map_or(0.0, |error| (error / COVER.1).powi(2))
}

impl Predictor for Bananas {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("bananas", Family::ModelBased)
        .summary("An ensemble of feed-forward networks on the path encoding.")
        .cite("White, Neiswanger and Savani, BANANAS: Bayesian Optimization with Neural Architectures for Neural Architecture Search, AAAI 2021")
        .complexity("fit O(m n p) an epoch for m networks of p parameters, predict O(m p) a row")
        .needs(&[Input::Features])
        .encoding("path")
        .minimum_rows(2)
        .gives(Gives::Distribution)
        .target_transform(TargetTransform::LogError)
        .score_form(ScoreForm::Standard)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let settings = params.settings();
        let rows = train.features()?.complete()?;
        let scale = TargetScale::of(train.targets()?)?;
        params.bound(settings.errors, train.targets()?, scale)?;
        let columns = Columns::of(rows, train)?;
        if scale.is_constant() || columns.len() == 0 {
            return Ok(Self { columns, scale, networks: Vec::new(), variance: 1.0 });
        }
        let scale = settings.scale(scale);
        let bound = params.bound(settings.errors, train.targets()?, scale)?;
        let targets: Vec<f64> = train.targets()?.iter().map(|&target| scale.scaled(target)).collect();
        let inputs = columns.matrix(rows);
        let members = params.members();
        let done = AtomicUsize::new(0);
        let epoch_done = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            cx.progress(done as f64 / (f64::from(settings.epochs) * members as f64));
        };
        let fit = |member: usize| {
            let (held, kept) = halves(targets.len(), member, members, params.preset);
            let some = inputs.select(Axis(0), &kept);
            let aims: Vec<f64> = kept.iter().map(|&row| targets[row]).collect();
            let data = (some.view(), &aims[..]);
            let network = Network::fit(&settings, bound, data, Streams::of(member, cx), (cx, &epoch_done))?;
            let answers = network.predict(inputs.select(Axis(0), &held).view());
            let errors: Vec<f64> = answers.iter().zip(&held).map(|(z, &row)| z - targets[row]).collect();
            Ok((network, errors))
        };
        let fits: Vec<(Network, Vec<f64>)> =
            cx.parallel_map(members, fit).into_iter().collect::<Result<_>>()?;
        let (networks, errors): (Vec<Network>, Vec<Vec<f64>>) = fits.into_iter().unzip();
        Ok(Self { columns, scale, networks, variance: variance(errors.concat()) })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        for network in &self.networks {
            network.check(self.columns.len())?;
        }
        let answers = answers(queries, &self.columns, cx, |inputs| {
            let members: Vec<Vec<f64>> =
                self.networks.iter().map(|network| network.predict(inputs)).collect();
            (0..inputs.nrows()).map(|row| self.combine(members.iter().map(|member| member[row]))).collect()
        })?;
        let (means, deviations): (Vec<f64>, Vec<f64>) =
            answers.iter().map(|answer| answer.map_or((0.0, 0.0), <(f64, f64)>::from)).unzip();
        let mut predictions = Predictions::distribution(means, deviations);
        declare_missing(&mut predictions, &answers, queries)?;
        Ok(predictions)
    }
}

impl Bananas {
    /// Mean and deviation in the target's unit of what the members say.
    fn combine(&self, members: impl ExactSizeIterator<Item = f64> + Clone) -> [f64; 2] {
        let count = members.len() as f64;
        let mean = members.clone().sum::<f64>() / count.max(1.0);
        let spread = members.map(|member| (member - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        [self.scale.mean(mean), self.scale.deviation(spread.max(self.variance))]
    }
}

#[cfg(test)]
mod tests;
