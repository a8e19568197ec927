//! Mean and standard deviation.

use archcast_sdk::prelude::*;

/// Mean and population standard deviation; of equal values the deviation is 0 without rounding. Both are 0 of none.
pub fn moments(values: ArrayView1<'_, f64>) -> (f64, f64) {
    let Some(&first) = values.first() else { return (0.0, 0.0) };
    let n = values.len() as f64;
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
    let largest = values.iter().map(|value| (value - mean).abs()).fold(0.0, f64::max);
    if largest == 0.0 {
        return (mean, 0.0);
    }
    // Squares of what is at most 1: they neither overflow nor vanish.
    let squares = values.iter().map(|value| ((value - mean) / largest).powi(2)).sum::<f64>();
    (mean, largest * (squares / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_population() {
        let values = Array1::from(vec![2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(moments(values.view()), (5.0, 2.0));
        let (mean, deviation) = moments((&values * 1e-300).view());
        assert!((mean / 5e-300 - 1.0).abs() < 1e-14 && (deviation / 2e-300 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn equal_values_have_no_deviation_whatever_their_rounding() {
        for n in [1, 3, 7, 1000] {
            assert_eq!(moments(Array1::from_elem(n, 0.1).view()), (0.1, 0.0));
        }
    }
}
