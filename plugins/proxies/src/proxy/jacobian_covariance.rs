//! J has a row for each image: the gradient of an output by it. With v the eigenvalues of the correlation matrix of its rows,
//! `S = −Σ [ln(v + K) + 1 / (v + K)]`, K = 1e-5 (Mellor, Turner, Storkey and Crowley, first version, 2020).
//!
//! The output is that of a network with one class, or the sum over all ([`Outputs`]). Eigenvalues are those of a symmetric
//! matrix in double precision, and not below 0. The smallest one rules: scores of other batch sizes do not compare.
//!
//! The batch normalises itself, so the sum over images of a normalised tensor is constant. Where nothing but normalised tensors
//! are pooled, as in DARTS-V2, J is 0 up to rounding and the score is noise.

use super::{Alone, Proxy, Score};
use crate::{
    fault::{Outcome, finite},
    torch::net::number,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// As a predictor of its own.
pub type JacobianCovariance = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::JacobianCovariance;
    const SUMMARY: &'static str =
        "How differently the outputs depend on each image of a batch, by the spectrum of their correlations.";
    const CITES: &'static [&'static str] = &[
        "Mellor, Turner, Storkey and Crowley, Neural Architecture Search without Training, first version, arXiv 2006.04647, 2020",
        "White, Zela, Ru, Liu and Hutter, How Powerful are Performance Predictors in Neural Architecture Search?, NeurIPS 2021",
    ];
}

/// Added to each eigenvalue.
const K: f64 = 1e-5;

/// Of which output the gradient is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outputs {
    /// Of the one output of a last layer of its own, as in White et al. 2021.
    #[default]
    One,
    /// Of the sum over all classes, as in NAS-Bench-Suite-Zero.
    All,
}

/// The rows of a matrix, centred and of length 1: products of two are their correlations.
pub fn standardised(rows: &Tensor) -> Outcome<Tensor> {
    let rows = rows.f_to_kind(Kind::Double)?;
    let centred = rows.f_sub(&rows.f_mean_dim([1_i64].as_slice(), true, None)?)?;
    let lengths = centred.f_square()?.f_sum_dim_intlist([1_i64].as_slice(), true, None)?.f_sqrt()?;
    Ok(centred.f_div(&lengths)?)
}

/// The correlation matrix of rows.
pub fn correlations(rows: &Tensor) -> Outcome<Tensor> {
    let rows = standardised(rows)?;
    Ok(rows.f_matmul(&rows.f_transpose(0, 1)?)?)
}

/// The score of gradients, one row for each image.
pub fn score(jacobian: &Tensor) -> Outcome<f64> {
    // The matrix is small: a processor is the faster one from here on.
    let matrix = correlations(jacobian)?.f_to_device(Device::Cpu)?;
    finite(number(&super::sum(&matrix)?)?, "the correlation of the gradients of two images")?;
    let values = Vec::<f64>::try_from(matrix.f_linalg_eigvalsh("L")?.f_clamp_min(0.0)?)?;
    Ok(-values.iter().map(|value| (value + K).ln() + 1.0 / (value + K)).sum::<f64>())
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::Vector;

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(-4.0537007, 1e-7, |vector| super::score(&vector.jacobian(None)).unwrap());
        Vector::check(-4.0595548, 1e-7, |vector| super::score(&vector.jacobian(Some(0))).unwrap());
    }

    #[test]
    fn images_that_change_nothing_are_told() {
        let zeros = tch::Tensor::zeros([3, 5], (tch::Kind::Double, tch::Device::Cpu));
        let error = super::score(&zeros).unwrap_err().to_string();
        assert_eq!(error, "the correlation of the gradients of two images is not finite");
    }
}
