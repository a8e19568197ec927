//! The parametric families of learning curves (Domhan et al., IJCAI 2015), in x = epoch from 1: values, gradients,
//! where they rise, and the starting points of the paper's code.

use archcast_sdk::prelude::*;

/// Most parameters of a family.
pub(crate) const MOST: usize = 4;

/// Parameters of a family; places beyond its number hold 0.
pub(crate) type Theta = [f64; MOST];

/// A family of curves that saturate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CurveFamily {
    /// `exp(a + b / x + c ln x)`
    VaporPressure,
    /// `c - a x^(-α)`
    Pow3,
    /// `ln(a ln x + b)`
    LogLogLinear,
    /// `θ x^η / (κ^η + x^η)`
    Hill3,
    /// `a / (1 + (x / e^b)^c)`
    LogPower,
    /// `c - (a x + b)^(-α)`
    Pow4,
    /// `α - (α - β) / (1 + (κ x)^δ)`
    Mmf,
    /// `c - exp(-a x^α + b)`
    Exp4,
    /// `α - (α - β) exp(-κ x^δ)`
    Janoschek,
    /// `α - (α - β) exp(-(κ x)^δ)`
    Weibull,
    /// `c - a / ln(x + 1)`
    Ilog2,
}

use CurveFamily::{
    Exp4, Hill3, Ilog2, Janoschek, LogLogLinear, LogPower, Mmf, Pow3, Pow4, VaporPressure, Weibull,
};

/// Epochs with their logarithms.
#[derive(Debug, Clone)]
pub(crate) struct Epochs {
    x: Vec<f64>,
    ln: Vec<f64>,
    /// For epochs 1, 2, …: the places of two factors of each, its own and that of epoch 1 where it is prime.
    factors: Vec<(usize, usize)>,
}

impl Epochs {
    /// Epochs 1, 2, …
    pub(crate) fn first(count: usize) -> Self {
        let factor = |epoch: usize| {
            let least = (2..epoch).take_while(|d| d * d <= epoch).find(|d| epoch.is_multiple_of(*d));
            least.map_or((epoch - 1, 0), |d| (d - 1, epoch / d - 1))
        };
        let factors = (1..=count).map(factor).collect();
        Self { factors, ..Self::of((1..=count).map(|epoch| epoch as f64).collect()) }
    }

    /// This epoch alone.
    pub(crate) fn one(epoch: f64) -> Self {
        Self::of(vec![epoch])
    }

    /// These epochs.
    pub(crate) fn of(x: Vec<f64>) -> Self {
        Self { ln: x.iter().map(|x| x.ln()).collect(), x, factors: Vec::new() }
    }

    /// Their number.
    pub(crate) fn len(&self) -> usize {
        self.x.len()
    }

    /// Powers of epochs 1, 2, …: an exponential for each prime, and products.
    fn powers(&self, exponent: f64, out: &mut [f64]) {
        for (place, &(one, other)) in self.factors.iter().enumerate() {
            out[place] = match one == place {
                true => (exponent * self.ln[place]).exp(),
                false => out[one] * out[other],
            };
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.ln.iter().copied())
    }
}

impl CurveFamily {
    /// All of them, in the order of the paper's table.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 11] =
        [VaporPressure, Pow3, LogLogLinear, Hill3, LogPower, Pow4, Mmf, Exp4, Janoschek, Weibull, Ilog2];

    /// The four that NASLib keeps, since more make its forecasts worse.
    pub(crate) const KEPT: [Self; 4] = [Mmf, LogLogLinear, Hill3, LogPower];

    /// Where least squares start: the paper's code.
    pub(crate) fn start(self) -> &'static [f64] {
        match self {
            VaporPressure => &[-0.622_028, -0.470_050, 0.042_322],
            Pow3 => &[0.84, 0.52, 0.01],
            LogLogLinear => &[1.0, 1.0],
            Hill3 => &[0.772_320, 0.586_449, 2.460_843],
            LogPower => &[0.77, 2.98, -0.51],
            Pow4 => &[0.8, 200.0, 0.0, 0.1],
            Mmf => &[0.7, 0.1, 0.01, 5.0],
            Exp4 => &[0.7, 0.8, -0.8, 0.3],
            Janoschek => &[0.73, 0.07, 0.355, 0.46],
            Weibull => &[0.7, 0.1, 0.01, 1.0],
            Ilog2 => &[0.78, 0.43],
        }
    }

    /// Its number of parameters.
    pub(crate) fn parameters(self) -> usize {
        self.start().len()
    }

    /// Adds `weight` times the curve to `sum` at each epoch. Where the formula has no value the sum becomes NaN.
    pub(crate) fn add(self, theta: &Theta, epochs: &Epochs, weight: f64, sum: &mut [f64]) {
        let [p, q, r, s] = *theta;
        let points = sum.iter_mut().zip(epochs.pairs());
        match self {
            VaporPressure => {
                points.for_each(|(sum, (x, ln))| *sum += weight * (p + q / x + r * ln).exp());
            }
            Pow3 => points.for_each(|(sum, (_, ln))| *sum += weight * (p - q * (-r * ln).exp())),
            LogLogLinear => points.for_each(|(sum, (_, ln))| *sum += weight * (p * ln + q).ln()),
            Hill3 => {
                let half = r.ln();
                points.for_each(|(sum, (_, ln))| *sum += weight * p / (1.0 + (q * (half - ln)).exp()));
            }
            LogPower => points.for_each(|(sum, (_, ln))| *sum += weight * p / (1.0 + (r * (ln - q)).exp())),
            Pow4 => points.for_each(|(sum, (x, _))| *sum += weight * (p - (q * x + r).powf(-s))),
            Mmf => {
                let rate = r.ln();
                points.for_each(|(sum, (_, ln))| {
                    *sum += weight * (p - (p - q) / (1.0 + (s * (rate + ln)).exp()));
                });
            }
            Exp4 => {
                points.for_each(|(sum, (_, ln))| *sum += weight * (p - (r - q * (s * ln).exp()).exp()));
            }
            Janoschek => points.for_each(|(sum, (_, ln))| {
                *sum += weight * (p - (p - q) * (-r * (s * ln).exp()).exp());
            }),
            Weibull => {
                let rate = r.ln();
                points.for_each(|(sum, (_, ln))| {
                    *sum += weight * (p - (p - q) * (-(s * (rate + ln)).exp()).exp());
                });
            }
            Ilog2 => points.for_each(|(sum, (x, _))| *sum += weight * (p - q / (x + 1.0).ln())),
        }
    }

    /// The same up to rounding for epochs 1, 2, …, and faster; `powers` is room for one number each.
    pub(crate) fn add_fast(
        self,
        theta: &Theta,
        epochs: &Epochs,
        weight: f64,
        sum: &mut [f64],
        powers: &mut [f64],
    ) {
        let [p, q, r, s] = *theta;
        // `1 / (1 + scale x^exponent)`, and what it is multiplied with and added to.
        let (exponent, scale, factor, constant) = match self {
            Hill3 => (-q, (q * r.ln()).exp(), p, 0.0),
            LogPower => (r, (-r * q).exp(), p, 0.0),
            Mmf => (s, (s * r.ln()).exp(), q - p, p),
            _ => return self.add(theta, epochs, weight, sum),
        };
        epochs.powers(exponent, powers);
        let last = powers.last().copied().unwrap_or(1.0);
        if !(scale.is_normal() && last.is_normal()) {
            return self.add(theta, epochs, weight, sum);
        }
        let (factor, constant) = (weight * factor, weight * constant);
        for (sum, power) in sum.iter_mut().zip(&*powers) {
            *sum += constant + factor / (1.0 + scale * power);
        }
    }

    /// The curve at each epoch.
    #[cfg(test)]
    pub(crate) fn values(self, theta: &Theta, epochs: &Epochs) -> Vec<f64> {
        let mut values = vec![0.0; epochs.len()];
        self.add(theta, epochs, 1.0, &mut values);
        values
    }

    /// The curve at the first of these epochs.
    pub(crate) fn at(self, theta: &Theta, epoch: &Epochs) -> f64 {
        let mut value = [0.0];
        self.add(theta, epoch, 1.0, &mut value);
        value[0]
    }

    /// Derivatives by each parameter, one column of all epochs after the other.
    pub(crate) fn jacobian(self, theta: &Theta, epochs: &Epochs, columns: &mut [f64]) {
        let (count, rate) = (epochs.len(), theta[2].ln());
        for (place, (x, ln)) in epochs.pairs().enumerate() {
            for (column, slope) in
                self.gradient(theta, rate, x, ln).into_iter().enumerate().take(self.parameters())
            {
                columns[column * count + place] = slope;
            }
        }
    }

    /// At an epoch with its logarithm; `rate` is the logarithm of the third parameter.
    fn gradient(self, theta: &Theta, rate: f64, x: f64, ln: f64) -> Theta {
        let [p, q, r, s] = *theta;
        match self {
            VaporPressure => {
                let value = (p + q / x + r * ln).exp();
                [value, value / x, value * ln, 0.0]
            }
            Pow3 => {
                let power = (-r * ln).exp();
                [1.0, -power, q * power * ln, 0.0]
            }
            LogLogLinear => {
                let inverse = 1.0 / (p * ln + q);
                [inverse * ln, inverse, 0.0, 0.0]
            }
            Hill3 => {
                let share = 1.0 / (1.0 + (q * (rate - ln)).exp());
                let slope = p * share * (1.0 - share);
                [share, slope * (ln - rate), -slope * q / r, 0.0]
            }
            LogPower => {
                let share = 1.0 / (1.0 + (r * (ln - q)).exp());
                let slope = p * share * (1.0 - share);
                [share, slope * r, -slope * (ln - q), 0.0]
            }
            Pow4 => {
                let base = q * x + r;
                let power = base.powf(-s);
                [1.0, s * x * power / base, s * power / base, power * base.ln()]
            }
            Mmf => {
                let share = 1.0 / (1.0 + (s * (rate + ln)).exp());
                let slope = (p - q) * share * (1.0 - share);
                [1.0 - share, share, slope * s / r, slope * (rate + ln)]
            }
            Exp4 => {
                let power = (s * ln).exp();
                let rest = (r - q * power).exp();
                [1.0, power * rest, -rest, q * power * ln * rest]
            }
            Janoschek => {
                let power = (s * ln).exp();
                let rest = (-r * power).exp();
                [1.0 - rest, rest, (p - q) * power * rest, (p - q) * r * power * ln * rest]
            }
            Weibull => {
                let power = (s * (rate + ln)).exp();
                let rest = (-power).exp();
                let slope = (p - q) * rest * power;
                [1.0 - rest, rest, slope * s / r, slope * (rate + ln)]
            }
            Ilog2 => [1.0, -1.0 / (x + 1.0).ln(), 0.0, 0.0],
        }
    }

    /// Whether the curve has a value from epoch 1 on and nowhere falls from epoch 2 to `last`: the sign of its
    /// derivative, which for every family is a matter of its parameters.
    pub(crate) fn rises(self, theta: &Theta, last: f64) -> bool {
        let [p, q, r, s] = *theta;
        match self {
            // The derivative is the value times (c x - b) / x².
            VaporPressure => r * 2.0 >= q && r * last >= q,
            Pow3 => q * r >= 0.0,
            LogLogLinear => p >= 0.0 && q > 0.0,
            Hill3 => p * q >= 0.0 && r > 0.0,
            LogPower => p * r <= 0.0,
            Pow4 => q * s >= 0.0 && q + r > 0.0 && q * last + r > 0.0,
            Mmf | Weibull => (p - q) * s >= 0.0 && r > 0.0,
            Exp4 => q * s >= 0.0,
            Janoschek => (p - q) * r * s >= 0.0,
            Ilog2 => q >= 0.0,
        }
    }
}

#[cfg(test)]
mod tests;
