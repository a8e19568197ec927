//! Adam (Kingma and Ba, ICLR 2015) on a few variables.

use archcast_sdk::prelude::*;

/// Decays of the moments and what keeps their quotient finite.
const DECAYS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;

/// Moments of the gradient of each variable.
pub(crate) struct Adam {
    moments: Vec<(f64, f64)>,
    step: i32,
}

impl Adam {
    /// Before the first step of so many variables.
    pub(crate) fn new(variables: usize) -> Self {
        Self { moments: vec![(0.0, 0.0); variables], step: 0 }
    }

    /// Moves the variables up the gradient.
    pub(crate) fn climb(&mut self, variables: &mut [f64], gradient: &[f64], rate: f64) {
        self.step += 1;
        let (first, second) = (1.0 - DECAYS.0.powi(self.step), 1.0 - DECAYS.1.powi(self.step));
        for ((variable, moments), &slope) in variables.iter_mut().zip(&mut self.moments).zip(gradient) {
            moments.0 = DECAYS.0 * moments.0 + (1.0 - DECAYS.0) * slope;
            moments.1 = DECAYS.1 * moments.1 + (1.0 - DECAYS.1) * slope * slope;
            *variable += rate * (moments.0 / first) / ((moments.1 / second).sqrt() + EPSILON);
        }
    }
}

/// Where so many steps down a function lead from `start`, between the bounds (lowest, highest). `function` gives the
/// value with its gradient; `after` is told the number of steps made.
///
/// # Errors
/// `cancelled`; `numerical` where a gradient is not finite; what `function` gives.
pub(crate) fn descend(
    start: &[f64],
    bounds: &[(f64, f64)],
    (steps, rate): (usize, f64),
    function: impl Fn(&[f64]) -> Result<(f64, Vec<f64>)>,
    after: impl Fn(usize),
    cx: &Context<'_>,
) -> Result<Vec<f64>> {
    let inside = |at: &mut [f64]| {
        at.iter_mut().zip(bounds).for_each(|(at, &(low, high))| *at = at.clamp(low, high));
    };
    let mut at = start.to_vec();
    inside(&mut at);
    let mut adam = Adam::new(at.len());
    for step in 0..steps {
        cx.check()?;
        let (_, mut gradient) = function(&at)?;
        if gradient.iter().any(|slope| !slope.is_finite()) {
            return Err(Error::numerical("the gradient of the likelihood overflows"));
        }
        gradient.iter_mut().for_each(|slope| *slope = -*slope);
        adam.climb(&mut at, &gradient, rate);
        inside(&mut at);
        after(step + 1);
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn steps_are_those_of_the_rule_and_stay_within_the_bounds() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let gradients = [[0.1, -0.4], [-0.2, 0.3], [0.05, 0.0]];
        // What torch gives at rate 0.01 from (0.5, −1).
        let want = [0.495_027_942_6, -0.988_416_262_7];
        let step = std::cell::Cell::new(0);
        let function = |_: &[f64]| Ok((0.0, gradients[step.get()].to_vec()));
        let after = |made| step.set(made);
        let wide = [(-2.0, 2.0); 2];
        let end = descend(&[0.5, -1.0], &wide, (3, 0.01), function, after, &cx).unwrap();
        for (have, want) in end.iter().zip(want) {
            assert!((have - want).abs() < 1e-8, "{have} {want}");
        }
        let down = |_: &[f64]| Ok((0.0, vec![1.0]));
        assert_eq!(descend(&[0.5], &[(0.495, 1.0)], (9, 0.01), down, |_| (), &cx).unwrap(), [0.495]);
    }
}
