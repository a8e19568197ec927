//! What a law is, and how laws are judged so that one fault shows as one failure.

use super::{LawResult, Outcome, Report, bench::Bench, laws};
use crate::{Error, dynamic::DynPredictor, export::panics};
use std::collections::BTreeMap;

/// A law that every predictor obeys.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Law {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// What is done and what must hold.
    pub sentence: &'static str,
    /// The laws that it builds on: where one of them fails, this one is skipped.
    pub after: &'static [&'static str],
    pub(super) check: fn(&Bench<'_>) -> Verdict,
}

impl std::fmt::Debug for Law {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Law").field("id", &self.id).field("after", &self.after).finish_non_exhaustive()
    }
}

/// Why a law was not passed.
#[derive(Debug, Clone)]
pub enum Halt {
    Fail(String),
    Skip(String),
}

/// What a law's function says: passed, or why not.
pub type Verdict<T = ()> = Result<T, Halt>;

/// The law is broken, for this reason.
pub fn fail<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Halt::Fail(reason.into()))
}

/// The law does not apply, for this reason.
pub fn skip<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Halt::Skip(reason.into()))
}

/// An error with its place, as part of a reason.
pub fn quoted(error: &Error) -> String {
    match &error.details().location {
        Some(location) => format!("`{error}` at {location}"),
        None => format!("`{error}`"),
    }
}

/// Judges the laws that are asked for.
pub fn judge(subject: &dyn DynPredictor, asked: impl Fn(&str) -> bool) -> Report {
    panics::install_hook();
    let bench = match panics::catch(|| Bench::new(subject)) {
        Ok(bench) => bench,
        Err(caught) => {
            let failed = Outcome::Failed { reason: quoted(&caught.into_error()) };
            let results = laws::ALL.iter().take(1).map(|law| result(law, failed.clone())).collect();
            return Report { predictor: "a predictor that cannot describe itself".into(), results };
        }
    };
    let mut known = BTreeMap::new();
    let mut results = Vec::new();
    for law in laws::ALL.iter().filter(|law| asked(law.id)) {
        results.push(result(law, outcome(law, &bench, &mut known)));
    }
    Report { predictor: bench.info.name.clone(), results }
}

fn result(law: &Law, outcome: Outcome) -> LawResult {
    LawResult { law: law.id, sentence: law.sentence, outcome }
}

fn outcome(law: &Law, bench: &Bench<'_>, known: &mut BTreeMap<&'static str, Outcome>) -> Outcome {
    if let Some(outcome) = known.get(law.id) {
        return outcome.clone();
    }
    let outcome = match broken_before(law, bench, known) {
        Some(id) => Outcome::Skipped { reason: format!("law `{id}` failed") },
        None => match panics::catch(|| (law.check)(bench)) {
            Ok(Ok(())) => Outcome::Passed,
            Ok(Err(Halt::Fail(reason))) => Outcome::Failed { reason },
            Ok(Err(Halt::Skip(reason))) => Outcome::Skipped { reason },
            Err(caught) => Outcome::Failed { reason: quoted(&caught.into_error()) },
        },
    };
    known.insert(law.id, outcome.clone());
    outcome
}

/// The first law that failed among those that this one builds on, however far down.
fn broken_before(
    law: &Law,
    bench: &Bench<'_>,
    known: &mut BTreeMap<&'static str, Outcome>,
) -> Option<&'static str> {
    law.after.iter().find_map(|id| {
        let before = laws::ALL.iter().find(|law| law.id == *id)?;
        match outcome(before, bench, known) {
            Outcome::Failed { .. } => Some(before.id),
            Outcome::Skipped { .. } => broken_before(before, bench, known),
            Outcome::Passed => None,
        }
    })
}
