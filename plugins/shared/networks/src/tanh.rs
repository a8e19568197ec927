//! The hyperbolic tangent without branches, so that a processor computes several at once, and to the same bits everywhere.

/// From here on the nearest number of 24 bits is 1, or next to it.
const FLAT: f32 = 7.905_311;

/// The hyperbolic tangent, to 4e-7 of its value: the quotient of two polynomials (that of the library Eigen). What is not a
/// number stays so.
pub(crate) fn tanh(value: f32) -> f32 {
    let x = value.clamp(-FLAT, FLAT);
    let square = x * x;
    let horner = |coefficients: &[f32]| coefficients.iter().fold(0.0, |sum, &next| sum * square + next);
    let over = horner(&[
        -2.760_768_5e-16,
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ]);
    let under = horner(&[1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3]);
    x * over / under
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hyperbolic_tangent() {
        for place in -40_000..=40_000 {
            let x = place as f32 * 3e-4;
            let want = f64::from(x).tanh();
            let error = (f64::from(tanh(x)) - want).abs();
            assert!(error <= 4e-7 * want.abs(), "{x}: {error}");
            assert_eq!(tanh(-x), -tanh(x));
        }
        for (x, want) in [(0.0, 0.0), (1e-30, 1e-30), (f32::INFINITY, 1.0), (f32::NEG_INFINITY, -1.0)] {
            assert!((tanh(x) - want).abs() <= 4e-7 * want.abs(), "{x}");
        }
        assert!(tanh(f32::NAN).is_nan());
    }
}
