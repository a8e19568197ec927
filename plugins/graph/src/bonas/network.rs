//! The network of BONAS.

use super::topology::Batch;
use archcast_networks::{
    Activation, Dense, Layout, Real,
    batch_norm::{BatchNorm, Moments, Normalised},
    graph_convolution::OneWay,
    initialise::Initial,
};
use archcast_sdk::{Rng, ndarray::Axis, prelude::*};

/// Its sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// Labels, those of added nodes among them.
    pub(crate) labels: usize,
    pub(crate) layers: usize,
    pub(crate) width: usize,
}

impl Shape {
    /// Whether it is one that parameters can ask for.
    pub(crate) fn is_sound(&self) -> bool {
        self.layers > 0 && [self.labels, self.layers, self.width].iter().all(|&size| size <= 1 << 13)
    }
}

/// Convolutions forwards, each normalised over the nodes of the batch and rectified, and one dense layer on the root.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    layers: Vec<OneWay>,
    norms: Vec<BatchNorm>,
    last: Dense,
    length: usize,
}

/// What a pass in training leaves for the gradient.
#[derive(Debug, Clone)]
pub(crate) struct Trace<F> {
    layers: Vec<Step<F>>,
    /// What the roots know: graphs × width.
    known: Array2<F>,
    /// One for each graph: graphs × 1.
    pub(crate) outputs: Array2<F>,
}

#[derive(Debug, Clone)]
struct Step<F> {
    normalised: Normalised<F>,
    outputs: Array2<F>,
}

impl Network {
    /// The network of these sizes; in the order of its parameters.
    pub(crate) fn new(shape: Shape) -> Self {
        let mut layout = Layout::default();
        let inputs = |layer| if layer == 0 { shape.labels } else { shape.width };
        let layers = (0..shape.layers).map(|layer| OneWay::new(&mut layout, inputs(layer), shape.width));
        let layers = layers.collect();
        let norms = (0..shape.layers).map(|_| BatchNorm::new(&mut layout, shape.width)).collect();
        let last = Dense::new(&mut layout, shape.width, 1);
        Self { layers, norms, last, length: layout.length() }
    }

    /// Number of parameters.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Parameters before training.
    pub(crate) fn initial<F: Real>(&self, rng: &mut Rng) -> Vec<F> {
        let mut parameters = vec![F::zero(); self.length];
        self.layers.iter().for_each(|layer| layer.initialise(&mut parameters, rng));
        self.norms.iter().for_each(|norm| norm.initialise(&mut parameters));
        Initial::Torch.set(&self.last, &mut parameters, rng);
        parameters
    }

    /// A pass that normalises by the batch itself.
    pub(crate) fn train<F: Real>(&self, parameters: &[F], batch: &Batch<F>) -> Trace<F> {
        let mut layers: Vec<Step<F>> = Vec::with_capacity(self.layers.len());
        for (layer, norm) in self.layers.iter().zip(&self.norms) {
            let nodes = layers.last().map_or(&batch.features, |before| &before.outputs);
            let mut outputs = layer.forward(parameters, &batch.matrix, nodes.view());
            let normalised = norm.train(parameters, &mut outputs, &batch.times);
            Activation::Relu.forward(&mut outputs);
            layers.push(Step { normalised, outputs });
        }
        let nodes = layers.last().map_or(&batch.features, |before| &before.outputs);
        let known = nodes.select(Axis(0), &batch.roots);
        let outputs = self.last.forward(parameters, known.view());
        Trace { layers, known, outputs }
    }

    /// Adds the slopes by all parameters, for the slope by the outputs (graphs × 1).
    pub(crate) fn backward<F: Real>(
        &self,
        parameters: &[F],
        batch: &Batch<F>,
        trace: &Trace<F>,
        slope: &Array2<F>,
        gradient: &mut [F],
    ) {
        self.last.backward(trace.known.view(), slope.view(), gradient);
        let by_known = self.last.input_slope(parameters, slope.view());
        let mut by_nodes = Array2::zeros((batch.features.nrows(), by_known.ncols()));
        for (&root, by) in batch.roots.iter().zip(by_known.rows()) {
            let mut sum = by_nodes.row_mut(root);
            sum += &by;
        }
        let layers = self.layers.iter().zip(&self.norms).zip(&trace.layers).enumerate();
        for (place, ((layer, norm), step)) in layers.rev() {
            Activation::Relu.backward(&step.outputs, &mut by_nodes);
            norm.backward(parameters, &step.normalised, &batch.times, &mut by_nodes, gradient);
            let before = place.checked_sub(1).map_or(&batch.features, |before| &trace.layers[before].outputs);
            let by_products = layer.backward(&batch.matrix, before.view(), by_nodes.view(), gradient);
            if place > 0 {
                by_nodes = layer.input_slope(parameters, by_products.view());
            }
        }
    }

    /// The moments of each layer, front to back, when each is normalised by this batch: to predict by where it is all
    /// training rows.
    pub(crate) fn moments<F: Real>(&self, parameters: &[F], batch: &Batch<F>) -> Vec<Moments<F>> {
        let mut nodes = batch.features.clone();
        let layers = self.layers.iter().zip(&self.norms).map(|(layer, norm)| {
            nodes = layer.forward(parameters, &batch.matrix, nodes.view());
            let normalised = norm.train(parameters, &mut nodes, &batch.times);
            Activation::Relu.forward(&mut nodes);
            normalised.moments()
        });
        layers.collect()
    }

    /// What the roots of a batch know when each layer is normalised by these moments: graphs × width.
    pub(crate) fn embed<F: Real>(
        &self,
        parameters: &[F],
        moments: &[Moments<F>],
        batch: &Batch<F>,
    ) -> Array2<F> {
        let mut nodes = batch.features.clone();
        for ((layer, norm), moments) in self.layers.iter().zip(&self.norms).zip(moments) {
            nodes = layer.forward(parameters, &batch.matrix, nodes.view());
            norm.predict(parameters, moments, &mut nodes);
            Activation::Relu.forward(&mut nodes);
        }
        nodes.select(Axis(0), &batch.roots)
    }
}

#[cfg(test)]
mod tests;
