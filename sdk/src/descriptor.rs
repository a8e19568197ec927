//! What a predictor says of itself without being run.

/// What a predictor is, needs and gives: a constant, so that it is known without running any code.
///
/// ```
/// use archcast_sdk::{Descriptor, Family, Gives, Input};
/// const DESCRIPTOR: Descriptor = Descriptor::new("nearest", Family::ModelBased)
///     .summary("Mean target of the nearest rows.")
///     .cite("Cover and Hart, Nearest neighbor pattern classification, 1967")
///     .needs(&[Input::Features])
///     .gives(Gives::Value);
/// assert_eq!(DESCRIPTOR.name, "nearest");
/// ```
///
/// A mistake in a descriptor fails the author's build:
///
/// ```compile_fail
/// # use archcast_sdk::{Descriptor, Family};
/// const DESCRIPTOR: Descriptor = Descriptor::new("Nearest Rows", Family::ModelBased);
/// # fn main() { let _ = DESCRIPTOR; }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Descriptor {
    /// Name within the plugin: lower-case letters, digits and hyphens.
    pub name: &'static str,
    /// The family, in the terms of White et al. 2021.
    pub family: Family,
    /// One sentence.
    pub summary: &'static str,
    /// Papers, best first; the rest is empty.
    pub cites: [&'static str; 4],
    /// Cost in rows and features, in words, e.g. `fit O(n d²), predict O(d) a row`.
    pub complexity: &'static str,
    /// Inputs without which it cannot run.
    pub needs: &'static [Input],
    /// Inputs that it uses where they are there.
    pub may_use: &'static [Input],
    /// Encoding of `features` where the composition names none.
    pub encoding: &'static str,
    /// Fewest labelled rows; 0 for what learns nothing.
    pub minimum_rows: u32,
    /// What its outputs mean.
    pub gives: Gives,
    /// Transform of the target that it prefers; the host applies it and turns predictions back.
    pub target_transform: TargetTransform,
    /// Form in which it wants other members' scores.
    pub score_form: ScoreForm,
    /// Same data, parameters and seed give the same bits.
    pub deterministic: bool,
    /// A row's prediction does not depend on which other rows are asked.
    pub row_independent: bool,
    /// Order of magnitude of one prediction.
    pub cost: Cost,
    /// Whether it uses the host's threads.
    pub threads: Threads,
    /// Devices that it can compute on.
    pub devices: &'static [&'static str],
    /// Native libraries that it links or loads, with versions.
    pub native_libraries: &'static [&'static str],
    /// Version of the saved state; raise it when the fitted type changes its meaning.
    pub state_version: u32,
}

/// The families of White et al. 2021.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// Learns from architectures and their measured targets.
    ModelBased,
    /// Extrapolates or scores a partial learning curve.
    LearningCurve,
    /// Scores an untrained network.
    ZeroCost,
    /// Shares the weights of one supernet.
    WeightSharing,
}

/// Something that a predictor can be handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Numeric feature columns: encodings, columns of the table, scores of other members.
    Features,
    /// The decisions of the space, one `u16` each.
    Genotypes,
    /// Token sequences.
    Sequences,
    /// The graph with every operation, `none` and skips included.
    FullGraph,
    /// The graph without dead parts, skips contracted.
    PrunedGraph,
    /// A learning curve.
    Curve {
        /// The metric it reads by default: `train_loss`, `val_loss`, `train_acc`, `val_acc`, or another name.
        metric: &'static str,
        /// Fewest epochs.
        shortest: u32,
    },
    /// A network file for each row.
    Networks,
    /// Rows without a target, after the labelled ones of the data set that a fit is handed.
    Unlabelled {
        /// How many, as a multiple of the labelled rows, where the data say nothing else.
        factor: u32,
    },
    /// Costs of each row: under the name `seconds`, what its training took up to the epochs seen, or all of it. A cost that
    /// the data do not tell is missing.
    Costs,
    /// At least one of these.
    AnyOf(&'static [Input]),
}

/// What a predictor's outputs mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gives {
    /// `score`: only the order means something; higher is better.
    Score,
    /// `mean`: in the target's unit.
    Value,
    /// `mean` and `std`, in the target's unit.
    Distribution,
    /// Outputs under its own names, each a score; [`Predictor::outputs`](crate::Predictor::outputs) may depend on parameters.
    Named(&'static [&'static str]),
}

impl Gives {
    /// Names of the outputs.
    pub const fn outputs(self) -> &'static [&'static str] {
        match self {
            Self::Score => &["score"],
            Self::Value => &["mean"],
            Self::Distribution => &["mean", "std"],
            Self::Named(names) => names,
        }
    }
}

/// Transforms of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetTransform {
    /// The target as it is.
    None,
    /// Minus the mean, over the population standard deviation.
    Standard,
    /// Ranks turned into normal scores.
    NormalScore,
    /// Logarithm of the distance to the best possible value.
    LogError,
}

/// Forms in which a score reaches another member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScoreForm {
    /// As the member gave it.
    Raw,
    /// Its place in the distribution over training rows.
    Rank,
    /// Minus the mean, over the standard deviation, of training rows.
    Standard,
}

/// Order of magnitude of one prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cost {
    /// Microseconds.
    Micro,
    /// Milliseconds.
    Milli,
    /// Seconds: a minibatch through a network, a sampled posterior.
    Seconds,
}

/// Whether a predictor uses the host's threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Threads {
    /// Computes on the calling thread.
    One,
    /// Uses [`Context::parallel`](crate::Context::parallel).
    Many,
}

impl Descriptor {
    /// A predictor that needs features and gives a score; the builders below say what differs.
    pub const fn new(name: &'static str, family: Family) -> Self {
        assert!(
            is_name(name),
            "a predictor's name is lower-case letters, digits and hyphens, e.g. `nearest-rows`"
        );
        Self {
            name,
            family,
            summary: "",
            cites: [""; 4],
            complexity: "",
            needs: &[],
            may_use: &[],
            encoding: "adjacency-one-hot",
            minimum_rows: 1,
            gives: Gives::Score,
            target_transform: TargetTransform::None,
            score_form: ScoreForm::Rank,
            deterministic: true,
            row_independent: true,
            cost: Cost::Micro,
            threads: Threads::One,
            devices: &["cpu"],
            native_libraries: &[],
            state_version: 1,
        }
    }

    /// One sentence that says what it does.
    #[must_use]
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// A paper that it follows; the best first, four at most.
    #[must_use]
    pub const fn cite(mut self, citation: &'static str) -> Self {
        let mut i = 0;
        while i < self.cites.len() && !self.cites[i].is_empty() {
            i += 1;
        }
        assert!(i < self.cites.len(), "a descriptor holds four citations at most");
        self.cites[i] = citation;
        self
    }

    /// Cost in rows and features, in words.
    #[must_use]
    pub const fn complexity(mut self, complexity: &'static str) -> Self {
        self.complexity = complexity;
        self
    }

    /// Inputs without which it cannot run.
    #[must_use]
    pub const fn needs(mut self, inputs: &'static [Input]) -> Self {
        check_inputs(inputs);
        self.needs = inputs;
        self
    }

    /// Inputs that it uses where they are there.
    #[must_use]
    pub const fn may_use(mut self, inputs: &'static [Input]) -> Self {
        check_inputs(inputs);
        self.may_use = inputs;
        self
    }

    /// Encoding of the features where the composition names none (`adjacency-one-hot` if this is not called).
    #[must_use]
    pub const fn encoding(mut self, encoding: &'static str) -> Self {
        self.encoding = encoding;
        self
    }

    /// Fewest labelled rows; 0 for what learns nothing.
    #[must_use]
    pub const fn minimum_rows(mut self, rows: u32) -> Self {
        self.minimum_rows = rows;
        self
    }

    /// What its outputs mean.
    #[must_use]
    pub const fn gives(mut self, gives: Gives) -> Self {
        assert!(!gives.outputs().is_empty(), "a predictor gives at least one output");
        self.gives = gives;
        self
    }

    /// Transform of the target that it prefers.
    #[must_use]
    pub const fn target_transform(mut self, transform: TargetTransform) -> Self {
        self.target_transform = transform;
        self
    }

    /// Form in which it wants other members' scores.
    #[must_use]
    pub const fn score_form(mut self, form: ScoreForm) -> Self {
        self.score_form = form;
        self
    }

    /// It does not give the same bits twice under one seed (a GPU, a clock).
    #[must_use]
    pub const fn not_deterministic(mut self) -> Self {
        self.deterministic = false;
        self
    }

    /// A row's prediction depends on the other rows that are asked with it.
    #[must_use]
    pub const fn depends_on_batch(mut self) -> Self {
        self.row_independent = false;
        self
    }

    /// Order of magnitude of one prediction.
    #[must_use]
    pub const fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// It uses the host's threads.
    #[must_use]
    pub const fn threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }

    /// Devices that it can compute on.
    #[must_use]
    pub const fn devices(mut self, devices: &'static [&'static str]) -> Self {
        self.devices = devices;
        self
    }

    /// Native libraries that it links or loads, with versions.
    #[must_use]
    pub const fn native_libraries(mut self, libraries: &'static [&'static str]) -> Self {
        self.native_libraries = libraries;
        self
    }

    /// Version of the saved state.
    #[must_use]
    pub const fn state_version(mut self, version: u32) -> Self {
        self.state_version = version;
        self
    }
}

const fn check_inputs(inputs: &'static [Input]) {
    let mut i = 0;
    while i < inputs.len() {
        match inputs[i] {
            Input::Curve { shortest, .. } => assert!(shortest > 0, "a curve has at least one epoch"),
            Input::AnyOf(of) => assert!(of.len() > 1, "`AnyOf` names two inputs or more"),
            _ => {}
        }
        i += 1;
    }
}

/// Whether this is a name for a plugin or a predictor: lower-case letters, digits and single hyphens, a letter first.
#[doc(hidden)]
pub const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || !bytes[0].is_ascii_lowercase() || bytes[bytes.len() - 1] == b'-' {
        return false;
    }
    let mut i = 0;
    while i < bytes.len() {
        let b = bytes[i];
        if !(b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return false;
        }
        if b == b'-' && bytes[i - 1] == b'-' {
            return false;
        }
        i += 1;
    }
    true
}
