use super::*;
use archcast_sdk::{ErrorKind, LocalServices, header::TargetInfo, parameters::schema_of, serde_json::json};

type OwnedGraph = (Vec<u32>, Vec<u32>, Vec<[u32; 3]>);

fn try_fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Bonas> {
    let services = LocalServices::new(3);
    Bonas::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &Bonas, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn moments(model: &Bonas, queries: &DatasetBuilder<'_>) -> (Vec<f64>, Vec<f64>) {
    let predictions = ask(model, queries);
    (predictions.get("mean").unwrap().to_vec(), predictions.get("std").unwrap().to_vec())
}

/// Chains of three operations of three kinds, with a shortcut in every other one.
fn chains(count: usize) -> (Vec<OwnedGraph>, Vec<f64>) {
    let graph = |row: usize| {
        let operations = [row, row / 3, row / 9].map(|digit| 2 + (digit % 3) as u32);
        let mut edges = vec![[0, 1, 0], [1, 2, 0], [2, 3, 0], [3, 4, 0]];
        if row.is_multiple_of(2) {
            edges.push([0, 3, 0]);
        }
        (vec![0, operations[0], operations[1], operations[2], 1], vec![0; 5], edges)
    };
    let graphs: Vec<OwnedGraph> = (0..count).map(graph).collect();
    let worth = |graph: &OwnedGraph| {
        50.0 + 8.0 * f64::from(graph.0[3])
            + 3.0 * f64::from(graph.0[1])
            + if graph.2.len() > 4 { 4.0 } else { 0.0 }
    };
    let targets = graphs.iter().map(worth).collect();
    (graphs, targets)
}

fn data(graphs: &[OwnedGraph], targets: Vec<f64>, unit: Option<&str>) -> DatasetBuilder<'static> {
    DatasetBuilder::new(graphs.len()).graphs(GraphForm::Full, graphs).targets(targets).header(|header| {
        let mut info = TargetInfo::default();
        info.unit = unit.map(str::to_owned);
        header.target = Some(info);
    })
}

fn whole(count: usize, unit: Option<&str>) -> DatasetBuilder<'static> {
    let (graphs, targets) = chains(count);
    data(&graphs, targets, unit)
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Bonas>();
}

#[test]
fn what_the_graph_tells_is_learnt_of_percent_and_of_other_units() {
    for unit in [Some("percent"), None] {
        let (means, deviations) =
            moments(&try_fit(&Params::default(), &whole(54, unit)).unwrap(), &whole(54, unit));
        let (_, targets) = chains(54);
        let spread = targets.iter().map(|target| (target - 75.0).powi(2)).sum::<f64>();
        let misfit: f64 = means.iter().zip(&targets).map(|(mean, target)| (mean - target).powi(2)).sum();
        assert!(misfit < 0.1 * spread, "{misfit} {spread}");
        assert!(deviations.iter().all(|deviation| *deviation > 0.0 && *deviation < 10.0));
    }
}

#[test]
fn percent_stays_below_its_bound_with_its_deviation() {
    let (graphs, targets) = chains(54);
    let targets: Vec<f64> =
        targets.iter().map(|target| if *target > 85.0 { 99.9 } else { *target }).collect();
    let model = try_fit(&Params::default(), &data(&graphs, targets, Some("percent"))).unwrap();
    assert!(matches!(model.link, Link::Logit { .. }));
    assert!(moments(&model, &whole(54, None)).0.iter().all(|mean| *mean > 0.0 && *mean < 100.0));
}

#[test]
fn weights_need_fractions() {
    let params = Params { weighting: Weighting::Exp, epochs: Some(5), ..Params::default() };
    assert!(try_fit(&params, &whole(20, Some("percent"))).is_ok());
    let error = try_fit(&params, &whole(20, None)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadParameter);
    let equal =
        try_fit(&Params { weighting: Weighting::Equal, ..params.clone() }, &whole(20, Some("percent")))
            .unwrap();
    let other = try_fit(&params, &whole(20, Some("percent"))).unwrap();
    assert_ne!(moments(&equal, &whole(20, None)), moments(&other, &whole(20, None)));
}

#[test]
fn cells_are_told_apart_by_their_part() {
    let graph = |first: u32, second: u32| {
        (
            vec![0, first, 1, 0, second, 1],
            vec![0, 0, 0, 1, 1, 1],
            vec![[0, 1, 0], [1, 2, 0], [3, 4, 0], [4, 5, 0]],
        )
    };
    let graphs: Vec<OwnedGraph> = (0..32).map(|row| graph(2 + row % 2, 2 + row / 2 % 2)).collect();
    let targets = graphs.iter().map(|graph| f64::from(graph.0[1] + 3 * graph.0[4])).collect();
    let data = data(&graphs, targets, None);
    let model = try_fit(&Params::default(), &data).unwrap();
    assert!(model.several);
    let means = moments(&model, &data).0;
    // The cells have the same form: no network that reads them alike can tell which operation stands where.
    assert!((means[1] - means[2]).abs() < 0.2, "{means:?}");
    assert!(means[3] > means[1] + 0.5 && means[1] > means[0] + 0.5, "{means:?}");
}

#[test]
fn a_constant_target_has_no_deviation_and_equal_rows_have_that_of_the_target() {
    let (graphs, _) = chains(6);
    let constant = data(&graphs, vec![7.5; 6], Some("percent"));
    assert_eq!(
        moments(&try_fit(&Params::default(), &constant).unwrap(), &constant),
        (vec![7.5; 6], vec![0.0; 6])
    );
    let same = vec![graphs[0].clone(); 6];
    let equal = data(&same, vec![1.0, 3.0, 1.0, 3.0, 1.0, 3.0], None);
    let (means, deviations) = moments(&try_fit(&Params::default(), &equal).unwrap(), &equal);
    assert!(
        (means[0] - 2.0).abs() < 0.1 && deviations[0] > 0.5 && deviations[0] < 2.0,
        "{means:?} {deviations:?}"
    );
}

#[test]
fn one_row_is_too_few_and_two_are_enough() {
    assert_eq!(try_fit(&Params::default(), &whole(1, None)).unwrap_err().kind(), ErrorKind::TooFewRows);
    let (means, deviations) =
        moments(&try_fit(&Params::default(), &whole(2, None)).unwrap(), &whole(2, None));
    assert!(means.iter().chain(&deviations).all(|value| value.is_finite()));
}

#[test]
fn a_row_without_a_graph_is_refused_in_training_and_missing_in_a_query() {
    let (mut graphs, targets) = chains(6);
    let model = try_fit(&Params { epochs: Some(3), ..Params::default() }, &whole(20, None)).unwrap();
    graphs[1] = (vec![], vec![], vec![]);
    graphs[2].0[1] = 9;
    let error = try_fit(&Params::default(), &data(&graphs, targets.clone(), None)).unwrap_err();
    assert_eq!(error.message(), "row 1: it has no graph");
    let predictions = ask(&model, &data(&graphs, targets, None));
    assert_eq!(predictions.reason(1), Some("it has no graph"));
    assert!(predictions.reason(2).unwrap().contains("label") && predictions.reason(3).is_none());
}

#[test]
fn a_damaged_state_is_refused() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let fit = || try_fit(&Params { epochs: Some(1), ..Params::default() }, &whole(6, None)).unwrap();
    let damages: [fn(&mut Fitted); 3] = [
        |fitted| fitted.parameters.truncate(9),
        |fitted| fitted.moments[0].mean.truncate(9),
        |fitted| fitted.shape.width = 0,
    ];
    for damage in damages {
        let mut model = fit();
        damage(model.fitted.as_mut().unwrap());
        let error = model.predict(&whole(2, None).view().unwrap(), &cx).unwrap_err();
        assert!(error.message().ends_with("the saved state is damaged"), "{error}");
    }
}

#[test]
fn the_preset_of_naslib_makes_one_step_an_epoch() {
    let naslib = Params { preset: Preset::Naslib, ..Params::default() }.passes();
    assert_eq!((naslib.batch, naslib.rate, naslib.epochs), (128, 1e-4, 100));
    let params = Params { preset: Preset::Naslib, batch: Some(16), ..Params::default() };
    assert_eq!((params.passes().batch, params.passes().rate), (16, 1e-4));
}

#[test]
fn the_schema_gives_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(
        properties["width"]["x-tune"],
        json!({ "low": 16, "high": 128, "log": true, "integer": true })
    );
    assert_eq!(properties["weighting"]["x-tune"], json!({ "choices": ["equal", "exp"] }));
}
