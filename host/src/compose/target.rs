//! The target on its way to a predictor and back: goal and transform.

use crate::table::Goal;
use serde::{Deserialize, Serialize};

/// A transform of the target, fitted on training rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// The target as it is.
    None,
    /// Minus the mean, over the population standard deviation (1 where the target is constant).
    Standard {
        /// Mean of the training targets, higher being better.
        mean: f64,
        /// Population standard deviation of the training targets.
        deviation: f64,
    },
}

/// How target values reach a predictor and how its outputs are turned back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TargetScale {
    /// The goal in the table.
    pub goal: Goal,
    /// The transform.
    pub transform: Transform,
}

impl TargetScale {
    /// The scale by name (`none`, `standard`), fitted on these targets; `None` for another name.
    pub fn fit(name: &str, goal: Goal, targets: &[f64]) -> Option<Self> {
        let transform = match name {
            "none" | "" => Transform::None,
            "standard" => {
                let n = targets.len().max(1) as f64;
                let mean = targets.iter().map(|&target| goal.turn(target)).sum::<f64>() / n;
                let variance =
                    targets.iter().map(|&target| (goal.turn(target) - mean).powi(2)).sum::<f64>() / n;
                let deviation = if variance > 0.0 { variance.sqrt() } else { 1.0 };
                Transform::Standard { mean, deviation }
            }
            _ => return None,
        };
        Some(Self { goal, transform })
    }

    /// A target of the table as the predictor sees it: higher is better.
    pub fn forward(&self, target: f64) -> f64 {
        let turned = self.goal.turn(target);
        match self.transform {
            Transform::None => turned,
            Transform::Standard { mean, deviation } => (turned - mean) / deviation,
        }
    }

    /// An output of the predictor in the target's unit. Scores keep their scale: only their order means something.
    pub fn back(&self, output: &str, value: f64) -> f64 {
        match (output, self.transform) {
            ("mean", Transform::None) => self.goal.turn(value),
            ("mean", Transform::Standard { mean, deviation }) => self.goal.turn(value * deviation + mean),
            ("std", Transform::Standard { deviation, .. }) => value * deviation,
            _ => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minimised_target_is_turned_and_turned_back() {
        let scale = TargetScale::fit("standard", Goal::Minimize, &[1.0, 3.0]).unwrap();
        assert!(scale.forward(1.0) > scale.forward(3.0));
        for target in [1.0, 3.0, 7.0] {
            assert!((scale.back("mean", scale.forward(target)) - target).abs() < 1e-12);
        }
        assert_eq!(scale.back("std", 2.0), 2.0);
        assert_eq!(scale.back("score", 2.0), 2.0);
    }

    #[test]
    fn a_constant_target_has_a_finite_scale() {
        let scale = TargetScale::fit("standard", Goal::Maximize, &[5.0, 5.0]).unwrap();
        assert_eq!(scale.forward(5.0), 0.0);
        assert_eq!(scale.back("mean", 0.0), 5.0);
    }
}
