//! Networks of TorchScript files.

use archcast_sdk::Rng;
use std::path::Path;
use tch::{CModule, Device, Kind, Tensor};

use super::{Initialisation, initialise, net::Tap, subject::Subject};
use crate::{fault::Outcome, proxy::synflow::Flow};

/// The network of a TorchScript file.
#[derive(Debug)]
pub struct Script {
    module: CModule,
    /// Weights of convolutions and linear layers.
    weights: Vec<Tensor>,
    parameters: usize,
}

impl Script {
    /// Reads a file, and draws the weights anew unless they are to stay.
    pub fn read(
        path: &Path,
        how: Initialisation,
        rng: &mut Rng,
        (kind, device): (Kind, Device),
    ) -> Outcome<Self> {
        // Rewritten graphs take longer to make than they save, and cannot be differentiated twice.
        tch::jit::f_set_graph_executor_optimize(false)?;
        let mut module = CModule::load_on_device(path, device)?;
        module.to(device, kind, false);
        module.f_set_train()?;
        let mut named = module.named_parameters()?;
        // The order of a file is that in which its modules were made; streams of weights need one that is told.
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (_, tensor) in &named {
            let _same = tensor.f_set_requires_grad(false)?;
        }
        if how != Initialisation::Published {
            redraw(&named, how, rng, (kind, device))?;
        }
        let parameters = named.iter().map(|(_, tensor)| tensor.numel()).sum();
        let weights = named.into_iter().map(|(_, tensor)| tensor).filter(|tensor| tensor.dim() > 1).collect();
        Ok(Self { module, weights, parameters })
    }

    /// Its trainable scalars.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The flow through absolute weights for an image of ones of this shape. The network is left with these.
    pub fn flow(mut self, shape: [i64; 3], device: Device) -> Outcome<Flow> {
        // Running statistics of 0 and 1 leave a tensor as it is.
        self.module.f_set_eval()?;
        self.module.to(device, Kind::Double, false);
        let named = self.module.named_parameters()?;
        for (_, tensor) in &named {
            let mut data = tensor.f_detach()?;
            let absolute = data.f_abs()?;
            data.f_copy_(&absolute)?;
        }
        let weights: Vec<Tensor> =
            named.into_iter().map(|(_, tensor)| tensor).filter(|tensor| tensor.dim() > 1).collect();
        for weight in &weights {
            let _same = weight.f_set_requires_grad(true)?;
        }
        let ones = Tensor::f_ones([1, shape[0], shape[1], shape[2]], (Kind::Double, device))?;
        let flow = self.module.forward_ts(&[ones])?.f_sum(None)?;
        let gradients = Tensor::f_run_backward(&[&flow], &weights, false, false)?;
        let weights = weights.iter().map(Tensor::f_detach).collect::<Result<_, _>>()?;
        Ok(Flow { weights, gradients })
    }
}

/// Draws all parameters: weights by their law, scales of normalisations 1, shifts 0, biases by the law of their layer.
fn redraw(
    named: &[(String, Tensor)],
    how: Initialisation,
    rng: &mut Rng,
    options: (Kind, Device),
) -> Outcome<()> {
    for (name, tensor) in named {
        let shape = tensor.size();
        let layer = name.strip_suffix(".bias").and_then(|layer| {
            let weight = format!("{layer}.weight");
            named.iter().find(|(have, tensor)| *have == weight && tensor.dim() > 1)
        });
        let drawn = match (shape.len(), layer) {
            (2.., _) => initialise::draw_tensor(&shape, &shape, how, rng, options)?,
            (_, Some((_, weight))) if how == Initialisation::Default => {
                initialise::draw_tensor(&weight.size(), &shape, how, rng, options)?
            }
            _ if name.ends_with("weight") => Tensor::f_ones(&shape, options)?,
            _ => Tensor::f_zeros(&shape, options)?,
        };
        tensor.f_detach()?.f_copy_(&drawn)?;
    }
    Ok(())
}

impl Subject for Script {
    fn forward(&self, images: &Tensor, _tap: Tap<'_>) -> Outcome<Tensor> {
        Ok(self.module.forward_ts(&[images])?)
    }

    fn weights(&self) -> Vec<&Tensor> {
        self.weights.iter().collect()
    }

    fn follow_weights(&self, follow: bool) -> Outcome<()> {
        for weight in &self.weights {
            let _same = weight.f_set_requires_grad(follow)?;
        }
        Ok(())
    }
}
