//! Tensors that move to a device in one transfer.

use tch::{Device, Tensor};

use crate::fault::Outcome;

/// These tensors of one kind on a device. Each transfer to or from a GPU waits for it, so there is one for all.
pub fn together(tensors: &[Tensor], device: Device) -> Outcome<Vec<Tensor>> {
    let Some(from) = tensors.first().map(Tensor::device) else { return Ok(Vec::new()) };
    if from == device {
        return Ok(tensors.iter().map(Tensor::shallow_clone).collect());
    }
    let flat = tensors.iter().map(|tensor| tensor.f_flatten(0, -1)).collect::<Result<Vec<_>, _>>()?;
    let counts: Vec<i64> = flat.iter().map(|tensor| tensor.numel() as i64).collect();
    let moved = Tensor::f_cat(&flat, 0)?.f_to_device(device)?;
    let parts = moved.f_split_with_sizes(&counts, 0)?;
    let shaped = parts.iter().zip(tensors).map(|(part, tensor)| part.f_view(tensor.size().as_slice()));
    Ok(shaped.collect::<Result<_, _>>()?)
}
