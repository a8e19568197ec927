//! Checks of gradients by central differences, and of numbers against those of others.

use crate::Real;

/// Asserts that two lists of numbers agree to so much.
pub(crate) fn near<'a>(have: impl IntoIterator<Item = &'a f64>, want: &[f64], tolerance: f64) {
    let have: Vec<f64> = have.into_iter().copied().collect();
    assert_eq!(have.len(), want.len(), "{have:?} {want:?}");
    for (place, (a, b)) in have.iter().zip(want).enumerate() {
        assert!((a - b).abs() <= tolerance, "{place}: {a} {b}\n{have:?}\n{want:?}");
    }
}

/// Asserts that this is the gradient of a function at a place: central differences with steps of 1e-6.
pub(crate) fn assert_gradient(at: &[f64], gradient: &[f64], function: impl Fn(&[f64]) -> f64) {
    assert_eq!(at.len(), gradient.len());
    let mut moved = at.to_vec();
    for place in 0..at.len() {
        let mut by = |step: f64| {
            moved[place] = at[place] + step;
            let value = function(&moved);
            moved[place] = at[place];
            value
        };
        let slope = (by(1e-6) - by(-1e-6)) / 2e-6;
        let error = (slope - gradient[place]).abs();
        assert!(error <= 1e-6 * slope.abs().max(1e-2), "{place}: {} {slope}", gradient[place]);
    }
}

/// `amplitude sin(k)` for k = 0, 1, 2, …: parameters of the vectors.
pub(crate) fn sines<F: Real>(count: usize, amplitude: f64) -> Vec<F> {
    (0..count).map(|k| F::of(amplitude * (k as f64).sin())).collect()
}
