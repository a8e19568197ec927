//! From targets to what the regression learns, and back to means and deviations of targets.

use archcast_scaling::TargetScale;
use archcast_sdk::{
    header::{Goal, TargetInfo},
    prelude::*,
};

/// Fractions nearer than this to 0 and 1 are taken as so near.
const EDGE: f64 = 1e-3;

/// Places and weights of half of the Gauss-Hermite rule of 20 nodes for the standard normal distribution; the other half
/// mirrors it.
const NODES: [(f64, f64); 10] = [
    (0.3469641570813559, 0.2607930634495549),
    (1.0429453488027511, 0.16173933398399998),
    (1.745247320814127, 0.0615063720639769),
    (2.458663611172368, 0.013997837447101022),
    (3.18901481655339, 0.00183010313108049),
    (3.9439673506573163, 0.00012882627996192928),
    (4.734581334046055, 4.402121090230851e-06),
    (5.5787388058932015, 6.127490259982928e-08),
    (6.510590157013655, 2.4820623623151755e-10),
    (7.619048541679759, 1.2578006724379234e-13),
];

/// What the regression learns of a target.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Link {
    /// The logarithm of the odds of a fraction: the target over `unit`, turned as the table has it.
    Logit { unit: f64, goal: Goal },
    /// The standardised target.
    Standard(TargetScale),
}

impl Link {
    /// The logit where all targets are fractions or percent, the standardised target otherwise.
    pub(crate) fn of(targets: ArrayView1<'_, f64>, info: Option<&TargetInfo>, scale: TargetScale) -> Self {
        let unit = match info.and_then(|info| info.unit.as_deref()) {
            Some("percent") => 100.0,
            Some("fraction") => 1.0,
            _ => return Self::Standard(scale),
        };
        let goal = info.map_or(Goal::Maximize, |info| info.goal);
        let logit = Self::Logit { unit, goal };
        let within = |&target: &f64| (0.0..=1.0).contains(&logit.fraction(target).unwrap_or(-1.0));
        // What the host has transformed has mean 0, and so leaves the range.
        if targets.iter().all(within) { logit } else { Self::Standard(scale) }
    }

    /// The target as a fraction, where it is one.
    pub(crate) fn fraction(&self, target: f64) -> Option<f64> {
        match self {
            Self::Logit { unit, goal } => Some(goal.turn(target) / unit),
            Self::Standard(_) => None,
        }
    }

    /// What the regression learns of a target.
    pub(crate) fn forward(&self, target: f64) -> f64 {
        match self {
            Self::Logit { unit, goal } => {
                let fraction = (goal.turn(target) / unit).clamp(EDGE, 1.0 - EDGE);
                (fraction / (1.0 - fraction)).ln()
            }
            Self::Standard(scale) => scale.scaled(target),
        }
    }

    /// Mean and deviation of the target, from mean and variance of what was learnt.
    pub(crate) fn back(&self, mean: f64, variance: f64) -> (f64, f64) {
        match self {
            Self::Logit { unit, goal } => {
                let (mean, variance) = sigmoid_moments(mean, variance.sqrt());
                (goal.turn(unit * mean), unit * variance.sqrt())
            }
            Self::Standard(scale) => (scale.mean(mean), scale.deviation(variance)),
        }
    }
}

fn sigmoid(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

/// Mean and variance of the sigmoid of a normal variable.
fn sigmoid_moments(mean: f64, deviation: f64) -> (f64, f64) {
    let points = NODES.map(|(place, weight)| {
        [(sigmoid(mean - deviation * place), weight), (sigmoid(mean + deviation * place), weight)]
    });
    let points = points.as_flattened();
    let middle = points.iter().map(|(value, weight)| weight * value).sum::<f64>();
    (middle, points.iter().map(|(value, weight)| weight * (value - middle).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(targets: &[f64], unit: Option<&str>, goal: Goal) -> Link {
        let targets = Array1::from(targets.to_vec());
        let mut info = TargetInfo::default();
        (info.unit, info.goal) = (unit.map(str::to_owned), goal);
        Link::of(targets.view(), Some(&info), TargetScale::of(targets.view()).unwrap())
    }

    // By 80 nodes.
    #[test]
    fn moments_of_the_sigmoid_are_exact() {
        for ((mean, deviation), want, tolerance) in [
            ((0.5, 0.8), (0.6079489379, 0.0286232683), 1e-9),
            ((2.0, 1.0), (0.8445374815, 0.0155359402), 1e-9),
            ((-1.0, 2.0), (0.3522735615, 0.0876786625), 2e-5),
        ] {
            let have = sigmoid_moments(mean, deviation);
            assert!((have.0 - want.0).abs() < tolerance && (have.1 - want.1).abs() < tolerance, "{have:?}");
        }
    }

    #[test]
    fn fractions_and_percent_within_their_range_are_learnt_as_odds() {
        let percent = link(&[91.0, 10.0], Some("percent"), Goal::Maximize);
        assert!((percent.forward(90.0) - 9f64.ln()).abs() < 1e-12);
        assert!((percent.forward(100.0) - 999f64.ln()).abs() < 1e-12);
        let (mean, deviation) = percent.back(9f64.ln(), 0.0);
        assert!((mean - 90.0).abs() < 1e-9 && deviation < 1e-9);
        // An error to be minimised comes turned, and goes back so.
        let error = link(&[-0.2, -0.9], Some("fraction"), Goal::Minimize);
        assert!((error.forward(-0.2) + 4f64.ln()).abs() < 1e-12);
        assert!((error.back(-4f64.ln(), 0.0).0 + 0.2).abs() < 1e-12);
        for other in [
            link(&[91.0, 101.0], Some("percent"), Goal::Maximize),
            link(&[-1.0, 1.0], Some("fraction"), Goal::Maximize),
            link(&[0.2, 0.7], Some("nats"), Goal::Maximize),
            link(&[0.2, 0.7], None, Goal::Maximize),
        ] {
            assert!(matches!(other, Link::Standard(_)) && other.fraction(0.5).is_none());
        }
        let plain = link(&[2.0, 4.0], None, Goal::Maximize);
        assert_eq!((plain.forward(4.0), plain.back(1.0, 4.0)), (1.0, (4.0, 2.0)));
    }
}
