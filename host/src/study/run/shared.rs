//! Answers that cells share: a member that learns nothing says the same of a row in every trial.

use super::cell::{CellRows, Told, fit, predict, predict_alone};
use crate::{
    compose::{FittedModel, ModelError, Plan},
    plugin::HostServices,
    study::Setting,
};
use archcast_sdk::Predictions;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The answer for a row: its outputs, or why it is missing.
type Answer = Result<Vec<f64>, String>;

/// A member that learns nothing, and what it said so far.
struct Known {
    model: FittedModel,
    fit: f64,
    predict_alone: f64,
    told: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    outputs: Vec<String>,
    rows: HashMap<usize, Answer>,
    /// Seconds that the rows so far took.
    seconds: f64,
}

/// What cells share.
#[derive(Default)]
pub struct Shared {
    members: Mutex<HashMap<Setting, Arc<Known>>>,
}

impl Shared {
    /// Asks a member that learns nothing; rows that it was asked for before are not asked again.
    pub fn ask(
        &self,
        setting: &Setting,
        plan: &Plan,
        rows: &CellRows<'_>,
        seed: u64,
        services: &HostServices,
    ) -> Result<Told, ModelError> {
        let known = self.member(setting, plan, rows, seed, services)?;
        // Where a row's answer depends on the others, all are asked together.
        if !known.model.row_independent() {
            let (answers, predict_row) = predict(&known.model, rows.tested, rows.test, services)?;
            let predict_alone = known.predict_alone;
            return Ok(Told { answers, fit: known.fit, predict_row, predict_alone });
        }
        let new: Vec<usize> = {
            let told = known.told.lock().unwrap_or_else(PoisonError::into_inner);
            rows.test.iter().copied().filter(|row| !told.rows.contains_key(row)).collect()
        };
        // Not under the lock: other cells go on meanwhile, and may ask for some of these rows too, to the same answer.
        let fresh = match new.is_empty() {
            true => None,
            false => Some(predict(&known.model, rows.tested, &new, services)?),
        };
        let mut told = known.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((answers, predict_row)) = fresh {
            told.seconds += predict_row * new.len() as f64;
            told.add(&new, &answers);
        }
        let predict_row = told.seconds / told.rows.len().max(1) as f64;
        let predict_alone = known.predict_alone;
        Ok(Told { answers: told.of(rows.test), fit: known.fit, predict_row, predict_alone })
    }

    fn member(
        &self,
        setting: &Setting,
        plan: &Plan,
        rows: &CellRows<'_>,
        seed: u64,
        services: &HostServices,
    ) -> Result<Arc<Known>, ModelError> {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = members.get(setting) {
            return Ok(Arc::clone(known));
        }
        let (model, seconds) = fit(plan, rows, seed, services)?;
        let predict_alone = predict_alone(&model, rows.tested, rows.test, services)?;
        let known = Arc::new(Known { model, fit: seconds, predict_alone, told: Mutex::default() });
        members.insert(setting.clone(), Arc::clone(&known));
        Ok(known)
    }
}

impl Answers {
    fn add(&mut self, rows: &[usize], answers: &Predictions) {
        self.outputs = answers.outputs().map(|(name, _)| name.to_owned()).collect();
        for (place, &row) in rows.iter().enumerate() {
            let answer = match answers.reason(place) {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(answers.outputs().map(|(_, values)| values[place]).collect()),
            };
            self.rows.entry(row).or_insert(answer);
        }
    }

    fn of(&self, rows: &[usize]) -> Predictions {
        let mut answers = Predictions::new(rows.len());
        for (output, name) in self.outputs.iter().enumerate() {
            let value = |row: &usize| match self.rows.get(row) {
                Some(Ok(values)) => values.get(output).copied().unwrap_or(f64::NAN),
                _ => f64::NAN,
            };
            answers = answers.output(name.clone(), rows.iter().map(value).collect::<Vec<f64>>());
        }
        for (place, row) in rows.iter().enumerate() {
            if let Some(Err(reason)) = self.rows.get(row) {
                answers.set_missing(place, reason.clone());
            }
        }
        answers
    }
}
