use super::*;
use archcast_sdk::{ErrorKind, LocalServices};

fn try_fit(threads: usize, params: &Params, data: &DatasetBuilder<'_>) -> Result<Bananas> {
    let services = LocalServices::new(3).with_threads(threads);
    Bananas::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &Bananas, queries: &DatasetBuilder<'_>) -> (Vec<f64>, Vec<f64>) {
    let services = LocalServices::new(0).with_threads(2);
    let predictions = model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap();
    let of = |name: &str| predictions.get(name).unwrap().to_vec();
    (of("mean"), of("std"))
}

/// Rows of 0 and 1, and a target between 60 and 75 that some of them make.
fn paths(count: usize) -> DatasetBuilder<'static> {
    let bit = |row: usize, path: usize| f64::from(u8::from((row * 37 + path * path * 11) % 7 < 3));
    let names: Vec<String> = (0..12).map(|path| format!("p{path}")).collect();
    let names: Vec<&str> = names.iter().map(|name| &name[..]).collect();
    let rows: Vec<f64> = (0..count).flat_map(|row| (0..12).map(move |path| bit(row, path))).collect();
    let targets: Vec<f64> =
        (0..count).map(|row| 60.0 + 10.0 * bit(row, 1) + 5.0 * bit(row, 2) * bit(row, 5)).collect();
    DatasetBuilder::new(count).features(&names, rows).targets(targets)
}

fn small() -> Params {
    Params { width: Some(16), epochs: Some(60), learning_rate: Some(1e-2), ..Params::default() }
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Bananas>();
}

#[test]
fn members_are_trained_alike_on_one_thread_and_three() {
    let (one, three) = (try_fit(1, &small(), &paths(40)).unwrap(), try_fit(3, &small(), &paths(40)).unwrap());
    assert_eq!(one.networks.len(), 5);
    assert_eq!(ask(&one, &paths(50)), ask(&three, &paths(50)));
}

#[test]
fn every_row_is_held_out_by_one_member_and_naslib_holds_out_none() {
    for members in [5, 8] {
        let mut held: Vec<usize> =
            (0..members).flat_map(|member| halves(23, member, members, Preset::Archcast).0).collect();
        held.sort_unstable();
        assert_eq!(held, (0..23).collect::<Vec<_>>());
    }
    assert_eq!(halves(23, 0, 1, Preset::Archcast).0, [0, 5, 10, 15, 20]);
    assert_eq!(halves(2, 4, 5, Preset::Archcast), (vec![0], vec![1]));
    assert_eq!(halves(23, 1, 3, Preset::Naslib).0, [0; 0]);
}

#[test]
fn the_variance_has_four_of_five_errors_within_the_interval() {
    let errors: Vec<f64> =
        (1..=10).map(|error| if error % 2 == 0 { -f64::from(error) } else { error.into() }).collect();
    assert!((variance(errors).sqrt() * COVER.1 - 9.0).abs() < 1e-12);
    assert_eq!(variance(Vec::new()), 0.0);
}

#[test]
fn mean_and_deviation_are_those_by_hand() {
    let scale = TargetScale::of(Array1::from(vec![60.0, 80.0]).view()).unwrap();
    let columns = try_fit(1, &small(), &paths(10)).unwrap().columns;
    let model = Bananas { columns, scale, networks: Vec::new(), variance: 0.25 };
    assert_eq!(model.combine([1.0, 2.0, 6.0].into_iter()), [100.0, 10.0 * 7f64.sqrt()]);
    assert_eq!(model.combine([1.0, 1.1, 0.9].into_iter()), [80.0, 5.0]);
    assert_eq!(model.combine([1.0].into_iter()), [80.0, 5.0]);
}

#[test]
fn a_bound_is_needed_by_its_loss_alone_and_no_target_reaches_it() {
    let with = |loss, bound| try_fit(1, &Params { loss, bound, ..small() }, &paths(20));
    let kind = |loss, bound| with(loss, bound).map(|_| ()).unwrap_err().kind();
    assert_eq!(kind(Some(Errors::Mape), None), ErrorKind::BadParameter);
    assert_eq!(kind(None, Some(95.5)), ErrorKind::BadParameter);
    let error = with(Some(Errors::Mape), Some(75.0)).map(|_| ()).unwrap_err();
    assert!(error.message().starts_with("`bound` is 75, but the target of row "), "{error}");
    for preset in [Preset::Archcast, Preset::Naslib] {
        let params = Params { loss: Some(Errors::Mape), bound: Some(75.5), preset, ..small() };
        let model = try_fit(1, &params, &paths(40)).unwrap();
        assert!(ask(&model, &paths(40)).0.iter().all(|mean| mean.is_finite()));
    }
}

#[test]
fn a_constant_target_has_no_deviation_and_equal_rows_have_that_of_the_target() {
    let constant = DatasetBuilder::new(3).features(&["a"], vec![0.0, 1.0, 1.0]).targets(vec![7.5; 3]);
    assert_eq!(ask(&try_fit(1, &small(), &constant).unwrap(), &constant), (vec![7.5; 3], vec![0.0; 3]));
    let equal = DatasetBuilder::new(2).features(&["a"], vec![1.0; 2]).targets(vec![2.0, 4.0]);
    assert_eq!(ask(&try_fit(1, &small(), &equal).unwrap(), &equal), (vec![3.0; 2], vec![1.0; 2]));
}

#[test]
fn two_rows_are_enough_and_one_member_too() {
    let two = DatasetBuilder::new(2).features(&["a"], vec![0.0, 1.0]).targets(vec![2.0, 4.0]);
    for networks in [None, Some(1)] {
        let (means, deviations) = ask(&try_fit(1, &Params { networks, ..small() }, &two).unwrap(), &two);
        assert!(means.iter().chain(&deviations).all(|value| value.is_finite()));
        assert!(deviations.iter().all(|deviation| *deviation > 0.0));
    }
}
