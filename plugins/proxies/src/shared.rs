//! What all networks of a model are run on: drawn or scaled once, and kept as long as the model.

use std::sync::{Mutex, PoisonError};
use tch::{Device, Kind, Tensor};

use crate::{fault::Outcome, images::Batch, torch::memory::Kept};

/// What shared tensors depend on beside the parameters of their model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    /// The seed of the call.
    pub seed: u64,
    /// Type and place of the tensors.
    pub options: (Kind, Device),
    /// Width and height of an image, and the classes.
    pub shape: (usize, usize),
}

/// Tensors that networks read and none writes. A tensor is for one thread at a time, so each takes its own handles.
#[derive(Debug, Default)]
pub struct Tensors {
    /// Batches of images with labels.
    pub batches: Vec<Batch>,
    /// The random image of `meco`.
    pub meco: Option<Tensor>,
    /// For each repeat of `zen-score` the images, and where they move to.
    pub zen: Vec<(Tensor, Tensor)>,
}

impl Tensors {
    fn handles(&self) -> Self {
        Self {
            batches: self.batches.iter().map(Batch::handle).collect(),
            meco: self.meco.as_ref().map(Tensor::shallow_clone),
            zen: self.zen.iter().map(|(x, e)| (x.shallow_clone(), e.shallow_clone())).collect(),
        }
    }
}

/// The shared tensors of a model, made when they are first asked for.
#[derive(Debug, Default)]
pub struct Shared {
    made: Mutex<Option<(Key, Tensors)>>,
    /// Beside them the memory of networks is kept as long as the model.
    _memory: Kept,
}

impl Shared {
    /// Handles of the tensors under this key. Other threads wait while they are made.
    ///
    /// # Errors
    /// Those of `make`; the next call makes them again.
    pub fn get(&self, key: Key, make: impl FnOnce() -> Outcome<Tensors>) -> Outcome<Tensors> {
        let mut kept = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((known, tensors)) if *known == key => Ok(tensors.handles()),
            _ => {
                let made = make()?;
                if let Device::Cuda(number) = key.options.1 {
                    // Other threads read them from streams of their own.
                    tch::Cuda::synchronize(number as i64);
                }
                let handles = made.handles();
                *kept = Some((key, made));
                Ok(handles)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_are_made_once_for_a_key() {
        let shared = Shared::default();
        let key = |seed| Key { seed, options: (Kind::Float, Device::Cpu), shape: (8, 3) };
        let made =
            |value: f64| Ok(Tensors { meco: Some(Tensor::from_slice(&[value])), ..Tensors::default() });
        let get =
            |seed, value| shared.get(key(seed), || made(value)).unwrap().meco.unwrap().double_value(&[0]);
        assert_eq!([get(1, 1.0), get(1, 2.0), get(2, 3.0), get(2, 4.0)], [1.0, 1.0, 3.0, 3.0]);
        let failed = shared.get(key(3), || Err(crate::fault::Fault::NotFinite("it"))).map(|_| ());
        assert!(failed.is_err());
        assert_eq!(get(3, 5.0), 5.0);
    }
}
