//! Training rows that stand for all of them.

use crate::{Kernel, metric::Metric};
use archcast_sdk::prelude::*;

/// A row that the chosen ones leave less than this part of its variance adds nothing.
const SPENT: f64 = 1e-8;

/// At most `most` rows in the order of a pivoted Cholesky factorisation of the kernel matrix: each is the one whose
/// variance given those before it is the largest, the first of equal ones. Repeated rows drop out by themselves.
///
/// Cost O(n m²) in n m numbers.
///
/// # Errors
/// `cancelled`.
pub(crate) fn choose(
    kernel: Kernel,
    length: f64,
    (metric, places): (&Metric, &[Vec<f64>]),
    most: usize,
    cx: &Context<'_>,
) -> Result<Vec<usize>> {
    let n = places.len();
    let mut left: Vec<f64> = vec![1.0; n];
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut chosen = Vec::new();
    while chosen.len() < most.min(n) {
        cx.check()?;
        let larger =
            |best: (usize, f64), (row, &left): (usize, &f64)| if left > best.1 { (row, left) } else { best };
        let (pivot, most_left) = left.iter().enumerate().fold((0, 0.0), larger);
        if most_left < SPENT {
            break;
        }
        let root = most_left.sqrt();
        let mut column: Vec<f64> = (places.iter())
            .map(|place| kernel.value(metric.squared(place, &places[pivot]), length))
            .collect();
        for before in &columns {
            let weight = before[pivot];
            for (value, before) in column.iter_mut().zip(before) {
                *value -= weight * before;
            }
        }
        for (value, left) in column.iter_mut().zip(&mut left) {
            *value /= root;
            *left -= *value * *value;
        }
        left[pivot] = 0.0;
        columns.push(column);
        chosen.push(pivot);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn repeated_rows_are_chosen_once_and_far_rows_first() {
        let values = vec![0.0, 0.1, 0.0, 5.0, 5.1, 0.1];
        let data = DatasetBuilder::new(6).features(&["a"], values);
        let view = data.view().unwrap();
        let metric = Metric::of(&view).unwrap();
        let places = metric.places(view.features().unwrap().values());
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let of = |most| choose(Kernel::Rbf, 1.0, (&metric, &places), most, &cx).unwrap();
        let all = of(6);
        assert_eq!(all.len(), 4, "{all:?}");
        assert_eq!(all[..2], [0, 4]);
        assert_eq!(of(2), [0, 4]);
    }
}
