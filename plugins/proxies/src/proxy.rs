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

use tch::{Device, Kind, Tensor};

use crate::fault::Outcome;

/// The weight of a layer with its gradient.
#[derive(Debug, Clone, Copy)]
pub struct Graded<'t> {
    /// The weight.
    pub weight: &'t Tensor,
    /// The gradient of the loss by it.
    pub gradient: &'t Tensor,
}

/// The sum of all elements, in double precision, where the tensor is.
pub fn sum(tensor: &Tensor) -> Outcome<Tensor> {
    Ok(tensor.f_sum(Kind::Double)?)
}

/// The sum of squares, in double precision, where the tensor is.
pub fn squares(tensor: &Tensor) -> Outcome<Tensor> {
    sum(&tensor.f_to_kind(Kind::Double)?.f_square()?)
}

/// What each of some things gives, a number in double precision each. A GPU is waited for once.
pub fn numbers<T>(all: &[T], part: impl Fn(&T) -> Outcome<Tensor>) -> Outcome<Vec<f64>> {
    let parts = all.iter().map(part).collect::<Outcome<Vec<Tensor>>>()?;
    match parts.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(Vec::try_from(Tensor::f_stack(&parts, 0)?.f_to_device(Device::Cpu)?)?),
    }
}

/// Adds up what each of some things gives.
pub fn total<T>(all: &[T], part: impl Fn(&T) -> Outcome<Tensor>) -> Outcome<f64> {
    Ok(numbers(all, part)?.into_iter().fold(0.0, |sum, one| sum + one))
}

/// Adds up the root of what each of some things gives.
pub fn total_of_roots<T>(all: &[T], part: impl Fn(&T) -> Outcome<Tensor>) -> Outcome<f64> {
    Ok(numbers(all, part)?.into_iter().fold(0.0, |sum, one| sum + one.sqrt()))
}
