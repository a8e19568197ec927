//! Importance of features from the gains of splits.

/// Gains as shares of their sum; all 0 where nothing was split.
pub(crate) fn shares(mut gains: Vec<f64>) -> Vec<f64> {
    let total: f64 = gains.iter().sum();
    if total > 0.0 {
        gains.iter_mut().for_each(|gain| *gain /= total);
    }
    gains
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_sum_to_one_unless_nothing_was_split() {
        assert_eq!(shares(vec![1.0, 3.0]), [0.25, 0.75]);
        assert_eq!(shares(vec![0.0, 0.0]), [0.0, 0.0]);
    }
}
