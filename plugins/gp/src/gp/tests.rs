use super::*;
use archcast_sdk::{LocalServices, header::Role, parameters::schema_of, serde_json::json};

/// Five rows of three encoded columns, as the worked example has them.
const ROWS: [[f64; 3]; 5] =
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]];
const TARGETS: [f64; 5] = [-1.2, 0.3, 0.8, -0.4, 0.5];
const FIXED: Hyperparameters = Hyperparameters { variance: 1.5, length: 1.2, noise: 0.1 };

fn rows(values: &[[f64; 3]]) -> DatasetBuilder<'static> {
    DatasetBuilder::new(values.len()).features(&["a", "b", "c"], values.as_flattened().to_vec()).header(
        |header| {
            for info in &mut header.features {
                info.role = Role::Encoding("code".into());
            }
        },
    )
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Gp> {
    let services = LocalServices::new(0).with_threads(2);
    Gp::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn predict(model: &Gp, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (have, want) in have.iter().zip(want) {
        assert!((have - want).abs() < tolerance, "{have} {want}");
    }
}

/// Runs on the likelihood of the worked example.
fn with_exact<T>(kernel: Kernel, prior: Prior, then: impl FnOnce(&Exact<'_>, &Context<'_>) -> T) -> T {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let data = rows(&ROWS);
    let view = data.view().unwrap();
    let metric = Metric::of(&view).unwrap();
    let places = metric.places(view.features().unwrap().values());
    let distances = Distances::of(&metric, &places, &cx).unwrap();
    then(&Exact { kernel, prior, distances: &distances, targets: &TARGETS }, &cx)
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Gp>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["noise"]["x-tune"], json!({ "low": 1e-4, "high": 1.0, "log": true }));
    assert_eq!(properties["kernel"]["x-tune"]["choices"][1], "matern-3-2");
}

// The worked example; numpy, torch's gradients and scikit-learn agree on it.
#[test]
fn likelihood_and_gradient_are_those_of_the_worked_example() {
    let expected = [
        (Kernel::Rbf, -8.2569422702, [0.5142845039, -4.7720195109, 0.7293195649]),
        (Kernel::Matern52, -7.4544773414, [-0.1454618366, -2.1484353324, 0.2298934147]),
    ];
    for (kernel, likelihood, gradient) in expected {
        let (value, slope) =
            with_exact(kernel, Prior::None, |exact, cx| exact.slope(&FIXED.logarithms(), cx).unwrap());
        near(&[-value], &[likelihood], 1e-9);
        near(&slope, &gradient.map(|g| -g), 1e-9);
    }
    let (map, _) =
        with_exact(Kernel::Rbf, Prior::Lognormal, |exact, cx| exact.slope(&FIXED.logarithms(), cx).unwrap());
    near(&[-map], &[-10.7814275535], 1e-9);
}

#[test]
fn weights_are_those_of_the_worked_example() {
    let solved = with_exact(Kernel::Rbf, Prior::None, |exact, cx| exact.solve(FIXED, cx).unwrap());
    let expected = [-3.2172671115, 1.1061105676, 2.414794516, -1.6914507831, 1.3724770149];
    near(&solved.weights, &expected, 1e-9);
}

#[test]
fn predictions_are_those_of_the_worked_example() {
    // The process of the standardised target with v and s² in its unit is that of the target itself.
    let scale = TargetScale::of(ArrayView1::from(&TARGETS[..])).unwrap();
    let square = scale.deviation(1.0).powi(2);
    let centre = scale.mean(0.0);
    assert!(centre.abs() < 1e-15);
    let expected = [
        (Kernel::Rbf, [-0.6679399455, 0.6401974889], [0.4736314563, 0.3440061077]),
        (Kernel::Matern52, [-0.4862765073, 0.4843402264], [0.6869242772, 0.5576994331]),
    ];
    for (kernel, means, variances) in expected {
        let params = Params {
            kernel: Some(kernel),
            length_scale: Some(1.2),
            variance: Some(1.5 / square),
            noise: Some(0.1 / square),
            steps: Some(0),
            ..Params::default()
        };
        let model = fit(&params, &rows(&ROWS).targets(TARGETS.to_vec())).unwrap();
        let predictions = predict(&model, &rows(&[[0.0; 3], [1.0; 3]]));
        near(predictions.get("mean").unwrap(), &means, 1e-9);
        near(predictions.get("std").unwrap(), &variances.map(|v: f64| (v + 0.1).sqrt()), 1e-9);
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    for kernel in [Kernel::Rbf, Kernel::Matern32, Kernel::Exponential, Kernel::RationalQuadratic] {
        for prior in [Prior::None, Prior::Lognormal] {
            with_exact(kernel, prior, |exact, cx| {
                let at = FIXED.logarithms();
                let (_, gradient) = exact.slope(&at, cx).unwrap();
                for place in 0..3 {
                    let moved = |shift: f64| {
                        let mut at = at;
                        at[place] += shift;
                        exact.slope(&at, cx).unwrap().0
                    };
                    let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                    near(&[gradient[place]], &[difference], 1e-8);
                }
            });
        }
    }
}

#[test]
fn the_preset_of_naslib_takes_two_hundred_short_steps_from_a_draw_of_the_prior() {
    let naslib = Params { preset: Preset::Naslib, ..Params::default() };
    let data = rows(&ROWS).targets(TARGETS.to_vec());
    let found = |params: &Params, seed: u64| {
        let services = LocalServices::new(seed);
        let cx = Context::new(&services, &|_| None);
        let model = Gp::fit(params, &data.view().unwrap(), &cx).unwrap();
        (model.kernel, params.settings(&cx).starts[0].logarithms(), model.found.logarithms())
    };
    let (kernel, start, end) = found(&naslib, 0);
    assert_eq!((kernel, start[2]), (Kernel::Rbf, 0.0));
    for (start, end) in start.iter().zip(end) {
        assert!(start != &end && (start - end).abs() < 2.1, "{start} {end}");
    }
    assert_ne!(found(&naslib, 1).1[..2], start[..2]);
    let given = Params { kernel: Some(Kernel::Matern32), noise: Some(0.5), steps: Some(0), ..naslib };
    assert_eq!(found(&given, 0).0, Kernel::Matern32);
    assert!((found(&given, 0).2[2] - 0.5f64.ln()).abs() < 1e-12);
}

#[test]
fn the_search_raises_the_likelihood_to_a_flat_place() {
    let data: Vec<[f64; 3]> =
        (0..27).map(|i| [f64::from(i / 9), f64::from(i / 3 % 3), f64::from(i % 3)]).collect();
    let targets: Vec<f64> = data
        .iter()
        .map(|r| r[0] + 0.5 * r[1] * r[1] + 0.7 * ((9.0 * r[0] + 3.0 * r[1] + r[2]) * 91.7).sin())
        .collect();
    let model = fit(&Params::default(), &rows(&data).targets(targets.clone())).unwrap();
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let (_, scaled) = TargetScale::fit(ArrayView1::from(&targets[..])).unwrap();
    let distances = Distances::of(&model.metric, &model.places, &cx).unwrap();
    let exact =
        Exact { kernel: Kernel::Matern52, prior: Prior::None, distances: &distances, targets: &scaled };
    let (best, gradient) = exact.slope(&model.found.logarithms(), &cx).unwrap();
    for (slope, (at, (low, high))) in gradient.iter().zip(model.found.logarithms().iter().zip(log_bounds())) {
        assert!(
            slope.abs() < 1e-4 || *at < low + 1e-9 || *at > high - 1e-9,
            "{gradient:?} {:?}",
            model.found
        );
    }
    for length in STARTS {
        let start = Hyperparameters { variance: 1.0, length, noise: 0.1 };
        assert!(exact.slope(&start.logarithms(), &cx).unwrap().0 > best);
    }
}

#[test]
fn equal_targets_are_predicted_with_no_deviation_and_repeated_rows_do_no_harm() {
    let model = fit(&Params::default(), &rows(&ROWS).targets(vec![7.5; 5])).unwrap();
    let predictions = predict(&model, &rows(&[[3.0; 3]]));
    assert_eq!((predictions.get("mean").unwrap()[0], predictions.get("std").unwrap()[0]), (7.5, 0.0));
    let same = [[1.0, 0.0, 1.0]; 6];
    let model = fit(&Params::default(), &rows(&same).targets(vec![1.0, 2.0, 3.0, 1.0, 2.0, 3.0])).unwrap();
    let predictions = predict(&model, &rows(&[[1.0, 0.0, 1.0], [0.0; 3]]));
    assert!((predictions.get("mean").unwrap()[0] - 2.0).abs() < 0.1);
    assert!(predictions.get("std").unwrap().iter().all(|std| std.is_finite() && *std > 0.0));
}

#[test]
fn a_row_with_a_missing_or_huge_feature_is_missing_and_the_others_go_on() {
    let data = DatasetBuilder::new(5)
        .features(&["a", "b", "c"], ROWS.as_flattened().to_vec())
        .targets(TARGETS.to_vec());
    let model = fit(&Params::default(), &data).unwrap();
    let infos = data.view().unwrap().header().unwrap().features.clone();
    let values = vec![1.0, f64::NAN, 0.0, 1.0, 1.0, 0.0, 1e300, 0.0, 0.0];
    let queries = DatasetBuilder::new(3).feature_matrix(infos, values, vec![1, 0, 1, 1, 1, 1, 1, 1, 1]);
    let predictions = predict(&model, &queries);
    assert_eq!(predictions.reason(0), Some("a feature is missing"));
    assert!(predictions.reason(1).is_none());
    assert!(predictions.reason(2).unwrap().contains("too large"));
}
