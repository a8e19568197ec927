//! What predictors gave before, on disk, so that changing one member of a composition runs that one anew and no other.
//!
//! Two things are kept of predictors that give the same bits twice under one seed:
//!
//! * **fits**: the saved state, by all that determines it: the predictor, the digest of its plugin's file, the parameters
//!   with the digests of files that they name, the seed, the device, and the data set as the predictor is handed it, so
//!   identities, inputs and targets of the training rows, scores of other members among them;
//! * **answers** for rows, where one takes milliseconds or more and hangs on no other row: by the model's state, its plugin
//!   and seed, and by the row's identity and inputs. Zero-cost scores that take seconds are kept row by row as they come.
//!
//! Columns of the table and combinations are quicker to compute than to read, and so are answers in microseconds. A key is
//! the SHA-256 of a canonical description, so nothing in the cache is ever out of date; a file that vanished, is not whole
//! or cannot be read is as good as none. The same model comes out with the cache and without it, byte for byte.

mod answers;
mod fits;
mod key;
mod place;
mod record;
mod store;

pub use fits::{FitOf, Known};
pub use place::CacheLimitError;

use crate::plugin::HostServices;
use archcast_sdk::{Level, manifest::PredictorInfo};
use serde::Serialize;
use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use store::Store;

/// Fits and answers of predictors that are known already, in a folder.
#[derive(Debug)]
pub struct Cache {
    store: Store,
    /// Digests of files that were read: they are taken to stay as they are while this process runs.
    files: Mutex<HashMap<PathBuf, Option<String>>>,
    fits: Counter,
    answers: Counter,
}

/// How many were asked, and how many of them were known.
#[derive(Debug, Default)]
struct Counter {
    asked: AtomicU64,
    known: AtomicU64,
}

impl Counter {
    fn add(&self, asked: usize, known: usize) {
        self.asked.fetch_add(asked as u64, Ordering::Relaxed);
        self.known.fetch_add(known as u64, Ordering::Relaxed);
    }
}

impl Cache {
    /// The cache in a folder, which need not exist, of about so many bytes at most: several processes that write at once
    /// can exceed the limit by a sixteenth each. What was not used for the longest time goes first.
    pub fn open(folder: PathBuf, limit: u64) -> Self {
        Self {
            store: Store::new(folder, limit),
            files: Mutex::default(),
            fits: Counter::default(),
            answers: Counter::default(),
        }
    }

    /// How much of what was asked so far was known.
    pub fn hits(&self) -> CacheHits {
        let of = |number: &AtomicU64| number.load(Ordering::Relaxed);
        CacheHits {
            fits: of(&self.fits.asked),
            known_fits: of(&self.fits.known),
            answers: of(&self.answers.asked),
            known_answers: of(&self.answers.known),
        }
    }

    /// The SHA-256 of a file or folder; `None` where it cannot be read.
    fn file_digest(&self, path: &Path) -> Option<String> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(digest) = files.get(path) {
            return digest.clone();
        }
        let digest = super::files::digest(path).ok();
        files.insert(path.to_owned(), digest.clone());
        digest
    }

    fn write(&self, folder: &str, name: &str, content: &[u8], services: &HostServices) {
        if let Err(error) = self.store.write(folder, name, content) {
            let text = format!(
                "the cache in {} cannot be written ({error}), so nothing new is kept there",
                self.store.root().display()
            );
            services.say(Level::Warn, &text);
        }
    }
}

/// How much of what was asked of a cache was known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CacheHits {
    /// Fits that were asked.
    pub fits: u64,
    /// Of these, those that were known.
    pub known_fits: u64,
    /// Answers for rows that were asked.
    pub answers: u64,
    /// Of these, those that were known.
    pub known_answers: u64,
}

impl CacheHits {
    /// Whether nothing was asked that is ever kept.
    pub fn is_empty(&self) -> bool {
        self.fits == 0 && self.answers == 0
    }
}

impl fmt::Display for CacheHits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |known: u64, asked: u64, what: &str| {
            let (plural, were) = if asked == 1 { ("", "was") } else { ("s", "were") };
            format!("{known} of {asked} {what}{plural} {were} known")
        };
        let fits = (self.fits > 0).then(|| of(self.known_fits, self.fits, "member fit"));
        let answers = (self.answers > 0).then(|| of(self.known_answers, self.answers, "member answer"));
        let told: Vec<String> = fits.into_iter().chain(answers).collect();
        write!(f, "cache: {}", told.join(", "))
    }
}

/// What the cache keeps of a predictor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its fits.
    pub fits: bool,
    /// Its answers for rows.
    pub answers: bool,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.fits, self.answers) {
            (true, true) => "fits, and answers by row",
            (true, false) => "fits",
            (false, _) => "nothing: it does not give the same bits twice",
        })
    }
}

impl Kept {
    /// What is kept of this predictor.
    pub fn of(info: &PredictorInfo) -> Self {
        let slow = matches!(&info.cost[..], "milli" | "seconds");
        Self { fits: info.deterministic, answers: info.deterministic && info.row_independent && slow }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::manifest::PredictorInfo;

    fn info(cost: &str, deterministic: bool, row_independent: bool) -> PredictorInfo {
        serde_json::from_value(serde_json::json!({
            "name": "p", "family": "model-based", "gives": "score", "outputs": ["score"],
            "deterministic": deterministic, "row_independent": row_independent, "cost": cost,
        }))
        .unwrap()
    }

    #[test]
    fn what_gives_other_bits_each_time_is_not_kept() {
        let kept = |cost, deterministic, row_independent| {
            let kept = Kept::of(&info(cost, deterministic, row_independent));
            (kept.fits, kept.answers)
        };
        assert_eq!(kept("seconds", true, true), (true, true));
        assert_eq!(kept("milli", true, true), (true, true));
        assert_eq!(kept("micro", true, true), (true, false));
        assert_eq!(kept("seconds", true, false), (true, false));
        assert_eq!(kept("seconds", false, true), (false, false));
    }

    #[test]
    fn hits_are_told_in_one_line() {
        let hits = CacheHits { fits: 14, known_fits: 12, answers: 1, known_answers: 1 };
        assert_eq!(
            hits.to_string(),
            "cache: 12 of 14 member fits were known, 1 of 1 member answer was known"
        );
        assert!(CacheHits::default().is_empty());
    }
}
