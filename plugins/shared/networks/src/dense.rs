//! The dense layer: `y = x Wᵀ + b` for W of outputs × inputs and x of rows × inputs.

use crate::{Layout, Real, layout::Place};
use ndarray::{Array2, ArrayView2, Axis, linalg::general_mat_mul};

/// A dense layer: the places of its weights and, where it has one, of its bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dense {
    inputs: usize,
    outputs: usize,
    weights: Place,
    bias: Option<Place>,
}

impl Dense {
    /// A layer with a bias, weights first.
    pub fn new(layout: &mut Layout, inputs: usize, outputs: usize) -> Self {
        let weights = layout.matrix(outputs, inputs);
        Self { inputs, outputs, weights, bias: Some(layout.vector(outputs)) }
    }

    /// A layer without a bias.
    pub fn without_bias(layout: &mut Layout, inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, weights: layout.matrix(outputs, inputs), bias: None }
    }

    /// Width of its input.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Width of its output.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Place of the weights: outputs × inputs.
    pub fn weights(&self) -> Place {
        self.weights
    }

    /// Place of the bias, one for each output.
    pub fn bias(&self) -> Option<Place> {
        self.bias
    }

    /// The outputs: rows × outputs.
    pub fn forward<F: Real>(&self, parameters: &[F], rows: ArrayView2<'_, F>) -> Array2<F> {
        let shape = (rows.nrows(), self.outputs);
        let (mut outputs, keep) = match self.bias {
            None => (Array2::zeros(shape), F::zero()),
            Some(bias) => {
                let mut outputs = Array2::zeros(shape);
                outputs += &bias.flat(parameters);
                (outputs, F::one())
            }
        };
        general_mat_mul(F::one(), &rows, &self.weights.view(parameters).t(), keep, &mut outputs);
        outputs
    }

    /// Adds the slopes by weights and bias, `dW = dyᵀ x` and `db = Σ dy`, to the gradient.
    pub fn backward<F: Real>(&self, rows: ArrayView2<'_, F>, slope: ArrayView2<'_, F>, gradient: &mut [F]) {
        let mut weights = self.weights.view_mut(gradient);
        general_mat_mul(F::one(), &slope.t(), &rows, F::one(), &mut weights);
        if let Some(bias) = self.bias {
            let mut bias = bias.flat_mut(gradient);
            slope.axis_iter(Axis(0)).for_each(|row| bias += &row);
        }
    }

    /// The slope by the inputs, `dx = dy W`.
    pub fn input_slope<F: Real>(&self, parameters: &[F], slope: ArrayView2<'_, F>) -> Array2<F> {
        slope.dot(&self.weights.view(parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Loss, differences::near};
    use ndarray::array;

    #[test]
    fn outputs_and_slopes_are_those_of_torch() {
        let mut layout = Layout::default();
        let layer = Dense::new(&mut layout, 3, 2);
        let parameters = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.05, -0.1];
        assert_eq!(layout.length(), parameters.len());
        let rows = array![[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]];
        let mut outputs = layer.forward(&parameters, rows.view());
        near(outputs.iter(), &[0.7, -1.0, -0.85, 2.0], 1e-15);
        Activation::Relu.forward(&mut outputs);
        let (loss, mut slope) = Loss::Squared.slope(outputs.view(), array![[1.0, 0.0], [0.0, 1.5]].view());
        near([&loss], &[0.085], 1e-15);
        Activation::Relu.backward(&outputs, &mut slope);
        let mut gradient = [0.0; 8];
        layer.backward(rows.view(), slope.view(), &mut gradient);
        near(&gradient, &[-0.15, 0.3, -0.075, 0.0, 0.75, -0.25, -0.15, 0.25], 1e-15);
        let by_inputs = layer.input_slope(&parameters, slope.view());
        near(by_inputs.iter(), &[-0.015, 0.03, -0.045, 0.1, 0.125, -0.15], 1e-15);
    }

    #[test]
    fn without_a_bias_the_product_alone_is_left() {
        let mut layout = Layout::default();
        let layer = Dense::without_bias(&mut layout, 2, 1);
        assert_eq!((layout.length(), layer.bias()), (2, None));
        near(layer.forward(&[2.0, -1.0], array![[3.0, 4.0]].view()).iter(), &[2.0], 1e-15);
    }
}
