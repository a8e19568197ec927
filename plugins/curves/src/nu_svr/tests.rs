use super::*;
use archcast_sdk::LocalServices;

const ROWS: [[f64; 2]; 10] = [
    [0.1, 0.5],
    [0.4, -0.3],
    [0.9, 0.2],
    [-0.5, 0.7],
    [-0.2, -0.8],
    [0.6, 0.6],
    [-0.9, -0.1],
    [0.3, 0.9],
    [-0.6, -0.6],
    [0.8, -0.7],
];
const TARGETS: [f64; 10] = [0.62, 0.55, 0.71, 0.40, 0.31, 0.78, 0.22, 0.69, 0.18, 0.50];
const QUERIES: [[f64; 2]; 4] = [[0.0, 0.0], [0.5, 0.5], [-1.0, 1.0], [2.0, 2.0]];

fn kernel(gamma: f64, a: &[f64; 2], b: &[f64; 2]) -> f64 {
    (-gamma * ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2))).exp()
}

fn matrix(gamma: f64) -> Array2<f64> {
    Array2::from_shape_fn((10, 10), |(i, j)| kernel(gamma, &ROWS[i], &ROWS[j]))
}

fn solved(c: f64, nu: f64, gamma: f64) -> (Solution, f64, [f64; 4]) {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let problem = Problem { c, nu, tolerance: 1e-11, steps: 1_000_000 };
    let q = matrix(gamma);
    let solution = solve(q.view(), &TARGETS, problem, &cx).unwrap();
    let a = Array1::from(solution.coefficients.clone());
    let objective = 0.5 * a.dot(&q.dot(&a)) - a.dot(&ArrayView1::from(&TARGETS));
    let predict = |query: [f64; 2]| {
        let terms = a.iter().zip(&ROWS).map(|(a, row)| a * kernel(gamma, row, &query));
        terms.sum::<f64>() + solution.offset
    };
    let predictions = QUERIES.map(predict);
    (solution, objective, predictions)
}

fn close(have: f64, want: f64, by: f64) {
    assert!((have - want).abs() < by, "{have} {want}");
}

/// NuSVR of scikit-learn with a tolerance of 1e-10; it keeps the kernel in 32-bit floats, which shows in the last case.
#[test]
fn solutions_are_those_of_scikit_learn() {
    let cases = [
        (0.3, 0.2, 2.0, 0.4640314922, 0.048022667, -0.0978765176),
        (1.0, 0.5, 0.8, 0.4477925638, 0.0, -0.1279159153),
        (10.0, 0.9, 0.1, 0.1147146666, 0.0, -1.9219465505),
    ];
    let queries = [
        [0.4638205827, 0.7208946299, 0.4489164457, 0.4641314950],
        [0.4859855321, 0.7565369177, 0.3719070657, 0.4668124697],
        [0.5194383933, 0.7066070532, 0.2203960387, 0.7030758417],
    ];
    for ((c, nu, gamma, offset, epsilon, objective), queries) in cases.into_iter().zip(queries) {
        let (solution, reached, predictions) = solved(c, nu, gamma);
        assert!(solution.converged);
        close(reached, objective, 1e-8);
        close(solution.offset, offset, 2e-6);
        close(solution.epsilon, epsilon, 1e-6);
        for (have, want) in predictions.into_iter().zip(queries) {
            close(have, want, 2e-6);
        }
    }
}

#[test]
fn support_rows_and_sums_are_those_of_scikit_learn() {
    let (solution, ..) = solved(0.3, 0.2, 2.0);
    let expected = [
        (2, 0.0620773745),
        (3, -0.0140876503),
        (5, 0.2200684769),
        (6, -0.1002248259),
        (7, 0.0178541486),
        (8, -0.1856875238),
    ];
    for (row, &have) in solution.coefficients.iter().enumerate() {
        let want = expected.iter().find(|(support, _)| *support == row).map_or(0.0, |(_, value)| *value);
        close(have, want, 1e-7);
    }
    close(solution.coefficients.iter().map(|a| a.abs()).sum(), 0.6, 1e-9);
    let (solution, ..) = solved(1.0, 0.5, 0.8);
    close(solution.coefficients.iter().map(|a| a.abs()).sum(), 3.0458, 1e-4);
    close(solution.coefficients.iter().sum(), 0.0, 1e-12);
}

#[test]
fn equal_targets_are_the_constant() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let problem = Problem { c: 1.0, nu: 0.5, tolerance: 1e-6, steps: 100 };
    let solution = solve(matrix(1.0).view(), &[0.4; 10], problem, &cx).unwrap();
    assert!(solution.converged && solution.coefficients.iter().all(|a| *a == 0.0));
    close(solution.offset, 0.4, 1e-12);
    close(solution.epsilon, 0.0, 1e-12);
}
