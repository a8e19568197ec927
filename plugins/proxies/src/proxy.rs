//! The scores: one formula in each file, from tensors to a number.

pub mod alone;
pub mod epe_nas;
pub mod fisher;
pub mod grad_norm;
pub mod grasp;
pub mod jacobian_covariance;
pub mod l2_norm;
pub mod logsynflow;
pub mod meco;
pub mod naswot;
pub mod plain;
mod score;
pub mod snip;
pub mod synflow;
#[cfg(test)]
mod vector;
pub mod zen_score;
pub mod zero_cost;
pub mod zico;

pub use alone::{Alone, Proxy};
pub use score::Score;

use tch::{Kind, Tensor};

use crate::{fault::Outcome, torch::net::number};

/// The weight of a layer with its gradient.
#[derive(Debug, Clone, Copy)]
pub struct Graded<'t> {
    /// The weight.
    pub weight: &'t Tensor,
    /// The gradient of the loss by it.
    pub gradient: &'t Tensor,
}

/// The sum of all elements, in double precision.
pub fn sum(tensor: &Tensor) -> Outcome<f64> {
    number(&tensor.f_sum(Kind::Double)?)
}

/// The root of the sum of squares, in double precision.
pub fn norm(tensor: &Tensor) -> Outcome<f64> {
    Ok(sum(&tensor.f_to_kind(Kind::Double)?.f_square()?)?.sqrt())
}

/// Adds up what each of some things gives.
pub fn total<T>(all: &[T], part: impl Fn(&T) -> Outcome<f64>) -> Outcome<f64> {
    all.iter().try_fold(0.0, |sum, one| Ok(sum + part(one)?))
}
