use super::*;

fn started(family: CurveFamily) -> Theta {
    let mut theta = [0.0; MOST];
    theta[..family.parameters()].copy_from_slice(family.start());
    theta
}

/// Made with numpy from the formulas of the paper.
const VALUES: [[f64; 5]; 11] = [
    [0.3355185612, 0.4370456509, 0.5231309998, 0.5646309237, 0.6493207338],
    [0.3200000000, 0.3235919024, 0.3283020895, 0.3318366451, 0.3434038553],
    [0.0000000000, 0.5265890341, 0.9591348389, 1.1947055233, 1.7236894193],
    [0.2864999989, 0.3627095549, 0.4652970649, 0.5365411663, 0.6933592802],
    [0.1382080487, 0.1828945152, 0.2556684404, 0.3191484818, 0.5360038684],
    [0.2112959813, 0.2507197283, 0.2988127664, 0.3323757761, 0.4285528757],
    [0.1000000001, 0.1000000019, 0.1000001875, 0.1000059999, 0.4000000000],
    [0.4981034820, 0.5321887647, 0.5771173295, 0.6089375598, 0.6814049035],
    [0.2672255275, 0.3249856536, 0.4164594702, 0.4929173887, 0.6955510524],
    [0.1059700998, 0.1118807960, 0.1292623453, 0.1570975492, 0.4792723353],
    [0.1596411324, 0.3885971326, 0.5400124306, 0.6006760717, 0.6868280019],
];

#[test]
fn values_are_those_of_numpy() {
    let epochs = Epochs::of(vec![1.0, 2.0, 5.0, 10.0, 100.0]);
    for (family, expected) in CurveFamily::ALL.into_iter().zip(VALUES) {
        let values = family.values(&started(family), &epochs);
        for (have, want) in values.iter().zip(expected) {
            assert!((have - want).abs() < 6e-11, "{family:?}: {have} {want}");
        }
    }
}

#[test]
fn gradients_are_the_slopes_of_the_values() {
    let epochs = Epochs::of(vec![1.0, 2.0, 7.0, 40.0]);
    for family in CurveFamily::ALL {
        let theta = started(family).map(|value| value * 1.1 + 0.02);
        let mut columns = vec![0.0; 4 * MOST];
        family.jacobian(&theta, &epochs, &mut columns);
        for parameter in 0..family.parameters() {
            let step = 1e-6 * (1.0 + theta[parameter].abs());
            let beside = |by: f64| {
                let mut moved = theta;
                moved[parameter] += by;
                family.values(&moved, &epochs)
            };
            for (place, (above, below)) in beside(step).iter().zip(beside(-step)).enumerate() {
                let (slope, want) = (columns[parameter * 4 + place], (above - below) / (2.0 * step));
                assert!(
                    (slope - want).abs() < 1e-6 * (1.0 + want.abs()),
                    "{family:?} {parameter}: {slope} {want}"
                );
            }
        }
    }
}

#[test]
fn a_curve_rises_where_its_values_do() {
    let epochs = Epochs::of((0..50).map(|step| 2.0 + 98.0 * f64::from(step) / 49.0).collect());
    let signs = [1.0, -1.0];
    let mut seen = [0, 0];
    for family in CurveFamily::ALL {
        for pattern in 0..16_usize {
            let mut theta = started(family);
            for (place, value) in theta.iter_mut().enumerate() {
                *value = *value * signs[pattern >> place & 1] + 0.01;
            }
            let values = family.values(&theta, &epochs);
            // The whole curve is in question, from epoch 1 on.
            if !family.at(&theta, &Epochs::one(1.0)).is_finite()
                || values.iter().any(|value| !value.is_finite())
            {
                assert!(!family.rises(&theta, 100.0) || values.iter().any(|v| v.is_infinite()), "{family:?}");
                continue;
            }
            let falls = values.windows(2).any(|pair| pair[1] < pair[0] - 1e-12);
            let flat = values.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 1e-12);
            if !flat {
                assert_eq!(family.rises(&theta, 100.0), !falls, "{family:?} {theta:?}");
                seen[usize::from(falls)] += 1;
            }
        }
    }
    assert!(seen[0] > 20 && seen[1] > 20, "{seen:?}");
}

#[test]
fn the_fast_curve_is_the_curve() {
    let epochs = Epochs::first(60);
    let mut extremes = 0;
    for family in CurveFamily::ALL {
        for stretch in [0.3, 1.0, 2.0, 300.0] {
            let mut theta = started(family).map(|value| value + 0.05);
            theta[family.parameters() - 1] *= stretch;
            let (mut slow, mut fast, mut room) = (vec![0.1; 60], vec![0.1; 60], vec![0.0; 60]);
            family.add(&theta, &epochs, 0.4, &mut slow);
            family.add_fast(&theta, &epochs, 0.4, &mut fast, &mut room);
            for (slow, fast) in slow.iter().zip(&fast) {
                assert!(
                    (slow - fast).abs() < 1e-12 || slow.is_nan() && fast.is_nan(),
                    "{family:?} {slow} {fast}"
                );
            }
            extremes += usize::from(room.iter().any(|power| !power.is_normal()) && room[0] == 1.0);
        }
    }
    assert!(extremes > 0);
}
