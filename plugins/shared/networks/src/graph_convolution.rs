//! Convolutions on directed graphs. The nodes of all graphs of a batch lie one after the other as rows, so that a layer is
//! one product for all of them; a sparse matrix over these rows tells which nodes a node hears of.

use crate::{Layout, Real, Sparse, initialise::uniform, layout::Place};
use ndarray::{Array2, ArrayView2, Axis, Zip, linalg::general_mat_mul, s};
use rand::Rng;

/// The layer of the Neural Predictor (Wen et al., ECCV 2020): `H = (relu(S X W) + relu(P X V)) / 2`, where S brings what
/// successors know and P what predecessors do; no bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BothWays {
    inputs: usize,
    outputs: usize,
    /// W and V side by side: inputs × 2 outputs.
    weights: Place,
}

/// What a pass of [`BothWays`] leaves for the gradient.
#[derive(Debug, Clone)]
pub struct Heard<F> {
    /// From successors and from predecessors side by side: nodes × 2 outputs.
    rectified: Array2<F>,
}

impl BothWays {
    /// A layer; `W` and `V` lie row by row beside each other.
    pub fn new(layout: &mut Layout, inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, weights: layout.matrix(inputs, 2 * outputs) }
    }

    /// Sets W and V as Xavier has it: uniform within `√(6/(inputs + outputs))` of 0.
    pub fn initialise<F: Real>(&self, parameters: &mut [F], rng: &mut impl Rng) {
        let reach = (6.0 / (self.inputs + self.outputs).max(1) as f64).sqrt();
        uniform(self.weights, reach, parameters, rng);
    }

    /// The outputs, nodes × outputs, by S and P over these nodes.
    pub fn forward<F: Real>(
        &self,
        parameters: &[F],
        (successors, predecessors): (&Sparse<F>, &Sparse<F>),
        nodes: ArrayView2<'_, F>,
    ) -> (Array2<F>, Heard<F>) {
        let products = nodes.dot(&self.weights.view(parameters));
        let mut rectified = Array2::zeros(products.raw_dim());
        let (from, to) = products.view().split_at(Axis(1), self.outputs);
        let (left, right) = rectified.view_mut().split_at(Axis(1), self.outputs);
        successors.add_times(from, left);
        predecessors.add_times(to, right);
        let mut outputs = Array2::zeros((nodes.nrows(), self.outputs));
        let half = F::of(0.5);
        for (mut both, mut output) in rectified.rows_mut().into_iter().zip(outputs.rows_mut()) {
            // What is not a number stays so: a broken input must show in the output.
            both.mapv_inplace(|value| if value < F::zero() { F::zero() } else { value });
            let (left, right) = both.view().split_at(Axis(0), self.outputs);
            Zip::from(&mut output).and(left).and(right).for_each(|output, &a, &b| *output = half * (a + b));
        }
        (outputs, Heard { rectified })
    }

    /// Adds the slope by the weights; gives that by the products of nodes and weights, for
    /// [`input_slope`](Self::input_slope).
    pub fn backward<F: Real>(
        &self,
        (successors, predecessors): (&Sparse<F>, &Sparse<F>),
        nodes: ArrayView2<'_, F>,
        heard: &Heard<F>,
        slope: ArrayView2<'_, F>,
        gradient: &mut [F],
    ) -> Array2<F> {
        let half = F::of(0.5);
        let mut bent = Array2::zeros(heard.rectified.raw_dim());
        for side in [s![.., ..self.outputs], s![.., self.outputs..]] {
            let rows = bent.slice_mut(side);
            Zip::from(rows).and(slope).and(heard.rectified.slice(side)).for_each(|bent, &slope, &output| {
                *bent = if output > F::zero() { half * slope } else { F::zero() };
            });
        }
        let mut by_products = Array2::zeros(bent.raw_dim());
        let (left, right) = bent.view().split_at(Axis(1), self.outputs);
        let (from, to) = by_products.view_mut().split_at(Axis(1), self.outputs);
        successors.add_transposed_times(left, from);
        predecessors.add_transposed_times(right, to);
        let mut weights = self.weights.view_mut(gradient);
        general_mat_mul(F::one(), &nodes.t(), &by_products, F::one(), &mut weights);
        by_products
    }

    /// The slope by the inputs.
    pub fn input_slope<F: Real>(&self, parameters: &[F], by_products: ArrayView2<'_, F>) -> Array2<F> {
        by_products.dot(&self.weights.view(parameters).t())
    }
}

/// The layer of BONAS before its normalisation (Shi et al., NeurIPS 2020): `Z = M (X W) + b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneWay {
    outputs: usize,
    weights: Place,
    bias: Place,
}

impl OneWay {
    /// A layer: weights (inputs × outputs), then the bias.
    pub fn new(layout: &mut Layout, inputs: usize, outputs: usize) -> Self {
        Self { outputs, weights: layout.matrix(inputs, outputs), bias: layout.vector(outputs) }
    }

    /// Sets the weights uniformly within 0.05 of 0 and the bias within `1/√outputs`, as BONAS has it.
    pub fn initialise<F: Real>(&self, parameters: &mut [F], rng: &mut impl Rng) {
        uniform(self.weights, 0.05, parameters, rng);
        uniform(self.bias, (self.outputs.max(1) as f64).sqrt().recip(), parameters, rng);
    }

    /// The outputs, nodes × outputs, by M over these nodes.
    pub fn forward<F: Real>(
        &self,
        parameters: &[F],
        matrix: &Sparse<F>,
        nodes: ArrayView2<'_, F>,
    ) -> Array2<F> {
        let products = nodes.dot(&self.weights.view(parameters));
        let mut outputs = Array2::zeros((nodes.nrows(), self.outputs));
        outputs += &self.bias.flat(parameters);
        matrix.add_times(products.view(), outputs.view_mut());
        outputs
    }

    /// Adds the slopes by weights and bias; gives that by the products of nodes and weights, for
    /// [`input_slope`](Self::input_slope).
    pub fn backward<F: Real>(
        &self,
        matrix: &Sparse<F>,
        nodes: ArrayView2<'_, F>,
        slope: ArrayView2<'_, F>,
        gradient: &mut [F],
    ) -> Array2<F> {
        let mut bias = self.bias.flat_mut(gradient);
        slope.rows().into_iter().for_each(|row| bias += &row);
        let mut by_products = Array2::zeros((nodes.nrows(), self.outputs));
        matrix.add_transposed_times(slope, by_products.view_mut());
        let mut weights = self.weights.view_mut(gradient);
        general_mat_mul(F::one(), &nodes.t(), &by_products, F::one(), &mut weights);
        by_products
    }

    /// The slope by the inputs.
    pub fn input_slope<F: Real>(&self, parameters: &[F], by_products: ArrayView2<'_, F>) -> Array2<F> {
        by_products.dot(&self.weights.view(parameters).t())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::{assert_gradient, near, sines};
    use ndarray::array;
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    /// A matrix with its zeros left out.
    fn sparse(rows: &[&[f64]]) -> Sparse<f64> {
        let mut sparse = Sparse::new();
        for row in rows {
            sparse.push(row.iter().copied().enumerate().filter(|(_, value)| *value != 0.0));
        }
        sparse
    }

    /// Edges 0>1, 0>2, 1>2.
    fn both() -> (Sparse<f64>, Sparse<f64>) {
        let third = 1.0 / 3.0;
        let successors = sparse(&[&[third, third, third], &[0.0, 0.5, 0.5], &[0.0, 0.0, 1.0]]);
        let predecessors =
            sparse(&[&[1.0, 0.0, 0.0], &[0.4, 0.6, 0.0], &[2.0 / 11.0, 3.0 / 11.0, 6.0 / 11.0]]);
        (successors, predecessors)
    }

    fn one() -> Sparse<f64> {
        sparse(&[&[1.0, 0.0, 0.0, 0.0], &[1.0, 1.0, 0.0, 0.0], &[1.0, 1.0, 1.0, 0.0], &[1.0; 4]])
    }

    #[test]
    fn both_ways_give_what_torch_gives() {
        let mut layout = Layout::default();
        let layer = BothWays::new(&mut layout, 2, 3);
        let parameters = [0.1, -0.2, 0.3, -0.3, 0.2, 0.1, 0.4, 0.5, -0.6, 0.6, -0.5, 0.4];
        assert_eq!(layout.length(), parameters.len());
        let (successors, predecessors) = both();
        let nodes = array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        let outputs = layer.forward(&parameters, (&successors, &predecessors), nodes.view()).0;
        let want = [0.1666666667, 0.2, 0.05, 0.345, 0.2, 0.14, 0.3863636364, 0.15, 0.2];
        near(outputs.iter(), &want, 1e-10);
    }

    #[test]
    fn one_way_gives_what_torch_gives() {
        let mut layout = Layout::default();
        let layer = OneWay::new(&mut layout, 3, 2);
        let parameters = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.01, -0.02];
        assert_eq!(layout.length(), parameters.len());
        let nodes = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let outputs = layer.forward(&parameters, &one(), nodes.view());
        near(outputs.iter(), &[0.11, -0.22, 0.41, 0.18, 0.71, 0.58, 0.21, 1.18], 1e-14);
    }

    #[test]
    fn slopes_are_those_of_central_differences() {
        let (mut layout, mut other) = (Layout::default(), Layout::default());
        let (layer, single) = (BothWays::new(&mut layout, 2, 3), OneWay::new(&mut other, 2, 3));
        let (successors, predecessors) = both();
        let matrices = (&successors, &predecessors);
        let matrix = sparse(&[&[1.0, 0.0, 0.0], &[1.0, 1.0, 0.0], &[0.0, 2.0, 1.0]]);
        let weigh = array![[1.0, -0.5, 0.3], [0.8, -0.7, 0.2], [0.4, 1.1, -0.9]];
        let nodes = |at: &[f64]| Array2::from_shape_vec((3, 2), at[..6].to_vec()).unwrap();

        let at = [sines::<f64>(6, 0.9), sines(layout.length(), 0.7)].concat();
        let (_, heard) = layer.forward(&at[6..], matrices, nodes(&at).view());
        let mut gradient = vec![0.0; layout.length()];
        let by_products = layer.backward(matrices, nodes(&at).view(), &heard, weigh.view(), &mut gradient);
        let by_nodes = layer.input_slope(&at[6..], by_products.view());
        let all: Vec<f64> = by_nodes.iter().chain(&gradient).copied().collect();
        assert_gradient(&at, &all, |at| {
            (layer.forward(&at[6..], matrices, nodes(at).view()).0 * &weigh).sum()
        });

        let at = [sines::<f64>(6, 0.9), sines(other.length(), 0.7)].concat();
        let mut gradient = vec![0.0; other.length()];
        let by_products = single.backward(&matrix, nodes(&at).view(), weigh.view(), &mut gradient);
        let by_nodes = single.input_slope(&at[6..], by_products.view());
        let all: Vec<f64> = by_nodes.iter().chain(&gradient).copied().collect();
        assert_gradient(&at, &all, |at| (single.forward(&at[6..], &matrix, nodes(at).view()) * &weigh).sum());
    }

    #[test]
    fn initial_weights_fill_their_range() {
        let mut layout = Layout::default();
        let (both, one) = (BothWays::new(&mut layout, 100, 50), OneWay::new(&mut layout, 50, 100));
        let mut parameters = vec![0.0f64; layout.length()];
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        both.initialise(&mut parameters, &mut rng);
        one.initialise(&mut parameters, &mut rng);
        let largest = |place: Place| place.flat(&parameters).fold(0.0f64, |a, b| a.max(b.abs()));
        for (place, reach) in [(both.weights, 0.2), (one.weights, 0.05), (one.bias, 0.1)] {
            assert!(largest(place) <= reach && largest(place) > 0.9 * reach, "{reach} {}", largest(place));
        }
    }
}
