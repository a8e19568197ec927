use super::*;
use crate::likelihood::Solved;
use archcast_sdk::{LocalServices, header::Role};

/// Five rows of three encoded columns, as the worked example has them, and after them the two inducing rows.
const ROWS: [[f64; 3]; 5] =
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]];
const TARGETS: [f64; 5] = [-1.2, 0.3, 0.8, -0.4, 0.5];
const FIXED: Hyperparameters = Hyperparameters { variance: 1.5, length: 1.2, noise: 0.1 };

fn with_bound<T>(kernel: Kernel, inducing: &[usize], then: impl FnOnce(&Bound<'_>, &Context<'_>) -> T) -> T {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let data =
        DatasetBuilder::new(5).features(&["a", "b", "c"], ROWS.as_flattened().to_vec()).header(|header| {
            for info in &mut header.features {
                info.role = Role::Encoding("code".into());
            }
        });
    let view = data.view().unwrap();
    let metric = Metric::of(&view).unwrap();
    let places = metric.places(view.features().unwrap().values());
    let bound = Bound::new(kernel, (&metric, &places), inducing, &TARGETS, &cx).unwrap();
    then(&bound, &cx)
}

fn near(have: f64, want: f64, tolerance: f64) {
    assert!((have - want).abs() < tolerance, "{have} {want}");
}

// The worked example with the inducing rows (0,0,1) and (1,1,0); pyro and numpy agree on it.
#[test]
fn bound_and_gradient_are_those_of_the_worked_example() {
    with_bound(Kernel::Rbf, &[0, 3], |bound, cx| {
        let done = bound.evaluate(FIXED, cx).unwrap();
        near(done.value + done.trace / (2.0 * FIXED.noise), -14.4204275213, 1e-9);
        near(done.trace, 1.9316710642, 1e-9);
        near(done.value, -24.0787828421, 1e-8);
        let (value, gradient) = bound.slope(&FIXED.logarithms(), cx).unwrap();
        near(-value, -24.0787828421, 1e-8);
        for (have, want) in gradient.iter().zip([-10.5693130987, 16.2369126114, 20.4957353938]) {
            near(-have, want, 1e-8);
        }
    });
}

#[test]
fn gradients_are_those_of_finite_differences() {
    for kernel in [Kernel::Rbf, Kernel::Matern52, Kernel::Exponential] {
        with_bound(kernel, &[0, 3, 4], |bound, cx| {
            let at = FIXED.logarithms();
            let (_, gradient) = bound.slope(&at, cx).unwrap();
            for place in 0..3 {
                let moved = |shift: f64| {
                    let mut at = at;
                    at[place] += shift;
                    bound.slope(&at, cx).unwrap().0
                };
                near(gradient[place], (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-7);
            }
        });
    }
}

#[test]
fn with_every_row_inducing_the_bound_is_the_exact_likelihood() {
    with_bound(Kernel::Rbf, &[0, 1, 2, 3, 4], |bound, cx| {
        let covariance = Mat::from_fn(5, 5, |i, j| {
            FIXED.variance * Kernel::Rbf.value(bound.among[(i, j)], FIXED.length)
                + if i == j { FIXED.noise } else { 0.0 }
        });
        let exact = Solved::new(&covariance, &TARGETS, cx).unwrap().likelihood;
        // The jitter of the bound leaves a trace of its own size.
        near(bound.evaluate(FIXED, cx).unwrap().value, exact, 1e-4);
    });
}
