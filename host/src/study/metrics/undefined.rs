//! Why a metric has no value.

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// The two slices do not pair up.
    #[error("{targets} targets and {predictions} predictions do not pair up")]
    Lengths {
        /// Length of the targets.
        targets: usize,
        /// Length of the predictions.
        predictions: usize,
    },
    /// There are not as many standard deviations as predictions.
    #[error("{predictions} predictions and {deviations} standard deviations do not pair up")]
    Deviations {
        /// Length of the predictions.
        predictions: usize,
        /// Length of the standard deviations.
        deviations: usize,
    },
    /// Fewer rows than the metric needs.
    #[error("there are {rows} rows; this metric needs {needed}")]
    TooFewRows {
        /// Rows given.
        rows: usize,
        /// Fewest rows.
        needed: usize,
    },
    /// More rows are to be chosen than there are.
    #[error("{k} rows cannot be chosen from {rows}; choose 1 to {rows}")]
    Choice {
        /// Rows to choose.
        k: usize,
        /// Rows given.
        rows: usize,
    },
    /// A share of an interval that is none.
    #[error("an interval cannot hold {percent} % of a distribution; give 1 to 99")]
    Share {
        /// The share in percent.
        percent: u8,
    },
    /// A number that has no place in an order.
    #[error("row {row} is not a number")]
    NotANumber {
        /// Its index, from 0.
        row: usize,
    },
    /// A target that is no finite number.
    #[error("the target of row {row} is not a finite number")]
    Target {
        /// Its index, from 0.
        row: usize,
    },
    /// All targets are equal.
    #[error("all targets are equal, so there is no order to predict")]
    ConstantTargets,
    /// All targets are equal, where their variance is to be explained.
    #[error("all targets are equal, so there is no variance to explain")]
    NoVariance,
    /// All predictions are equal.
    #[error("all predictions are equal, so they give no order")]
    ConstantPredictions,
    /// Rows without prediction have no error.
    #[error("{missing} of {rows} rows have no finite prediction, so they have no error")]
    MissingPredictions {
        /// Rows without a finite prediction.
        missing: usize,
        /// Rows given.
        rows: usize,
    },
    /// Rows without a standard deviation have no distribution.
    #[error(
        "{missing} of {rows} rows have no finite standard deviation of 0 or more, so they have no distribution"
    )]
    MissingDeviations {
        /// Rows without one.
        missing: usize,
        /// Rows given.
        rows: usize,
    },
    /// A distribution without width, where the training targets give no least width.
    #[error(
        "the standard deviation of row {row} is 0, and the training targets have no spread to give a least one"
    )]
    NoWidth {
        /// Its index, from 0.
        row: usize,
    },
    /// The metric asks for more than is given.
    #[error("the predictor gives {gives}, and this metric needs {needs}")]
    NotGiven {
        /// What is given.
        gives: &'static str,
        /// What the metric needs.
        needs: &'static str,
    },
    /// The unit tells no step to which predictions could be rounded.
    #[error(
        "the unit of the target is neither `percent` nor `fraction`, so a step of 0.1 percentage points is unknown"
    )]
    NoStep,
    /// The numbers are so large that the value is not finite.
    #[error("the numbers are so large that the value is not finite")]
    Overflow,
}

impl Undefined {
    /// What a trial without value counts as in a mean over trials: 0 for predictions (or targets) that are all equal,
    /// because they give no order; `None` where no number is right. Leaving such a trial out would break the pairing of
    /// trials and favour unstable predictors.
    pub fn counts_as(self) -> Option<f64> {
        matches!(self, Undefined::ConstantPredictions | Undefined::ConstantTargets).then_some(0.0)
    }
}
