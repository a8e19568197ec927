//! Minimising a smooth function of a few variables between bounds.
//!
//! Projected BFGS (Bertsekas, SIAM J. Control Optim. 1982; Nocedal and Wright, Numerical Optimization, section 6.1):
//! variables at a bound that the gradient presses against it stand still, the others take a quasi-Newton step that is
//! halved until the function falls enough (Armijo). The functions here have at most some twenty variables, so the
//! Hessian is kept whole.

use archcast_sdk::prelude::*;
use faer::{Mat, Side, linalg::solvers::Solve};

/// Part of the fall that the gradient promises, which a step must reach.
const ARMIJO: f64 = 1e-4;
/// Most halvings of a step.
const HALVINGS: usize = 30;
/// Largest change of a variable in one step: the variables are logarithms.
const LONGEST: f64 = 2.0;
/// A projected gradient below this is a minimum.
const FLAT: f64 = 1e-7;
/// Falls below this part of the value, twice in a row, are a minimum.
const STILL: f64 = 1e-12;

/// A value with its gradient.
pub(crate) type Slope = (f64, Vec<f64>);

/// Where the search ended.
#[derive(Debug)]
pub(crate) struct Minimum {
    /// The variables.
    pub at: Vec<f64>,
    /// The function there.
    pub value: f64,
}

/// The lowest point that at most `steps` steps from `start` find between the bounds (lowest, highest); 0 steps leave
/// the variables at the start, within the bounds. `function` gives `None` where it cannot be computed; `after` is told
/// the number of steps made.
///
/// # Errors
/// `numerical` where the function cannot be computed at the start; what `function` gives.
pub(crate) fn minimise(
    start: &[f64],
    bounds: &[(f64, f64)],
    steps: usize,
    mut function: impl FnMut(&[f64]) -> Result<Option<Slope>>,
    mut after: impl FnMut(usize),
) -> Result<Minimum> {
    let inside = |x: &[f64]| -> Vec<f64> {
        x.iter().zip(bounds).map(|(x, &(low, high))| x.clamp(low, high)).collect()
    };
    let mut call = |x: &[f64]| -> Result<Option<Slope>> {
        let finite = |(value, gradient): &Slope| value.is_finite() && gradient.iter().all(|g| g.is_finite());
        Ok(function(x)?.filter(finite))
    };
    let mut at = inside(start);
    let Some((mut value, mut gradient)) = call(&at)? else {
        return Err(Error::numerical("the likelihood cannot be computed at the start of the search"));
    };
    let size = at.len();
    let mut hessian = Hessian::unit(size);
    let mut still = 0;
    for step in 0..steps {
        let free: Vec<bool> = (0..size)
            .map(|i| {
                let (low, high) = bounds[i];
                !((at[i] <= low && gradient[i] > 0.0) || (at[i] >= high && gradient[i] < 0.0))
            })
            .collect();
        let steepest = (0..size).filter(|&i| free[i]).map(|i| gradient[i].abs()).fold(0.0, f64::max);
        if steepest < FLAT {
            break;
        }
        let mut direction = hessian.direction(&gradient, &free);
        if slope(&direction, &gradient) >= 0.0 {
            hessian = Hessian::unit(size);
            direction = hessian.direction(&gradient, &free);
        }
        let longest = direction.iter().map(|d| d.abs()).fold(0.0, f64::max);
        // Without any curvature known yet a step as long as the gradient says little.
        let most = if hessian.fresh { 0.5 } else { LONGEST };
        let mut length = if longest > most { most / longest } else { 1.0 };
        let mut found = None;
        for _ in 0..HALVINGS {
            let moved: Vec<f64> = at.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let moved = inside(&moved);
            let change: Vec<f64> = moved.iter().zip(&at).map(|(to, from)| to - from).collect();
            let promised = slope(&change, &gradient);
            if let Some((next, slope)) = call(&moved)?
                && next <= value + ARMIJO * promised
            {
                found = Some((moved, change, next, slope));
                break;
            }
            length /= 2.0;
        }
        let Some((moved, change, next, slope)) = found else {
            if hessian.fresh {
                break;
            }
            hessian = Hessian::unit(size);
            continue;
        };
        hessian.learn(&change, &slope.iter().zip(&gradient).map(|(to, from)| to - from).collect::<Vec<_>>());
        still = if value - next <= STILL * value.abs().max(1.0) { still + 1 } else { 0 };
        (at, value, gradient) = (moved, next, slope);
        after(step + 1);
        if still >= 2 {
            break;
        }
    }
    Ok(Minimum { at, value })
}

fn slope(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The Hessian as far as it is known.
struct Hessian {
    rows: Mat<f64>,
    /// Whether nothing is known yet.
    fresh: bool,
}

impl Hessian {
    fn unit(size: usize) -> Self {
        Self { rows: Mat::identity(size, size), fresh: true }
    }

    /// The quasi-Newton direction among the free variables, or down the gradient where the Hessian says nothing.
    fn direction(&self, gradient: &[f64], free: &[bool]) -> Vec<f64> {
        let places: Vec<usize> = (0..gradient.len()).filter(|&i| free[i]).collect();
        let inner = Mat::from_fn(places.len(), places.len(), |i, j| self.rows[(places[i], places[j])]);
        let mut step = Mat::from_fn(places.len(), 1, |i, _| -gradient[places[i]]);
        if let Ok(factor) = inner.llt(Side::Lower) {
            factor.solve_in_place(&mut step);
        }
        let mut direction = vec![0.0; gradient.len()];
        for (i, &place) in places.iter().enumerate() {
            direction[place] = step[(i, 0)];
        }
        direction
    }

    /// Takes in that the gradient changed by `turned` over the step `change`; a step without positive curvature teaches
    /// nothing.
    fn learn(&mut self, change: &[f64], turned: &[f64]) {
        let curvature = slope(change, turned);
        if curvature <= 1e-10 * slope(change, change) {
            return;
        }
        let size = change.len();
        if self.fresh {
            let scale = slope(turned, turned) / curvature;
            self.rows = Mat::from_fn(size, size, |i, j| if i == j { scale } else { 0.0 });
            self.fresh = false;
        }
        let pushed: Vec<f64> =
            (0..size).map(|i| (0..size).map(|j| self.rows[(i, j)] * change[j]).sum()).collect();
        let bent = slope(change, &pushed);
        for i in 0..size {
            for j in 0..size {
                self.rows[(i, j)] += turned[i] * turned[j] / curvature - pushed[i] * pushed[j] / bent;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rosenbrock(x: &[f64]) -> Result<Option<Slope>> {
        let (a, b) = (x[0], x[1]);
        let value = (1.0 - a).powi(2) + 100.0 * (b - a * a).powi(2);
        Ok(Some((value, vec![-2.0 * (1.0 - a) - 400.0 * a * (b - a * a), 200.0 * (b - a * a)])))
    }

    #[test]
    fn the_valley_of_rosenbrock_is_followed_to_its_end() {
        let found = minimise(&[-1.2, 1.0], &[(-5.0, 5.0); 2], 200, rosenbrock, |_| ()).unwrap();
        assert!((found.at[0] - 1.0).abs() < 1e-6 && (found.at[1] - 1.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_bound_in_the_way_is_kept_to() {
        // With a at most 0.5 the least value is at b = a².
        let found = minimise(&[-1.2, 1.0], &[(-5.0, 0.5), (-5.0, 5.0)], 200, rosenbrock, |_| ()).unwrap();
        assert_eq!(found.at[0], 0.5);
        assert!((found.at[1] - 0.25).abs() < 1e-6 && (found.value - 0.25).abs() < 1e-10, "{found:?}");
    }

    #[test]
    fn no_steps_leave_the_start_and_holes_are_walked_around() {
        let found = minimise(&[-1.2, 9.0], &[(-5.0, 5.0); 2], 0, rosenbrock, |_| ()).unwrap();
        assert_eq!(found.at, [-1.2, 5.0]);
        let hole =
            |x: &[f64]| Ok((x[0] < 3.0).then(|| ((x[0] - 2.0).powi(4), vec![4.0 * (x[0] - 2.0).powi(3)])));
        let found = minimise(&[-4.0], &[(-5.0, 5.0)], 100, hole, |_| ()).unwrap();
        assert!((found.at[0] - 2.0).abs() < 1e-2, "{found:?}");
        assert!(minimise(&[4.0], &[(-5.0, 5.0)], 100, hole, |_| ()).is_err());
    }
}
