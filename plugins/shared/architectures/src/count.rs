//! What a network costs, summed layer by layer.

use std::ops::{Add, AddAssign, Mul};

/// What a network costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Trainable scalars: weights, biases, and scale and shift of batch normalisations.
    pub parameters: u64,
    /// Multiply-accumulates of convolutions and linear layers for one image; what is called FLOPs by the benchmarks.
    pub multiply_adds: u64,
}

impl Count {
    /// A convolution without bias to `area` pixels; `inputs` are those of one group.
    pub(crate) fn conv(inputs: usize, outputs: usize, kernel: usize, area: usize) -> Self {
        let weights = (inputs * outputs * kernel * kernel) as u64;
        Self { parameters: weights, multiply_adds: weights * area as u64 }
    }

    /// A batch normalisation.
    pub(crate) fn norm(channels: usize) -> Self {
        Self { parameters: 2 * channels as u64, multiply_adds: 0 }
    }

    /// A linear layer with bias.
    pub(crate) fn linear(inputs: usize, outputs: usize) -> Self {
        let weights = (inputs * outputs) as u64;
        Self { parameters: weights + outputs as u64, multiply_adds: weights }
    }

    /// A convolution and the batch normalisation behind it.
    pub(crate) fn conv_norm(inputs: usize, outputs: usize, kernel: usize, area: usize) -> Self {
        Self::conv(inputs, outputs, kernel, area) + Self::norm(outputs)
    }
}

impl Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            parameters: self.parameters + other.parameters,
            multiply_adds: self.multiply_adds + other.multiply_adds,
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<usize> for Count {
    type Output = Self;
    fn mul(self, times: usize) -> Self {
        Self { parameters: self.parameters * times as u64, multiply_adds: self.multiply_adds * times as u64 }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Self::add)
    }
}
