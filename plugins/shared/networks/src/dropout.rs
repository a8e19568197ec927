//! Dropout (Srivastava et al., JMLR 2014), scaled in training so that predictions need none.

use crate::Real;
use ndarray::Array2;
use rand::Rng;

/// Sets each entry to 0 with this probability and scales the others by what is left, in place; the factor of each entry,
/// by which the slope is to be multiplied.
pub fn drop_out<F: Real>(values: &mut Array2<F>, probability: f64, rng: &mut impl Rng) -> Array2<F> {
    let kept = F::of(1.0 / (1.0 - probability));
    let limit = (probability * f64::from(u32::MAX)) as u32;
    let mut factor = || if rng.next_u32() < limit { F::zero() } else { kept };
    let factors = Array2::from_shape_simple_fn(values.raw_dim(), &mut factor);
    *values *= &factors;
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn a_part_is_dropped_and_the_mean_stays() {
        let mut values = Array2::<f64>::ones((100, 100));
        let factors = drop_out(&mut values, 0.1, &mut rand_chacha::ChaCha8Rng::seed_from_u64(1));
        assert_eq!(values, factors);
        let dropped = values.iter().filter(|value| **value == 0.0).count();
        assert!((900..1100).contains(&dropped), "{dropped}");
        assert!((values.mean().unwrap() - 1.0).abs() < 0.02);
    }
}
