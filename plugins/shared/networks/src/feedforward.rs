//! Dense layers one after the other, with a function between them and none after the last.

use crate::{Activation, Dense, Layout, Real, initialise::Initial};
use ndarray::{Array2, ArrayView2, s};
use rand::Rng;

/// Rows of a block of predictions.
pub const BLOCK: usize = 64;

/// A feed-forward network: its layers and the function after each but the last. A model saves widths and parameters,
/// and makes the network again from them: see [`Feedforward::parameters`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedforward {
    layers: Vec<Dense>,
    activation: Activation,
}

/// The outputs of every layer for some rows, the network's last.
#[derive(Debug, Clone)]
pub struct Trace<F> {
    outputs: Vec<Array2<F>>,
}

impl<F: Real> Trace<F> {
    /// The network's outputs: rows × outputs. A network without layers has none.
    pub fn output(&self) -> Option<&Array2<F>> {
        self.outputs.last()
    }
}

impl Feedforward {
    /// Layers between widths: `[30, 64, 1]` is one hidden layer of 64. Weights before bias, layer after layer.
    pub fn new(layout: &mut Layout, widths: &[usize], activation: Activation) -> Self {
        let pairs = widths.iter().zip(widths.iter().skip(1));
        let layers = pairs.map(|(&inputs, &outputs)| Dense::new(layout, inputs, outputs)).collect();
        Self { layers, activation }
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[Dense] {
        &self.layers
    }

    /// Width of the input.
    pub fn inputs(&self) -> usize {
        self.layers.first().map_or(0, Dense::inputs)
    }

    /// Number of parameters between these widths, for who restores them; nothing where it overflows.
    pub fn parameters(widths: &[usize]) -> Option<usize> {
        let layers = widths.iter().zip(widths.iter().skip(1));
        layers
            .map(|(inputs, outputs)| inputs.checked_add(1)?.checked_mul(*outputs))
            .try_fold(0usize, |sum, own| sum.checked_add(own?))
    }

    /// Sets the parameters of each layer, first to last.
    pub fn initialise<F: Real>(&self, initial: Initial, parameters: &mut [F], rng: &mut impl Rng) {
        self.layers.iter().for_each(|layer| initial.set(layer, parameters, rng));
    }

    /// The outputs of every layer.
    pub fn forward<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>) -> Trace<F> {
        self.through(parameters, rows, self.layers.len())
    }

    fn through<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>, count: usize) -> Trace<F> {
        let mut outputs: Vec<Array2<F>> = Vec::with_capacity(count);
        for (place, layer) in self.layers.iter().take(count).enumerate() {
            let mut output = match outputs.last() {
                None => layer.forward(parameters, rows),
                Some(before) => layer.forward(parameters, before.view()),
            };
            if place + 1 < self.layers.len() {
                self.activation.forward(&mut output);
            }
            outputs.push(output);
        }
        Trace { outputs }
    }

    /// Adds the slopes by all parameters to the gradient, for the rows of the trace and the slope by the outputs.
    pub fn backward<F: Real>(
        &self,
        parameters: &[F],
        rows: ArrayView2<'_, F>,
        trace: &Trace<F>,
        mut slope: Array2<F>,
        gradient: &mut [F],
    ) {
        for (place, layer) in self.layers.iter().enumerate().rev() {
            let Some(before) = place.checked_sub(1).and_then(|before| trace.outputs.get(before)) else {
                layer.backward(rows, slope.view(), gradient);
                return;
            };
            layer.backward(before.view(), slope.view(), gradient);
            slope = layer.input_slope(parameters, slope.view());
            self.activation.backward(before, &mut slope);
        }
    }

    /// The network's outputs, rows × outputs, in blocks of [`BLOCK`] rows: a row gets the same bits in any company.
    pub fn predict<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>) -> Array2<F> {
        self.blocks(parameters, rows, self.layers.len())
    }

    /// The outputs of the last hidden layer, rows × width, like [`Feedforward::predict`].
    pub fn last_hidden<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>) -> Array2<F> {
        self.blocks(parameters, rows, self.layers.len().saturating_sub(1))
    }

    fn blocks<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>, count: usize) -> Array2<F> {
        let Some(last) = count.checked_sub(1).and_then(|last| self.layers.get(last)) else {
            return rows.to_owned();
        };
        let mut outputs = Array2::zeros((rows.nrows(), last.outputs()));
        let mut block = Array2::zeros((BLOCK, rows.ncols()));
        for start in (0..rows.nrows()).step_by(BLOCK) {
            let have = BLOCK.min(rows.nrows() - start);
            block.slice_mut(s![..have, ..]).assign(&rows.slice(s![start..start + have, ..]));
            block.slice_mut(s![have.., ..]).fill(F::zero());
            if let Some(output) = self.through(parameters, block.view(), count).outputs.last() {
                outputs.slice_mut(s![start..start + have, ..]).assign(&output.slice(s![..have, ..]));
            }
        }
        outputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Loss, Optimiser, Rule,
        differences::{assert_gradient, near, sines},
        loss::sign,
    };
    use ndarray::array;

    /// NAS-Bench-201 cells in the order of edges and operations of NASLib, one-hot.
    fn cells() -> Array2<f64> {
        let ones = [[2, 5, 11, 18, 22, 29], [4, 8, 12, 17, 20, 26], [1, 6, 11, 16, 21, 26]];
        Array2::from_shape_fn((3, 30), |(row, column)| f64::from(u8::from(ones[row].contains(&column))))
    }

    fn small() -> (Feedforward, Vec<f64>) {
        let mut layout = Layout::default();
        let network = Feedforward::new(&mut layout, &[30, 4, 4, 4, 1], Activation::Relu);
        assert_eq!((layout.length(), Feedforward::parameters(&[30, 4, 4, 4, 1])), (169, Some(169)));
        assert_eq!(Feedforward::parameters(&[usize::MAX, 4]), None);
        (network, sines(169, 0.5))
    }

    #[test]
    fn a_whole_network_predicts_and_learns_as_in_torch() {
        let (network, mut parameters) = small();
        let rows = cells();
        let answers = network.predict(&parameters, rows.view());
        near(answers.iter(), &[-0.379873993555, -0.459707991500, -0.440545590870], 1e-12);
        let targets = array![[80.0], [70.0], [10.0]];
        let mut optimiser = Optimiser::new(Rule::Adam { betas: (0.9, 0.99), decay: 0.0 }, 169);
        let last = network.layers()[3].weights();
        let mut losses = Vec::new();
        for _ in 0..3 {
            let mut gradient = vec![0.0; 169];
            let trace = network.forward(&parameters, rows.view());
            let (loss, slope) = Loss::Absolute.slope(trace.output().unwrap().view(), targets.view());
            let penalty: f64 = last.flat(&parameters).iter().map(|weight| 0.2 * weight.abs()).sum();
            losses.push(loss + penalty);
            network.backward(&parameters, rows.view(), &trace, slope, &mut gradient);
            for place in last.range() {
                gradient[place] += 0.2 * sign(parameters[place]);
            }
            optimiser.step(&mut parameters, &gradient, 1e-3);
        }
        near(&losses, &[54.01519970611565, 54.011753154344, 54.00829076404796], 1e-10);
        let answers = network.predict(&parameters, rows.view());
        near(answers.iter(), &[-0.368225475170, -0.451204204995, -0.433133451739], 1e-10);
    }

    #[test]
    fn gradients_are_those_of_central_differences() {
        for activation in [Activation::Relu, Activation::Tanh] {
            let mut layout = Layout::default();
            let network = Feedforward::new(&mut layout, &[2, 5, 3, 2], activation);
            let at = sines::<f64>(layout.length(), 0.7);
            let rows = array![[0.3, -1.2], [1.0, 0.4], [-0.6, 0.9]];
            let targets = array![[0.1, 1.0], [-0.4, 0.2], [0.8, -0.3]];
            let loss = |parameters: &[f64]| {
                let trace = network.forward(parameters, rows.view());
                let (loss, slope) = Loss::Squared.slope(trace.output().unwrap().view(), targets.view());
                (loss, trace, slope)
            };
            let (_, trace, slope) = loss(&at);
            let mut gradient = vec![0.0; at.len()];
            network.backward(&at, rows.view(), &trace, slope, &mut gradient);
            assert_gradient(&at, &gradient, |parameters| loss(parameters).0);
        }
    }

    #[test]
    fn a_row_gets_the_same_bits_alone_and_among_many() {
        let mut layout = Layout::default();
        let network = Feedforward::new(&mut layout, &[7, 33, 20, 1], Activation::Tanh);
        let parameters = sines::<f32>(layout.length(), 0.4);
        let rows = Array2::from_shape_fn((150, 7), |(row, column)| ((row * 7 + column) as f32).sin());
        let all = network.predict(&parameters, rows.view());
        let hidden = network.last_hidden(&parameters, rows.view());
        assert_eq!(hidden.dim(), (150, 20));
        for row in [0, 1, 63, 64, 77, 149] {
            let alone = rows.slice(s![row..=row, ..]);
            assert_eq!(network.predict(&parameters, alone)[[0, 0]].to_bits(), all[[row, 0]].to_bits());
            assert_eq!(network.last_hidden(&parameters, alone).row(0), hidden.row(row));
        }
    }
}
