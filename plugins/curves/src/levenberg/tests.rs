use super::*;

/// `y = p + q exp(r x)`.
struct Exponential {
    y: Vec<f64>,
}

impl Residuals for Exponential {
    fn points(&self) -> usize {
        self.y.len()
    }

    fn residuals(&self, p: &[f64], out: &mut [f64]) {
        for (x, (out, y)) in out.iter_mut().zip(&self.y).enumerate() {
            *out = p[0] + p[1] * (p[2] * x as f64).exp() - y;
        }
    }

    fn jacobian(&self, p: &[f64], out: &mut [f64]) {
        let m = self.points();
        for x in 0..m {
            let power = (p[2] * x as f64).exp();
            out[x] = 1.0;
            out[m + x] = power;
            out[2 * m + x] = p[1] * x as f64 * power;
        }
    }
}

#[test]
fn a_curve_without_noise_is_found_again() {
    let truth = [0.7, -0.5, -0.3];
    let mut problem = Exponential { y: vec![0.0; 12] };
    let mut y = vec![0.0; 12];
    problem.residuals(&truth, &mut y);
    problem.y = y;
    let found = minimise(&problem, &[0.6, -0.4, -1.0]).unwrap();
    for (have, want) in found.iter().zip(truth) {
        assert!((have - want).abs() < 1e-7, "{found:?}");
    }
}

#[test]
fn with_noise_the_answer_is_that_of_scipy() {
    let problem = Exponential { y: vec![0.21, 0.33, 0.40, 0.52, 0.55, 0.60, 0.61, 0.66] };
    let found = minimise(&problem, &[0.6, -0.4, -1.0]).unwrap();
    // scipy.optimize.leastsq from the same start, ftol = xtol = 1e-14.
    for (have, want) in found.iter().zip(SCIPY) {
        assert!((have - want).abs() < 1e-6, "{found:?}");
    }
}

const SCIPY: [f64; 3] = [0.7393735721523373, -0.532151136596778, -0.259770449209641];

#[test]
fn fewer_points_than_parameters_and_a_start_without_value_give_nothing() {
    assert_eq!(minimise(&Exponential { y: vec![0.1, 0.2] }, &[1.0, 1.0, 0.1]), None);
    assert_eq!(minimise(&Exponential { y: vec![0.1; 5] }, &[1.0, 1.0, 1e3]), None);
}
