//! What a law works with: the subject, data for it, and one fitted model that several laws share.

use super::{
    data,
    edit::without_targets,
    law::{Halt, Verdict, fail, quoted, skip},
    services::Host,
};
use crate::{
    Dataset, DatasetBuilder, Error, Predictions, Result, Services,
    dynamic::{DynModel, DynPredictor},
    export::panics,
    manifest::PredictorInfo,
};
use serde_json::{Value, json};
use std::cell::OnceCell;

/// The seed of every call whose seed does not matter.
pub const SEED: u64 = 20_210_401;

/// Rows in the queries of most laws.
pub const QUERIES: usize = 12;

/// A subject on the bench.
pub struct Bench<'s> {
    pub subject: &'s dyn DynPredictor,
    pub info: PredictorInfo,
    /// Parameters of the example, where the predictor has one.
    example: Option<Value>,
    fitted: OnceCell<Verdict<Fitted>>,
}

/// Training rows, and queries that are not among them.
pub struct Split {
    train: DatasetBuilder<'static>,
    queries: DatasetBuilder<'static>,
    /// Targets of the queries.
    pub truth: Vec<f64>,
}

/// A model with what it was fitted on and what it predicts.
pub struct Fitted {
    pub split: Split,
    pub model: Box<dyn DynModel>,
    pub predictions: Predictions,
}

impl Split {
    pub fn train(&self) -> Verdict<Dataset<'_>> {
        self.train.view().map_err(unfit)
    }

    /// The queries, without their targets.
    pub fn queries(&self) -> Verdict<Dataset<'_>> {
        Ok(without_targets(&self.queries.view().map_err(unfit)?))
    }
}

/// Data that do not fit together can only be the fault of an example.
pub fn unfit(error: Error) -> Halt {
    Halt::Fail(format!("its example is not a sound data set: {}", quoted(&error)))
}

impl<'s> Bench<'s> {
    pub fn new(subject: &'s dyn DynPredictor) -> Self {
        // A handful of rows is enough to learn whether there is an example, and its parameters.
        let example = subject.example(8, SEED).map(|(_, parameters)| parameters);
        Self { subject, info: subject.info(), example, fitted: OnceCell::new() }
    }

    /// Parameters that make a fit quick where the predictor names some, otherwise the defaults.
    pub fn parameters(&self) -> Value {
        self.example.clone().unwrap_or_else(|| json!({}))
    }

    /// Whether the data are the predictor's own: these may be dear.
    pub fn has_example(&self) -> bool {
        self.example.is_some()
    }

    /// The same with one parameter set.
    pub fn parameters_with(&self, name: &str, value: Value) -> Value {
        let mut parameters = self.parameters();
        parameters[name] = value;
        parameters
    }

    /// Training rows that every sensible predictor can learn from.
    pub fn enough(&self) -> usize {
        40.max(2 * self.info.minimum_rows as usize)
    }

    /// So many labelled training rows (with unlabelled ones where it wants them), and so many queries.
    pub fn split(&self, train: usize, queries: usize) -> Verdict<Split> {
        let rows = match self.subject.example(train + queries, SEED).filter(|_| self.has_example()) {
            Some((rows, _)) => rows,
            None => data::make_up(&self.info, train + queries, SEED)?,
        };
        let view = rows.view().map_err(unfit)?;
        let labels = view.labels().map_err(unfit)?;
        let (labelled, unlabelled): (Vec<usize>, Vec<usize>) =
            (0..view.rows()).partition(|&row| labels[row].is_some());
        if labelled.len() < train + queries {
            return fail(format!(
                "its example has {} labelled rows where {} were asked",
                labelled.len(),
                train + queries
            ));
        }
        let (first, rest) = labelled.split_at(train);
        let asked = &rest[..queries];
        Ok(Split {
            train: view.select(&[first, &unlabelled].concat()).map_err(unfit)?,
            queries: view.select(asked).map_err(unfit)?,
            truth: asked.iter().filter_map(|&row| labels[row]).collect(),
        })
    }

    pub fn fit(&self, train: &Dataset<'_>) -> Result<Box<dyn DynModel>> {
        self.fit_with(train, &Host::new(SEED))
    }

    pub fn fit_with(&self, train: &Dataset<'_>, services: &dyn Services) -> Result<Box<dyn DynModel>> {
        self.fit_to(&self.parameters(), train, services)
    }

    /// A fit under these parameters.
    pub fn fit_to(
        &self,
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Box<dyn DynModel>> {
        caught(|| self.subject.fit(parameters, train, services))
    }

    /// Predicts and holds the answer against what every prediction promises.
    pub fn predict(&self, model: &dyn DynModel, queries: &Dataset<'_>) -> Verdict<Predictions> {
        let predictions = ask(model, queries, &Host::new(SEED))
            .or_else(|error| fail(format!("predicting {} rows gave {}", queries.rows(), quoted(&error))))?;
        self.sound(&predictions, queries.rows())?;
        Ok(predictions)
    }

    /// Every row has a finite value in each declared output, or is missing with a reason.
    pub fn sound(&self, predictions: &Predictions, rows: usize) -> Verdict {
        let declared = self
            .subject
            .outputs(&self.parameters())
            .or_else(|error| fail(format!("asking for the outputs gave {}", quoted(&error))))?;
        if let Err(error) = predictions.clone().checked(rows, &declared) {
            return fail(error.message());
        }
        match predictions.missing_rows().iter().find(|(_, reason)| reason.trim().is_empty()) {
            Some((row, _)) => fail(format!("row {row} is missing without a reason")),
            None => Ok(()),
        }
    }

    /// The model that laws share. Laws that use it come after those that make sure it can be had.
    pub fn fitted(&self) -> Verdict<&Fitted> {
        let fitted = self.fitted.get_or_init(|| {
            let split = self.split(self.enough(), QUERIES)?;
            let model = self
                .fit(&split.train()?)
                .or_else(|error| fail(format!("the fit gave {}", quoted(&error))))?;
            let predictions = self.predict(&*model, &split.queries()?)?;
            Ok(Fitted { split, model, predictions })
        });
        fitted.as_ref().map_err(Halt::clone)
    }

    /// Skips what only a deterministic predictor promises.
    pub fn needs_determinism(&self) -> Verdict {
        if self.info.deterministic { Ok(()) } else { skip("it does not say that it is deterministic") }
    }

    /// Skips what only a row-independent predictor promises, bit for bit only where it is deterministic too.
    pub fn needs_row_independence(&self) -> Verdict {
        self.needs_determinism()?;
        if self.info.row_independent { Ok(()) } else { skip("it says that a row depends on the batch") }
    }
}

/// A panic as the error that it is at the boundary, so that a law says what it did to cause it.
pub fn caught<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    panics::catch(call).unwrap_or_else(|caught| Err(caught.into_error()))
}

/// What a model answers, as it comes.
pub fn ask(model: &dyn DynModel, queries: &Dataset<'_>, services: &dyn Services) -> Result<Predictions> {
    caught(|| model.predict(queries, services))
}

/// The first difference between two answers, bit for bit; row `i` of `had` is row `rows[i]` of `expected`.
pub fn difference(
    expected: &Predictions,
    had: &Predictions,
    rows: impl Iterator<Item = usize>,
) -> Option<String> {
    for (place, row) in rows.enumerate() {
        match (expected.reason(row), had.reason(place)) {
            (None, None) => {}
            (Some(_), Some(_)) => continue,
            (Some(_), None) => return Some(format!("row {row} was missing and now is not")),
            (None, Some(reason)) => return Some(format!("row {row} now is missing: {reason}")),
        }
        for (name, values) in expected.outputs() {
            let (before, after) = (values[row], had.get(name).map_or(f64::NAN, |values| values[place]));
            if before.to_bits() != after.to_bits() {
                return Some(format!("`{name}` of row {row} was {before:?} and now is {after:?}"));
            }
        }
    }
    None
}

/// Fails with this sentence where two answers to the same rows differ.
pub fn same(expected: &Predictions, had: &Predictions, what: &str) -> Verdict {
    match difference(expected, had, 0..expected.rows()) {
        Some(difference) => fail(format!("{what}: {difference}")),
        None => Ok(()),
    }
}
