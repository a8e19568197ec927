//! Weights of a file of safetensors in place of drawn ones.

use std::path::Path;
use tch::{Device, Kind, Tensor};

use crate::{
    fault::{Fault, Outcome},
    torch::Layer,
};

/// What a file of safetensors holds.
#[derive(Debug)]
pub struct Given {
    /// The layers in the order of the network.
    pub layers: Vec<Layer>,
    others: Vec<(String, Tensor)>,
}

impl Given {
    /// Layers `0.weight`, `1.weight` and so on, each with `N.bias` where it has one, and what else there is.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds no layers.
    pub fn read(path: &Path, (kind, device): (Kind, Device)) -> Outcome<Self> {
        let mut others = Tensor::read_safetensors(path)?;
        for (_, tensor) in &mut others {
            *tensor = tensor.f_to_kind(kind)?.f_to_device(device)?;
        }
        let mut given = Self { layers: Vec::new(), others };
        while let Some(weight) = given.take(&format!("{}.weight", given.layers.len())) {
            let bias = given.take(&format!("{}.bias", given.layers.len()));
            given.layers.push(Layer { weight, bias });
        }
        match given.layers.is_empty() {
            true => Err(Fault::Other("it holds no tensor `0.weight`".into())),
            false => Ok(given),
        }
    }

    /// Takes out a tensor.
    pub fn take(&mut self, name: &str) -> Option<Tensor> {
        let place = self.others.iter().position(|(have, _)| have == name)?;
        Some(self.others.swap_remove(place).1)
    }
}
