//! Batch normalisation (Ioffe and Szegedy, ICML 2015) over rows, each of which may stand for several equal ones.

use crate::{Layout, Real, layout::Place};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Zip};
use serde::{Deserialize, Serialize};

/// Added to the variance.
const EPSILON: f64 = 1e-5;

/// `y = γ (x − μ)/√(σ² + ε) + β` for each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchNorm {
    width: usize,
    scale: Place,
    shift: Place,
}

/// Mean and variance of each column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moments<F> {
    /// Means.
    pub mean: Vec<F>,
    /// Variances.
    pub variance: Vec<F>,
}

/// What a pass in training leaves for the gradient.
#[derive(Debug, Clone)]
pub struct Normalised<F> {
    /// Rows at mean 0 and variance 1.
    standard: Array2<F>,
    /// `1/√(σ² + ε)` of each column.
    inverse: Vec<F>,
    moments: Moments<F>,
    /// How many rows there are, each as often as it counts.
    count: F,
}

impl<F: Real> Normalised<F> {
    /// The moments by which to predict, if these are all rows there are: with the unbiased variance, as PyTorch has it.
    pub fn moments(&self) -> Moments<F> {
        let factor = self.count / (self.count - F::one()).max(F::one());
        let variance = self.moments.variance.iter().map(|&variance| variance * factor).collect();
        Moments { mean: self.moments.mean.clone(), variance }
    }
}

impl<F: Real> Moments<F> {
    /// Mean and biased variance of rows × columns, row r counted `times[r]` times; and how many rows that are.
    fn of(rows: ArrayView2<'_, F>, times: &[F]) -> (Self, F) {
        let count = times.iter().fold(F::zero(), |sum, &times| sum + times);
        let share = F::one() / count.max(F::one());
        let (mut mean, mut variance) = (Array1::zeros(rows.ncols()), Array1::zeros(rows.ncols()));
        for (row, &times) in rows.rows().into_iter().zip(times) {
            mean.scaled_add(times * share, &row);
        }
        for (row, &times) in rows.rows().into_iter().zip(times) {
            let part = times * share;
            Zip::from(&mut variance).and(&mean).and(row).for_each(|variance, &mean, &value| {
                *variance += part * (value - mean) * (value - mean);
            });
        }
        (Self { mean: mean.to_vec(), variance: variance.to_vec() }, count)
    }

    fn inverse(&self) -> Vec<F> {
        self.variance.iter().map(|&variance| (variance + F::of(EPSILON)).sqrt().recip()).collect()
    }
}

impl BatchNorm {
    /// A layer on so many columns: γ, then β.
    pub fn new(layout: &mut Layout, width: usize) -> Self {
        Self { width, scale: layout.vector(width), shift: layout.vector(width) }
    }

    /// Sets γ to 1 and β to 0.
    pub fn initialise<F: Real>(&self, parameters: &mut [F]) {
        self.scale.flat_mut(parameters).fill(F::one());
        self.shift.flat_mut(parameters).fill(F::zero());
    }

    /// Normalises by the rows' own moments, in place; row r counts `times[r]` times.
    pub fn train<F: Real>(&self, parameters: &[F], rows: &mut Array2<F>, times: &[F]) -> Normalised<F> {
        let (moments, count) = Moments::of(rows.view(), times);
        let inverse = moments.inverse();
        let (scale, shift) = (self.scale.flat(parameters), self.shift.flat(parameters));
        let (mean, by) = (ArrayView1::from(&moments.mean), ArrayView1::from(&inverse));
        let mut standard = Array2::zeros(rows.raw_dim());
        for (row, mut standard) in rows.rows_mut().into_iter().zip(standard.rows_mut()) {
            Zip::from(&mut standard).and(&row).and(mean).and(by).for_each(|standard, &value, &mean, &by| {
                *standard = (value - mean) * by;
            });
            Zip::from(row).and(&standard).and(scale).and(shift).for_each(
                |value, &standard, &scale, &shift| {
                    *value = scale * standard + shift;
                },
            );
        }
        Normalised { standard, inverse, moments, count }
    }

    /// Normalises by these moments, in place.
    ///
    /// # Panics
    /// When there are fewer moments than columns.
    pub fn predict<F: Real>(&self, parameters: &[F], moments: &Moments<F>, rows: &mut Array2<F>) {
        let inverse = moments.inverse();
        let (scale, shift) = (self.scale.flat(parameters), self.shift.flat(parameters));
        let (mean, by) = (ArrayView1::from(&moments.mean), ArrayView1::from(&inverse));
        for row in rows.rows_mut() {
            Zip::from(row).and(mean).and(by).and(scale).and(shift).for_each(
                |value, &mean, &by, &scale, &shift| *value = scale * ((*value - mean) * by) + shift,
            );
        }
    }

    /// Adds the slopes by γ and β, and turns the slope by the outputs into that by the inputs, in place. A row that
    /// counts several times has the slope of all of them together.
    pub fn backward<F: Real>(
        &self,
        parameters: &[F],
        normalised: &Normalised<F>,
        times: &[F],
        slope: &mut Array2<F>,
        gradient: &mut [F],
    ) {
        let (mut along, mut sums) = (Array1::zeros(self.width), Array1::zeros(self.width));
        for (row, standard) in slope.rows().into_iter().zip(normalised.standard.rows()) {
            Zip::from(&mut along).and(&mut sums).and(row).and(standard).for_each(
                |along, sum, &slope, &standard| {
                    *along += slope * standard;
                    *sum += slope;
                },
            );
        }
        for (place, own) in [(self.scale, &along), (self.shift, &sums)] {
            let mut gradient = place.flat_mut(gradient);
            gradient += own;
        }
        let factor = &self.scale.flat(parameters) * &ArrayView1::from(&normalised.inverse);
        let share = F::one() / normalised.count.max(F::one());
        let rows = slope.rows_mut().into_iter().zip(normalised.standard.rows()).zip(times);
        for ((row, standard), &times) in rows {
            let part = times * share;
            Zip::from(row).and(standard).and(&along).and(&sums).and(&factor).for_each(
                |slope, &standard, &along, &sum, &factor| {
                    *slope = factor * (*slope - part * (sum + standard * along));
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::{assert_gradient, near, sines};
    use ndarray::{Axis, array};

    fn layer() -> BatchNorm {
        BatchNorm::new(&mut Layout::default(), 2)
    }

    #[test]
    fn a_batch_and_its_slopes_are_those_of_torch() {
        let parameters = [1.5, 0.5, 0.1, -0.2];
        let x = array![[1.0, 2.0], [2.0, 0.0], [4.0, -1.0], [5.0, 3.0]];
        let mut y = x.clone();
        let normalised = layer().train(&parameters, &mut y, &[1.0; 4]);
        let want = [
            -1.7973628014,
            0.1162271336,
            -0.8486814007,
            -0.5162271336,
            1.0486814007,
            -0.8324542671,
            1.9973628014,
            0.4324542671,
        ];
        near(y.iter(), &want, 1e-10);
        let mut slope = array![[1.0, 0.0], [0.0, 1.0], [-1.0, 2.0], [0.5, 0.0]];
        let mut gradient = [0.0; 4];
        layer().backward(&parameters, &normalised, &[1.0; 4], &mut slope, &mut gradient);
        near(&gradient, &[-1.2649085343, -3.1622713356, 0.5, 3.0], 1e-10);
        let want = [
            0.4506251832,
            -0.0790574158,
            -0.3083206963,
            -0.0790561509,
            -0.8775310546,
            0.0790580483,
            0.7352265677,
            0.0790555185,
        ];
        near(slope.iter(), &want, 1e-10);
        // A tenth of the way from mean 0 and variance 1.
        let unbiased = normalised.moments();
        let running = Moments {
            mean: unbiased.mean.iter().map(|mean| 0.1 * mean).collect(),
            variance: unbiased.variance.iter().map(|variance| 0.9 + 0.1 * variance).collect(),
        };
        near(running.mean.iter().chain(&running.variance), &[0.3, 0.1, 1.2333333333, 1.2333333333], 1e-10);
        let mut y = x;
        layer().predict(&parameters, &running, &mut y);
        near(y.row(0), &[1.0454690217, 0.6554243530], 1e-10);
    }

    #[test]
    fn a_row_that_counts_twice_is_two_rows() {
        let parameters = [1.5, 0.5, 0.1, -0.2];
        let x = array![[1.0, 2.0], [2.0, 0.0], [4.0, -1.0]];
        let (mut short, mut long) = (x.clone(), x.select(Axis(0), &[0, 1, 1, 2]));
        let one = layer().train(&parameters, &mut short, &[1.0, 2.0, 1.0]);
        let two = layer().train(&parameters, &mut long, &[1.0; 4]);
        near(short.row(1), &long.row(2).to_vec(), 1e-14);
        let mut slopes = (
            array![[1.0, 0.0], [0.6, 1.0], [-1.0, 2.0]],
            array![[1.0, 0.0], [0.4, 0.7], [0.2, 0.3], [-1.0, 2.0]],
        );
        let mut gradients = ([0.0; 4], [0.0; 4]);
        layer().backward(&parameters, &one, &[1.0, 2.0, 1.0], &mut slopes.0, &mut gradients.0);
        layer().backward(&parameters, &two, &[1.0; 4], &mut slopes.1, &mut gradients.1);
        near(&gradients.0, &gradients.1, 1e-14);
        near(slopes.0.row(1), &(&slopes.1.row(1) + &slopes.1.row(2)).to_vec(), 1e-14);
    }

    #[test]
    fn slopes_are_those_of_central_differences() {
        let times = [1.0, 3.0, 1.0, 2.0];
        let weigh = array![[1.0, -0.5], [0.3, 0.8], [-0.7, 0.2], [0.4, 1.1]];
        let at = [sines::<f64>(8, 0.9), sines(4, 0.7)].concat();
        let pass = |at: &[f64]| {
            let mut rows = Array2::from_shape_vec((4, 2), at[..8].to_vec()).unwrap();
            let normalised = layer().train(&at[8..], &mut rows, &times);
            (rows, normalised)
        };
        let (_, normalised) = pass(&at);
        let (mut slope, mut gradient) = (weigh.clone(), vec![0.0; 4]);
        layer().backward(&at[8..], &normalised, &times, &mut slope, &mut gradient);
        let all: Vec<f64> = slope.iter().chain(&gradient).copied().collect();
        assert_gradient(&at, &all, |at| (pass(at).0 * &weigh).sum());
    }

    #[test]
    fn one_row_alone_is_at_the_shift() {
        let mut row = array![[3.0, -2.0]];
        let normalised = layer().train(&[1.5, 0.5, 0.1, -0.2], &mut row, &[1.0]);
        assert_eq!(normalised.moments(), Moments { mean: vec![3.0, -2.0], variance: vec![0.0, 0.0] });
        assert_eq!(row, array![[0.1, -0.2]]);
        let mut parameters = [7.0; 4];
        layer().initialise(&mut parameters);
        assert_eq!(parameters, [1.0, 1.0, 0.0, 0.0]);
    }
}
