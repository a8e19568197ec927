//! The journal of a study: a folder to which finished cells are appended, one line each.
//!
//! | file | what it holds |
//! |---|---|
//! | `journal.jsonl` | a line that says which study it is, then a line for each finished cell in the order of finishing |
//! | `splits.jsonl` | the rows and targets of each trial, a line each |
//! | `lock` | held while a process works in the folder |
//!
//! A line is written at once, so that a process that is killed loses the cells that were running and no more. A line that
//! was cut short (the machine lost power, the disk was full) is the last one, and is dropped when the study goes on.

mod line;
mod read;

pub use line::{CellResult, Line, VERSION};
pub use read::Contents;

use super::{Split, StudyError, StudyHeader};
use crate::write_aside;
use line::Head;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

/// Name of the journal's file in its folder.
pub const JOURNAL: &str = "journal.jsonl";
/// Name of the file of splits.
pub const SPLITS: &str = "splits.jsonl";
/// Name of the lock.
const LOCK: &str = "lock";

/// A journal that is written.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes that are whole lines.
    whole: u64,
    /// Finished cells in it.
    done: usize,
    /// Held as long as the journal is open.
    _lock: File,
}

pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> StudyError {
    let path = path.display().to_string();
    move |error| StudyError::File { path: path.clone(), error }
}

impl Journal {
    /// Opens the journal of a study in a folder, which is made where it is not there, and gives what is in it already.
    ///
    /// # Errors
    /// A folder of another study or in which another process works; a journal of a newer version.
    pub fn open(
        folder: &Path,
        header: &StudyHeader,
        trials: Range<usize>,
        splits: &[Split],
    ) -> Result<(Self, Contents), StudyError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let lock = lock(folder)?;
        let path = folder.join(JOURNAL);
        let earlier = match path.exists() {
            true => Some(Contents::read(folder)?),
            false => None,
        };
        if let Some(earlier) = &earlier
            && earlier.digest != header.digest()
        {
            let folder = folder.display().to_string();
            return Err(StudyError::OtherFolder { folder, differs: header.difference(&earlier.header) });
        }
        let mut contents = earlier.unwrap_or_else(|| Contents::empty(header.clone()));
        contents.add_splits(splits);
        write_splits(folder, &contents.splits)?;
        let mut file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        // What was cut short is dropped.
        file.set_len(contents.whole).map_err(at(&path))?;
        file.seek(SeekFrom::End(0)).map_err(at(&path))?;
        let mut journal =
            Self { path, file, whole: contents.whole, done: contents.results.len(), _lock: lock };
        if contents.whole == 0 || !contents.covers(&trials) {
            journal.append(&Line::Head(Box::new(Head::of(header, trials.clone()))))?;
            contents.trials.push(trials);
        }
        Ok((journal, contents))
    }

    /// Appends a finished cell.
    ///
    /// # Errors
    /// [`StudyError::Full`]: what was written of it is taken back.
    pub fn finished(&mut self, line: &Line) -> Result<(), StudyError> {
        self.append(line)?;
        self.done += 1;
        Ok(())
    }

    fn append(&mut self, line: &Line) -> Result<(), StudyError> {
        let written = serde_json::to_vec(line).map_err(io::Error::other).and_then(|mut bytes| {
            bytes.push(b'\n');
            self.file.write_all(&bytes).map(|()| bytes.len() as u64)
        });
        match written {
            Ok(bytes) => {
                self.whole += bytes;
                Ok(())
            }
            Err(error) => {
                // If this fails too, the torn line is dropped when the study goes on.
                let _ = self.file.set_len(self.whole).and_then(|()| self.file.seek(SeekFrom::End(0)));
                Err(StudyError::Full { path: self.path.display().to_string(), error, done: self.done })
            }
        }
    }
}

/// Takes the folder for this process.
fn lock(folder: &Path) -> Result<File, StudyError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StudyError::Locked { folder: folder.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

fn write_splits(folder: &Path, splits: &[Split]) -> Result<(), StudyError> {
    let path = folder.join(SPLITS);
    let mut bytes = Vec::new();
    for split in splits {
        serde_json::to_writer(&mut bytes, split).map_err(|error| at(&path)(error.into()))?;
        bytes.push(b'\n');
    }
    if fs::read(&path).is_ok_and(|have| have == bytes) {
        return Ok(());
    }
    write_aside(&path, &bytes).map_err(at(&path))
}

/// Joins folders of one study with different trials into a new one.
///
/// # Errors
/// Folders of different studies, cells that are in several and differ, a folder that is not new.
pub fn join(folders: &[PathBuf], out: &Path) -> Result<usize, StudyError> {
    let mut joined: Option<Contents> = None;
    for folder in folders {
        let next = Contents::read(folder)?;
        match &mut joined {
            None => joined = Some(next),
            Some(all) => {
                let no = |why: String| StudyError::NoJoin {
                    first: folders.first().map(|first| first.display().to_string()).unwrap_or_default(),
                    second: folder.display().to_string(),
                    why,
                };
                if all.digest != next.digest {
                    return Err(no(format!(
                        "they are different studies ({})",
                        all.header.difference(&next.header)
                    )));
                }
                if let Some(cell) = all.merge(next) {
                    let what = format!(
                        "both have `{}` in trial {}, with different results",
                        cell.setting.member, cell.trial
                    );
                    return Err(no(what));
                }
            }
        }
    }
    let Some(joined) = joined else {
        return Err(StudyError::Nothing { what: "no folder was given".to_owned() });
    };
    if out.join(JOURNAL).exists() {
        let what = "is there already; join into a new folder".to_owned();
        return Err(StudyError::BadJournal { path: out.join(JOURNAL).display().to_string(), what });
    }
    let mut trials = joined.trials.clone().into_iter();
    let first = trials.next().unwrap_or(0..0);
    let (mut journal, _) = Journal::open(out, &joined.header, first, &joined.splits)?;
    for trials in trials {
        journal.append(&Line::Head(Box::new(Head::of(&joined.header, trials))))?;
    }
    let count = joined.results.len();
    for (result, measured) in joined.results.into_values() {
        journal.finished(&Line::Cell { result: Box::new(result), measured })?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
