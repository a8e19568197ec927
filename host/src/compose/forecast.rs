//! What a model says of rows or architectures, ranked, beside what is known of them.

use super::{FittedModel, ModelError};
use crate::{
    plugin::HostServices,
    space::{ParseError, nearest::clip},
    study::metrics::{Undefined, kendall_tau_b},
    table::{Goal, Rows},
};
use archcast_sdk::Predictions;
use ndarray::Array2;
use std::{io, path::Path};

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

/// Predictions with ids, truths and ranks.
#[derive(Debug)]
pub struct Forecast {
    ids: Vec<String>,
    truths: Vec<Option<f64>>,
    has_truth: bool,
    trained: Vec<bool>,
    predictions: Predictions,
    ranking: Vec<f64>,
    goal: Goal,
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
            ranking: model.ranking(&predictions),
            goal: model.header().goal,
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
            ranking: model.ranking(&predictions),
            goal: model.header().goal,
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
        let key = |row: usize| if self.ranking[row].is_nan() { f64::NEG_INFINITY } else { self.ranking[row] };
        rows.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
        rows.truncate(count);
        rows
    }

    /// The unseen rows with a prediction and a target.
    fn comparable(&self) -> impl Iterator<Item = usize> {
        (0..self.len())
            .filter(|&row| !self.trained[row] && !self.ranking[row].is_nan() && self.truths[row].is_some())
    }

    /// How many rows [`kendall_tau`](Self::kendall_tau) compares.
    pub fn compared(&self) -> usize {
        self.comparable().count()
    }

    /// Kendall tau-b between predictions and targets over the unseen rows that have both; `None` where there are fewer than 2.
    pub fn kendall_tau(&self) -> Option<Result<f64, Undefined>> {
        let (truths, ranks): (Vec<f64>, Vec<f64>) = self
            .comparable()
            .filter_map(|row| Some((self.goal.turn(self.truths[row]?), self.ranking[row])))
            .unzip();
        (truths.len() >= 2).then(|| kendall_tau_b(&truths, &ranks))
    }

    /// Writes every row as CSV: id, the outputs, `missing` (the reason), `trained`, and `true` where targets are known.
    ///
    /// # Errors
    /// What the system says. The file is written aside and renamed: there is never half of one.
    pub fn write_csv(&self, path: &Path) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = self.output_names();
        let mut head = vec!["id".to_owned()];
        head.extend(names);
        head.extend(["missing".to_owned(), "trained".to_owned()]);
        if self.has_truth {
            head.push("true".to_owned());
        }
        writer.write_record(&head)?;
        for row in 0..self.len() {
            let missing = self.reason(row);
            let mut record = vec![self.ids[row].clone()];
            record.extend(self.outputs(row).map(|(_, value)| match missing {
                Some(_) => String::new(),
                None => value.to_string(),
            }));
            record.extend([missing.unwrap_or("").to_owned(), self.trained[row].to_string()]);
            if self.has_truth {
                record.push(self.truths[row].map(|truth| truth.to_string()).unwrap_or_default());
            }
            writer.write_record(&record)?;
        }
        let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        crate::write_aside(path, &bytes)
    }
}
