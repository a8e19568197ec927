//! What stands in a journal.

use super::{
    super::{Cell, Measured, Split, StudyError, StudyHeader},
    CellResult, JOURNAL, Line, SPLITS, VERSION, at,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    ops::Range,
    path::Path,
};

/// What stands in the folder of a study.
#[derive(Debug, Clone)]
pub struct Contents {
    /// The study.
    pub header: StudyHeader,
    /// Its digest.
    pub digest: String,
    /// The trials that were asked for.
    pub trials: Vec<Range<usize>>,
    /// The rows of each trial, by trial.
    pub splits: Vec<Split>,
    /// The finished cells.
    pub results: BTreeMap<Cell, (CellResult, Measured)>,
    /// Bytes of the journal that are whole lines.
    pub(super) whole: u64,
}

/// As much of the first line as every version has.
#[derive(Deserialize)]
struct AnyHead {
    archcast_journal: u64,
}

impl Contents {
    /// Those of a study that has not begun.
    pub fn empty(header: StudyHeader) -> Self {
        let digest = header.digest();
        Self { header, digest, trials: Vec::new(), splits: Vec::new(), results: BTreeMap::new(), whole: 0 }
    }

    /// Reads a folder. A last line that was cut short is passed over.
    ///
    /// # Errors
    /// Files that are no journal, or one of a newer version; lines that are damaged.
    pub fn read(folder: &Path) -> Result<Self, StudyError> {
        let path = folder.join(JOURNAL);
        let mut lines = BufReader::with_capacity(1 << 20, File::open(&path).map_err(at(&path))?);
        let bad = |what: String| StudyError::BadJournal { path: path.display().to_string(), what };
        let mut contents: Option<Self> = None;
        let (mut whole, mut number) = (0u64, 0u64);
        let mut text = Vec::new();
        loop {
            text.clear();
            number += 1;
            let read = lines.read_until(b'\n', &mut text).map_err(at(&path))?;
            // Without its end a line was cut short.
            if text.pop() != Some(b'\n') {
                break;
            }
            let line = match serde_json::from_slice::<Line>(&text) {
                Ok(line) => line,
                Err(error) => {
                    if let Ok(AnyHead { archcast_journal: found }) = serde_json::from_slice(&text)
                        && found > VERSION
                    {
                        return Err(StudyError::NewerJournal {
                            path: path.display().to_string(),
                            found,
                            known: VERSION,
                        });
                    }
                    return Err(bad(format!(
                        "is damaged at line {number}: {error}; remove that line, and its cell is run again"
                    )));
                }
            };
            match (line, &mut contents) {
                (Line::Head(head), _) if head.archcast_journal > VERSION => {
                    let found = head.archcast_journal;
                    return Err(StudyError::NewerJournal {
                        path: path.display().to_string(),
                        found,
                        known: VERSION,
                    });
                }
                (Line::Head(head), None) => {
                    let mut begun = Self::empty(head.study);
                    begun.digest = head.digest;
                    begun.trials.push(head.trials[0]..head.trials[1]);
                    contents = Some(begun);
                }
                (Line::Head(head), Some(contents)) if head.digest == contents.digest => {
                    contents.trials.push(head.trials[0]..head.trials[1]);
                }
                (Line::Cell { result, measured }, Some(contents)) => {
                    contents.results.insert(result.cell.clone(), (*result, measured));
                }
                _ => return Err(bad(format!("has at line {number} what belongs to another study"))),
            }
            whole += read as u64;
        }
        let Some(mut contents) = contents else {
            return Err(bad("does not begin with a study; remove it, and run the study again".to_owned()));
        };
        contents.whole = whole;
        contents.splits = read_splits(folder)?;
        Ok(contents)
    }

    /// Adds the splits of trials that are not there.
    pub fn add_splits(&mut self, splits: &[Split]) {
        for split in splits {
            if self.split(split.trial).is_none() {
                self.splits.push(split.clone());
            }
        }
        self.splits.sort_by_key(|split| split.trial);
    }

    /// The rows of a trial.
    pub fn split(&self, trial: usize) -> Option<&Split> {
        self.splits.iter().find(|split| split.trial == trial)
    }

    /// Whether all of these trials were asked for.
    pub(super) fn covers(&self, trials: &Range<usize>) -> bool {
        trials.clone().all(|trial| self.trials.iter().any(|asked| asked.contains(&trial)))
    }

    /// Takes in another part of the same study. Gives a cell that both have with different results, if there is one.
    pub(super) fn merge(&mut self, other: Self) -> Option<Cell> {
        for trials in other.trials {
            if !self.covers(&trials) {
                self.trials.push(trials);
            }
        }
        self.add_splits(&other.splits);
        for (cell, (result, measured)) in other.results {
            match self.results.get(&cell) {
                Some((have, _)) if *have != result => return Some(cell),
                Some(_) => {}
                None => drop(self.results.insert(cell, (result, measured))),
            }
        }
        None
    }
}

fn read_splits(folder: &Path) -> Result<Vec<Split>, StudyError> {
    let path = folder.join(SPLITS);
    let lines = BufReader::new(File::open(&path).map_err(at(&path))?);
    let mut splits = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let split =
            serde_json::from_str(&line.map_err(at(&path))?).map_err(|error| StudyError::BadJournal {
                path: path.display().to_string(),
                what: format!(
                    "is damaged at line {}: {error}; run the same command again, which draws them anew",
                    number + 1
                ),
            })?;
        splits.push(split);
    }
    Ok(splits)
}
