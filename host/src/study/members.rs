//! The members of a study: each with a plan for every fidelity at which it can work.

use super::{Budgets, ScoreSeconds, StudyError, StudyFiles, files::StudyFile};
use crate::{
    compose::{Gives, MemberKind, Plan, PlanError},
    plugin::Registry,
    table::Rows,
};
use std::{collections::BTreeMap, sync::Arc};

/// A member that is measured.
#[derive(Debug, Clone)]
pub struct StudyMember {
    /// Its name in the study.
    pub name: String,
    /// What it is: its predictor, its column or how it combines.
    pub description: String,
    /// What its outputs mean.
    pub gives: Gives,
    /// Whether it learns from labelled rows, so that it is measured at each number of them.
    pub by_labels: bool,
    /// Whether it reads curves, so that it is measured at each fidelity.
    pub by_fidelity: bool,
    /// Fewest labelled rows.
    pub minimum_rows: usize,
    /// What measuring the columns that it reads took.
    pub score_seconds: Arc<ScoreSeconds>,
    /// Its plan by the epochs seen; of one that reads no curves a single one, at 0.
    pub plans: BTreeMap<u32, Arc<Plan>>,
    /// All that decides what it answers, beside data and seed.
    pub fingerprint: String,
    /// Whether results can depend on the machine: it is not deterministic, or tunes by the clock.
    pub varies: bool,
    /// Inputs that may be absent and are, with the epochs seen at which they are.
    pub absent: Vec<(String, Vec<u32>)>,
}

/// Members that can run, and those that cannot with what they lack.
#[derive(Debug)]
pub struct Members {
    /// Those that can run, by name.
    pub able: Vec<StudyMember>,
    /// Those that need what the table lacks, each with what that is.
    pub impossible: Vec<(String, String)>,
    /// What a user should know.
    pub warnings: Vec<String>,
}

impl Members {
    /// Checks the members of a study against the plugins and the data. `levels` are the rows by the epochs seen.
    ///
    /// # Errors
    /// Mistakes of a file that other data would not mend.
    pub fn check(
        files: &StudyFiles,
        registry: &Registry,
        levels: &BTreeMap<u32, Rows>,
        budgets: &Budgets,
    ) -> Result<Self, StudyError> {
        let mut found = Self { able: Vec::new(), impossible: Vec::new(), warnings: Vec::new() };
        let mut mistakes: BTreeMap<usize, Vec<crate::compose::Mistake>> = BTreeMap::new();
        for (file, place, name) in files.members()? {
            let owner = &files.files[file];
            match plans(owner, place, registry, levels, budgets)? {
                Checked::Able(plans) => found.add(owner, place, name, plans),
                Checked::Lacks(what) => found.impossible.push((name, what)),
                Checked::Wrong(wrong) => mistakes.entry(file).or_default().extend(wrong),
            }
        }
        if let Some((file, mut wrong)) = mistakes.into_iter().next() {
            // Members that read one and the same faulty one tell of it each.
            let mut told = std::collections::HashSet::new();
            wrong.retain(|one| told.insert((one.place.offset(), one.message.clone())));
            return Err(files.files[file].composition.error(wrong).into());
        }
        found.able.sort_by(|a, b| a.name.cmp(&b.name));
        let mut told = std::collections::HashSet::new();
        found.warnings.retain(|warning| told.insert(warning.clone()));
        Ok(found)
    }

    fn add(&mut self, owner: &StudyFile, place: usize, name: String, plans: BTreeMap<u32, Arc<Plan>>) {
        let Some(richest) = plans.values().next_back() else { return };
        self.warnings.extend(richest.warnings().iter().cloned());
        let by_fidelity = richest.reads_curves();
        let varies = !richest.deterministic() || richest.tunes_by_the_clock();
        if richest.tunes_by_the_clock() {
            self.warnings.push(format!(
                "member `{name}` tunes for a number of `seconds`, so its results depend on the machine"
            ));
        }
        let description = match &owner.composition.members[place].kind {
            MemberKind::Use(used) => used.predictor.value.clone(),
            MemberKind::Column(column) => format!("column {}", column.column.value),
            MemberKind::Combine(combined) => {
                let names: Vec<&str> = combined.members.iter().map(|input| input.value.text()).collect();
                format!("{} of {}", combined.combiner.value.name(), names.join(", "))
            }
        };
        let composition = owner.composition.of_member(place);
        let mut absent: Vec<(String, Vec<u32>)> = Vec::new();
        for (&level, plan) in &plans {
            for name in plan.absent(&composition) {
                match absent.iter_mut().find(|(have, _)| *have == name) {
                    Some((_, levels)) => levels.push(level),
                    None => absent.push((name, vec![level])),
                }
            }
        }
        let fingerprints: Vec<String> =
            plans.iter().map(|(level, plan)| format!("{level}:{}", plan.fingerprint())).collect();
        self.able.push(StudyMember {
            name,
            description,
            gives: richest.gives(),
            by_labels: plans.values().any(|plan| plan.learns_from_rows()),
            by_fidelity,
            minimum_rows: plans.values().map(|plan| plan.minimum_rows()).max().unwrap_or(0),
            score_seconds: Arc::default(),
            fingerprint: fingerprints.join("\n"),
            varies,
            absent,
            plans,
        });
    }
}

enum Checked {
    Able(BTreeMap<u32, Arc<Plan>>),
    /// The data lack what it needs at any fidelity.
    Lacks(String),
    /// Its file has mistakes.
    Wrong(Vec<crate::compose::Mistake>),
}

fn plans(
    owner: &StudyFile,
    place: usize,
    registry: &Registry,
    levels: &BTreeMap<u32, Rows>,
    budgets: &Budgets,
) -> Result<Checked, StudyError> {
    let composition = owner.composition.of_member(place);
    let mut plans = BTreeMap::new();
    let mut lacks = None;
    // The highest fidelity first: what cannot run there can run nowhere.
    for (&level, rows) in levels.iter().rev() {
        match Plan::check(&composition, registry, rows, &owner.base) {
            Ok(plan) if !plan.reads_curves() && plans.is_empty() => {
                return Ok(Checked::Able([(0, Arc::new(plan))].into()));
            }
            Ok(plan) if plan.shortest_curve() > level => {
                lacks.get_or_insert_with(|| {
                    let most = budgets.fidelities.last().copied().unwrap_or(0);
                    format!("it needs {} epochs, and at most {most} are seen", plan.shortest_curve())
                });
            }
            Ok(plan) => drop(plans.insert(level, Arc::new(plan))),
            Err(PlanError::Config(error)) if error.mistakes.iter().all(|one| one.lacking) => {
                lacks.get_or_insert_with(|| {
                    let what: Vec<&str> = error.mistakes.iter().map(|one| &one.message[..]).collect();
                    what.join("; ")
                });
            }
            Err(PlanError::Config(error)) if plans.is_empty() => return Ok(Checked::Wrong(error.mistakes)),
            // At a lower fidelity less is there than the file asks for.
            Err(PlanError::Config(_)) => {}
            Err(PlanError::Data(error)) => return Err(error.into()),
        }
    }
    Ok(match plans.is_empty() {
        true => Checked::Lacks(lacks.unwrap_or_default()),
        false => Checked::Able(plans),
    })
}
