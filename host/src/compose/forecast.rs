//! What a model says of some rows or architectures, beside what is known of them.

use super::{FittedModel, ModelError, ranking::key};
use crate::{
    plugin::HostServices,
    space::{ParseError, nearest::clip},
    table::Rows,
};
use archcast_sdk::Predictions;
use ndarray::Array2;

/// Why architectures cannot be predicted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// The model cannot.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An architecture that does not parse.
    #[error("the architecture `{text}` is none of the space `{space}`: {error}")]
    Architecture {
        /// The text.
        text: String,
        /// The space.
        space: String,
        /// What is wrong.
        error: ParseError,
    },
}

/// Predictions with ids, truths and ranks: of all rows, or of one part of many.
#[derive(Debug)]
pub struct Forecast {
    ids: Vec<String>,
    truths: Vec<Option<f64>>,
    has_truth: bool,
    trained: Vec<bool>,
    /// Whether each row is the same network as one that trained; empty where no target is known.
    same_network: Vec<bool>,
    predictions: Predictions,
    ranking: Vec<f64>,
}

impl Forecast {
    /// Predicts the rows of a table.
    ///
    /// # Errors
    /// Those of [`FittedModel::predict_rows`].
    pub fn of_rows(model: &FittedModel, rows: Rows, services: &HostServices) -> Result<Self, ForecastError> {
        let predictions = model.predict_rows(&rows, services)?;
        let target = rows.target();
        Ok(Self {
            ids: (0..rows.len()).map(|row| rows.id(row).to_owned()).collect(),
            truths: target.map_or_else(|| vec![None; rows.len()], |target| target.values.clone()),
            has_truth: target.is_some(),
            trained: model.trained_on(&rows),
            same_network: if target.is_some() { model.same_network_as_training(&rows) } else { Vec::new() },
            ranking: model.ranking(&predictions),
            predictions,
        })
    }

    /// Predicts architectures given in the text form of the model's space.
    ///
    /// # Errors
    /// A text that does not parse; those of [`FittedModel::predict_genotypes`].
    pub fn of_architectures(
        model: &FittedModel,
        texts: &[String],
        services: &HostServices,
    ) -> Result<Self, ForecastError> {
        let space = model.space()?;
        let mut flat = Vec::new();
        for text in texts {
            flat.extend(space.parse(text).map_err(|error| ForecastError::Architecture {
                text: clip(text),
                space: space.name().to_owned(),
                error,
            })?);
        }
        let genotypes = Array2::from_shape_vec((texts.len(), space.decisions().len()), flat)
            .unwrap_or_else(|_| Array2::zeros((0, space.decisions().len())));
        let identities: Vec<u128> =
            genotypes.rows().into_iter().map(|row| space.identity(row.iter())).collect();
        let predictions = model.predict_genotypes(genotypes.view(), &identities, services)?;
        Ok(Self {
            ids: texts.to_vec(),
            truths: vec![None; texts.len()],
            has_truth: false,
            trained: vec![false; texts.len()],
            same_network: Vec::new(),
            ranking: model.ranking(&predictions),
            predictions,
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What tells a row apart.
    pub fn id(&self, row: usize) -> &str {
        &self.ids[row]
    }

    /// The target of a row, where it is known.
    pub fn truth(&self, row: usize) -> Option<f64> {
        self.truths[row]
    }

    /// Whether a row did not train the model and is the same network as one that did; told where targets are known.
    pub fn same_network(&self, row: usize) -> bool {
        !self.trained[row] && self.same_network.get(row).copied().unwrap_or(false)
    }

    /// Whether a row trained the model.
    pub fn trained(&self, row: usize) -> bool {
        self.trained[row]
    }

    /// How good the prediction of a row is by the model's first output, higher being better; NaN where it is missing.
    pub(super) fn rank(&self, row: usize) -> f64 {
        self.ranking[row]
    }

    pub(super) fn predictions(&self) -> &Predictions {
        &self.predictions
    }

    /// Whether any target is known.
    pub fn has_truth(&self) -> bool {
        self.has_truth
    }

    /// Why a row is missing, if it is.
    pub fn reason(&self, row: usize) -> Option<&str> {
        self.predictions.reason(row)
    }

    /// Names of the outputs.
    pub fn output_names(&self) -> Vec<String> {
        self.predictions.outputs().map(|(name, _)| name.to_owned()).collect()
    }

    /// The outputs of a row.
    pub fn outputs(&self, row: usize) -> impl Iterator<Item = (&str, f64)> {
        self.predictions.outputs().map(move |(name, values)| (name, values[row]))
    }

    /// Rows that trained the model.
    pub fn training_rows(&self) -> usize {
        self.trained.iter().filter(|&&trained| trained).count()
    }

    /// Rows that are missing.
    pub fn missing_rows(&self) -> usize {
        self.predictions.missing_rows().len()
    }

    /// The best unseen rows, best first; equal ones in the order of the table, missing ones last.
    pub fn best(&self, count: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.len()).filter(|&row| !self.trained[row]).collect();
        rows.sort_by(|&a, &b| key(self.ranking[b]).total_cmp(&key(self.ranking[a])));
        rows.truncate(count);
        rows
    }

    /// The unseen rows with a prediction and a target; one that is the same network as a row that trained is not unseen.
    pub(super) fn comparable(&self) -> impl Iterator<Item = usize> {
        let told = |row: usize| !self.ranking[row].is_nan() && self.truths[row].is_some();
        (0..self.len()).filter(move |&row| !self.trained[row] && !self.same_network(row) && told(row))
    }

    /// Rows numbered from `first`, each with its prediction, its target and whether it trained.
    #[cfg(test)]
    pub(super) fn of_rows_for_tests(first: usize, rows: &[(Option<i8>, Option<i8>, bool)]) -> Self {
        let ranking = rows.iter().map(|row| row.0.map_or(f64::NAN, f64::from)).collect::<Vec<_>>();
        let mut predictions = Predictions::new(rows.len()).output("mean", ranking.clone());
        for (row, _) in rows.iter().enumerate().filter(|(_, row)| row.0.is_none()) {
            predictions.set_missing(row, "no curve");
        }
        Self {
            ids: (first..first + rows.len()).map(|row| row.to_string()).collect(),
            truths: rows.iter().map(|row| row.1.map(f64::from)).collect(),
            has_truth: true,
            trained: rows.iter().map(|row| row.2).collect(),
            same_network: Vec::new(),
            predictions,
            ranking,
        }
    }
}
