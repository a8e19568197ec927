//! What a study is: all that decides its results, and what a reader of them wants to know.

use super::{Group, Sampling, metrics::Metric};
use crate::{
    compose::Gives,
    space::digest::sha256_hex,
    table::{DataSpec, Goal, Unit},
};
use serde::{Deserialize, Serialize};

/// A study, as its journal says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyHeader {
    /// Version of archcast that began it.
    pub archcast: String,
    /// The files that it was read from.
    pub files: Vec<FileHeader>,
    /// How the data were read; paths are absolute.
    pub data: DataSpec,
    /// The table.
    pub table: TableHeader,
    /// The table that is tested, where that is another.
    pub test_table: Option<TableHeader>,
    /// The members, by name.
    pub members: Vec<MemberHeader>,
    /// Members that were left out, each with what the data lack.
    pub left_out: Vec<(String, String)>,
    /// Numbers of labelled rows, ascending.
    pub labels: Vec<usize>,
    /// Epochs seen, ascending; 0 is none.
    pub fidelities: Vec<u32>,
    /// Epochs of the longest curve, where there are curves.
    pub longest_curve: Option<u32>,
    /// Rows that each trial tests.
    pub test: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// How rows are drawn; `None` where a file of splits names them.
    pub sampling: Option<Sampling>,
    /// What is never on both sides of a split.
    pub group: Group,
    /// SHA-256 of the file of splits, where there is one.
    pub splits: Option<String>,
    /// Columns with repeated runs of the target.
    pub runs: Vec<String>,
    /// The metric by which members are compared.
    pub metric: Metric,
}

/// A file of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHeader {
    /// Its path as it was given.
    pub path: String,
    /// SHA-256 of its text.
    pub digest: String,
}

/// A table of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableHeader {
    /// File or built-in name.
    pub origin: String,
    /// SHA-256 of its content.
    pub digest: String,
    /// Rows that count.
    pub rows: usize,
    /// Rows with a target.
    pub labelled: usize,
    /// Name of the search space.
    pub space: Option<String>,
    /// SHA-256 of the space's declaration.
    pub space_digest: Option<String>,
    /// The target's column.
    pub target: String,
    /// Which way the target is better.
    pub goal: Goal,
    /// Unit of the target.
    pub unit: Option<Unit>,
}

/// A member of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberHeader {
    /// Its name.
    pub name: String,
    /// What it is: its predictor, its column or how it combines.
    pub description: String,
    /// What its outputs mean.
    pub gives: Gives,
    /// Whether it is measured at each number of labelled rows.
    pub by_labels: bool,
    /// Whether it is measured at each fidelity.
    pub by_fidelity: bool,
    /// Its budgets of labelled rows; empty where it learns nothing.
    pub labels: Vec<usize>,
    /// Its fidelities; empty where it reads no curves.
    pub fidelities: Vec<u32>,
    /// All that decides what it answers, beside data and seed.
    pub fingerprint: String,
    /// Whether its results can depend on the machine.
    #[serde(default)]
    pub varies: bool,
    /// Inputs that may be absent and are, each with the epochs seen at which it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<(String, Vec<u32>)>,
}

impl StudyHeader {
    /// SHA-256 of all that decides the results: where files lie, which trials are run and by which metric members are
    /// compared is no part of it.
    pub fn digest(&self) -> String {
        let anywhere = |table: &TableHeader| TableHeader { origin: String::new(), ..table.clone() };
        let data = DataSpec { table: None, space: None, ..self.data.clone() };
        // What a member goes without is part of its fingerprint.
        let named = |member: &MemberHeader| MemberHeader { absent: Vec::new(), ..member.clone() };
        let bare = Self {
            archcast: String::new(),
            files: Vec::new(),
            data,
            table: anywhere(&self.table),
            test_table: self.test_table.as_ref().map(anywhere),
            members: self.members.iter().map(named).collect(),
            left_out: Vec::new(),
            runs: Vec::new(),
            metric: Metric::KendallTau,
            ..self.clone()
        };
        sha256_hex(&serde_json::to_vec(&bare).unwrap_or_default())
    }

    /// The first thing in which another study differs, in words.
    pub fn difference(&self, other: &Self) -> String {
        let names =
            |header: &Self| header.members.iter().map(|member| member.name.clone()).collect::<Vec<_>>();
        let said = |what: &str, one: String, two: String| format!("its {what}: {two} there, {one} here");
        if self.table.digest != other.table.digest {
            return said("table", self.table.origin.clone(), other.table.origin.clone());
        }
        if self.table.target != other.table.target {
            return said("target", self.table.target.clone(), other.table.target.clone());
        }
        if names(self) != names(other) {
            return said("members", names(self).join(", "), names(other).join(", "));
        }
        let changed =
            self.members.iter().zip(&other.members).find(|(one, two)| one.fingerprint != two.fingerprint);
        if let Some((member, _)) = changed {
            return format!("the parameters, inputs or plugin of its member `{}`", member.name);
        }
        if self.labels != other.labels {
            return said("labels", format!("{:?}", self.labels), format!("{:?}", other.labels));
        }
        if self.fidelities != other.fidelities {
            return said("fidelities", format!("{:?}", self.fidelities), format!("{:?}", other.fidelities));
        }
        if self.test != other.test {
            return said("tested rows", self.test.to_string(), other.test.to_string());
        }
        if self.seed != other.seed {
            return said("seed", self.seed.to_string(), other.seed.to_string());
        }
        "how its rows are drawn or read".to_owned()
    }

    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&MemberHeader> {
        self.members.iter().find(|member| member.name == name)
    }
}
