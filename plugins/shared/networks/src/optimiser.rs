//! Optimisers, as PyTorch has them.

use crate::Real;
use serde::{Deserialize, Serialize};

/// Added to the root of the second moment.
const EPSILON: f64 = 1e-8;

/// A rule by which parameters follow their gradient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// Adam (Kingma and Ba, ICLR 2015). The decay is a squared penalty: it enters the gradient.
    Adam {
        /// How much of the first and of the second moment a step keeps.
        betas: (f64, f64),
        /// Penalty in the gradient.
        decay: f64,
    },
    /// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).
    AdamW {
        /// How much of the first and of the second moment a step keeps.
        betas: (f64, f64),
        /// The part of a parameter that a step at learning rate 1 would take away.
        decay: f64,
    },
    /// Stochastic gradient descent with momentum.
    Sgd {
        /// How much of the last step goes on.
        momentum: f64,
        /// Whether to look ahead by the momentum.
        nesterov: bool,
        /// Penalty in the gradient.
        decay: f64,
    },
}

impl Rule {
    /// Adam with the usual moments and no decay.
    pub const ADAM: Self = Self::Adam { betas: (0.9, 0.999), decay: 0.0 };

    /// AdamW with the usual moments.
    pub const fn adam_w(decay: f64) -> Self {
        Self::AdamW { betas: (0.9, 0.999), decay }
    }
}

/// A rule and what it remembers of the steps so far.
#[derive(Debug, Clone)]
pub struct Optimiser<F> {
    rule: Rule,
    steps: i32,
    first: Vec<F>,
    second: Vec<F>,
}

impl<F: Real> Optimiser<F> {
    /// Before the first step on so many parameters.
    pub fn new(rule: Rule, parameters: usize) -> Self {
        Self { rule, steps: 0, first: vec![F::zero(); parameters], second: vec![F::zero(); parameters] }
    }

    /// Moves the parameters by one step at this learning rate.
    pub fn step(&mut self, parameters: &mut [F], gradient: &[F], rate: f64) {
        self.steps = self.steps.saturating_add(1);
        match self.rule {
            Rule::Adam { betas, decay } => self.adam(parameters, gradient, rate, betas, (decay, 1.0)),
            Rule::AdamW { betas, decay } => {
                self.adam(parameters, gradient, rate, betas, (0.0, 1.0 - rate * decay));
            }
            Rule::Sgd { momentum, nesterov, decay } => {
                self.sgd(parameters, gradient, rate, momentum, nesterov, decay);
            }
        }
    }

    /// `decays` are the penalty in the gradient and the part of a parameter that is kept.
    fn adam(
        &mut self,
        parameters: &mut [F],
        gradient: &[F],
        rate: f64,
        betas: (f64, f64),
        decays: (f64, f64),
    ) {
        let correction = |beta: f64| 1.0 - beta.powi(self.steps);
        let step = F::of(rate / correction(betas.0));
        let root = F::of(correction(betas.1).sqrt().recip());
        let (b1, b2, epsilon) = (F::of(betas.0), F::of(betas.1), F::of(EPSILON));
        let (rest1, rest2) = (F::of(1.0 - betas.0), F::of(1.0 - betas.1));
        let (penalty, keep) = (F::of(decays.0), F::of(decays.1));
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((parameter, &slope), (first, second)) in parameters.iter_mut().zip(gradient).zip(moments) {
            let slope = slope + penalty * *parameter;
            *first = b1 * *first + rest1 * slope;
            *second = b2 * *second + rest2 * slope * slope;
            *parameter = keep * *parameter - step * *first / (second.sqrt() * root + epsilon);
        }
    }

    fn sgd(
        &mut self,
        parameters: &mut [F],
        gradient: &[F],
        rate: f64,
        momentum: f64,
        nesterov: bool,
        decay: f64,
    ) {
        let (rate, momentum, decay) = (F::of(rate), F::of(momentum), F::of(decay));
        for ((parameter, &slope), buffer) in parameters.iter_mut().zip(gradient).zip(&mut self.first) {
            let slope = slope + decay * *parameter;
            *buffer = momentum * *buffer + slope;
            *parameter -= rate * if nesterov { slope + momentum * *buffer } else { *buffer };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::near;

    #[test]
    fn three_steps_of_each_rule_are_those_of_torch() {
        let usual = (0.9, 0.999);
        for (rule, want) in [
            (
                Rule::ADAM,
                [[0.4900000010, -0.9900000003], [0.4936610360, -0.9891067502], [0.4950279426, -0.9884162653]],
            ),
            (
                Rule::Adam { betas: (0.9, 0.99), decay: 0.0 },
                [[0.4900000010, -0.9900000003], [0.4936560779, -0.9891061837], [0.4950238837, -0.9884136888]],
            ),
            (
                Rule::Adam { betas: usual, decay: 0.1 },
                [[0.4900000007, -0.9900000002], [0.4905595350, -0.9865601455], [0.4882545320, -0.9827932634]],
            ),
            (
                Rule::adam_w(0.1),
                [[0.4895000010, -0.9890000003], [0.4926715360, -0.9871177502], [0.4935457710, -0.9854401476]],
            ),
            (
                Rule::Adam { betas: (0.0, 0.9), decay: 0.0 },
                [[0.4900000010, -0.9900000003], [0.5024539972, -0.9985485041], [0.4986410424, -0.9985485041]],
            ),
            (
                Rule::Sgd { momentum: 0.9, nesterov: false, decay: 0.1 },
                [[0.4985, -0.995], [0.4986515, -0.992505], [0.4977891985, -0.989266995]],
            ),
            (
                Rule::Sgd { momentum: 0.9, nesterov: true, decay: 0.0 },
                [[0.4981, -0.9924], [0.50109, -0.99486], [0.501031, -0.994374]],
            ),
        ] {
            let mut parameters = [0.5, -1.0];
            let mut optimiser = Optimiser::new(rule, 2);
            for (gradient, want) in [[0.1, -0.4], [-0.2, 0.3], [0.05, 0.0]].iter().zip(want) {
                optimiser.step(&mut parameters, gradient, 0.01);
                near(&parameters, &want, 6e-11);
            }
        }
    }
}
