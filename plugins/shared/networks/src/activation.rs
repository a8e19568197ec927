//! Functions between layers.

use crate::Real;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// A function of each entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// The entry, or 0 where it is negative.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

impl Activation {
    /// The function of each entry, in place.
    pub fn forward<F: Real>(self, values: &mut Array2<F>) {
        match self {
            // What is not a number stays so: a broken input must show in the output.
            Self::Relu => values.mapv_inplace(|value| if value < F::zero() { F::zero() } else { value }),
            Self::Tanh => values.mapv_inplace(F::fast_tanh),
        }
    }

    /// Turns the slope by the outputs into the slope by the inputs, in place. `outputs` are those of
    /// [`Activation::forward`].
    pub fn backward<F: Real>(self, outputs: &Array2<F>, slope: &mut Array2<F>) {
        match self {
            // A choice of numbers and no branch: which are negative cannot be foreseen.
            Self::Relu => slope.zip_mut_with(outputs, |slope, &output| {
                *slope = if output > F::zero() { *slope } else { F::zero() };
            }),
            Self::Tanh => slope.zip_mut_with(outputs, |slope, &output| *slope *= F::one() - output * output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relu_does_not_hide_what_is_not_a_number() {
        let mut values = Array2::from(vec![[-1.0, 0.0, 2.0, f64::NAN]]);
        Activation::Relu.forward(&mut values);
        assert_eq!(values.as_slice().unwrap()[..3], [0.0, 0.0, 2.0]);
        assert!(values[[0, 3]].is_nan());
    }
}
