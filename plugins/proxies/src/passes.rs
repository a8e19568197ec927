//! Passes of a network that several scores share.
//!
//! | pass | gives |
//! |---|---|
//! | a forward pass on images | `naswot` |
//! | the gradient of the loss by weights and layer outputs | `snip`, `grad-norm`, `plain`, `fisher`, the first batch of `zico` |
//! | the gradient of the gradient | `grasp` |
//! | the gradient of the outputs by the images | `jacobian-covariance`, `epe-nas` |
//! | one image of ones through absolute weights | `synflow`, `logsynflow` |
//!
//! The first four come from one forward pass.

use archcast_architectures::{Node, Operation};
use tch::{Reduction, Tensor};

use crate::{
    fault::{Fault, Outcome, finite},
    images::Batch,
    params::Params,
    proxy::{
        Graded, Score, epe_nas, fisher, grad_norm, grasp,
        jacobian_covariance::{self, Outputs},
        logsynflow,
        naswot::{self, Kernel},
        plain, snip,
        synflow::{self, Flow},
        zico,
    },
    torch::{Layer, Subject, net::unseen},
    wanted::{Found, Wanted},
};

/// Whether a score comes from [`on_images`].
pub fn takes_images(score: Score) -> bool {
    score == Score::Naswot || score.takes_gradients() || score.takes_jacobian()
}

/// Whether a score comes from [`of_flow`].
pub fn takes_flow(score: Score) -> bool {
    matches!(score, Score::Synflow | Score::Logsynflow)
}

/// What one forward pass on images leaves behind.
struct Passed {
    images: Tensor,
    logits: Tensor,
    /// What the last layer reads, where that is known.
    pooled: Option<Tensor>,
    /// Outputs of the layers, where they are wanted.
    outputs: Vec<Tensor>,
    codes: Kernel,
}

/// All scores that come from images. `single` is a last layer of one output.
pub fn on_images(
    net: &dyn Subject,
    single: Option<&Layer>,
    batches: &[Batch],
    wanted: &Wanted,
    params: &Params,
    found: &mut Found,
) -> Outcome<()> {
    let Some(batch) = batches.first() else { return Err(Fault::Other("there are no images".into())) };
    let by_weights = wanted.any(Score::takes_gradients);
    let by_images = wanted.any(Score::takes_jacobian);
    net.follow_weights(by_weights)?;
    let forward = || pass(net, batch, by_images, wanted);
    let passed = if by_weights || by_images { forward()? } else { tch::no_grad(forward)? };
    if wanted.has(Score::Naswot) {
        found.add(Score::Naswot, naswot::score(&passed.codes)?);
    }
    // Gradients of gradients need the most memory, so they come last: nothing is kept for others meanwhile.
    if by_images {
        by_jacobian(&passed, single, batch, by_weights, wanted, params, found)?;
    }
    if by_weights {
        by_gradients(net, passed, batches, wanted, params, found)?;
    }
    Ok(())
}

fn pass(net: &dyn Subject, batch: &Batch, by_images: bool, wanted: &Wanted) -> Outcome<Passed> {
    let images = match by_images {
        true => batch.images.f_detach()?.f_set_requires_grad(true)?,
        false => batch.images.shallow_clone(),
    };
    let (mut pooled, mut outputs, mut codes) = (None, Vec::new(), Kernel::default());
    let mut tap = |node: &Node, inputs: &[&Tensor], output: &Tensor| {
        match (node.operation, inputs.first()) {
            (Operation::Relu { uses }, Some(input)) if wanted.has(Score::Naswot) => codes.add(input, uses)?,
            (Operation::Linear { .. }, Some(input)) => pooled = Some(input.shallow_clone()),
            _ => {}
        }
        if node.has_weight() && wanted.has(Score::Fisher) {
            outputs.push(output.shallow_clone());
        }
        Ok(())
    };
    let logits = net.forward(&images, &mut tap)?;
    if logits.dim() != 2 {
        return Err(Fault::Other(format!(
            "the network gives a tensor of {:?} for {} images; scores take images × classes",
            logits.size(),
            batch.classes.len()
        )));
    }
    let outputs_of = logits.size().get(1).copied().unwrap_or(0);
    if wanted.any(Score::takes_gradients) && batch.classes.iter().any(|&class| class >= outputs_of) {
        return Err(Fault::Other(format!(
            "the network has {outputs_of} outputs, and an image is of a higher class; `network = {{ classes = {outputs_of} }}` fits it"
        )));
    }
    Ok(Passed { images, logits, pooled, outputs, codes })
}

/// Cross entropy, the mean over images.
pub fn loss(logits: &Tensor, labels: &Tensor) -> Outcome<Tensor> {
    let loss = logits.f_cross_entropy_loss(labels, None::<&Tensor>, Reduction::Mean, -100, 0.0)?;
    finite(crate::torch::net::number(&loss.f_detach()?)?, "the loss")?;
    Ok(loss)
}

fn by_gradients(
    net: &dyn Subject,
    passed: Passed,
    batches: &[Batch],
    wanted: &Wanted,
    params: &Params,
    found: &mut Found,
) -> Outcome<()> {
    let Passed { logits, outputs, .. } = passed;
    let weights = net.weights();
    let Some(batch) = batches.first() else { return Err(Fault::Other("there are no images".into())) };
    let curved = wanted.has(Score::Grasp);
    let warm = curved && params.grasp_temperature != 1.0;
    let mut asked = weights.clone();
    asked.extend(&outputs);
    let with_graph = curved && !warm;
    let loss_now = loss(&logits, &batch.labels)?;
    let mut by_weights = Tensor::f_run_backward(&[&loss_now], &asked, curved, with_graph)?;
    let by_outputs = by_weights.split_off(weights.len());
    if wanted.has(Score::Fisher) {
        let outputs = outputs.iter().zip(&by_outputs).zip(&weights);
        let activations: Vec<_> = outputs
            .filter(|((_, gradient), _)| gradient.defined())
            .map(|((output, gradient), weight)| fisher::Activation { output, gradient, weight })
            .collect();
        let score = tch::no_grad(|| fisher::score(&activations, params.fisher_per))?;
        found.add(Score::Fisher, finite(score, "a gradient of the loss")?);
    }
    drop((outputs, by_outputs));
    if curved {
        let of_others;
        let curved = match warm {
            false => &by_weights,
            true => {
                let logits = logits.f_div_scalar(params.grasp_temperature)?;
                of_others = Tensor::f_run_backward(&[&loss(&logits, &batch.labels)?], &weights, true, true)?;
                &of_others
            }
        };
        let defined: (Vec<&Tensor>, Vec<Tensor>) = weights
            .iter()
            .zip(curved)
            .filter(|(_, gradient)| gradient.defined())
            .map(|(weight, gradient)| (*weight, gradient.shallow_clone()))
            .unzip();
        found.add(Score::Grasp, finite(grasp::score(&defined.0, &defined.1)?, "grasp")?);
    }
    // Nothing is differentiated again: with these goes what the passes kept for it.
    drop((loss_now, logits));
    let by_weights = by_weights
        .into_iter()
        .map(|gradient| if gradient.defined() { gradient.f_detach() } else { Ok(gradient) })
        .collect::<Result<Vec<_>, _>>()?;
    tch::no_grad(|| {
        let pairs = weights.iter().zip(&by_weights).filter(|(_, gradient)| gradient.defined());
        let graded: Vec<Graded<'_>> = pairs.map(|(weight, gradient)| Graded { weight, gradient }).collect();
        for (score, formula) in [
            (Score::Snip, snip::score as fn(&[Graded<'_>]) -> Outcome<f64>),
            (Score::GradNorm, grad_norm::score),
            (Score::Plain, plain::score),
        ] {
            if wanted.has(score) {
                found.add(score, finite(formula(&graded)?, "a gradient of the loss")?);
            }
        }
        Ok::<_, Fault>(())
    })?;
    if wanted.has(Score::Zico) {
        let mut all = vec![by_weights];
        for batch in batches.iter().skip(1).take(params.zico_batches as usize - 1) {
            let logits = net.forward(&batch.images, &mut unseen)?;
            all.push(Tensor::f_run_backward(&[&loss(&logits, &batch.labels)?], &weights, false, false)?);
        }
        found.add(Score::Zico, finite(tch::no_grad(|| zico::score(&all))?, "zico")?);
    }
    Ok(())
}

fn by_jacobian(
    passed: &Passed,
    single: Option<&Layer>,
    batch: &Batch,
    keep: bool,
    wanted: &Wanted,
    params: &Params,
    found: &mut Found,
) -> Outcome<()> {
    let of = |outputs: &Tensor, keep: bool| -> Outcome<Tensor> {
        let sum = outputs.f_sum(None)?;
        let gradients = Tensor::f_run_backward(&[&sum], &[&passed.images], keep, false)?;
        match gradients.into_iter().next().filter(Tensor::defined) {
            Some(gradient) => Ok(gradient.f_detach()?.f_flatten(1, -1)?),
            None => Err(Fault::Other("the outputs do not depend on the images".into())),
        }
    };
    let covariance = wanted.has(Score::JacobianCovariance);
    let last = single.zip(passed.pooled.as_ref()).filter(|_| params.jacobian_outputs == Outputs::One);
    let one = covariance && last.is_some();
    let all = wanted.has(Score::EpeNas) || (covariance && !one);
    if let Some((layer, pooled)) = last.filter(|_| covariance) {
        let outputs = pooled.f_linear(&layer.weight, layer.bias.as_ref())?;
        found.add(Score::JacobianCovariance, jacobian_covariance::score(&of(&outputs, keep || all)?)?);
    }
    if all {
        let jacobian = of(&passed.logits, keep)?;
        if covariance && !one {
            found.add(Score::JacobianCovariance, jacobian_covariance::score(&jacobian)?);
        }
        if wanted.has(Score::EpeNas) {
            let outputs = passed.logits.size().get(1).map_or(0, |&outputs| outputs as usize);
            found.add(Score::EpeNas, epe_nas::score(&jacobian, &batch.classes, outputs)?);
        }
    }
    Ok(())
}

/// The scores that come from one image of ones.
pub fn of_flow(flow: &Flow, wanted: &Wanted, found: &mut Found) -> Outcome<()> {
    if wanted.has(Score::Synflow) {
        found.add(Score::Synflow, synflow::score(flow)?);
    }
    if wanted.has(Score::Logsynflow) {
        found.add(Score::Logsynflow, finite(logsynflow::score(flow)?, "the flow")?);
    }
    Ok(())
}
