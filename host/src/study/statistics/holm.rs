//! Holm's correction for several comparisons.

/// The p-values of a family of comparisons, adjusted so that all below a level can be called significant together (Holm, A
/// simple sequentially rejective multiple test procedure, 1979), in the order given.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut highest = 0.0_f64;
    for (place, &comparison) in order.iter().enumerate() {
        highest = highest.max((p_values.len() - place) as f64 * p_values[comparison]).min(1.0);
        adjusted[comparison] = highest;
    }
    adjusted
}
