//! Dot attention of a query over the steps of its row, and unit vectors.
//!
//! Steps lie as in [`lstm`](crate::lstm): row `t n + r` belongs to step t of row r of n.

use crate::{Dense, Layout, Real};
use ndarray::{Array2, ArrayView2, Axis, concatenate, s};

/// `out = tanh(O [Σ aⱼ Sⱼ; q])` with `a = softmax(Sⱼ · I q)` over the steps j of the source; no bias, no mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attention {
    units: usize,
    inward: Dense,
    outward: Dense,
}

/// What a pass leaves for the gradient.
#[derive(Debug, Clone)]
pub struct Attended<F> {
    turned: Array2<F>,
    /// Of each query the share of every step.
    shares: Vec<Array2<F>>,
    joined: Array2<F>,
    outputs: Array2<F>,
}

impl<F: Real> Attended<F> {
    /// The outputs: steps and rows × units.
    pub fn outputs(&self) -> &Array2<F> {
        &self.outputs
    }
}

/// The steps of one row of so many: steps × units.
fn steps<F: Real>(all: &Array2<F>, row: usize, rows: usize) -> ArrayView2<'_, F> {
    all.slice(s![row..;rows, ..])
}

impl Attention {
    /// Inward weights first.
    pub fn new(layout: &mut Layout, units: usize) -> Self {
        let inward = Dense::without_bias(layout, units, units);
        Self { units, inward, outward: Dense::without_bias(layout, 2 * units, units) }
    }

    /// The two layers, inward and outward.
    pub fn layers(&self) -> [&Dense; 2] {
        [&self.inward, &self.outward]
    }

    /// Queries and source: steps and rows × units, of so many rows.
    pub fn forward<F: Real>(
        &self,
        parameters: &[F],
        queries: &Array2<F>,
        source: &Array2<F>,
        rows: usize,
    ) -> Attended<F> {
        let turned = self.inward.forward(parameters, queries.view());
        let mut joined = Array2::zeros((queries.nrows(), 2 * self.units));
        joined.slice_mut(s![.., self.units..]).assign(queries);
        let mut shares = Vec::with_capacity(rows);
        for row in 0..rows {
            let own = steps(source, row, rows);
            let mut share = steps(&turned, row, rows).dot(&own.t());
            share.axis_iter_mut(Axis(0)).for_each(|mut scores| {
                let largest = scores.fold(F::neg_infinity(), |a, &b| a.max(b));
                scores.mapv_inplace(|score| (score - largest).exp());
                let sum = scores.sum();
                scores.mapv_inplace(|score| score / sum);
            });
            joined.slice_mut(s![row..;rows, ..self.units]).assign(&share.dot(&own));
            shares.push(share);
        }
        let outputs = self.outward.forward(parameters, joined.view()).mapv(F::fast_tanh);
        Attended { turned, shares, joined, outputs }
    }

    /// Adds the slopes by the weights; the slopes by queries and source.
    pub fn backward<F: Real>(
        &self,
        parameters: &[F],
        (queries, source): (&Array2<F>, &Array2<F>),
        attended: &Attended<F>,
        slope: &Array2<F>,
        gradient: &mut [F],
    ) -> (Array2<F>, Array2<F>) {
        let rows = attended.shares.len();
        let bent = slope * &attended.outputs.mapv(|output| F::one() - output * output);
        self.outward.backward(attended.joined.view(), bent.view(), gradient);
        let by_joined = self.outward.input_slope(parameters, bent.view());
        let mut by_turned = Array2::zeros(queries.raw_dim());
        let mut by_source = Array2::zeros(source.raw_dim());
        for (row, share) in attended.shares.iter().enumerate() {
            let own = steps(source, row, rows);
            let by_mix = by_joined.slice(s![row..;rows, ..self.units]);
            let by_share = by_mix.dot(&own.t());
            let weighed = &by_share * share;
            let by_scores = &weighed - &(share * &weighed.sum_axis(Axis(1)).insert_axis(Axis(1)));
            by_turned.slice_mut(s![row..;rows, ..]).assign(&by_scores.dot(&own));
            let by_own = share.t().dot(&by_mix) + by_scores.t().dot(&steps(&attended.turned, row, rows));
            by_source.slice_mut(s![row..;rows, ..]).assign(&by_own);
        }
        self.inward.backward(queries.view(), by_turned.view(), gradient);
        let by_queries =
            self.inward.input_slope(parameters, by_turned.view()) + by_joined.slice(s![.., self.units..]);
        (by_queries, by_source)
    }
}

/// Rows at length 1, and their lengths before; of the least length 1e-12.
pub fn unit_rows<F: Real>(mut rows: Array2<F>) -> (Array2<F>, Vec<F>) {
    let lengths = rows.axis_iter_mut(Axis(0)).map(|mut row| {
        let length = row.fold(F::zero(), |sum, &value| sum + value * value).sqrt().max(F::of(1e-12));
        row.mapv_inplace(|value| value / length);
        length
    });
    let lengths = lengths.collect();
    (rows, lengths)
}

/// The slope by rows of which these are the unit rows and lengths.
pub fn unit_rows_slope<F: Real>(units: &Array2<F>, lengths: &[F], mut slope: Array2<F>) -> Array2<F> {
    let rows = slope.axis_iter_mut(Axis(0)).zip(units.axis_iter(Axis(0))).zip(lengths);
    for ((mut slope, unit), &length) in rows {
        let along = unit.iter().zip(&slope).fold(F::zero(), |sum, (&unit, &by)| sum + unit * by);
        slope.zip_mut_with(&unit, |by, &unit| *by = (*by - unit * along) / length);
    }
    slope
}

/// Two matrices of equal height side by side.
pub fn beside<F: Real>(left: &Array2<F>, right: &Array2<F>) -> Array2<F> {
    concatenate![Axis(1), left.view(), right.view()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::{assert_gradient, near, sines};
    use ndarray::array;

    #[test]
    fn a_query_gets_what_torch_gives_it() {
        let mut layout = Layout::default();
        let layer = Attention::new(&mut layout, 2);
        let parameters = [0.5, -0.3, 0.2, 0.7, 0.1, 0.2, -0.3, 0.4, -0.2, 0.5, 0.3, 0.1];
        assert_eq!(layout.length(), parameters.len());
        let source = array![[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]];
        let attended = layer.forward(&parameters, &array![[0.2, -0.1]], &source, 1);
        near(attended.shares[0].iter(), &[0.3598468498, 0.3066412580, 0.3335118922], 1e-10);
        near(attended.joined.iter(), &[0.5599539851, 0.5734507718, 0.2, -0.1], 1e-10);
        near(attended.outputs().iter(), &[0.0705680621, 0.2210260376], 1e-10);
    }

    #[test]
    fn slopes_are_those_of_central_differences() {
        let mut layout = Layout::default();
        let layer = Attention::new(&mut layout, 2);
        let parameters: Vec<f64> = sines(layout.length(), 0.7);
        // Two steps of two rows as queries, three steps as the source; lengths are part of the function.
        let moved = [sines::<f64>(20, 0.9), parameters.clone()].concat();
        let weigh = array![[1.0, -0.5], [0.3, 0.8], [-0.7, 0.2], [0.4, 1.1]];
        let pass = |at: &[f64]| {
            let queries = Array2::from_shape_vec((4, 2), at[..8].to_vec()).unwrap();
            let (source, lengths) = unit_rows(Array2::from_shape_vec((6, 2), at[8..20].to_vec()).unwrap());
            let attended = layer.forward(&at[20..], &queries, &source, 2);
            (queries, source, lengths, attended)
        };
        let (queries, source, lengths, attended) = pass(&moved);
        let mut gradient = vec![0.0; parameters.len()];
        let (by_queries, by_source) =
            layer.backward(&parameters, (&queries, &source), &attended, &weigh, &mut gradient);
        let by_source = unit_rows_slope(&source, &lengths, by_source);
        let all: Vec<f64> = by_queries.iter().chain(&by_source).chain(&gradient).copied().collect();
        assert_gradient(&moved, &all, |at| (pass(at).3.outputs() * &weigh).sum());
    }
}
