//! Covariances of two rows by the distance between them (Rasmussen and Williams, Gaussian Processes for Machine Learning,
//! MIT Press 2006, chapter 4).

use archcast_sdk::prelude::*;

/// How the covariance falls with the distance d under a length-scale l; each is 1 at d = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// exp(−d² / 2 l²)
    Rbf,
    /// (1 + a) exp(−a) with a = √3 d / l
    #[serde(rename = "matern-3-2")]
    Matern32,
    /// (1 + a + a²/3) exp(−a) with a = √5 d / l
    #[serde(rename = "matern-5-2")]
    Matern52,
    /// exp(−d / l)
    Exponential,
    /// 1 / (1 + d² / 2 l²)
    RationalQuadratic,
}

impl Kernel {
    /// The correlation at a squared distance, and its derivative by the logarithm of the length-scale.
    pub(crate) fn with_slope(self, squared: f64, length: f64) -> (f64, f64) {
        let ratio = squared / (length * length);
        match self {
            Self::Rbf => {
                let k = (-ratio / 2.0).exp();
                (k, k * ratio)
            }
            Self::Matern32 => {
                let a = (3.0 * ratio).sqrt();
                ((1.0 + a) * (-a).exp(), a * a * (-a).exp())
            }
            Self::Matern52 => {
                let a = (5.0 * ratio).sqrt();
                let (third, e) = (a * a / 3.0, (-a).exp());
                ((1.0 + a + third) * e, third * (1.0 + a) * e)
            }
            Self::Exponential => {
                let r = ratio.sqrt();
                let k = (-r).exp();
                (k, k * r)
            }
            Self::RationalQuadratic => {
                let base = 1.0 / (1.0 + ratio / 2.0);
                (base, ratio * base * base)
            }
        }
    }

    /// The correlation at a squared distance.
    pub(crate) fn value(self, squared: f64, length: f64) -> f64 {
        self.with_slope(squared, length).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Kernel; 5] =
        [Kernel::Rbf, Kernel::Matern32, Kernel::Matern52, Kernel::Exponential, Kernel::RationalQuadratic];

    #[test]
    fn slopes_are_those_of_finite_differences() {
        for kernel in ALL {
            assert_eq!(kernel.value(0.0, 1.7), 1.0);
            for squared in [0.0, 0.3, 2.0, 30.0] {
                for length in [0.4f64, 1.0, 3.0] {
                    let step = 1e-6;
                    let at = |shift: f64| kernel.value(squared, (length.ln() + shift).exp());
                    let difference = (at(step) - at(-step)) / (2.0 * step);
                    let slope = kernel.with_slope(squared, length).1;
                    assert!((slope - difference).abs() < 1e-8, "{kernel:?} {squared} {length}");
                }
            }
        }
    }
}
