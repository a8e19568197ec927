//! For one random image and each tapped tensor the smallest eigenvalue of the correlation matrix of its channels over positions;
//! S is their sum (Jiang, Wang and Bie, NeurIPS 2023).
//!
//! The authors' code taps the output of every module, so that a tensor counts as often as code is nested. Here taps are
//! rectifications, once for each convolution that reads one, or layers ([`Taps`]). A tensor with no fewer channels than
//! positions adds 0. Scores of one space compare.

use super::{Alone, Proxy, Score};
use crate::{
    fault::Outcome,
    torch::{Net, Norm, net::number, together},
};
use archcast_architectures::{Node, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// As a predictor of its own.
pub type Meco = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::Meco;
    const SUMMARY: &'static str = "Smallest eigenvalue of the correlations among channels, summed over layers: one random image, no label.";
    const CITES: &'static [&'static str] = &[
        "Jiang, Wang and Bie, MeCo: Zero-Shot NAS with One Data and Single Forward Pass via Minimum Eigenvalue of Correlation, NeurIPS 2023",
    ];
}

/// Which tensors count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Taps {
    /// Outputs of rectifications.
    #[default]
    Relu,
    /// Outputs of convolutions, normalisations, rectifications and pools.
    Leaf,
}

impl Taps {
    /// How often the output of a node counts.
    fn uses(self, node: &Node) -> usize {
        match (self, node.operation) {
            (_, Operation::Relu { uses }) => uses,
            (
                Self::Leaf,
                Operation::Conv(_) | Operation::BatchNorm | Operation::MaxPool(_) | Operation::AvgPool(_),
            ) => 1,
            _ => 0,
        }
    }
}

/// The score of a network for one image.
pub fn score(net: &Net<'_>, image: &Tensor, taps: Taps) -> Outcome<f64> {
    let (mut uses, mut tapped) = (Vec::new(), Vec::new());
    let mut tap = |node: &Node, _: &[&Tensor], output: &Tensor| {
        let (times, (_, channels, height, width)) = match taps.uses(node) {
            0 => return Ok(()),
            times => (times, output.size4()?),
        };
        // Centred rows of so few positions depend on each other: an eigenvalue is 0.
        if height * width > channels {
            uses.push(times as f64);
            tapped.push(covariance(output)?);
        }
        Ok(())
    };
    let end = net.network().features().unwrap_or(net.network().nodes().len() - 1);
    let _features = tch::no_grad(|| net.forward_to(end, image, Norm::Batch, &mut tap))?;
    // The matrices are small: a processor is the faster one from here on.
    let tapped = together(&tapped, Device::Cpu)?;
    uses.iter().zip(&tapped).try_fold(0.0, |score, (uses, tapped)| Ok(score + uses * smallest(tapped)?))
}

/// The products among the centred channels of one image's tensor, summed over positions, in double precision.
pub fn covariance(output: &Tensor) -> Outcome<Tensor> {
    let (_, channels, height, width) = output.size4()?;
    let rows = output.f_reshape([channels, height * width])?.f_to_kind(Kind::Double)?;
    let centred = rows.f_sub(&rows.f_mean_dim([1_i64].as_slice(), true, None)?)?;
    Ok(centred.f_matmul(&centred.f_transpose(0, 1)?)?)
}

/// The smallest eigenvalue of the correlations of this covariance.
pub fn smallest(covariance: &Tensor) -> Outcome<f64> {
    let deviation = covariance.f_diagonal(0, 0, 1)?.f_sqrt()?;
    let correlation = covariance.f_div(&deviation.f_unsqueeze(0)?)?.f_div(&deviation.f_unsqueeze(1)?)?;
    // A constant channel is correlated with nothing.
    let correlation = correlation.f_nan_to_num(0.0, 0.0, 0.0)?;
    number(&correlation.f_linalg_eigvalsh("L")?.f_min()?)
}

#[cfg(test)]
mod tests {
    use super::{Taps, covariance, score, smallest};
    use crate::proxy::vector::{Vector, ramp};
    use tch::{Kind, Tensor};

    #[test]
    fn two_channels_have_one_less_the_size_of_their_correlation() {
        let rows = Tensor::from_slice(&[1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 4.0, 3.0]).reshape([1, 2, 2, 2]);
        // Their correlation is 0.6.
        assert!((smallest(&covariance(&rows).unwrap()).unwrap() - 0.4).abs() < 1e-12);
    }

    #[test]
    fn a_constant_channel_is_correlated_with_nothing() {
        let rows = Tensor::from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 5.0, 5.0]).reshape([1, 2, 2, 2]);
        assert_eq!(smallest(&covariance(&rows).unwrap()).unwrap(), 0.0);
    }

    #[test]
    fn leaves_count_more_than_rectifications() {
        let vector = Vector::new(Kind::Double);
        let image = ramp(1001, &[1, 3, 8, 8], 1.0, Kind::Double);
        let of = |taps| score(&vector.net(), &image, taps).unwrap();
        assert!(of(Taps::Relu) > 0.0 && of(Taps::Leaf) > of(Taps::Relu));
    }
}
