//! One cell: a member is fitted on the labelled rows of a trial and asked for its test rows.

use super::shared::Shared;
use crate::{
    compose::{FittedModel, ModelError, Plan, Training},
    plugin::HostServices,
    study::{Cell, CellResult, Measured, Split, Study, TableSeconds, seeds},
    table::Rows,
};
use archcast_sdk::Predictions;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// What a member said, and the seconds that it took.
pub struct Told {
    pub answers: Predictions,
    pub fit: f64,
    pub predict_row: f64,
    pub predict_alone: f64,
}

/// The rows of a cell.
pub struct CellRows<'a> {
    pub train: &'a Rows,
    pub tested: &'a Rows,
    pub training: Training,
    pub test: &'a [usize],
}

impl Study {
    /// Runs a cell. A member that fails gives a result that says so.
    pub(in crate::study) fn run_cell(
        &self,
        cell: &Cell,
        services: &HostServices,
        shared: &Shared,
    ) -> (CellResult, Measured) {
        let started = Instant::now();
        let counter = Arc::new(AtomicU64::new(0));
        let services = services.clone().count_plugins(Arc::clone(&counter));
        let split = self.splits.iter().find(|split| split.trial == cell.trial);
        let (mut measured, result) = match split {
            Some(split) => self.told(cell, split, &services, shared),
            None => {
                let reason = format!("there is no trial {}", cell.trial);
                (Measured::default(), CellResult::failed(cell.clone(), 0, reason, TableSeconds::default()))
            }
        };
        measured.cell = started.elapsed().as_secs_f64();
        measured.plugins = counter.load(Ordering::Relaxed) as f64 / 1e9;
        (result, measured)
    }

    fn told(
        &self,
        cell: &Cell,
        split: &Split,
        services: &HostServices,
        shared: &Shared,
    ) -> (Measured, CellResult) {
        let failed = |reason: String, seconds| {
            (Measured::default(), CellResult::failed(cell.clone(), split.test.len(), reason, seconds))
        };
        let setting = &cell.setting;
        let labelled = &split.train[..setting.labels.unwrap_or(0).min(split.train.len())];
        let (Some((train, tested)), Some(member)) =
            (self.rows_at(setting.fidelity), self.member(&setting.member))
        else {
            return failed(
                "it is no member of the study at this fidelity".to_owned(),
                TableSeconds::default(),
            );
        };
        let seconds = TableSeconds::of(
            (train, labelled),
            (tested, &split.test),
            setting.fidelity,
            &member.score_seconds,
        );
        let Some(plan) = member.plans.get(&setting.fidelity.unwrap_or(0)) else {
            return failed("it cannot work at this fidelity".to_owned(), seconds);
        };
        // Of another table no row can be withheld from this one.
        let withheld = if self.tested.is_none() { split.test.clone() } else { Vec::new() };
        let rows = CellRows {
            train,
            tested,
            training: Training { rows: labelled.to_vec(), withheld },
            test: &split.test,
        };
        // What learns nothing says the same in every trial.
        let told = match member.by_labels {
            true => {
                let seed = seeds::of_predictors(self.header.seed, Some(cell.trial));
                ask(plan, &rows, seed, services)
            }
            false => {
                let seed = seeds::of_predictors(self.header.seed, None);
                shared.ask(setting, plan, &rows, seed, services)
            }
        };
        match told {
            Ok(told) => {
                let measured = Measured {
                    fit: told.fit,
                    predict_row: told.predict_row,
                    predict_alone: told.predict_alone,
                    ..Measured::default()
                };
                (measured, CellResult::of(cell.clone(), &told.answers, seconds))
            }
            Err(error) => failed(error.to_string(), seconds),
        }
    }
}

/// Fits a plan and asks it.
fn ask(plan: &Plan, rows: &CellRows<'_>, seed: u64, services: &HostServices) -> Result<Told, ModelError> {
    let (model, fit) = fit(plan, rows, seed, services)?;
    let (answers, predict_row) = predict(&model, rows.tested, rows.test, services)?;
    let predict_alone = predict_alone(&model, rows.tested, rows.test, services)?;
    Ok(Told { answers, fit, predict_row, predict_alone })
}

/// A fitted model and the seconds of its fit.
pub fn fit(
    plan: &Plan,
    rows: &CellRows<'_>,
    seed: u64,
    services: &HostServices,
) -> Result<(FittedModel, f64), ModelError> {
    let started = Instant::now();
    let model = plan.fit(rows.train, &rows.training, seed, &services.with_seed(seed))?;
    Ok((model, started.elapsed().as_secs_f64()))
}

/// Its answers for these rows and the seconds for one of them.
pub fn predict(
    model: &FittedModel,
    rows: &Rows,
    asked: &[usize],
    services: &HostServices,
) -> Result<(Predictions, f64), ModelError> {
    let started = Instant::now();
    let seed = model.header().seed;
    let answers = model.predict_selected(rows, asked, &services.with_seed(seed))?;
    Ok((answers, started.elapsed().as_secs_f64() / asked.len().max(1) as f64))
}

/// The seconds for the first of these rows when it is asked alone.
pub fn predict_alone(
    model: &FittedModel,
    rows: &Rows,
    asked: &[usize],
    services: &HostServices,
) -> Result<f64, ModelError> {
    Ok(predict(model, rows, &asked[..asked.len().min(1)], services)?.1)
}
