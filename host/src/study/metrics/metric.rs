//! The metrics by their names in the field.

use super::{
    Rounded, TestAnswers, Undefined, best_rank_at, best_regret_at,
    calibration::{mean_width, share_inside},
    continuous_ranked_probability_score, coverage, interval_width, kendall_tau_b, mae,
    negative_log_likelihood, pearson, pit_distance, precision_at, r2, rmse, sparse_kendall_tau, spearman,
};
use crate::compose::Gives;

/// What tells how well predictions agree with targets. Its text form is the field's name, as `kendall-tau`,
/// `precision@10` or `coverage@95`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Kendall's tau-b, the headline of every study.
    KendallTau,
    /// Kendall's tau-b after rounding to 0.1 percentage points.
    SparseKendallTau(Rounded),
    /// Spearman's rank correlation.
    Spearman,
    /// Pearson's correlation, with its sign.
    Pearson,
    /// Mean absolute error, in the target's unit.
    Mae,
    /// Root mean squared error, in the target's unit.
    Rmse,
    /// Coefficient of determination.
    R2,
    /// Share of the so many best predicted rows that are among the so many best.
    PrecisionAt(usize),
    /// What the best of so many best predicted rows lacks to the best row, in the target's unit.
    BestRegretAt(usize),
    /// True rank of the best of so many best predicted rows, as a share of all rows.
    BestRankAt(usize),
    /// Mean negative log likelihood of a normal distribution, in nats.
    Nll,
    /// Mean continuous ranked probability score of a normal distribution, in the target's unit.
    Crps,
    /// Share of targets in the central interval of so many percent.
    Coverage(u8),
    /// Mean width of the central interval of so many percent, in the target's unit.
    IntervalWidth(u8),
    /// Greatest distance of the probability integral transforms from the uniform distribution.
    PitDistance,
}

/// Which values of a metric are better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Better {
    /// Higher ones.
    Higher,
    /// Lower ones.
    Lower,
    /// Those nearer to this one.
    Near(f64),
}

impl Metric {
    /// What a study reports where it does not say otherwise; a report shows of them what
    /// [applies](Self::applies_to).
    pub const STANDARD: [Metric; 19] = [
        Metric::KendallTau,
        Metric::SparseKendallTau(Rounded::Prediction),
        Metric::Spearman,
        Metric::Pearson,
        Metric::Mae,
        Metric::Rmse,
        Metric::R2,
        Metric::PrecisionAt(10),
        Metric::PrecisionAt(20),
        Metric::BestRegretAt(10),
        Metric::BestRankAt(10),
        Metric::Nll,
        Metric::Crps,
        Metric::Coverage(50),
        Metric::Coverage(80),
        Metric::Coverage(90),
        Metric::Coverage(95),
        Metric::IntervalWidth(90),
        Metric::PitDistance,
    ];

    /// Which values are better.
    pub fn better(self) -> Better {
        match self {
            Metric::KendallTau
            | Metric::SparseKendallTau(_)
            | Metric::Spearman
            | Metric::Pearson
            | Metric::R2
            | Metric::PrecisionAt(_) => Better::Higher,
            Metric::Mae
            | Metric::Rmse
            | Metric::BestRegretAt(_)
            | Metric::BestRankAt(_)
            | Metric::Nll
            | Metric::Crps
            | Metric::IntervalWidth(_)
            | Metric::PitDistance => Better::Lower,
            Metric::Coverage(percent) => Better::Near(f64::from(percent) / 100.0),
        }
    }

    /// A value turned so that higher is better, as comparisons need it.
    pub fn turned(self, value: f64) -> f64 {
        match self.better() {
            Better::Higher => value,
            Better::Lower => -value,
            Better::Near(best) => -(value - best).abs(),
        }
    }

    /// Whether it is a correlation, from -1 to 1, where a predictor without any order is worth 0.
    pub fn is_correlation(self) -> bool {
        matches!(self, Metric::KendallTau | Metric::SparseKendallTau(_) | Metric::Spearman | Metric::Pearson)
    }

    /// Whether predictions of this kind can be measured by it: errors of scores mean nothing.
    pub fn applies_to(self, gives: &Gives) -> bool {
        match self.needs() {
            Needs::Order => !matches!(gives, Gives::Named(_)),
            Needs::Values => gives.is_value(),
            Needs::Distributions => *gives == Gives::Distribution,
        }
    }

    /// The value for a test set. Rows without a finite prediction share the worst rank; metrics that need a number of
    /// every row have no value then.
    ///
    /// # Errors
    /// [`Undefined`] says why there is no value; the value itself is always finite.
    pub fn of(self, answers: &TestAnswers) -> Result<f64, Undefined> {
        if !self.applies_to(answers.gives) {
            return Err(Undefined::NotGiven { gives: answers.gives.name(), needs: self.needs().name() });
        }
        let targets = answers.targets;
        let value = match self {
            Metric::KendallTau => kendall_tau_b(targets, &answers.ranked()?),
            Metric::SparseKendallTau(rounded) => {
                sparse_kendall_tau(targets, &answers.ranked()?, rounded, answers.unit)
            }
            Metric::Spearman => spearman(targets, &answers.ranked()?),
            Metric::Pearson => pearson(targets, answers.whole()?),
            Metric::Mae => mae(targets, answers.whole()?),
            Metric::Rmse => rmse(targets, answers.whole()?),
            Metric::R2 => r2(targets, answers.whole()?),
            Metric::PrecisionAt(k) => precision_at(k, targets, &answers.ranked()?),
            Metric::BestRegretAt(k) => best_regret_at(k, targets, &answers.ranked()?),
            Metric::BestRankAt(k) => best_rank_at(k, targets, &answers.ranked()?),
            Metric::Nll => answers.residuals().map(|rows| negative_log_likelihood(&rows)),
            Metric::Crps => answers.residuals().map(|rows| continuous_ranked_probability_score(&rows)),
            Metric::Coverage(percent) => match answers.interval(percent)? {
                Some(rows) => Ok(share_inside(&rows)),
                None => coverage(percent, &answers.residuals()?),
            },
            Metric::IntervalWidth(percent) => match answers.interval(percent)? {
                Some(rows) => Ok(mean_width(&rows)),
                None => interval_width(percent, &answers.residuals()?),
            },
            Metric::PitDistance => answers.residuals().map(|rows| pit_distance(&rows)),
        }?;
        if value.is_finite() { Ok(value) } else { Err(Undefined::Overflow) }
    }

    fn needs(self) -> Needs {
        match self {
            Metric::KendallTau
            | Metric::Spearman
            | Metric::Pearson
            | Metric::PrecisionAt(_)
            | Metric::BestRegretAt(_)
            | Metric::BestRankAt(_) => Needs::Order,
            Metric::SparseKendallTau(_) | Metric::Mae | Metric::Rmse | Metric::R2 => Needs::Values,
            Metric::Nll
            | Metric::Crps
            | Metric::Coverage(_)
            | Metric::IntervalWidth(_)
            | Metric::PitDistance => Needs::Distributions,
        }
    }
}

/// The least that predictions must mean.
#[derive(Clone, Copy)]
enum Needs {
    Order,
    Values,
    Distributions,
}

impl Needs {
    fn name(self) -> &'static str {
        match self {
            Needs::Order => "a score or a value",
            Needs::Values => "values in the target's unit",
            Needs::Distributions => "a mean and a standard deviation",
        }
    }
}
