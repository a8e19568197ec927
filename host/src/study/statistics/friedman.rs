//! Several predictors over several tables.

use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor};

use crate::study::metrics::average_ranks;

/// Studentized range, 5 %, infinite degrees of freedom, over √2, for 2 to 10 predictors (Demšar, Statistical comparisons
/// of classifiers over multiple data sets, 2006, table 5).
const STUDENTIZED_RANGE: [f64; 9] =
    [1.959964, 2.343701, 2.569032, 2.727774, 2.849705, 2.948320, 3.030878, 3.101730, 3.163684];

/// Whether predictors differ over tables at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Friedman {
    /// Mean rank of each predictor over the tables; 1 is best, equal values share the mean of their ranks.
    pub mean_ranks: Vec<f64>,
    /// Friedman's statistic, corrected for ties.
    pub chi_squared: f64,
    /// Its p-value.
    pub chi_squared_p: f64,
    /// The statistic of Iman and Davenport, which is less conservative; infinite where all tables agree.
    pub f: f64,
    /// Its p-value.
    pub f_p: f64,
}

/// Why predictors cannot be compared over tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FriedmanError {
    /// There are too few of something.
    #[error("{tables} tables and {predictors} predictors: a comparison needs 2 of each")]
    TooFew {
        /// Tables.
        tables: usize,
        /// Predictors.
        predictors: usize,
    },
    /// A table has another number of predictors.
    #[error("table {table} has values of {found} predictors, and the first table of {expected}")]
    Uneven {
        /// The table, from 0.
        table: usize,
        /// Its values.
        found: usize,
        /// Values of the first table.
        expected: usize,
    },
    /// A value is missing.
    #[error("table {table} has no number for predictor {predictor}")]
    NotANumber {
        /// The table, from 0.
        table: usize,
        /// The predictor, from 0.
        predictor: usize,
    },
}

/// Friedman's test (The use of ranks to avoid the assumption of normality implicit in the analysis of variance, 1937) with
/// the form of Iman and Davenport (Approximations of the critical region of the Friedman statistic, 1980). `tables` holds,
/// for each table, one value per predictor: its mean over trials, higher is better.
///
/// # Errors
/// [`FriedmanError`] where there are fewer than 2 tables or predictors, or a value is missing.
pub fn friedman(tables: &[Vec<f64>]) -> Result<Friedman, FriedmanError> {
    let predictors = tables.first().map_or(0, Vec::len);
    if tables.len() < 2 || predictors < 2 {
        return Err(FriedmanError::TooFew { tables: tables.len(), predictors });
    }
    let mut mean_ranks = vec![0.0; predictors];
    let mut ties = 0.0;
    let (n, k) = (tables.len() as f64, predictors as f64);
    for (table, values) in tables.iter().enumerate() {
        if values.len() != predictors {
            return Err(FriedmanError::Uneven { table, found: values.len(), expected: predictors });
        }
        if let Some(predictor) = values.iter().position(|value| value.is_nan()) {
            return Err(FriedmanError::NotANumber { table, predictor });
        }
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        mean_ranks.iter_mut().zip(average_ranks(&turned)).for_each(|(mean, rank)| *mean += rank / n);
        let mut sorted = turned;
        sorted.sort_unstable_by(f64::total_cmp);
        ties += sorted
            .chunk_by(|a, b| a == b)
            .map(|group| (group.len() as f64).powi(3) - group.len() as f64)
            .sum::<f64>();
    }
    let spread: f64 = mean_ranks.iter().map(|rank| (rank - (k + 1.0) / 2.0).powi(2)).sum();
    let correction = 1.0 - ties / (n * k * (k * k - 1.0));
    // Where every table ties all predictors, both spread and correction are 0, and nothing differs.
    let chi_squared = if correction > 0.0 { 12.0 * n / (k * (k + 1.0)) * spread / correction } else { 0.0 };
    let most = n * (k - 1.0);
    let f = if chi_squared < most { (n - 1.0) * chi_squared / (most - chi_squared) } else { f64::INFINITY };
    let chi_squared_p = ChiSquared::new(k - 1.0).map_or(1.0, |distribution| distribution.sf(chi_squared));
    let f_p = match FisherSnedecor::new(k - 1.0, (k - 1.0) * (n - 1.0)) {
        Ok(distribution) if f.is_finite() => distribution.sf(f),
        _ => 0.0,
    };
    Ok(Friedman { mean_ranks, chi_squared, chi_squared_p, f, f_p })
}

/// How far mean ranks of 2 to 10 predictors over so many tables must lie apart to differ by Nemenyi's test at 5 %; `None`
/// for other numbers of predictors and without a table. Its verdict on two predictors changes with the others, so
/// paired tests with [Holm's correction](super::holm) are to be preferred, and a chart of it needs 6 tables or more.
pub fn critical_difference(predictors: usize, tables: usize) -> Option<f64> {
    let range = STUDENTIZED_RANGE.get(predictors.checked_sub(2)?)?;
    let (k, n) = (predictors as f64, tables as f64);
    (tables > 0).then(|| range * (k * (k + 1.0) / (6.0 * n)).sqrt())
}
