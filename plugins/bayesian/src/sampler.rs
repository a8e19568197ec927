//! Stochastic-gradient Hamiltonian Monte Carlo with steps that adapt to each parameter's gradient (Springenberg, Klein,
//! Falkner and Hutter, NeurIPS 2016; Chen, Fox and Guestrin, ICML 2014), in the form of pybnn: the friction is chosen so
//! that a step keeps the part `1 − c` of the momentum whatever the gradient.

/// Keeps divisions from 0.
const TINY: f64 = 1e-10;
/// Smallest variance of the noise.
const FLOOR: f64 = 1e-16;

/// What a chain remembers of each parameter.
#[derive(Debug)]
pub(crate) struct Sampler {
    rate: f64,
    friction: f64,
    /// Steps that the averages reach back.
    window: Vec<f64>,
    /// Average gradient.
    gradient: Vec<f64>,
    /// Average squared gradient.
    square: Vec<f64>,
    momentum: Vec<f64>,
}

impl Sampler {
    /// Before the first step of so many parameters.
    pub(crate) fn new(parameters: usize, rate: f64, friction: f64) -> Self {
        let ones = vec![1.0; parameters];
        let momentum = vec![0.0; parameters];
        Self { rate, friction, window: ones.clone(), gradient: ones.clone(), square: ones, momentum }
    }

    /// Moves the parameters by one step. `slope` is the gradient of the negative log posterior, estimated on a batch;
    /// `adapt` lets the averages learn from it; `normal` gives normal deviates, one a parameter, in their order.
    pub(crate) fn step(
        &mut self,
        parameters: &mut [f64],
        slope: &[f64],
        adapt: bool,
        mut normal: impl FnMut() -> f64,
    ) {
        let (rate, friction) = (self.rate, self.friction);
        let averages = self.window.iter_mut().zip(&mut self.gradient).zip(&mut self.square);
        let moved = parameters.iter_mut().zip(slope).zip(&mut self.momentum);
        for (((window, gradient), square), ((parameter, &slope), momentum)) in averages.zip(moved) {
            if adapt {
                let share = 1.0 / (*window + 1.0);
                *window += 1.0 - *window * *gradient * *gradient / (*square + TINY);
                *gradient += share * (slope - *gradient);
                *square += share * (slope * slope - *square);
            }
            let scale = 1.0 / (square.sqrt() + TINY);
            let variance = (2.0 * rate * rate * friction * scale - rate.powi(4)).max(FLOOR);
            *momentum += variance.sqrt() * normal() - rate * rate * scale * slope - friction * *momentum;
            *parameter += *momentum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{Rng, rand::SeedableRng as _};
    use rand_distr::{Distribution as _, StandardNormal};

    fn near(have: &[f64], want: &[f64], tolerance: f64) {
        for (have, want) in have.iter().zip(want) {
            assert!((have - want).abs() <= tolerance * want.abs().max(1e-4), "{have} {want}");
        }
    }

    // pybnn's sampler without its noise, 100 rows.
    #[test]
    fn three_steps_are_those_of_the_worked_example() {
        let mut sampler = Sampler::new(2, 0.01, 0.05);
        let mut parameters = [0.3, -0.7];
        let steps = [
            ([0.02, -0.5], [-1.264_911e-4, 1.413_931e-4], [0.299_873_508_9, -0.699_858_606_9]),
            ([-0.01, -0.4], [-4.457_366e-5, 2.402_767e-4], [0.299_828_935_2, -0.699_618_330_2]),
            ([0.03, -0.3], [-2.691_237e-4, 3.077_279e-4], [0.299_559_811_6, -0.699_310_602_3]),
        ];
        for (step, (slope, momentum, want)) in steps.into_iter().enumerate() {
            sampler.step(&mut parameters, &slope.map(|slope| 100.0 * slope), step < 2, || 0.0);
            near(&sampler.momentum, &momentum, 1e-6);
            near(&parameters, &want, 2e-10);
            if step == 0 {
                near(&sampler.gradient, &[1.5, -24.5], 1e-12);
                near(&sampler.square, &[2.5, 1250.5], 1e-12);
            } else {
                near(&sampler.window, &[1.1, 1.519_992_003_3], 1e-10);
                near(&sampler.gradient, &[0.25, -32.25], 1e-9);
                near(&sampler.square, &[1.75, 1425.25], 1e-9);
            }
        }
        // The noise of the first step alone.
        let mut sampler = Sampler::new(2, 0.01, 0.05);
        let mut parameters = [0.3, -0.7];
        sampler.step(&mut parameters, &[2.0, -50.0], true, || 1.0);
        near(&[sampler.momentum[0] + 1.264_911e-4], &[0.002_512_877_9], 1e-6);
        near(&[sampler.momentum[1] - 1.413_931e-4], &[0.000_522_289_3], 1e-6);
    }

    #[test]
    fn a_known_posterior_is_sampled_with_its_mean_and_deviation() {
        // Normal with mean 2 and deviation 0.5; mean −1 and deviation 0.1. The batches' gradients are noisy as little as
        // to leave the posterior alone.
        let (mean, deviation) = ([2.0, -1.0], [0.5, 0.1]);
        let mut rng = Rng::seed_from_u64(1);
        let mut sampler = Sampler::new(2, 0.05, 0.05);
        let mut at = [1.5, -0.9];
        let mut kept: Vec<[f64; 2]> = Vec::new();
        for step in 0..400_000 {
            let slope = [0, 1].map(|k| (at[k] - mean[k]) / (deviation[k] * deviation[k]));
            sampler.step(&mut at, &slope, step < 2000, || StandardNormal.sample(&mut rng));
            if step >= 4000 {
                kept.push(at);
            }
        }
        for k in 0..2 {
            let count = kept.len() as f64;
            let found = kept.iter().map(|at| at[k]).sum::<f64>() / count;
            let spread = (kept.iter().map(|at| (at[k] - found).powi(2)).sum::<f64>() / count).sqrt();
            assert!((found - mean[k]).abs() < 0.1 * deviation[k], "{k} {found}");
            assert!((spread / deviation[k] - 1.0).abs() < 0.08, "{k} {spread}");
        }
    }
}
