//! The affine-invariant stretch move (Goodman and Weare, Commun. Appl. Math. Comput. Sci. 2010) as emcee runs it.

use archcast_sdk::{
    prelude::*,
    rand::{Rng, RngExt as _},
};

/// Largest stretch; the smallest is its inverse.
const STRETCH: f64 = 2.0;

/// Moves an even number of walkers in the plane, at least 4, by so many steps under a log density, of which only the
/// differences count; −∞ where no walker may go.
///
/// # Errors
/// `cancelled`.
pub(crate) fn walk(
    walkers: &mut [[f64; 2]],
    steps: usize,
    log_density: impl Fn([f64; 2]) -> f64,
    rng: &mut impl Rng,
    cx: &Context<'_>,
) -> Result<()> {
    let half = walkers.len() / 2;
    let mut heights: Vec<f64> = walkers.iter().map(|&at| log_density(at)).collect();
    for _ in 0..steps {
        cx.check()?;
        // Each half moves along the lines to the other half, which stands still.
        for (from, others) in [(0, half), (half, 0)] {
            for walker in from..from + half {
                let partner = walkers[others + rng.random_range(0..half)];
                let root = (STRETCH - 1.0) * rng.random::<f64>() + 1.0;
                let stretch = root * root / STRETCH;
                let own = walkers[walker];
                let next = [0, 1].map(|axis| partner[axis] + stretch * (own[axis] - partner[axis]));
                let height = log_density(next);
                // One power less than the plane has dimensions.
                let chance = stretch.ln() + height - heights[walker];
                if rng.random::<f64>().ln() < chance {
                    walkers[walker] = next;
                    heights[walker] = height;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn a_normal_distribution_keeps_its_moments() {
        let services = LocalServices::new(3);
        let cx = Context::new(&services, &|_| None);
        let mut rng = cx.rng();
        // Deviations 2 and 0.1, correlation 0.8, mean (1, −3).
        let density = |at: [f64; 2]| {
            let (x, y) = ((at[0] - 1.0) / 2.0, (at[1] + 3.0) / 0.1);
            -(x * x - 1.6 * x * y + y * y) / (2.0 * 0.36)
        };
        let mut walkers: Vec<[f64; 2]> =
            (0..20).map(|k| [k as f64 * 0.1, -3.0 + (k % 7) as f64 * 0.01]).collect();
        walk(&mut walkers, 500, density, &mut rng, &cx).unwrap();
        let mut all = Vec::new();
        for _ in 0..2000 {
            walk(&mut walkers, 5, density, &mut rng, &cx).unwrap();
            all.extend_from_slice(&walkers);
        }
        let mean = |of: &dyn Fn(&[f64; 2]) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        let (x, y) = (mean(&|at| at[0]), mean(&|at| at[1]));
        assert!((x - 1.0).abs() < 0.06 && (y + 3.0).abs() < 0.003, "{x} {y}");
        let (vx, vy) = (mean(&|at| (at[0] - x).powi(2)), mean(&|at| (at[1] - y).powi(2)));
        assert!((vx / 4.0 - 1.0).abs() < 0.06 && (vy / 0.01 - 1.0).abs() < 0.06, "{vx} {vy}");
        let correlation = mean(&|at| (at[0] - x) * (at[1] - y)) / (vx * vy).sqrt();
        assert!((correlation - 0.8).abs() < 0.02, "{correlation}");
    }

    #[test]
    fn no_walker_leaves_the_support() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let density = |at: [f64; 2]| match at.iter().all(|x| (0.0..=1.0).contains(x)) {
            true => 0.0,
            false => f64::NEG_INFINITY,
        };
        let mut walkers: Vec<[f64; 2]> =
            (0..8).map(|k| [k as f64 / 10.0, (k * k % 7) as f64 / 10.0]).collect();
        walk(&mut walkers, 300, density, &mut cx.rng(), &cx).unwrap();
        assert!(walkers.iter().flatten().all(|x| (0.0..=1.0).contains(x)));
    }
}
