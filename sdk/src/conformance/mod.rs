//! The laws that every predictor obeys, as a library: in an author's `cargo test`, and by the host on any binary.
//!
//! An author writes one line:
//!
//! ```ignore
//! #[test]
//! fn obeys_the_laws() {
//!     archcast_sdk::conformance::check::<Nearest>();
//! }
//! ```
//!
//! Each law has its own id, sentence and result. A law that cannot be judged says why it was skipped; one that builds
//! on a law that failed is skipped too, so that one fault shows as one failure. Laws see a subject through
//! [`DynPredictor`] only, so they say the same of a type and of a compiled plugin.
//!
//! Data come from the predictor's own [`example`](crate::Predictor::example) where it has one. Otherwise they are made
//! up with a planted signal, with every kind of column that the descriptor asks for.

mod bench;
mod data;
mod edit;
mod graphs;
mod law;
mod laws;
mod report;
mod services;

pub use law::Law;
pub use report::{LawResult, Outcome, Report};

use crate::{
    Error, Predictor, Result,
    dynamic::{DynPredictor, Typed},
};

/// All laws, basic ones first.
///
/// ```
/// for law in archcast_sdk::conformance::laws() {
///     println!("{:28} {}", law.id, law.sentence);
/// }
/// ```
pub fn laws() -> &'static [Law] {
    laws::ALL
}

/// Judges a predictor by every law.
pub fn run(subject: &dyn DynPredictor) -> Report {
    law::judge(subject, |_| true)
}

/// Judges a predictor by these laws alone; laws that they build on are run too, but not reported.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) that names an id that no law has.
pub fn run_some(subject: &dyn DynPredictor, ids: &[&str]) -> Result<Report> {
    if let Some(unknown) = ids.iter().find(|id| laws().iter().all(|law| law.id != **id)) {
        let known: Vec<&str> = laws().iter().map(|law| law.id).collect();
        return Err(Error::unsupported(format!(
            "there is no law `{unknown}`; the laws are {}",
            known.join(", ")
        )));
    }
    Ok(law::judge(subject, |id| ids.contains(&id)))
}

/// The author's one line: silent where the predictor obeys every law.
///
/// # Panics
/// With the whole report where it breaks one.
#[track_caller]
pub fn check<P: Predictor>() {
    let report = run(&Typed::<P>::default());
    assert!(report.is_sound(), "{report}");
}
