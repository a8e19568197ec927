//! nu-support vector regression (Schölkopf et al., Neural Computation 2000) in the formulation of LIBSVM (Chang and
//! Lin, ACM TIST 2011).
//!
//! With the kernel matrix Q of l rows, minimise over α and α* `½ (α-α*)ᵀ Q (α-α*) - yᵀ (α-α*)` under
//! `Σ(α-α*) = 0`, `Σ(α+α*) = C ν l` and `0 ≤ αᵢ, α*ᵢ ≤ C`. The two sums say that α and α* each add up to `C ν l / 2`, so
//! a step of sequential minimal optimisation moves two entries of one of them. A prediction is
//! `Σ (αᵢ-α*ᵢ) K(xᵢ, x) + b`. For large C the tube shrinks to nothing, and only the difference α - α* is determined.

use archcast_sdk::prelude::*;

/// Least curvature along a step.
const FLAT: f64 = 1e-12;
/// Gradients that are changed between two looks at whether to end.
const CHECK: usize = 1 << 16;

/// What a solution is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem {
    /// Bound of each coefficient.
    pub(crate) c: f64,
    /// Bound of the part of rows outside the tube, above 0 up to 1.
    pub(crate) nu: f64,
    /// Violation of the optimality conditions that is let go.
    pub(crate) tolerance: f64,
    /// Steps after which the solution is taken as it is.
    pub(crate) steps: usize,
}

/// A solution.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Solution {
    /// `α - α*` of each row.
    pub(crate) coefficients: Vec<f64>,
    /// The constant b.
    pub(crate) offset: f64,
    /// Half the width of the tube.
    pub(crate) epsilon: f64,
    /// Whether the tolerance was met.
    pub(crate) converged: bool,
}

/// α or α*, each with the sign of its gradient: `G = Q (α-α*) - y` for α, `-G` for α*.
struct Class {
    sign: f64,
    entries: Vec<f64>,
}

/// A pair of entries to move, by its gain.
struct Pair {
    gain: f64,
    up: usize,
    down: usize,
    violation: f64,
}

impl Class {
    /// Fills from the first row on.
    fn new(sign: f64, rows: usize, c: f64, sum: f64) -> Self {
        let mut rest = sum;
        let fill = |_| {
            let entry = rest.clamp(0.0, c);
            rest -= entry;
            entry
        };
        Self { sign, entries: (0..rows).map(fill).collect() }
    }

    /// The pair whose move gains most, with the entry of the smallest gradient that can grow.
    fn pair(&self, gradient: &[f64], kernel: ArrayView2<'_, f64>, c: f64) -> Option<Pair> {
        let mut lowest = (f64::INFINITY, None);
        let mut highest = f64::NEG_INFINITY;
        for (row, (&entry, &slope)) in self.entries.iter().zip(gradient).enumerate() {
            let slope = self.sign * slope;
            if entry < c && slope < lowest.0 {
                lowest = (slope, Some(row));
            }
            if entry > 0.0 {
                highest = highest.max(slope);
            }
        }
        let (slope, Some(up)) = lowest else { return None };
        let line = kernel.row(up);
        let own = line[up];
        let mut best: Option<Pair> = None;
        for (down, (&entry, &other)) in self.entries.iter().zip(gradient).enumerate() {
            let difference = self.sign * other - slope;
            if entry <= 0.0 || difference <= 0.0 {
                continue;
            }
            let curvature = (own + kernel[[down, down]] - 2.0 * line[down]).max(FLAT);
            let gain = difference * difference / curvature;
            if best.as_ref().is_none_or(|best| gain > best.gain) {
                best = Some(Pair { gain, up, down, violation: highest - slope });
            }
        }
        best
    }

    /// The gradient on the margin: the mean over entries between the bounds, or the middle between the bounds.
    fn margin(&self, gradient: &[f64], c: f64) -> f64 {
        let (mut free, mut sum) = (0.0, 0.0);
        let (mut at_c, mut at_zero) = (f64::NEG_INFINITY, f64::INFINITY);
        for (&entry, &slope) in self.entries.iter().zip(gradient) {
            let slope = self.sign * slope;
            if entry >= c {
                at_c = at_c.max(slope);
            } else if entry <= 0.0 {
                at_zero = at_zero.min(slope);
            } else {
                free += 1.0;
                sum += slope;
            }
        }
        match (free > 0.0, at_c.is_finite(), at_zero.is_finite()) {
            (true, ..) => sum / free,
            (_, true, true) => 0.5 * (at_c + at_zero),
            (_, true, false) => at_c,
            (_, false, _) => at_zero,
        }
    }
}

/// Solves the problem for a symmetric kernel matrix and its targets.
///
/// # Errors
/// `cancelled`.
pub(crate) fn solve(
    kernel: ArrayView2<'_, f64>,
    targets: &[f64],
    problem: Problem,
    cx: &Context<'_>,
) -> Result<Solution> {
    let Problem { c, nu, tolerance, steps } = problem;
    let rows = targets.len();
    let sum = c * nu * rows as f64 / 2.0;
    let mut classes = [Class::new(1.0, rows, c, sum), Class::new(-1.0, rows, c, sum)];
    // α and α* start equal.
    let mut gradient: Vec<f64> = targets.iter().map(|target| -target).collect();
    let mut converged = false;
    for step in 0..steps {
        if step % (CHECK / rows.max(1) + 1) == 0 {
            cx.check()?;
        }
        let pairs = [0, 1].map(|class| classes[class].pair(&gradient, kernel, c));
        let violation = pairs.iter().flatten().map(|pair| pair.violation).fold(f64::NEG_INFINITY, f64::max);
        if violation < tolerance || violation == f64::NEG_INFINITY {
            converged = true;
            break;
        }
        let gain = |class: usize| pairs[class].as_ref().map_or(f64::NEG_INFINITY, |pair| pair.gain);
        let class = usize::from(gain(1) > gain(0));
        let Some(Pair { up, down, .. }) = pairs[class] else { break };
        let Class { sign, entries } = &mut classes[class];
        let (grows, shrinks) = (kernel.row(up), kernel.row(down));
        let curvature = (grows[up] + shrinks[down] - 2.0 * grows[down]).max(FLAT);
        let difference = *sign * (gradient[down] - gradient[up]);
        let (room, stock) = (c - entries[up], entries[down]);
        let wanted = difference / curvature;
        let length = wanted.min(room).min(stock);
        // What meets a bound is set to it, so that rounding leaves no entry almost there.
        entries[up] = if length == room { c } else { entries[up] + length };
        entries[down] = if length == stock { 0.0 } else { stock - length };
        let change = *sign * length;
        for ((slope, grow), shrink) in gradient.iter_mut().zip(grows).zip(shrinks) {
            *slope += change * (grow - shrink);
        }
    }
    let [upper, lower] = [0, 1].map(|class| classes[class].margin(&gradient, c));
    let coefficients = (classes[0].entries.iter().zip(&classes[1].entries)).map(|(a, b)| a - b).collect();
    Ok(Solution { coefficients, offset: (lower - upper) / 2.0, epsilon: -(upper + lower) / 2.0, converged })
}

#[cfg(test)]
mod tests;
