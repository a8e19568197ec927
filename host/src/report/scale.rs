//! Scales: from values to places on an axis, and the ticks that are written at it.

/// Where a value lies on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    kind: Kind,
    /// Places of the lowest and of the highest value.
    from: f64,
    to: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Evenly from the one value to the other.
    Linear(f64, f64),
    /// Evenly in the logarithm from the one power to the other; `zero` is the room at the beginning where 0 lies.
    Log { low: f64, high: f64, zero: f64 },
}

/// Room for 0 before the values of a logarithmic axis.
const ZERO_ROOM: f64 = 34.0;

impl Scale {
    /// An even scale over these values with a little room at both ends. No value at all gives 0 to 1.
    pub fn linear(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = ends(values).unwrap_or((0.0, 1.0));
        if low == high {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - room, high + room);
        }
        let room = (high - low) * 0.05;
        Self { kind: Kind::Linear(low - room, high + room), from, to }
    }

    /// An even scale from exactly the one value to the other.
    pub fn between(low: f64, high: f64, from: f64, to: f64) -> Self {
        Self { kind: Kind::Linear(low, high), from, to }
    }

    /// A logarithmic scale over these values, none of which is below 0; 0 has a place of its own at the beginning.
    pub fn logarithmic(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let values: Vec<f64> = values.into_iter().collect();
        let zero = if values.iter().any(|&value| value <= 0.0) { ZERO_ROOM } else { 0.0 };
        let above = values.into_iter().filter(|&value| value > 0.0);
        let (low, high) = ends(above).map_or((0.0, 1.0), |(low, high)| (low.log10(), high.log10()));
        // Less than half a power of ten has too few ticks.
        let short = (0.5 - (high - low)).max(0.0) / 2.0;
        let room = (high - low) * 0.04 + short;
        Self { kind: Kind::Log { low: low - room, high: high + room, zero }, from, to }
    }

    /// The place of a value.
    pub fn at(&self, value: f64) -> f64 {
        let (from, to) = (self.from, self.to);
        match self.kind {
            Kind::Linear(low, high) => from + (value - low) / (high - low) * (to - from),
            Kind::Log { zero, .. } if value <= 0.0 => from + (to - from).signum() * zero / 3.0,
            Kind::Log { low, high, zero } => {
                let from = from + (to - from).signum() * zero;
                from + (value.log10() - low) / (high - low) * (to - from)
            }
        }
    }

    /// Round values along the axis, about so many.
    pub fn ticks(&self, about: usize) -> Vec<f64> {
        match self.kind {
            Kind::Linear(low, high) => {
                let mut least = (high - low) / about.max(1) as f64;
                let mut step = round_step(least);
                // A large step may have no multiple on a short axis; half of the axis' length always has one.
                while (high / step).floor() < (low / step).ceil() && step * 2.0 > high - low {
                    least /= 2.0;
                    step = round_step(least);
                }
                let (first, last) = ((low / step).ceil(), (high / step).floor());
                let count = (last - first).clamp(0.0, 100.0) as usize;
                // Multiples, for sums of steps drift.
                (0..=count).map(|place| (first + place as f64) * step).collect()
            }
            Kind::Log { low, high, zero } => {
                let mut ticks = if zero > 0.0 { vec![0.0] } else { Vec::new() };
                ticks.extend(powers(low, high, about));
                ticks
            }
        }
    }

    /// Those of these values, which ascend, that lie on the axis, about so many; 0 too where it has a place.
    pub fn ticks_among(&self, round: &[f64], about: usize) -> Vec<f64> {
        let (least, most, zero) = match self.kind {
            Kind::Linear(low, high) => (low, high, false),
            Kind::Log { low, high, zero } => (10f64.powf(low), 10f64.powf(high), zero > 0.0),
        };
        let within: Vec<f64> = round.iter().copied().filter(|value| (least..=most).contains(value)).collect();
        if within.is_empty() {
            return self.ticks(about);
        }
        let step = within.len().div_ceil(about.max(1));
        let zero = zero.then_some(0.0);
        zero.into_iter().chain(within.into_iter().step_by(step)).collect()
    }
}

/// The lowest and the highest of the finite values.
fn ends(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    let of = |factor: f64| factor * power;
    [1.0, 2.0, 5.0].into_iter().map(of).find(|&step| step >= least * (1.0 - 1e-9)).unwrap_or(of(10.0))
}

/// Powers of ten between two exponents; with steps of several powers where they are many, and 2 and 5 of each where they
/// are few.
fn powers(low: f64, high: f64, about: usize) -> Vec<f64> {
    let about = about.max(1) as f64;
    let span = high - low;
    let factors: &[f64] = if span * 3.0 <= about {
        &[1.0, 2.0, 5.0]
    } else if span * 2.0 <= about {
        &[1.0, 3.0]
    } else {
        &[1.0]
    };
    let step = (span / about).ceil().max(1.0) as i32;
    let (first, last) = (low.floor() as i32, high.ceil() as i32);
    let exponents = (first..=last).filter(|power| power.rem_euclid(step) == 0);
    exponents
        .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)))
        .filter(|tick| (low..=high).contains(&tick.log10()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::between(0.0, 1.0, 0.0, 100.0);
        assert_eq!(scale.ticks(5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        let scale = Scale::logarithmic([5.0, 1000.0], 0.0, 100.0);
        assert_eq!(scale.ticks(5), [10.0, 30.0, 100.0, 300.0, 1000.0]);
        assert_eq!(Scale::logarithmic([10.0, 30.0], 0.0, 100.0).ticks(6), [10.0, 20.0]);
        assert_eq!(Scale::logarithmic([1e-3, 1e9], 0.0, 100.0).ticks(4), [1.0, 1e4, 1e8]);
    }

    #[test]
    fn ticks_are_taken_of_round_values() {
        let round = [1.0, 10.0, 60.0, 600.0, 3600.0];
        let scale = Scale::logarithmic([0.0, 5.0, 4000.0], 0.0, 100.0);
        assert_eq!(scale.ticks_among(&round, 9), [0.0, 10.0, 60.0, 600.0, 3600.0]);
        assert_eq!(scale.ticks_among(&round, 2), [0.0, 10.0, 600.0]);
        // None of them lies on it.
        assert!(!Scale::logarithmic([2.0, 4.0], 0.0, 100.0).ticks_among(&round, 4).is_empty());
    }

    #[test]
    fn zero_lies_before_a_logarithmic_axis() {
        let scale = Scale::logarithmic([0.0, 1.0, 100.0], 50.0, 350.0);
        assert!(scale.at(0.0) > 50.0 && scale.at(0.0) < scale.at(1.0));
        assert!(scale.ticks(5).starts_with(&[0.0]));
        // Downwards too.
        let scale = Scale::logarithmic([0.0, 1.0], 350.0, 50.0);
        assert!(scale.at(0.0) < 350.0 && scale.at(0.0) > scale.at(1.0));
    }

    #[test]
    fn one_value_or_none_has_an_axis() {
        for scale in [
            Scale::linear([], 0.0, 10.0),
            Scale::linear([0.0], 0.0, 10.0),
            Scale::linear([-3.0, f64::NAN], 0.0, 10.0),
            Scale::logarithmic([], 0.0, 10.0),
            Scale::logarithmic([0.0], 0.0, 10.0),
            Scale::logarithmic([7.0], 0.0, 10.0),
        ] {
            assert!(scale.at(1.0).is_finite(), "{scale:?}");
            assert!(!scale.ticks(4).is_empty(), "{scale:?}");
        }
    }

    proptest! {
        #[test]
        fn values_and_ticks_lie_on_the_axis(values in prop::collection::vec(0.0f64..1e6, 1..20), about in 2usize..9) {
            for scale in [Scale::linear(values.clone(), 10.0, 90.0), Scale::logarithmic(values.clone(), 10.0, 90.0)] {
                for &value in values.iter().chain(&scale.ticks(about)) {
                    let place = scale.at(value);
                    prop_assert!((9.999..=90.001).contains(&place), "{value} at {place} of {scale:?}");
                }
                prop_assert!(scale.ticks(about).len() <= 3 * about + 3);
            }
        }
    }
}
