//! Several predictors on the same trials: which is best, and which are tied with it.

use std::{cmp::Ordering, fmt};

use ndarray::Array2;

use super::{
    FEWEST_FOR_BOOTSTRAP, Interval, Resamples, holm, interval::percentile_interval, mean, paired::share,
    standard_deviation, student_t_interval, wilcoxon_signed_rank,
};
use crate::study::metrics::Metric;

/// Confidence of all intervals.
const LEVEL: f64 = 0.95;

/// A predictor that is compared.
#[derive(Debug, Clone, Copy)]
pub struct Contender<'a> {
    /// Its name.
    pub name: &'a str,
    /// One value per trial; higher is better.
    pub values: &'a [f64],
    /// Query time; infinite where unknown.
    pub query: f64,
    /// Initialization time; infinite where unknown.
    pub initialization: f64,
}

/// What is too little to matter, and how exactly it must be known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margins {
    /// A mean difference below it is practically none.
    pub equal: f64,
    /// The widest half-width of an interval that allows to speak of a tie.
    pub decided: f64,
}

impl Margins {
    /// For correlations: 0.01 is about twice the standard error of a mean over 100 trials, and below what a search notices.
    pub const CORRELATION: Margins = Margins { equal: 0.01, decided: 0.03 };

    /// Where no difference is known to be negligible: only intervals decide.
    pub const NONE: Margins = Margins { equal: 0.0, decided: f64::INFINITY };

    /// Those of a metric.
    pub fn of(metric: Metric) -> Margins {
        if metric.is_correlation() { Margins::CORRELATION } else { Margins::NONE }
    }
}

/// Why predictors cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// There is none.
    #[error("there is no predictor to compare")]
    Nobody,
    /// A predictor has another number of trials.
    #[error(
        "`{name}` has {found} trials, and {expected} are compared; every predictor needs a value for every trial"
    )]
    Trials {
        /// The predictor.
        name: String,
        /// Its trials.
        found: usize,
        /// Trials that were resampled.
        expected: usize,
    },
    /// There is no trial.
    #[error("there is no trial to compare")]
    NoTrial,
    /// A value is missing.
    #[error("trial {trial} of `{name}` has no finite value")]
    NotFinite {
        /// The predictor.
        name: String,
        /// The trial, from 0.
        trial: usize,
    },
}

/// What a comparison says of a predictor that is not the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The difference to the best is practically none, or may be.
    Tied,
    /// The best is better.
    Worse,
    /// There are too few trials to speak of a tie.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Tied => "tied with the best",
            Verdict::Worse => "worse",
            Verdict::Undecided => "undecided",
        })
    }
}

/// A predictor by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its place among the contenders as given, from 0.
    pub place: usize,
    /// Its name.
    pub name: String,
    /// Mean over the trials.
    pub mean: f64,
    /// Standard deviation over the trials; `None` of one trial.
    pub deviation: Option<f64>,
    /// The 95 % interval of its mean; `None` of one trial.
    pub interval: Option<Interval>,
}

/// A predictor against the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// The predictor by itself.
    pub standing: Standing,
    /// Mean of the differences best - this one, never below 0.
    pub difference: f64,
    /// The interval of the mean difference, adjusted so that all intervals of the comparison hold together with 95 %
    /// confidence; `None` of one trial.
    pub interval: Option<Interval>,
    /// Two-sided p-value of Wilcoxon's signed-rank test of the differences.
    pub p: f64,
    /// The p-value with Holm's correction for all comparisons with the best.
    pub holm_p: f64,
    /// Share of trials in which the best is higher.
    pub won: f64,
    /// Share of trials in which this one is higher.
    pub lost: f64,
    /// Whether it is tied with the best.
    pub verdict: Verdict,
}

/// The best predictor and all others against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Trials.
    pub trials: usize,
    /// The predictor with the highest mean; of several the cheapest, by query, then by initialization time.
    pub best: Standing,
    /// The others, from the highest mean to the lowest; of equal ones the cheaper first.
    pub others: Vec<Against>,
}

impl Comparison {
    /// The best and those tied with it: the answer to which predictor to take, never the best alone.
    pub fn tied(&self) -> impl Iterator<Item = &Standing> {
        let tied = self.others.iter().filter(|other| other.verdict == Verdict::Tied);
        std::iter::once(&self.best).chain(tied.map(|other| &other.standing))
    }
}

/// Compares predictors over the same trials with the one that has the highest mean.
///
/// Another is tied with it where the adjusted interval of the mean difference contains 0 or the difference is below
/// `margins.equal`; but where the interval is wider than `margins.decided` to either side, that is undecided. Otherwise it
/// is worse. Intervals are Student's t below [`FEWEST_FOR_BOOTSTRAP`] trials, the percentile bootstrap from there on.
/// They step down as Holm's correction does: the clearest of m differences gets the level 1 - 0.05/m, the next 1 -
/// 0.05/(m - 1), and from the first that contains 0 the level stays.
///
/// # Errors
/// [`CompareError`] where a predictor lacks a trial or a finite value.
pub fn compare_with_best(
    contenders: &[Contender],
    margins: Margins,
    resamples: &Resamples,
) -> Result<Comparison, CompareError> {
    let trials = check(contenders, resamples)?;
    let mut standings = standings(contenders, resamples);
    standings.sort_by(|a, b| {
        b.mean.total_cmp(&a.mean).then_with(|| cheaper(&contenders[a.place], &contenders[b.place]))
    });
    let mut standings = standings.into_iter();
    let best = standings.next().ok_or(CompareError::Nobody)?;
    let standings: Vec<Standing> = standings.collect();
    let best_values = contenders[best.place].values;
    let differences: Vec<Vec<f64>> = standings
        .iter()
        .map(|other| best_values.iter().zip(contenders[other.place].values).map(|(a, b)| a - b).collect())
        .collect();
    let p_values: Vec<f64> = differences.iter().map(|each| wilcoxon_signed_rank(each).p).collect();
    let others = standings.into_iter().zip(&differences).zip(simultaneous_intervals(&differences, resamples));
    let others = others.zip(p_values.iter().zip(holm(&p_values))).map(
        |(((standing, differences), interval), (&p, holm_p))| {
            let difference = mean(differences).unwrap_or(0.0);
            Against {
                standing,
                difference,
                interval,
                p,
                holm_p,
                won: share(differences, |difference| difference > 0.0),
                lost: share(differences, |difference| difference < 0.0),
                verdict: verdict(difference, interval, margins),
            }
        },
    );
    Ok(Comparison { trials, best, others: others.collect() })
}

fn check(contenders: &[Contender], resamples: &Resamples) -> Result<usize, CompareError> {
    let trials = resamples.trials();
    if contenders.is_empty() {
        return Err(CompareError::Nobody);
    }
    for contender in contenders {
        let (name, found) = (contender.name.to_owned(), contender.values.len());
        if found != trials {
            return Err(CompareError::Trials { name, found, expected: trials });
        }
        if let Some(trial) = contender.values.iter().position(|value| !value.is_finite()) {
            return Err(CompareError::NotFinite { name, trial });
        }
    }
    if trials == 0 { Err(CompareError::NoTrial) } else { Ok(trials) }
}

fn cheaper(a: &Contender, b: &Contender) -> Ordering {
    a.query
        .total_cmp(&b.query)
        .then(a.initialization.total_cmp(&b.initialization))
        .then_with(|| a.name.cmp(b.name))
}

fn standings(contenders: &[Contender], resamples: &Resamples) -> Vec<Standing> {
    let values: Vec<&[f64]> = contenders.iter().map(|contender| contender.values).collect();
    let mut intervals = Intervals::of(&values, resamples);
    let standing = |(place, contender): (usize, &Contender)| Standing {
        place,
        name: contender.name.to_owned(),
        mean: mean(contender.values).unwrap_or(0.0),
        deviation: standard_deviation(contender.values),
        interval: intervals.at(place, LEVEL),
    };
    contenders.iter().enumerate().map(standing).collect()
}

/// The intervals of the mean differences that hold together.
pub(crate) fn simultaneous_intervals(
    differences: &[Vec<f64>],
    resamples: &Resamples,
) -> Vec<Option<Interval>> {
    let rows: Vec<&[f64]> = differences.iter().map(Vec::as_slice).collect();
    let mut intervals = Intervals::of(&rows, resamples);
    // The distance of a mean from 0 in its standard errors; the same number of trials divides all.
    let clearness = |row: &[f64]| match (mean(row), standard_deviation(row)) {
        (Some(centre), Some(deviation)) if centre != 0.0 => centre.abs() / deviation,
        _ => 0.0,
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| clearness(rows[b]).total_cmp(&clearness(rows[a])));
    let mut found = vec![None; rows.len()];
    let (mut level, mut left, mut stopped) = (LEVEL, rows.len(), false);
    for place in order {
        if !stopped {
            level = 1.0 - (1.0 - LEVEL) / left as f64;
        }
        found[place] = intervals.at(place, level);
        stopped |= found[place].is_none_or(|interval| interval.contains(0.0));
        left -= 1;
    }
    found
}

/// Intervals of the means of several rows of trials, from one matrix product.
struct Intervals<'a> {
    rows: &'a [&'a [f64]],
    /// The means of each row over all resamples; `None` where Student's t serves.
    means: Option<Array2<f64>>,
}

impl<'a> Intervals<'a> {
    fn of(rows: &'a [&'a [f64]], resamples: &Resamples) -> Intervals<'a> {
        let trials = resamples.trials();
        let means = (trials >= FEWEST_FOR_BOOTSTRAP)
            .then(|| Array2::from_shape_fn((rows.len(), trials), |(row, trial)| rows[row][trial]))
            .map(|values| resamples.means(values.view()));
        Intervals { rows, means }
    }

    fn at(&mut self, row: usize, level: f64) -> Option<Interval> {
        match &mut self.means {
            None => student_t_interval(self.rows[row], level),
            Some(means) => percentile_interval(means.row_mut(row).into_slice()?, level),
        }
    }
}

/// What a difference, never below 0, and its interval say.
pub(crate) fn verdict(difference: f64, interval: Option<Interval>, margins: Margins) -> Verdict {
    match interval {
        None => Verdict::Undecided,
        Some(interval) if !interval.contains(0.0) && difference >= margins.equal => Verdict::Worse,
        Some(interval) if interval.half_width() <= margins.decided => Verdict::Tied,
        Some(_) => Verdict::Undecided,
    }
}
