//! The network of the Neural Predictor.

use super::topology::Batch;
use archcast_networks::{
    Dense, Layout, Real,
    dropout::drop_out,
    graph_convolution::{BothWays, Heard},
    initialise::Initial,
};
use archcast_sdk::{Rng, prelude::*};

/// Its sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    pub(crate) labels: usize,
    pub(crate) layers: usize,
    pub(crate) width: usize,
    /// Width of the dense layer behind the mean.
    pub(crate) dense: usize,
}

impl Shape {
    /// Whether it is one that parameters can ask for.
    pub(crate) fn is_sound(&self) -> bool {
        self.layers > 0
            && [self.labels, self.layers, self.width, self.dense].iter().all(|&size| size <= 1 << 12)
    }
}

/// Convolutions both ways, the mean over the nodes, and two dense layers without bias and without a function between
/// them.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    layers: Vec<BothWays>,
    dense: Dense,
    last: Dense,
    length: usize,
}

/// What a pass leaves for the gradient.
#[derive(Debug, Clone)]
pub(crate) struct Trace<F> {
    layers: Vec<Step<F>>,
    pooled: Array2<F>,
    hidden: Array2<F>,
    hidden_kept: Option<Array2<F>>,
    /// One for each graph: graphs × 1.
    pub(crate) outputs: Array2<F>,
}

#[derive(Debug, Clone)]
struct Step<F> {
    heard: Heard<F>,
    outputs: Array2<F>,
    /// The factor of each output, where some were dropped.
    kept: Option<Array2<F>>,
}

impl Network {
    /// The network of these sizes; in the order of its parameters.
    pub(crate) fn new(shape: Shape) -> Self {
        let mut layout = Layout::default();
        let inputs = |layer| if layer == 0 { shape.labels } else { shape.width };
        let layers = (0..shape.layers).map(|layer| BothWays::new(&mut layout, inputs(layer), shape.width));
        let layers = layers.collect();
        let dense = Dense::without_bias(&mut layout, shape.width, shape.dense);
        let last = Dense::without_bias(&mut layout, shape.dense, 1);
        Self { layers, dense, last, length: layout.length() }
    }

    /// Number of parameters.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Parameters before training.
    pub(crate) fn initial<F: Real>(&self, rng: &mut Rng) -> Vec<F> {
        let mut parameters = vec![F::zero(); self.length];
        self.layers.iter().for_each(|layer| layer.initialise(&mut parameters, rng));
        [self.dense, self.last].iter().for_each(|layer| Initial::Torch.set(layer, &mut parameters, rng));
        parameters
    }

    /// A pass; in training outputs are dropped with a probability.
    pub(crate) fn forward<F: Real>(
        &self,
        parameters: &[F],
        batch: &Batch<F>,
        mut dropout: Option<(f64, &mut Rng)>,
    ) -> Trace<F> {
        let mut drop = |values: &mut Array2<F>| {
            let (probability, rng) = dropout.as_mut().filter(|(probability, _)| *probability > 0.0)?;
            Some(drop_out(values, *probability, rng))
        };
        let matrices = (&batch.successors, &batch.predecessors);
        let mut layers: Vec<Step<F>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let nodes = layers.last().map_or(&batch.features, |before| &before.outputs);
            let (mut outputs, heard) = layer.forward(parameters, matrices, nodes.view());
            let kept = drop(&mut outputs);
            layers.push(Step { heard, outputs, kept });
        }
        let nodes = layers.last().map_or(&batch.features, |before| &before.outputs);
        let pooled = batch.pool.times(nodes.view());
        let mut hidden = self.dense.forward(parameters, pooled.view());
        let hidden_kept = drop(&mut hidden);
        let outputs = self.last.forward(parameters, hidden.view());
        Trace { layers, pooled, hidden, hidden_kept, outputs }
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
        self.last.backward(trace.hidden.view(), slope.view(), gradient);
        let mut by_hidden = self.last.input_slope(parameters, slope.view());
        undo_drop(&mut by_hidden, &trace.hidden_kept);
        self.dense.backward(trace.pooled.view(), by_hidden.view(), gradient);
        let by_pooled = self.dense.input_slope(parameters, by_hidden.view());
        let mut by_nodes = Array2::zeros((batch.features.nrows(), by_pooled.ncols()));
        batch.pool.add_transposed_times(by_pooled.view(), by_nodes.view_mut());
        let matrices = (&batch.successors, &batch.predecessors);
        for (place, (layer, step)) in self.layers.iter().zip(&trace.layers).enumerate().rev() {
            undo_drop(&mut by_nodes, &step.kept);
            let before = place.checked_sub(1).map_or(&batch.features, |before| &trace.layers[before].outputs);
            let by_products = layer.backward(matrices, before.view(), &step.heard, by_nodes.view(), gradient);
            if place > 0 {
                by_nodes = layer.input_slope(parameters, by_products.view());
            }
        }
    }
}

fn undo_drop<F: Real>(slope: &mut Array2<F>, kept: &Option<Array2<F>>) {
    if let Some(kept) = kept {
        *slope *= kept;
    }
}

#[cfg(test)]
mod tests;
