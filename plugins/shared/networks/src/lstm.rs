//! The long short-term memory (Hochreiter and Schmidhuber, Neural Computation 1997), one layer, as PyTorch has it.
//!
//! `z = W x + V h + b + b'` in four blocks i, f, g, o: `c ← σ(f) c + σ(i) tanh(g)` and `h ← σ(o) tanh(c)`.
//!
//! Sequences of equal length L lie step after step: row `t n + r` belongs to step t of row r of n.

use crate::{Layout, Real, initialise::uniform, layout::Place};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, Zip, linalg::general_mat_mul, s};
use rand::Rng;

/// A layer: the places of its weights by inputs and by state, and of two biases that always stand as a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lstm {
    units: usize,
    by_input: Place,
    by_state: Place,
    biases: [Place; 2],
}

/// The way in which a sequence is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From its first step to its last.
    Forward,
    /// From its last step to its first.
    Backward,
}

/// State and cell before the first step: each rows × units.
pub type State<F> = (Array2<F>, Array2<F>);

/// What a pass over sequences leaves for the gradient.
#[derive(Debug, Clone)]
pub struct Memory<F> {
    direction: Direction,
    start: State<F>,
    /// Gates after their functions: steps and rows × 4 units.
    gates: Array2<F>,
    cells: Array2<F>,
    states: Array2<F>,
}

impl<F: Real> Memory<F> {
    /// The state after each step: steps and rows × units.
    pub fn states(&self) -> &Array2<F> {
        &self.states
    }

    /// State and cell before step t, in the order of reading.
    fn before(&self, order: &[usize], place: usize) -> (ArrayView2<'_, F>, ArrayView2<'_, F>) {
        let rows = self.start.0.nrows();
        match place.checked_sub(1).and_then(|before| order.get(before)) {
            None => (self.start.0.view(), self.start.1.view()),
            Some(&step) => {
                let range = s![step * rows..(step + 1) * rows, ..];
                (self.states.slice(range), self.cells.slice(range))
            }
        }
    }
}

impl Direction {
    fn order(self, steps: usize) -> Vec<usize> {
        match self {
            Self::Forward => (0..steps).collect(),
            Self::Backward => (0..steps).rev().collect(),
        }
    }
}

impl Lstm {
    /// A layer in the order of PyTorch's parameters.
    pub fn new(layout: &mut Layout, inputs: usize, units: usize) -> Self {
        let (by_input, by_state) = (layout.matrix(4 * units, inputs), layout.matrix(4 * units, units));
        Self { units, by_input, by_state, biases: [layout.vector(4 * units), layout.vector(4 * units)] }
    }

    /// Sets all parameters uniformly within `1/√units` of 0.
    pub fn initialise<F: Real>(&self, parameters: &mut [F], rng: &mut impl Rng) {
        let reach = (self.units.max(1) as f64).sqrt().recip();
        for place in [self.by_input, self.by_state, self.biases[0], self.biases[1]] {
            uniform(place, reach, parameters, rng);
        }
    }

    /// The state of zeros before so many rows.
    pub fn rest<F: Real>(&self, rows: usize) -> State<F> {
        (Array2::zeros((rows, self.units)), Array2::zeros((rows, self.units)))
    }

    /// Reads sequences: steps and rows × inputs. There is a row of the start for each row, and at least one row.
    pub fn forward<F: Real>(
        &self,
        parameters: &[F],
        inputs: ArrayView2<'_, F>,
        start: State<F>,
        direction: Direction,
    ) -> Memory<F> {
        let (rows, units) = (start.0.nrows(), self.units);
        let mut gates = Array2::zeros((inputs.nrows(), 4 * units));
        for bias in self.biases {
            gates += &bias.flat(parameters);
        }
        general_mat_mul(F::one(), &inputs, &self.by_input.view(parameters).t(), F::one(), &mut gates);
        let states = Array2::zeros((inputs.nrows(), units));
        let mut memory = Memory { direction, start, gates, cells: states.clone(), states };
        let (mut state, mut cell) = memory.start.clone();
        for step in direction.order(inputs.nrows() / rows.max(1)) {
            let range = s![step * rows..(step + 1) * rows, ..];
            let mut gates = memory.gates.slice_mut(range);
            general_mat_mul(F::one(), &state, &self.by_state.view(parameters).t(), F::one(), &mut gates);
            Zip::from(gates.rows_mut())
                .and(cell.rows_mut())
                .and(state.rows_mut())
                .for_each(|gates, cell, state| pass(whole_mut(gates), whole_mut(cell), whole_mut(state)));
            memory.states.slice_mut(range).assign(&state);
            memory.cells.slice_mut(range).assign(&cell);
        }
        memory
    }

    /// Adds the slopes by all parameters, for the slope by each state (steps and rows × units); the slopes by the inputs
    /// and by the start.
    pub fn backward<F: Real>(
        &self,
        parameters: &[F],
        inputs: ArrayView2<'_, F>,
        memory: &Memory<F>,
        slope: ArrayView2<'_, F>,
        gradient: &mut [F],
    ) -> (Array2<F>, State<F>) {
        let (rows, units) = (memory.start.0.nrows(), self.units);
        let (mut by_state, mut by_cell) = self.rest::<F>(rows);
        let mut by_gates = Array2::zeros((inputs.nrows(), 4 * units));
        let mut states = Array2::zeros((inputs.nrows(), units));
        let order = memory.direction.order(inputs.nrows() / rows.max(1));
        for (place, &step) in order.iter().enumerate().rev() {
            let range = s![step * rows..(step + 1) * rows, ..];
            by_state += &slope.slice(range);
            let (state, cell) = memory.before(&order, place);
            states.slice_mut(range).assign(&state);
            let mut slopes = by_gates.slice_mut(range);
            let lines = slopes.rows_mut().into_iter().zip(by_cell.rows_mut()).zip(by_state.rows());
            let (gates, cells) = (memory.gates.slice(range), memory.cells.slice(range));
            let known = gates.rows().into_iter().zip(cells.rows()).zip(cell.rows());
            for (((slopes, by_cell), by_state), ((gates, cell), before)) in lines.zip(known) {
                let [gates, cell, before, by_state] = [gates, cell, before, by_state].map(whole);
                pass_back((gates, cell, before), by_state, whole_mut(by_cell), whole_mut(slopes));
            }
            by_state = slopes.dot(&self.by_state.view(parameters));
        }
        let mut weights = self.by_state.view_mut(gradient);
        general_mat_mul(F::one(), &by_gates.t(), &states, F::one(), &mut weights);
        let mut weights = self.by_input.view_mut(gradient);
        general_mat_mul(F::one(), &by_gates.t(), &inputs, F::one(), &mut weights);
        let sums = by_gates.sum_axis(Axis(0));
        for bias in self.biases {
            let mut bias = bias.flat_mut(gradient);
            bias += &sums;
        }
        (by_gates.dot(&self.by_input.view(parameters)), (by_state, by_cell))
    }
}

/// The entries of a row of a whole matrix.
fn whole<F>(row: ArrayView1<'_, F>) -> &[F] {
    row.to_slice().expect("entries of a row lie side by side")
}

/// The same to be changed.
fn whole_mut<F>(row: ArrayViewMut1<'_, F>) -> &mut [F] {
    row.into_slice().expect("entries of a row lie side by side")
}

/// One step of one row: from sums to gates, and the new cell and state.
fn pass<F: Real>(gates: &mut [F], cell: &mut [F], state: &mut [F]) {
    let units = cell.len();
    let (first, second) = gates.split_at_mut(2 * units);
    let ((i, f), (g, o)) = (first.split_at_mut(units), second.split_at_mut(units));
    let gates = i.iter_mut().zip(f).zip(g.iter_mut().zip(o));
    for (((i, f), (g, o)), (cell, state)) in gates.zip(cell.iter_mut().zip(state)) {
        (*i, *f, *g, *o) = (i.logistic(), f.logistic(), g.fast_tanh(), o.logistic());
        *cell = *f * *cell + *i * *g;
        *state = *o * cell.fast_tanh();
    }
}

/// The same backwards: the slopes by the sums, and that by the cell before. `gates`, the cell and the one before are known,
/// and the slope by the state.
fn pass_back<F: Real>(
    (gates, cell, before): (&[F], &[F], &[F]),
    by_state: &[F],
    by_cell: &mut [F],
    slopes: &mut [F],
) {
    let units = cell.len();
    let (first, second) = gates.split_at(2 * units);
    let ((i, f), (g, o)) = (first.split_at(units), second.split_at(units));
    let (first, second) = slopes.split_at_mut(2 * units);
    let ((by_i, by_f), (by_g, by_o)) = (first.split_at_mut(units), second.split_at_mut(units));
    let gates = i.iter().zip(f).zip(g.iter().zip(o));
    let slopes = by_i.iter_mut().zip(by_f).zip(by_g.iter_mut().zip(by_o));
    let cells = cell.iter().zip(before).zip(by_state.iter().zip(by_cell));
    for ((gates, slopes), cells) in gates.zip(slopes).zip(cells) {
        let (((&i, &f), (&g, &o)), ((&cell, &before), (&by_state, by_cell))) = (gates, cells);
        let ((by_i, by_f), (by_g, by_o)) = slopes;
        let (one, bent) = (F::one(), cell.fast_tanh());
        let by = *by_cell + by_state * o * (one - bent * bent);
        *by_i = by * g * i * (one - i);
        *by_f = by * before * f * (one - f);
        *by_g = by * i * (one - g * g);
        *by_o = by_state * bent * o * (one - o);
        *by_cell = by * f;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::{assert_gradient, near, sines};
    use ndarray::array;

    fn cell() -> (Lstm, Vec<f64>) {
        let mut layout = Layout::default();
        let layer = Lstm::new(&mut layout, 2, 2);
        let mut parameters: Vec<f64> = (0..16).map(|k| (f64::from(k) - 7.5) / 10.0).collect();
        parameters.extend((0..16).map(|k| 0.3 * f64::from(k + 1).sin()));
        parameters.extend((0..8).map(|k| 0.1 * (f64::from(k % 3) - 1.0)));
        parameters.extend((0..8).map(|k| 0.05 * f64::from(k % 2)));
        assert_eq!(layout.length(), parameters.len());
        (layer, parameters)
    }

    #[test]
    fn a_step_and_its_slopes_are_those_of_torch() {
        let (layer, parameters) = cell();
        let (inputs, start) = (array![[0.5, -1.0]], (array![[0.1, -0.2]], array![[0.3, 0.4]]));
        let memory = layer.forward(&parameters, inputs.view(), start, Direction::Forward);
        near(memory.states().iter(), &[0.0456482770, 0.0608525336], 1e-10);
        near(memory.cells.iter(), &[0.1193830870, 0.1472499689], 1e-10);
        let mut gradient = vec![0.0; parameters.len()];
        let slope = array![[1.0, 2.0]];
        let (by_inputs, (by_state, by_cell)) =
            layer.backward(&parameters, inputs.view(), &memory, slope.view(), &mut gradient);
        near(by_inputs.iter(), &[0.1756167641, 0.2605045650], 1e-10);
        near(by_state.iter(), &[-0.0904117447, -0.0818691043], 1e-10);
        near(by_cell.iter(), &[0.2047795680, 0.3840203196], 1e-10);
        let bias = [
            -0.0075186412,
            -0.0145266897,
            0.0282190758,
            0.0812021131,
            0.2018556566,
            0.4604892706,
            0.0281109914,
            0.0710462319,
        ];
        near(&gradient[32..40], &bias, 1e-10);
        near(&gradient[40..], &bias, 1e-10);
    }

    #[test]
    fn slopes_through_time_are_those_of_central_differences() {
        for direction in [Direction::Forward, Direction::Backward] {
            let (layer, parameters) = cell();
            // Three steps of two rows; then the states and cells before them.
            let moved = [sines::<f64>(12, 0.8), sines(8, 0.5), parameters.clone()].concat();
            let weigh = Array2::from_shape_fn((6, 2), |(row, unit)| ((row * 2 + unit) as f64).cos());
            let read = |at: &[f64]| {
                let inputs = Array2::from_shape_vec((6, 2), at[..12].to_vec()).unwrap();
                let block =
                    |from: usize| Array2::from_shape_vec((2, 2), at[from..from + 4].to_vec()).unwrap();
                let memory = layer.forward(&at[20..], inputs.view(), (block(12), block(16)), direction);
                (inputs, memory)
            };
            let (inputs, memory) = read(&moved);
            let mut gradient = vec![0.0; parameters.len()];
            let (by_inputs, (by_state, by_cell)) =
                layer.backward(&parameters, inputs.view(), &memory, weigh.view(), &mut gradient);
            let all: Vec<f64> =
                by_inputs.iter().chain(&by_state).chain(&by_cell).chain(&gradient).copied().collect();
            assert_gradient(&moved, &all, |at| (read(at).1.states() * &weigh).sum());
        }
    }
}
