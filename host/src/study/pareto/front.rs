//! What is worth its cost.

/// The places of the points (cost, quality) that no other beats: none is as cheap and as good and better in one of the two.
/// From the cheapest to the dearest; of equal points all stay. Points with a number that is not finite are left out.
pub fn pareto_front(points: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len())
        .filter(|&place| points[place].0.is_finite() && points[place].1.is_finite())
        .collect();
    order.sort_by(|&a, &b| points[a].0.total_cmp(&points[b].0).then(points[b].1.total_cmp(&points[a].1)));
    let mut front: Vec<usize> = Vec::new();
    for place in order {
        let last = front.last().map(|&last| points[last]);
        if last.is_none_or(|last| points[place].1 > last.1 || points[place] == last) {
            front.push(place);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn beats(a: (f64, f64), b: (f64, f64)) -> bool {
        a.0 <= b.0 && a.1 >= b.1 && a != b
    }

    #[test]
    fn dearer_points_stay_only_where_they_are_better() {
        let points = [
            (3.0, 0.7),
            (1.0, 0.5),
            (2.0, 0.4),
            (3.0, 0.6),
            (1.0, 0.5),
            (f64::NAN, 1.0),
            (9.0, f64::INFINITY),
        ];
        assert_eq!(pareto_front(&points), [1, 4, 0]);
        assert!(pareto_front(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn exactly_the_points_that_no_other_beats_stay(
            points in prop::collection::vec((-3i8..3, -3i8..3), 0..30)
        ) {
            let points: Vec<(f64, f64)> = points.into_iter().map(|(a, b)| (a.into(), b.into())).collect();
            let mut front = pareto_front(&points);
            front.sort_unstable();
            let unbeaten: Vec<usize> = (0..points.len())
                .filter(|&place| !points.iter().any(|&other| beats(other, points[place])))
                .collect();
            prop_assert_eq!(front, unbeaten);
        }
    }
}
