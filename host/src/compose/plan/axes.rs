//! What a plan's answers change with: labelled rows, epochs seen.

use super::{ColumnGoal, Gives, NodeKind, Plan, UseNode};
use crate::compose::features::Part;
use archcast_sdk::manifest::InputInfo;

impl Plan {
    fn uses(&self) -> impl Iterator<Item = &UseNode> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::Use(used) => Some(&**used),
            _ => None,
        })
    }

    /// Whether any member reads learning curves, so that answers change with the epochs seen.
    pub fn reads_curves(&self) -> bool {
        self.uses().any(|used| !used.curves.is_empty())
    }

    /// Fewest epochs of a curve without which some member cannot work; 0 where none needs a curve.
    pub fn shortest_curve(&self) -> u32 {
        let of = |input: &InputInfo| match input {
            InputInfo::Curve { shortest, .. } => *shortest,
            _ => 0,
        };
        self.uses()
            .filter(|used| !used.curves.is_empty())
            .flat_map(|used| used.info.needs.iter().map(of))
            .max()
            .unwrap_or(0)
    }

    /// Whether any member learns from training rows: their targets, or the scores of others for them.
    pub fn learns_from_rows(&self) -> bool {
        self.nodes.iter().any(|node| match &node.kind {
            NodeKind::Use(used) => {
                used.info.minimum_rows > 0 || used.parts.iter().any(|part| matches!(part, Part::Score(_)))
            }
            NodeKind::Column { goal, .. } => *goal == ColumnGoal::Fit,
            NodeKind::Combine(combined) => self.combination_learns_of_scores(combined),
        })
    }

    /// What the outputs of the member that answers mean: with intervals a value comes with a deviation.
    pub fn gives(&self) -> Gives {
        match &self.answer().gives {
            Gives::Value if self.is_conformal() => Gives::Distribution,
            gives => gives.clone(),
        }
    }

    /// Whether the same data and seed give the same answers.
    pub fn deterministic(&self) -> bool {
        self.uses().all(|used| used.info.deterministic)
    }

    /// Whether tuning of any member ends by the clock, so that results depend on the machine.
    pub fn tunes_by_the_clock(&self) -> bool {
        self.uses().any(|used| used.tune.as_ref().is_some_and(|tune| tune.seconds.is_some()))
    }

    /// All that decides what the plan answers, beside data and seed: predictors with their versions, parameters, inputs.
    pub fn fingerprint(&self) -> String {
        let node = |node: &super::PlanNode| match &node.kind {
            NodeKind::Use(used) => serde_json::json!({
                "use": used.predictor.full_name(),
                "version": used.predictor.plugin().manifest().version,
                "params": used.params,
                "files": used.files.iter().map(|file| &file.digest).collect::<Vec<_>>(),
                "seed": used.seed,
                "parts": used.parts,
                "curves": used.curves,
                "transform": used.transform,
                "tune": used.tune,
                "unlabelled": used.unlabelled,
            }),
            NodeKind::Column { column, goal, seconds } => {
                serde_json::json!({ "column": column, "goal": format!("{goal:?}"), "seconds": format!("{seconds:?}") })
            }
            NodeKind::Combine(combined) => serde_json::json!({ "combine": format!("{combined:?}") }),
        };
        let nodes: Vec<_> =
            self.nodes.iter().map(|one| serde_json::json!({ "name": one.name, "kind": node(one) })).collect();
        let mut all = serde_json::json!({ "folds": self.folds, "nodes": nodes });
        if self.is_conformal() {
            all["conformal"] = true.into();
        }
        all.to_string()
    }
}
