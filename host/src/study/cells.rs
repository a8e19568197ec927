//! Cells: what is run, one member at one budget in one trial each.

use super::{Budgets, Split, StudyMember};
use serde::{Deserialize, Serialize};

/// A member at a budget: what is averaged over trials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Setting {
    /// The member's name.
    pub member: String,
    /// Labelled rows; `None` where it learns nothing.
    pub labels: Option<usize>,
    /// Epochs seen, 0 for none; `None` where it reads no curves.
    pub fidelity: Option<u32>,
}

impl Setting {
    /// Its budget in words, as `20 labels` and `5 epochs`: one for each axis that it has.
    pub fn budget(&self) -> Vec<String> {
        budget_in_words(self.labels, self.fidelity)
    }
}

/// A budget in words: one for each axis.
pub fn budget_in_words(labels: Option<usize>, fidelity: Option<u32>) -> Vec<String> {
    let labels =
        labels.map(|labels| if labels == 1 { "1 label".to_owned() } else { format!("{labels} labels") });
    let epochs = fidelity.map(|epochs| match epochs {
        0 => "no epoch".to_owned(),
        1 => "1 epoch".to_owned(),
        epochs => format!("{epochs} epochs"),
    });
    labels.into_iter().chain(epochs).collect()
}

/// A member at a budget in a trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// The member and the budget.
    #[serde(flatten)]
    pub setting: Setting,
    /// The trial, from 0.
    pub trial: usize,
}

/// The settings of a member: its budgets that it can work with.
pub fn settings(member: &StudyMember, budgets: &Budgets) -> Vec<Setting> {
    let labels: Vec<Option<usize>> = match member.by_labels {
        true => budgets
            .labels
            .iter()
            .filter(|&&labels| labels >= member.minimum_rows)
            .map(|&labels| Some(labels))
            .collect(),
        false => vec![None],
    };
    let fidelities: Vec<Option<u32>> = match member.by_fidelity {
        true => budgets
            .fidelities
            .iter()
            .filter(|level| member.plans.contains_key(level))
            .map(|&level| Some(level))
            .collect(),
        false => vec![None],
    };
    let at = |labels| {
        let name = &member.name;
        fidelities.iter().map(move |&fidelity| Setting { member: name.clone(), labels, fidelity })
    };
    labels.into_iter().flat_map(at).collect()
}

/// All cells, trial by trial, so that what is there after an interruption is whole trials.
pub fn cells(members: &[StudyMember], budgets: &Budgets, splits: &[Split]) -> Vec<Cell> {
    let settings: Vec<Setting> = members.iter().flat_map(|member| settings(member, budgets)).collect();
    let of_trial = |split: &Split| {
        let trial = split.trial;
        // A file of splits can have fewer training rows than the largest budget asks for in other trials.
        settings.iter().map(move |setting| Cell { setting: setting.clone(), trial })
    };
    splits.iter().flat_map(of_trial).collect()
}
