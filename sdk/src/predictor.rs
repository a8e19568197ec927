//! The trait that a predictor implements. Its page is the manual.

use crate::{Context, Dataset, DatasetBuilder, Descriptor, Error, Predictions, Result};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

/// A performance predictor. **The type is the fitted thing**: nothing unfitted exists, so `predict` cannot come too early.
///
/// An author writes two methods, [`fit`](Predictor::fit) and [`predict`](Predictor::predict), and two constants;
/// everything else has a default. `serde` on the type gives saving and loading, `Send + Sync` concurrent prediction.
///
/// ```
/// use archcast_sdk::prelude::*;
///
/// /// Mean target of the nearest rows.
/// #[derive(Serialize, Deserialize)]
/// #[serde(crate = "archcast_sdk::serde")]
/// struct Nearest {
///     k: usize,
///     rows: Array2<f64>,
///     targets: Array1<f64>,
/// }
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// #[serde(crate = "archcast_sdk::serde", default, deny_unknown_fields)]
/// #[schemars(crate = "archcast_sdk::schemars")]
/// struct Params {
///     /// Neighbours that vote.
///     #[schemars(range(min = 1, max = 1000))]
///     k: usize,
/// }
///
/// impl Default for Params {
///     fn default() -> Self {
///         Self { k: 5 }
///     }
/// }
///
/// impl Predictor for Nearest {
///     type Params = Params;
///     const DESCRIPTOR: Descriptor = Descriptor::new("nearest", Family::ModelBased)
///         .summary("Mean target of the nearest rows.")
///         .needs(&[Input::Features])
///         .gives(Gives::Value);
///
///     fn fit(params: &Params, train: &Dataset, _cx: &Context) -> Result<Self> {
///         Ok(Self {
///             k: params.k,
///             rows: train.features()?.complete()?.to_owned(),
///             targets: train.targets()?.to_owned(),
///         })
///     }
///
///     fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
///         let queries = queries.features()?.complete()?;
///         let mut means = Vec::with_capacity(queries.nrows());
///         for query in queries.rows() {
///             cx.check()?;
///             let mut near: Vec<(f64, f64)> = (self.rows.rows().into_iter().zip(&self.targets))
///                 .map(|(row, &target)| ((&row - &query).mapv(|d| d * d).sum(), target))
///                 .collect();
///             near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
///             near.truncate(self.k);
///             means.push(near.iter().map(|(_, target)| target).sum::<f64>() / near.len() as f64);
///         }
///         Ok(Predictions::values(means))
///     }
/// }
///
/// archcast_sdk::conformance::check::<Nearest>();
/// ```
///
/// # Life of a predictor
///
/// | call | when | how often | thread |
/// |---|---|---|---|
/// | `DESCRIPTOR` | read from the library file, without running code | – | – |
/// | [`outputs`](Predictor::outputs) | when a composition is checked | any | any |
/// | [`fit`](Predictor::fit) | once for each model: also for each fold, trial and tuning draw | many, several at once | any of the host's |
/// | [`predict`](Predictor::predict) | on a fitted or restored model | any, **several at once on one model** | any of the host's |
/// | serialisation | when a model is saved | any | any |
/// | [`compatible`](Predictor::compatible), deserialisation | when a model is loaded | once for each | any |
/// | drop | when the host is done with a model | once | any |
///
/// # What the host sees to
/// Parameters are in their ranges (the schema's) before `fit` is called. Needed inputs are there. There are at least
/// `minimum_rows` labelled rows. Features, targets and curves are finite or marked missing. **Higher targets are
/// better**: what the table minimises is turned, and predictions are turned back. The target is already transformed
/// as the descriptor prefers; a predictor never scales it for the host's sake. Tuning, splits, encodings, caching,
/// threads are the host's.
///
/// # What a predictor sees to
/// Every row gets a finite value in each declared output, or is declared missing with a reason. It draws random
/// numbers from `cx.rng()` (the fit), `cx.rng_for_part(i)` (a tree, a member) and `cx.rng_for(row)` (a row) only, and
/// uses threads by `cx.parallel` only. It calls `cx.check()?` often enough to end within a second. It prints nothing
/// (`cx.log`), changes no global state and ends no process. A panic becomes an `internal` error with its place; it
/// does not reach the host.
///
/// # Which error to give
/// | kind | when |
/// |---|---|
/// | `bad_parameter` | parameters that contradict each other or the data (`k` above the number of rows) |
/// | `bad_data` | data that it cannot take: a missing feature, a curve of another length |
/// | `too_few_rows` | too few rows for these parameters (`minimum_rows` is the host's check) |
/// | `numerical` | a computation that broke down |
/// | `unsupported` | a device or combination that it cannot serve |
/// | `cancelled` | from `cx.check()?` |
/// | `internal` | a broken promise of its own |
///
/// A fault of **one row** at prediction is no error: declare the row missing and go on.
pub trait Predictor: Serialize + DeserializeOwned + Send + Sync + Sized + 'static {
    /// Its parameters: documented fields with ranges (`#[schemars(range(min = 1))]`) and defaults
    /// (`#[serde(default, deny_unknown_fields)]` with `Default`). A field that names a file or folder is marked
    /// `#[schemars(extend("x-file" = true))]`: the host makes the path absolute and checks it. A field that is worth
    /// tuning carries the range that the host draws from (whole numbers where the field's type is one):
    /// `#[schemars(extend("x-tune" = {"low": 1e-3, "high": 1e3, "log": true}))]`, or `{"choices": ["rbf", "matern"]}`.
    type Params: Serialize + DeserializeOwned + JsonSchema + Default;

    /// What it is, needs and gives.
    const DESCRIPTOR: Descriptor;

    /// Learns from the training rows. Called for 0 rows too where `minimum_rows` is 0: the columns and the header
    /// are still there. A method that has nothing to learn fits to its settings.
    ///
    /// # Errors
    /// See the table of the trait's page.
    fn fit(params: &Self::Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self>;

    /// Predicts every row. May be called from several threads at once.
    ///
    /// # Errors
    /// See the table of the trait's page. A fault of one row is a missing row, not an error.
    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions>;

    /// Names of the outputs under these parameters; by default those that the descriptor declares.
    ///
    /// # Errors
    /// `bad_parameter` where the parameters name an output that does not exist.
    fn outputs(params: &Self::Params) -> Result<Vec<String>> {
        let _ = params;
        Ok(Self::DESCRIPTOR.gives.outputs().iter().map(|&name| name.to_owned()).collect())
    }

    /// How much each feature mattered, in the order of the feature matrix: not negative, comparable with each other.
    fn importance(&self) -> Option<Vec<f64>> {
        None
    }

    /// Whether a state of this version can be restored; called before it is read.
    ///
    /// # Errors
    /// `unsupported` unless the version is the descriptor's own.
    fn compatible(state_version: u32) -> Result<()> {
        let own = Self::DESCRIPTOR.state_version;
        if state_version == own {
            Ok(())
        } else {
            Err(Error::unsupported(format!(
                "the saved state has version {state_version}, this plugin reads version {own}; fit the model again"
            )))
        }
    }

    /// A small data set of `n` labelled rows with a signal, and parameters that make a fit quick, for the
    /// conformance laws; needed where made-up data will not do (networks, images).
    fn example(n: usize, seed: u64) -> Option<Example<Self::Params>> {
        let _ = (n, seed);
        None
    }
}

/// What [`Predictor::example`] gives.
#[derive(Debug)]
pub struct Example<P> {
    /// The rows, with targets.
    pub data: DatasetBuilder<'static>,
    /// The parameters.
    pub params: P,
}
