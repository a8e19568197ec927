//! Nonlinear least squares of a few parameters: the Levenberg-Marquardt algorithm of MINPACK (Moré, Lecture Notes in
//! Mathematics 630, 1978; `lmder`, `lmpar`, `qrfac`, `qrsolv`), with its scaling, its trust region and its stops, so that
//! it goes the way that `scipy.optimize.leastsq` goes.
//!
//! Matrices are column by column: element (i, j) of m rows is at `j m + i`.

/// Change of the sum of squares, and of the parameters, below which the fit has converged: those of scipy.
const TOLERANCE: f64 = 1.490_116_12e-8;
/// Most evaluations of the residuals: where these are not enough, parameters run away.
const EVALUATIONS: usize = 200;
/// First bound of a step, as a multiple of the scaled parameters.
const FACTOR: f64 = 100.0;

/// A problem: residuals of m points under n parameters, m ≥ n.
pub(crate) trait Residuals {
    /// Number of points.
    fn points(&self) -> usize;
    /// The residual of each point.
    fn residuals(&self, parameters: &[f64], out: &mut [f64]);
    /// Derivatives of the residuals by each parameter, column after column.
    fn jacobian(&self, parameters: &[f64], out: &mut [f64]);
}

/// The parameters that minimise the sum of squares from these on; `None` where they do not converge, or where the start
/// has no value.
pub(crate) fn minimise(problem: &impl Residuals, start: &[f64]) -> Option<Vec<f64>> {
    let (m, n) = (problem.points(), start.len());
    if n == 0 || m < n {
        return None;
    }
    let mut x = start.to_vec();
    let (mut residuals, mut tried) = (vec![0.0; m], vec![0.0; m]);
    let mut matrix = vec![0.0; m * n];
    let mut scale = vec![0.0; n];
    problem.residuals(&x, &mut residuals);
    let (mut size, mut reach, mut damping, mut length) = (norm(&residuals), 0.0, 0.0, 0.0);
    let mut evaluations = 1;
    let mut first = true;
    if !size.is_finite() {
        return None;
    }
    loop {
        problem.jacobian(&x, &mut matrix);
        if matrix.iter().any(|slope| !slope.is_finite()) {
            return None;
        }
        let mut rotated = residuals.clone();
        let (triangle, norms) = Triangle::of(&mut matrix, m, n, &mut rotated);
        if first {
            for (scale, norm) in scale.iter_mut().zip(&norms) {
                *scale = if *norm == 0.0 { 1.0 } else { *norm };
            }
            length = scaled_norm(&scale, &x);
            reach = if length == 0.0 { FACTOR } else { FACTOR * length };
        }
        if size == 0.0 || triangle.steepest(&rotated, &norms, size) <= 0.0 {
            return Some(x);
        }
        for (scale, norm) in scale.iter_mut().zip(&norms) {
            *scale = scale.max(*norm);
        }
        loop {
            let step: Vec<f64> =
                triangle.step(&scale, &rotated, reach, &mut damping).iter().map(|step| -step).collect();
            let next: Vec<f64> = x.iter().zip(&step).map(|(x, step)| x + step).collect();
            let stride = scaled_norm(&scale, &step);
            if first {
                reach = reach.min(stride);
            }
            problem.residuals(&next, &mut tried);
            evaluations += 1;
            let new_size = norm(&tried);
            let actual = if 0.1 * new_size < size { 1.0 - (new_size / size).powi(2) } else { -1.0 };
            let linear = (triangle.image(&step) / size).powi(2);
            let damped = damping * (stride / size).powi(2);
            let promised = linear + damped / 0.5;
            let slope = -(linear + damped);
            let ratio = if promised == 0.0 { 0.0 } else { actual / promised };
            if ratio <= 0.25 {
                let shrink = if actual >= 0.0 { 0.5 } else { 0.5 * slope / (slope + 0.5 * actual) };
                let shrink = if 0.1 * new_size >= size || shrink < 0.1 { 0.1 } else { shrink };
                reach = shrink * reach.min(stride / 0.1);
                damping /= shrink;
            } else if damping == 0.0 || ratio >= 0.75 {
                reach = stride / 0.5;
                damping *= 0.5;
            }
            let accepted = ratio >= 1e-4;
            if accepted {
                x = next;
                std::mem::swap(&mut residuals, &mut tried);
                length = scaled_norm(&scale, &x);
                size = new_size;
                first = false;
            }
            let settled = actual.abs() <= TOLERANCE && promised <= TOLERANCE && 0.5 * ratio <= 1.0;
            if settled || reach <= TOLERANCE * length {
                return Some(x);
            }
            if evaluations >= EVALUATIONS || !reach.is_finite() || reach == 0.0 {
                return None;
            }
            if accepted {
                break;
            }
        }
    }
}

/// R of a QR decomposition with column pivoting: `matrix P = Q R`.
struct Triangle {
    n: usize,
    /// n × n, column after column.
    r: Vec<f64>,
    /// The column of the matrix at each place of R.
    pivots: Vec<usize>,
}

impl Triangle {
    /// Decomposes the matrix by Householder reflections, turns `vector` into its product with Qᵀ, and gives the norms
    /// of the matrix's columns.
    fn of(matrix: &mut [f64], m: usize, n: usize, vector: &mut [f64]) -> (Self, Vec<f64>) {
        let column = |matrix: &[f64], j: usize, from: usize| norm(&matrix[j * m + from..(j + 1) * m]);
        let norms: Vec<f64> = (0..n).map(|j| column(matrix, j, 0)).collect();
        let (mut rest, mut known) = (norms.clone(), norms.clone());
        let mut pivots: Vec<usize> = (0..n).collect();
        let mut diagonal = vec![0.0; n];
        for j in 0..n {
            let largest = (j..n).fold(j, |best, k| if rest[k] > rest[best] { k } else { best });
            if largest != j {
                for i in 0..m {
                    matrix.swap(j * m + i, largest * m + i);
                }
                rest[largest] = rest[j];
                known[largest] = known[j];
                pivots.swap(j, largest);
            }
            let mut size = column(matrix, j, j);
            if size == 0.0 {
                continue;
            }
            if matrix[j * m + j] < 0.0 {
                size = -size;
            }
            matrix[j * m + j..(j + 1) * m].iter_mut().for_each(|value| *value /= size);
            matrix[j * m + j] += 1.0;
            let (done, others) = matrix.split_at_mut((j + 1) * m);
            let mirror = &done[j * m + j..];
            let reflect = |values: &mut [f64]| {
                let product: f64 = mirror.iter().zip(&*values).map(|(a, b)| a * b).sum();
                let factor = product / mirror[0];
                values.iter_mut().zip(mirror).for_each(|(value, mirror)| *value -= factor * mirror);
            };
            for k in j + 1..n {
                let other = &mut others[(k - j - 1) * m..(k - j) * m];
                reflect(&mut other[j..]);
                if rest[k] != 0.0 {
                    let share = other[j] / rest[k];
                    rest[k] *= (1.0 - share * share).max(0.0).sqrt();
                    if 0.05 * (rest[k] / known[k]).powi(2) <= f64::EPSILON {
                        rest[k] = norm(&other[j + 1..]);
                        known[k] = rest[k];
                    }
                }
            }
            reflect(&mut vector[j..]);
            diagonal[j] = -size;
        }
        let mut r = vec![0.0; n * n];
        for j in 0..n {
            r[j * n..j * n + j].copy_from_slice(&matrix[j * m..j * m + j]);
            r[j * n + j] = diagonal[j];
        }
        (Self { n, r, pivots }, norms)
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.r[j * self.n + i]
    }

    /// Largest cosine between the residuals and a column.
    fn steepest(&self, rotated: &[f64], norms: &[f64], size: f64) -> f64 {
        (0..self.n)
            .filter(|&j| norms[self.pivots[j]] != 0.0)
            .map(|j| {
                let product: f64 = (0..=j).map(|i| self.at(i, j) * (rotated[i] / size)).sum();
                (product / norms[self.pivots[j]]).abs()
            })
            .fold(0.0, f64::max)
    }

    /// Norm of the matrix times a vector.
    fn image(&self, vector: &[f64]) -> f64 {
        let mut product = vec![0.0; self.n];
        for j in 0..self.n {
            let factor = vector[self.pivots[j]];
            for (i, sum) in product.iter_mut().enumerate().take(j + 1) {
                *sum += self.at(i, j) * factor;
            }
        }
        norm(&product)
    }

    /// The minimiser of `|J x - v|² + damping |D x|²` whose scaled length is within a tenth of `reach`, or the plain
    /// one where that is shorter; the damping goes on from the one before.
    fn step(&self, scale: &[f64], rotated: &[f64], reach: f64, damping: &mut f64) -> Vec<f64> {
        let n = self.n;
        let rank = (0..n).find(|&j| self.at(j, j) == 0.0).unwrap_or(n);
        let mut solution: Vec<f64> = rotated[..n].to_vec();
        solution[rank..].fill(0.0);
        for j in (0..rank).rev() {
            solution[j] /= self.at(j, j);
            for i in 0..j {
                solution[i] -= self.at(i, j) * solution[j];
            }
        }
        let mut x = vec![0.0; n];
        let unpivot = |x: &mut [f64], values: &[f64]| {
            for (value, &place) in values.iter().zip(&self.pivots) {
                x[place] = *value;
            }
        };
        unpivot(&mut x, &solution);
        let mut length = scaled_norm(scale, &x);
        let mut excess = length - reach;
        if excess <= 0.1 * reach {
            *damping = 0.0;
            return x;
        }
        let direction = |x: &[f64], length: f64| -> Vec<f64> {
            self.pivots.iter().map(|&place| scale[place] * (scale[place] * x[place] / length)).collect()
        };
        let mut lower = 0.0;
        if rank == n {
            let mut slope = direction(&x, length);
            for j in 0..n {
                let sum: f64 = (0..j).map(|i| self.at(i, j) * slope[i]).sum();
                slope[j] = (slope[j] - sum) / self.at(j, j);
            }
            let size = norm(&slope);
            lower = excess / reach / size / size;
        }
        let gradient: Vec<f64> = (0..n)
            .map(|j| {
                let sum: f64 = (0..=j).map(|i| self.at(i, j) * rotated[i]).sum();
                sum / scale[self.pivots[j]]
            })
            .collect();
        let gradient = norm(&gradient);
        let mut upper = gradient / reach;
        if upper == 0.0 {
            upper = f64::MIN_POSITIVE / reach.min(0.1);
        }
        *damping = damping.max(lower).min(upper);
        if *damping == 0.0 {
            *damping = gradient / length;
        }
        for round in 1.. {
            if *damping == 0.0 {
                *damping = f64::MIN_POSITIVE.max(0.001 * upper);
            }
            let root = damping.sqrt();
            let weights: Vec<f64> = scale.iter().map(|scale| root * scale).collect();
            let (values, square) = self.damped(&weights, rotated);
            unpivot(&mut x, &values);
            length = scaled_norm(scale, &x);
            let before = excess;
            excess = length - reach;
            if excess.abs() <= 0.1 * reach
                || (lower == 0.0 && excess <= before && before < 0.0)
                || round == 10
            {
                break;
            }
            let mut slope = direction(&x, length);
            for j in 0..n {
                slope[j] /= square[j * n + j];
                for i in j + 1..n {
                    slope[i] -= square[j * n + i] * slope[j];
                }
            }
            let size = norm(&slope);
            let correction = excess / reach / size / size;
            if excess > 0.0 {
                lower = lower.max(*damping);
            } else if excess < 0.0 {
                upper = upper.min(*damping);
            }
            *damping = lower.max(*damping + correction);
        }
        x
    }

    /// The pivoted minimiser of `|R x - v|² + |W x|²` by Givens rotations, and the lower triangle Sᵀ with
    /// `Sᵀ S = RᵀR + W²`.
    fn damped(&self, weights: &[f64], rotated: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let n = self.n;
        // The lower triangle of column j holds row j of R.
        let mut square = vec![0.0; n * n];
        for j in 0..n {
            for i in j..n {
                square[j * n + i] = self.at(j, i);
            }
        }
        let mut values = rotated[..n].to_vec();
        for j in 0..n {
            let weight = weights[self.pivots[j]];
            if weight == 0.0 {
                continue;
            }
            let mut row = vec![0.0; n];
            row[j] = weight;
            let mut carried = 0.0;
            for k in j..n {
                if row[k] == 0.0 {
                    continue;
                }
                let diagonal = square[k * n + k];
                let (sine, cosine) = if diagonal.abs() < row[k].abs() {
                    let cotangent = diagonal / row[k];
                    let sine = 0.5 / (0.25 + 0.25 * cotangent * cotangent).sqrt();
                    (sine, sine * cotangent)
                } else {
                    let tangent = row[k] / diagonal;
                    let cosine = 0.5 / (0.25 + 0.25 * tangent * tangent).sqrt();
                    (cosine * tangent, cosine)
                };
                square[k * n + k] = cosine * diagonal + sine * row[k];
                let turned = cosine * values[k] + sine * carried;
                carried = -sine * values[k] + cosine * carried;
                values[k] = turned;
                for i in k + 1..n {
                    let turned = cosine * square[k * n + i] + sine * row[i];
                    row[i] = -sine * square[k * n + i] + cosine * row[i];
                    square[k * n + i] = turned;
                }
            }
        }
        let rank = (0..n).find(|&j| square[j * n + j] == 0.0).unwrap_or(n);
        values[rank..].fill(0.0);
        for j in (0..rank).rev() {
            let sum: f64 = (j + 1..rank).map(|i| square[j * n + i] * values[i]).sum();
            values[j] = (values[j] - sum) / square[j * n + j];
        }
        (values, square)
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

fn scaled_norm(scale: &[f64], values: &[f64]) -> f64 {
    scale.iter().zip(values).map(|(scale, value)| (scale * value).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
