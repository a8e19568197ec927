//! Learning rates by epoch, and clipping of gradients.

use crate::Real;

/// The cosine schedule (Loshchilov and Hutter, ICLR 2017) without restarts: from `first` in epoch 0 towards `last`,
/// which epoch `epochs` would have.
pub fn cosine(first: f64, last: f64, epoch: usize, epochs: usize) -> f64 {
    let share = epoch as f64 / epochs.max(1) as f64;
    last + (first - last) * (1.0 + (std::f64::consts::PI * share.min(1.0)).cos()) / 2.0
}

/// Scales the gradient down to this norm where it is longer, as PyTorch does; the norm before.
pub fn clip<F: Real>(gradient: &mut [F], longest: f64) -> f64 {
    let norm = gradient.iter().map(|&slope| slope.wide() * slope.wide()).sum::<f64>().sqrt();
    let share = longest / (norm + 1e-6);
    if share < 1.0 {
        let share = F::of(share);
        gradient.iter_mut().for_each(|slope| *slope *= share);
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences::near;

    #[test]
    fn rates_and_clipped_gradients_are_those_of_torch() {
        let rates = [0, 1, 75, 150, 299].map(|epoch| cosine(1e-4, 0.0, epoch, 300));
        let want = [1e-4, 9.999725846828e-5, 8.535533905933e-5, 5e-5, 2.741531724393e-9];
        near(&rates, &want, 1e-16);
        let mut gradient = [3.0, 4.0, 12.0];
        assert_eq!(clip(&mut gradient, 5.0), 13.0);
        near(&gradient, &[1.1538460651, 1.5384614201, 4.6153842604], 1e-10);
        let before = gradient;
        clip(&mut gradient, 6.0);
        assert_eq!(gradient, before);
    }
}
