use super::*;
use archcast_sdk::{ErrorKind, LocalServices, parameters::schema_of, serde_json::json};

type OwnedGraph = (Vec<u32>, Vec<u32>, Vec<[u32; 3]>);

fn try_fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<Gcn> {
    let services = LocalServices::new(3);
    Gcn::fit(params, &data.view()?, &Context::new(&services, &|_| None))
}

fn ask(model: &Gcn, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0).with_threads(2);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

fn means(model: &Gcn, queries: &DatasetBuilder<'_>) -> Vec<f64> {
    ask(model, queries).get("mean").unwrap().to_vec()
}

/// Chains of two to four operations of two kinds.
fn chains(count: usize) -> (Vec<OwnedGraph>, Vec<f64>) {
    let graph = |row: usize| {
        let length = 2 + row % 3;
        let operations = (0..length).map(|place| 2 + (row / 3 / (1 << place) % 2) as u32);
        let labels: Vec<u32> = [0].into_iter().chain(operations).chain([1]).collect();
        let edges = (1..labels.len() as u32).map(|node| [node - 1, node, 0]).collect();
        (labels.clone(), vec![0; labels.len()], edges)
    };
    let graphs: Vec<OwnedGraph> = (0..count).map(graph).collect();
    let worth = |graph: &OwnedGraph| graph.0.iter().filter(|&&label| label == 3).count() as f64 * 10.0;
    let targets = graphs.iter().map(worth).collect();
    (graphs, targets)
}

fn data(graphs: &[OwnedGraph], targets: Vec<f64>) -> DatasetBuilder<'static> {
    DatasetBuilder::new(graphs.len()).graphs(GraphForm::Full, graphs).targets(targets)
}

fn whole(count: usize) -> DatasetBuilder<'static> {
    let (graphs, targets) = chains(count);
    data(&graphs, targets)
}

fn small() -> Params {
    Params { width: Some(24), learning_rate: Some(3e-3), ..Params::default() }
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<Gcn>();
}

#[test]
fn what_the_graph_tells_is_learnt_by_both_presets() {
    let (_, targets) = chains(48);
    let mean = targets.iter().sum::<f64>() / 48.0;
    let spread: f64 = targets.iter().map(|target| (target - mean).powi(2)).sum();
    for preset in [Preset::Archcast, Preset::Naslib] {
        let have = means(&try_fit(&Params { preset, ..small() }, &whole(48)).unwrap(), &whole(48));
        let misfit: f64 = have.iter().zip(&targets).map(|(mean, target)| (mean - target).powi(2)).sum();
        assert!(misfit < 0.1 * spread, "{preset:?} {misfit} {spread}");
    }
}

#[test]
fn a_row_gets_the_same_bits_alone_and_among_graphs_of_other_sizes() {
    let model = try_fit(&Params { epochs: Some(2), ..small() }, &whole(20)).unwrap();
    let (mut graphs, _) = chains(70);
    // One that is larger than a block.
    let long: Vec<u32> = [0].into_iter().chain([2; 150]).chain([1]).collect();
    graphs[7] = (long.clone(), vec![0; 152], (1..152).map(|node| [node - 1, node, 0]).collect());
    let all = means(&model, &data(&graphs, vec![0.0; 70]));
    for row in [0, 6, 7, 8, 69] {
        let alone = means(&model, &data(&graphs[row..=row], vec![0.0]));
        assert_eq!(alone[0].to_bits(), all[row].to_bits(), "{row}");
    }
}

#[test]
fn fewer_rows_than_a_batch_are_learnt_too() {
    let params =
        Params { preset: Preset::Naslib, dropout: Some(0.0), learning_rate: Some(3e-3), ..Params::default() };
    let (graphs, _) = chains(6);
    let three = data(&[graphs[0].clone(), graphs[3].clone(), graphs[5].clone()], vec![1.0, 2.0, 6.0]);
    let have = means(&try_fit(&params, &three).unwrap(), &three);
    assert!((have[0] - 1.0).abs() < 0.5 && (have[2] - 6.0).abs() < 0.5, "{have:?}");
}

#[test]
fn the_width_acts() {
    let parameters =
        |width| try_fit(&Params { width, epochs: Some(1), ..Params::default() }, &whole(4)).unwrap();
    let length = |width| parameters(width).network.unwrap().parameters.len();
    // Labels 0 to 3; four layers; the dense ones.
    assert_eq!(length(None), 2 * 144 * (4 + 3 * 144) + 128 * 144 + 128);
    assert_eq!(length(Some(10)), 2 * 10 * (4 + 3 * 10) + 128 * 10 + 128);
}

#[test]
fn a_constant_target_and_equal_rows_give_the_mean() {
    let (graphs, _) = chains(6);
    let constant = data(&graphs, vec![7.5; 6]);
    assert_eq!(means(&try_fit(&Params::default(), &constant).unwrap(), &constant), [7.5; 6]);
    let equal = data(&vec![graphs[0].clone(); 4], vec![1.0, 3.0, 1.0, 3.0]);
    let have = means(&try_fit(&small(), &equal).unwrap(), &equal);
    assert!((have[0] - 2.0).abs() < 0.3 && have[0] == have[3], "{have:?}");
}

#[test]
fn one_row_is_too_few_and_two_are_enough() {
    assert_eq!(try_fit(&small(), &whole(1)).unwrap_err().kind(), ErrorKind::TooFewRows);
    let (graphs, _) = chains(6);
    let two = data(&[graphs[0].clone(), graphs[5].clone()], vec![2.0, 4.0]);
    let have = means(&try_fit(&small(), &two).unwrap(), &two);
    assert!(have[0] < have[1], "{have:?}");
}

#[test]
fn a_row_without_a_graph_is_refused_in_training_and_missing_in_a_query() {
    let (mut graphs, targets) = chains(6);
    let model = try_fit(&Params { epochs: Some(1), ..small() }, &whole(20)).unwrap();
    graphs[1] = (vec![], vec![], vec![]);
    graphs[2].2[0] = [0, 77, 0];
    let error = try_fit(&small(), &data(&graphs, targets.clone())).unwrap_err();
    assert_eq!(error.message(), "row 1: it has no graph");
    let predictions = ask(&model, &data(&graphs, targets));
    assert_eq!(predictions.reason(1), Some("it has no graph"));
    assert!(predictions.reason(2).unwrap().contains("an edge to a node") && predictions.reason(3).is_none());
}

#[test]
fn a_damaged_state_is_refused() {
    let mut model = try_fit(&Params { epochs: Some(1), ..small() }, &whole(6)).unwrap();
    model.network.as_mut().unwrap().parameters.pop();
    let services = LocalServices::new(0);
    let error = model.predict(&whole(2).view().unwrap(), &Context::new(&services, &|_| None)).unwrap_err();
    assert!(error.message().ends_with("the saved state is damaged"), "{error}");
}

#[test]
fn the_preset_of_naslib_has_its_steps() {
    let naslib = Params { preset: Preset::Naslib, ..Params::default() }.passes();
    assert_eq!((naslib.batch, naslib.epochs, naslib.whole_batches), (7, 300, true));
    let given = Params { preset: Preset::Naslib, epochs: Some(9), ..Params::default() }.passes();
    assert_eq!((given.epochs, given.rate), (9, 1e-4));
}

#[test]
fn the_schema_gives_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["batch"]["x-tune"], json!({ "low": 5, "high": 32, "log": true, "integer": true }));
    assert_eq!(
        properties["width"]["x-tune"],
        json!({ "low": 64, "high": 200, "log": true, "integer": true })
    );
}
