//! Runs the cells of a study on some threads, and writes each finished one to the journal.
//!
//! Threads take cells in their order and send what came out; the calling thread alone writes. So the journal is whole
//! whenever that thread stops, and it can stop while plugins are still busy. A cell's plugins work on the cell's thread.

mod cell;
mod shared;

use super::{
    Cell, CellResult, Journal, Line, Measured, Study, StudyError,
    journal::Contents,
    metrics::{Metric, TestAnswers},
};
use crate::plugin::HostServices;
pub(super) use shared::Shared;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// How often the calling thread looks whether it was asked to stop.
const LOOK: Duration = Duration::from_millis(50);
/// How long it waits for running cells after that.
const GRACE: Duration = Duration::from_millis(500);

/// How a study is run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Cells that run at a time, at least 1.
    pub threads: usize,
    /// Set to end the run early.
    pub cancelled: Arc<AtomicBool>,
    /// Services of which cells use the log, the device and the cache folder.
    pub services: HostServices,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Cells that are done, those of earlier runs included.
    pub done: usize,
    /// All cells.
    pub total: usize,
    /// Cells that this run has done.
    pub here: usize,
    /// Seconds since this run began.
    pub seconds: f64,
    /// The member and budget with the best mean so far, with that mean.
    pub best: Option<(Cell, f64)>,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunTimes {
    /// Cells that this run has done.
    pub cells: usize,
    /// Seconds on the clock.
    pub wall: f64,
    /// Seconds within cells, over all threads.
    pub cells_seconds: f64,
    /// Of these within plugins.
    pub plugin_seconds: f64,
}

impl RunTimes {
    /// The share of the cells' time that is not the plugins'.
    pub fn own_share(&self) -> f64 {
        if self.cells_seconds > 0.0 { 1.0 - self.plugin_seconds / self.cells_seconds } else { 0.0 }
    }
}

impl Study {
    /// Runs the cells that the folder does not have yet, and calls `progress` after each.
    ///
    /// # Errors
    /// [`StudyError::Interrupted`] after `cancelled` was set; a folder or journal that cannot be used. A member that fails in
    /// a cell is no error: its failure is the cell's result.
    pub fn run(
        self: &Arc<Self>,
        folder: &Path,
        options: &RunOptions,
        mut progress: impl FnMut(&Progress),
    ) -> Result<RunTimes, StudyError> {
        let (mut journal, contents) = Journal::open(folder, &self.header, self.trials.clone(), &self.splits)?;
        let open: Vec<Cell> =
            self.cells.iter().filter(|cell| !contents.results.contains_key(cell)).cloned().collect();
        let total = self.cells.len();
        let mut state = State::new(self, &contents, total - open.len(), total);
        progress(&state.progress(0, 0.0));
        let started = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let results = self.start(open, options, &stop);
        let mut times = RunTimes { cells: 0, wall: 0.0, cells_seconds: 0.0, plugin_seconds: 0.0 };
        let mut asked: Option<Instant> = None;
        let ended = loop {
            match results.recv_timeout(LOOK) {
                Ok((result, measured)) => {
                    times.cells += 1;
                    times.cells_seconds += measured.cell;
                    times.plugin_seconds += measured.plugins;
                    state.add(self, &result);
                    let line = Line::Cell { result: Box::new(result), measured };
                    if let Err(error) = journal.finished(&line) {
                        break Err(error);
                    }
                    progress(&state.progress(times.cells, started.elapsed().as_secs_f64()));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break Ok(()),
            }
            if options.cancelled.load(Ordering::Relaxed)
                && asked.get_or_insert_with(Instant::now).elapsed() > GRACE
            {
                break Ok(());
            }
        };
        stop.store(true, Ordering::Relaxed);
        times.wall = started.elapsed().as_secs_f64();
        ended?;
        match state.done < total {
            true => Err(StudyError::Interrupted { done: state.done, total }),
            false => Ok(times),
        }
    }

    /// Starts the threads; what they send ends when all cells are done or `stop` is set.
    fn start(
        self: &Arc<Self>,
        open: Vec<Cell>,
        options: &RunOptions,
        stop: &Arc<AtomicBool>,
    ) -> mpsc::Receiver<(CellResult, Measured)> {
        let (sender, results) = mpsc::channel();
        let open = Arc::new(open);
        let next = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Shared::default());
        let threads = options.threads.max(1).min(open.len());
        for _ in 0..threads {
            let (study, open, next, shared) =
                (Arc::clone(self), Arc::clone(&open), Arc::clone(&next), Arc::clone(&shared));
            let (sender, stop, cancelled) =
                (sender.clone(), Arc::clone(stop), Arc::clone(&options.cancelled));
            let services = options.services.clone().on_caller().cancelled_by(Arc::clone(&options.cancelled));
            thread::spawn(move || {
                let ends = || stop.load(Ordering::Relaxed) || cancelled.load(Ordering::Relaxed);
                while !ends() {
                    let Some(cell) = open.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let told = study.run_cell(cell, &services, &shared);
                    // What a call said that was asked to end is no result; nor does anyone listen any more.
                    if ends() && cancelled.load(Ordering::Relaxed) && told.0.failure.is_some() {
                        break;
                    }
                    if sender.send(told).is_err() {
                        break;
                    }
                }
            });
        }
        results
    }
}

/// What the calling thread keeps of finished cells: their number, and running means for the progress.
struct State {
    done: usize,
    total: usize,
    metric: Metric,
    wanted: BTreeSet<Cell>,
    sums: BTreeMap<Cell, (f64, usize)>,
}

impl State {
    fn new(study: &Study, contents: &Contents, done: usize, total: usize) -> Self {
        let wanted = study.cells.iter().cloned().collect();
        let mut state = Self { done: 0, total, metric: study.header.metric, wanted, sums: BTreeMap::new() };
        contents.results.values().for_each(|(result, _)| state.add(study, result));
        state.done = done;
        state
    }

    fn add(&mut self, study: &Study, result: &CellResult) {
        if !self.wanted.contains(&result.cell) {
            return;
        }
        self.done += 1;
        let value = study
            .splits
            .iter()
            .find(|split| split.trial == result.cell.trial)
            .and_then(|split| study.header.value_of(self.metric, result, split));
        if let Some(value) = value {
            // The trial is of no account here.
            let sum = self.sums.entry(Cell { trial: 0, ..result.cell.clone() }).or_default();
            *sum = (sum.0 + value, sum.1 + 1);
        }
    }

    fn progress(&self, here: usize, seconds: f64) -> Progress {
        let mean = |(_, (sum, count)): &(&Cell, &(f64, usize))| sum / *count as f64;
        let turned = |one: &(&Cell, &(f64, usize))| self.metric.turned(mean(one));
        let best = self.sums.iter().max_by(|a, b| turned(a).total_cmp(&turned(b)));
        let best = best.map(|best| (best.0.clone(), mean(&best)));
        Progress { done: self.done, total: self.total, here, seconds, best }
    }
}

impl super::StudyHeader {
    /// A metric of a cell's result; `None` where it has no value. A member without any order counts as 0.
    pub(super) fn value_of(&self, metric: Metric, result: &CellResult, split: &super::Split) -> Option<f64> {
        self.measure(metric, result, split).or_else(|reason| reason.counts_as().ok_or(reason)).ok()
    }

    /// A metric of a cell's result.
    ///
    /// # Errors
    /// Why it has no value.
    pub fn measure(
        &self,
        metric: Metric,
        result: &CellResult,
        split: &super::Split,
    ) -> Result<f64, super::metrics::Undefined> {
        let tested = self.test_table.as_ref().unwrap_or(&self.table);
        let scores = crate::compose::Gives::Score;
        let gives = self.member(&result.cell.setting.member).map_or(&scores, |member| &member.gives);
        // Scores are higher where better; values are in the target's unit.
        let turn = |value: f64| if gives.is_value() { tested.goal.turn(value) } else { value };
        let targets: Vec<f64> = split.test_targets.iter().map(|&target| tested.goal.turn(target)).collect();
        let predictions: Vec<f64> =
            result.predictions.iter().map(|value| value.map_or(f64::NAN, turn)).collect();
        let deviations: Option<Vec<f64>> = result
            .deviations
            .as_ref()
            .map(|deviations| deviations.iter().map(|value| value.unwrap_or(f64::NAN)).collect());
        let half_widths: Vec<(u8, Vec<f64>)> = (result.half_widths.iter())
            .filter_map(|(level, all)| {
                Some((level.parse().ok()?, all.iter().map(|half| half.unwrap_or(f64::NAN)).collect()))
            })
            .collect();
        let trained = result.cell.setting.labels.unwrap_or(0).min(split.train_targets.len());
        metric.of(&TestAnswers {
            targets: &targets,
            predictions: &predictions,
            deviations: deviations.as_deref(),
            half_widths: &half_widths,
            gives,
            unit: tested.unit.as_ref(),
            training_spread: super::statistics::standard_deviation(&split.train_targets[..trained])
                .unwrap_or(0.0),
        })
    }
}
