//! Weights, x and e are standard normal; f are the features before the global pool. `Δ = mean_n Σ |f(x) − f(x + 0.01 e)|`, and `S
//! = ln Δ + Σ ln √(mean over channels of the variance)` over batch normalisations (Lin et al., Zen-NAS, ICCV 2021).
//!
//! The variance is the one of the batch x, as the paper means it; NASLib takes running variances after two passes
//! ([`Variance::Running`]), which move a fifth of the way only.

use super::{Alone, Proxy, Score, numbers, sum};
use crate::{
    fault::{Fault, Outcome, finite},
    torch::{Net, Norm, net::number},
};
use archcast_architectures::{Node, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// As a predictor of its own.
pub type ZenScore = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::ZenScore;
    const SUMMARY: &'static str =
        "How far the features of a random network move with its input, and how large its activations are.";
    const CITES: &'static [&'static str] = &[
        "Lin, Wang, Sun, Chen, Sun, Qian, Li and Jin, Zen-NAS: A Zero-Shot NAS for High-Performance Image Recognition, ICCV 2021",
    ];
}

/// How far the input is moved.
const STEP: f64 = 0.01;
/// The part of a new variance in a running one.
const MOMENTUM: f64 = 0.1;

/// Which variance of a batch normalisation is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Variance {
    /// That of the batch x.
    #[default]
    Batch,
    /// The running one after the passes of x and x + 0.01 e, as in NASLib.
    Running,
}

/// The score of a network, whose weights are standard normal, for x and e.
pub fn score(net: &Net<'_>, x: &Tensor, e: &Tensor, variance: Variance) -> Outcome<f64> {
    tch::no_grad(|| {
        let (features, first) = pass(net, x)?;
        let (moved, second) = pass(net, &x.f_add(&e.f_mul_scalar(STEP)?)?)?;
        let images = x.size().first().copied().unwrap_or(1) as f64;
        let distance = number(&sum(&features.f_sub(&moved)?.f_abs()?)?)? / images;
        let mut score = finite(distance.ln(), "the logarithm of how far the features move")?;
        let means = |of: &[Tensor]| numbers(of, |variances| Ok(variances.f_mean(Kind::Double)?));
        let means = match variance {
            Variance::Batch => means(&first)?,
            Variance::Running => {
                let kept = 1.0 - MOMENTUM;
                let running = |(one, two)| kept * (kept + MOMENTUM * one) + MOMENTUM * two;
                means(&first)?.into_iter().zip(means(&second)?).map(running).collect()
            }
        };
        for mean in means {
            score += finite(0.5 * mean.ln(), "the logarithm of a variance")?;
        }
        Ok(score)
    })
}

/// The features, and the variances of each batch normalisation's input.
fn pass(net: &Net<'_>, images: &Tensor) -> Outcome<(Tensor, Vec<Tensor>)> {
    let Some(end) = net.network().features() else {
        return Err(Fault::Other("the network has no global pool, so no features before it".into()));
    };
    let mut variances = Vec::new();
    let mut tap = |node: &Node, inputs: &[&Tensor], _: &Tensor| {
        if let (Operation::BatchNorm, Some(input)) = (node.operation, inputs.first()) {
            variances.push(input.f_var_dim([0_i64, 2, 3].as_slice(), true, false)?);
        }
        Ok(())
    };
    let features = net.forward_to(end, images, Norm::Batch, &mut tap)?;
    Ok((features, variances))
}

#[cfg(test)]
mod tests {
    use super::{Variance, score};
    use crate::proxy::vector::{Vector, ramp};
    use tch::Kind;

    #[test]
    fn it_is_that_of_the_reference() {
        let zen = |variance| {
            move |vector: &Vector| {
                let e = ramp(3001, &[4, 3, 8, 8], 1.0, vector.kind());
                score(&vector.net(), &vector.images(), &e, variance).unwrap()
            }
        };
        // Single precision loses digits where two passes are subtracted.
        Vector::check_at(Kind::Double, 1.0128248, 1e-6, zen(Variance::Batch));
        Vector::check_at(Kind::Double, 0.77373239, 1e-6, zen(Variance::Running));
        Vector::check_at(Kind::Float, 1.0128248, 1e-5, zen(Variance::Batch));
    }
}
