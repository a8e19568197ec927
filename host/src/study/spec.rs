//! `[study]`: what is measured, as a file or the command line says it.

use super::metrics::Metric;
use crate::{
    compose::{Mistake, section::Section},
    table::Fidelity,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt, ops::Range, str::FromStr};
use toml::de::DeTable;

/// How members are measured. What is left out has the default that its key names.
#[derive(Debug, Clone, Default, PartialEq, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StudySpec {
    /// Which members of this file are measured; left out, all of them.
    pub members: Option<Vec<String>>,
    /// Numbers of labelled rows that train; left out, 11 of them from 5 up to 1000 or what the table has, evenly in the
    /// logarithm. They take the place of `labels` in `[data]`.
    pub labels: Option<Vec<usize>>,
    /// Epochs seen: whole numbers, shares of the final epoch ("25%") or "none"; left out, 15 of them up to all but one,
    /// evenly in the logarithm. They take the place of `fidelity` in `[data]`.
    pub fidelities: Option<Vec<Fidelity>>,
    /// How many trials, or which ones ("50..100", the end not counted); left out, 20.
    pub trials: Option<Trials>,
    /// How many rows each trial is tested on; left out, 200, or 100 where the table has fewer than 500 rows.
    pub test: Option<usize>,
    /// Seed of all draws; left out, 0.
    pub seed: Option<u64>,
    /// How rows are drawn; left out, "uniform".
    pub sampling: Option<Sampling>,
    /// Whether rows that are the same network stay on one side of a split; left out, "canonical".
    pub group: Option<Group>,
    /// A table whose rows are tested in place of rows of the one that trains; it is read by the same `[data]`.
    pub test_table: Option<String>,
    /// A file of splits, as `archcast evaluate export --splits` writes it.
    pub splits: Option<String>,
    /// Columns with repeated runs of the target, for the noise ceiling; left out, those named like the target with `_run1`,
    /// `_run2` after it.
    pub runs: Option<Vec<String>>,
    /// The metric by which members are compared; left out, "kendall-tau".
    pub metric: Option<Metric>,
    /// Leave out members that need what the table lacks.
    pub skip_impossible: Option<bool>,
    /// Places of the keys in the file that they come from.
    #[schemars(skip)]
    pub(crate) places: HashMap<String, Range<usize>>,
}

/// Which trials are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "NumberOrText")]
pub struct Trials {
    /// The first one, from 0.
    pub from: usize,
    /// The one after the last.
    pub to: usize,
}

/// How rows are drawn.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// Each row of the table equally likely.
    #[default]
    Uniform,
    /// Test rows are mutations of the best of a small pool, and training rows mutations of test rows, as in a local search.
    Mutation,
}

/// What is never on both sides of a split.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Rows that are the same network.
    #[default]
    Canonical,
    /// Only one and the same row.
    None,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number of trials (40) or which ones (\"20..40\")")]
enum NumberOrText {
    Number(usize),
    Text(String),
}

impl TryFrom<NumberOrText> for Trials {
    type Error = String;

    fn try_from(given: NumberOrText) -> Result<Self, String> {
        match given {
            NumberOrText::Number(count) => Self::new(0, count),
            NumberOrText::Text(text) => text.parse(),
        }
    }
}

impl Trials {
    fn new(from: usize, to: usize) -> Result<Self, String> {
        if from < to { Ok(Self { from, to }) } else { Err(format!("{from}..{to} holds no trial")) }
    }

    /// The trials.
    pub fn range(self) -> Range<usize> {
        self.from..self.to
    }
}

impl FromStr for Trials {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let wrong = || format!("`{text}` is no number of trials; write 40, or 20..40 for a part of them");
            text.trim().parse::<usize>().map_err(|_| wrong())
        };
        match text.split_once("..") {
            Some((from, to)) => Self::new(number(from)?, number(to)?),
            None => Self::new(0, number(text)?),
        }
    }
}

impl fmt::Display for Trials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            0 => write!(f, "{}", self.to),
            from => write!(f, "{from}..{}", self.to),
        }
    }
}

impl schemars::JsonSchema for Trials {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Trials".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": "^[0-9]+\\.\\.[0-9]+$" },
        ] })
    }
}

/// A fidelity as the command line writes it: `5`, `25%`, `none`.
///
/// # Errors
/// None: what is no fidelity is told where the final epoch is known.
pub fn fidelity_of_text(text: &str) -> Result<Fidelity, std::convert::Infallible> {
    Ok(text.trim().parse().map_or_else(|_| Fidelity::Text(text.trim().to_owned()), Fidelity::Epochs))
}

impl StudySpec {
    /// Reads the table `[study]` of a file.
    pub(crate) fn read(root: &DeTable<'_>, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let header = root.keys().find(|key| key.get_ref() == "study").map(|key| (String::new(), key.span()));
        let values = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span()));
        let places = header.into_iter().chain(values).collect();
        let mut section = Section::new("[study]", table);
        let spec = Self {
            members: section.take("members", mistakes),
            labels: section.take("labels", mistakes),
            fidelities: section.take("fidelities", mistakes),
            trials: section.take("trials", mistakes),
            test: section.take("test", mistakes),
            seed: section.take("seed", mistakes),
            sampling: section.take("sampling", mistakes),
            group: section.take("group", mistakes),
            test_table: section.take("test_table", mistakes),
            splits: section.take("splits", mistakes),
            runs: section.take("runs", mistakes),
            metric: section.take("metric", mistakes),
            skip_impossible: section.take("skip_impossible", mistakes),
            places,
        };
        section.finish(mistakes);
        spec
    }

    /// This description, with what it leaves out taken from a file's.
    #[must_use]
    pub fn or(self, file: Self) -> Self {
        let mut places = file.places;
        let given: [(&str, bool); 13] = [
            ("members", self.members.is_some()),
            ("labels", self.labels.is_some()),
            ("fidelities", self.fidelities.is_some()),
            ("trials", self.trials.is_some()),
            ("test", self.test.is_some()),
            ("seed", self.seed.is_some()),
            ("sampling", self.sampling.is_some()),
            ("group", self.group.is_some()),
            ("test_table", self.test_table.is_some()),
            ("splits", self.splits.is_some()),
            ("runs", self.runs.is_some()),
            ("metric", self.metric.is_some()),
            ("skip_impossible", self.skip_impossible.is_some()),
        ];
        // What the command line says is no mistake of the file.
        places.retain(|key, _| !given.contains(&(&key[..], true)));
        Self {
            members: self.members.or(file.members),
            labels: self.labels.or(file.labels),
            fidelities: self.fidelities.or(file.fidelities),
            trials: self.trials.or(file.trials),
            test: self.test.or(file.test),
            seed: self.seed.or(file.seed),
            sampling: self.sampling.or(file.sampling),
            group: self.group.or(file.group),
            test_table: self.test_table.or(file.test_table),
            splits: self.splits.or(file.splits),
            runs: self.runs.or(file.runs),
            metric: self.metric.or(file.metric),
            skip_impossible: self.skip_impossible.or(file.skip_impossible),
            places,
        }
    }

    /// Whether another file says the same, members aside.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let bare = |spec: &Self| Self { members: None, places: HashMap::new(), ..spec.clone() };
        bare(self) == bare(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Composition;

    const MEMBER: &str = "[member.ridge]\nuse = \"linear/ridge\"\n";

    #[test]
    fn a_study_is_read_beside_its_composition() {
        let text = format!(
            "[study]\nlabels = [20, 50]\nfidelities = [\"none\", 5, \"25%\"]\ntrials = \"10..20\"\ngroup = \"none\"\n{MEMBER}"
        );
        let study = Composition::parse(&text, "s.toml").unwrap().study.unwrap();
        assert_eq!(study.labels, Some(vec![20, 50]));
        assert_eq!(study.trials.unwrap().range(), 10..20);
        assert_eq!(study.fidelities.unwrap()[1], Fidelity::Epochs(5));
        assert_eq!(study.group, Some(Group::None));
    }

    #[test]
    fn mistakes_of_a_study_have_their_places() {
        let text = format!("[study]\ntrails = 3\nlabels = \"all\"\ntrials = \"5..5\"\n{MEMBER}");
        let lines = Composition::parse(&text, "s.toml").unwrap_err().lines();
        assert!(lines[0].starts_with("s.toml:2:1: [study]: unknown key `trails`"), "{lines:?}");
        assert!(lines[1].starts_with("s.toml:3:10: [study] `labels`"), "{lines:?}");
        assert!(lines[2].contains("5..5 holds no trial"), "{lines:?}");
    }

    #[test]
    fn the_command_line_goes_before_the_file() {
        let file =
            StudySpec { test: Some(10), places: [("test".to_owned(), 0..1)].into(), ..StudySpec::default() };
        let flags = StudySpec { test: Some(20), ..StudySpec::default() };
        let both = flags.or(file.clone());
        assert_eq!((both.test, both.places.len()), (Some(20), 0));
        assert_eq!(StudySpec::default().or(file.clone()), file);
    }

    #[test]
    fn trials_are_a_number_or_a_range() {
        assert_eq!("40".parse::<Trials>().unwrap().range(), 0..40);
        assert_eq!("20..40".parse::<Trials>().unwrap().to_string(), "20..40");
        assert!("0".parse::<Trials>().is_err());
        assert!("many".parse::<Trials>().unwrap_err().contains("write 40"));
    }
}
