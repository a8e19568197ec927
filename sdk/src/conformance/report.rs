//! What came of the laws: as data, and as a table.

use serde::Serialize;
use std::fmt;

/// What came of one law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The predictor obeys it.
    Passed,
    /// The predictor breaks it.
    Failed {
        /// What was done and what came of it.
        reason: String,
    },
    /// It does not apply or could not be judged.
    Skipped {
        /// What is missing.
        reason: String,
    },
}

impl Outcome {
    /// Whether the predictor breaks the law.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed { .. } => "FAILED",
            Self::Skipped { .. } => "skipped",
        }
    }

    /// Why it failed or was skipped; empty for a law that is obeyed.
    pub fn reason(&self) -> &str {
        match self {
            Self::Passed => "",
            Self::Failed { reason } | Self::Skipped { reason } => reason,
        }
    }
}

/// One law and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LawResult {
    /// The law's id.
    pub law: &'static str,
    /// The law's sentence.
    pub sentence: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of all laws that were asked for. Its text is a table; the last line counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The predictor that was judged.
    pub predictor: String,
    /// One entry for each law, in the order of [`laws`](super::laws).
    pub results: Vec<LawResult>,
}

impl Report {
    /// Whether no law failed.
    pub fn is_sound(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The laws that failed.
    pub fn failures(&self) -> impl Iterator<Item = &LawResult> {
        self.results.iter().filter(|result| result.outcome.is_failure())
    }

    /// What came of this law, if it was asked for.
    pub fn outcome(&self, law: &str) -> Option<&Outcome> {
        self.results.iter().find(|result| result.law == law).map(|result| &result.outcome)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "laws of `{}`", self.predictor)?;
        let width = self.results.iter().map(|result| result.law.len()).max().unwrap_or(0);
        for LawResult { law, sentence, outcome } in &self.results {
            let line = format!("  {law:width$}  {:7}  {}", outcome.word(), outcome.reason());
            writeln!(f, "{}", line.trim_end())?;
            // The law itself is worth a line only where it was broken.
            if outcome.is_failure() {
                writeln!(f, "  {:width$}           the law: {sentence}", "")?;
            }
        }
        let count = |word| self.results.iter().filter(|result| result.outcome.word() == word).count();
        write!(f, "{} passed, {} failed, {} skipped", count("passed"), count("FAILED"), count("skipped"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let result = |law, outcome| LawResult { law, sentence: "It is so.", outcome };
        Report {
            predictor: "nearest".into(),
            results: vec![
                result("a-law", Outcome::Passed),
                result("another", Outcome::Failed { reason: "row 3 is NaN".into() }),
                result("third", Outcome::Skipped { reason: "law `another` failed".into() }),
            ],
        }
    }

    #[test]
    fn the_last_line_counts_and_a_broken_law_is_quoted() {
        assert_eq!(
            report().to_string(),
            "laws of `nearest`\n  a-law    passed\n  another  FAILED   row 3 is NaN\n\
             \x20                   the law: It is so.\n  third    skipped  law `another` failed\n\
             1 passed, 1 failed, 1 skipped"
        );
        assert!(!report().is_sound());
    }

    #[test]
    fn it_serialises_with_the_same_content() {
        let json = serde_json::to_value(report()).unwrap();
        assert_eq!(json["results"][1]["outcome"], "failed");
        assert_eq!(json["results"][1]["reason"], "row 3 is NaN");
    }
}
