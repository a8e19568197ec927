use super::*;
use archcast_sdk::{LocalServices, parameters::schema_of, serde_json::json};

type OwnedGraph = (Vec<u32>, Vec<u32>, Vec<[u32; 3]>);

const INPUT: u32 = 0;
const OUTPUT: u32 = 1;
const CONV1: u32 = 4;
const CONV3: u32 = 5;
const POOL: u32 = 6;

/// A graph of operations between input (node 0) and output (the last node).
fn graph(operations: &[u32], edges: &[(u32, u32)]) -> OwnedGraph {
    let mut labels = vec![INPUT];
    labels.extend(operations);
    labels.push(OUTPUT);
    let parts = vec![0; labels.len()];
    (labels, parts, edges.iter().map(|&(from, to)| [from, to, 0]).collect())
}

/// The cells 312403, 312423, 013134 and 222143 of NAS-Bench-201 without their skips and dead nodes.
fn cells() -> [OwnedGraph; 4] {
    let a = graph(&[CONV3, CONV1, POOL, CONV3], &[(0, 1), (0, 3), (0, 4), (1, 2), (2, 4), (3, 5), (4, 5)]);
    let b = graph(
        &[CONV3, CONV1, POOL, CONV1, CONV3],
        &[(0, 1), (0, 3), (0, 5), (1, 2), (1, 4), (2, 5), (3, 6), (4, 6), (5, 6)],
    );
    let c = graph(&[POOL], &[(0, 1), (0, 2), (1, 2)]);
    let d = graph(
        &[CONV1, CONV1, CONV1, POOL, CONV3],
        &[(0, 1), (0, 2), (0, 6), (1, 3), (1, 4), (2, 5), (3, 5), (4, 6), (5, 6)],
    );
    [a, b, c, d]
}

fn data(graphs: &[OwnedGraph]) -> DatasetBuilder<'static> {
    DatasetBuilder::new(graphs.len()).graphs(GraphForm::Pruned, graphs)
}

/// The kernel matrices of these graphs for each level.
fn kernels(graphs: &[OwnedGraph], kind: Kind, normalise: bool, levels: usize) -> Vec<Mat<f64>> {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let data = data(graphs);
    let view = data.view().unwrap();
    let read = view.graphs(GraphForm::Pruned).unwrap();
    let mut dictionary = Dictionary::new(levels);
    let rows: Vec<_> = (0..graphs.len()).map(|row| dictionary.learn(&read.row(row), 1).unwrap()).collect();
    let mut gram = Gram::new(kind, normalise, graphs.len(), 1);
    let add = |level: usize| {
        gram.add(|row, part| &rows[row][level][part], &cx).unwrap();
        gram.matrix()
    };
    (0..=levels).map(add).collect()
}

fn fit(params: &Params, data: &DatasetBuilder<'_>) -> Result<WlGp> {
    let services = LocalServices::new(0);
    WlGp::fit(params, &data.view().unwrap(), &Context::new(&services, &|_| None))
}

fn predict(model: &WlGp, queries: &DatasetBuilder<'_>) -> Predictions {
    let services = LocalServices::new(0);
    model.predict(&queries.view().unwrap(), &Context::new(&services, &|_| None)).unwrap()
}

/// All 81 chains of four operations, some with a shortcut, and a target that follows their convolutions.
fn chains() -> (Vec<OwnedGraph>, Vec<f64>) {
    let operation = |i: u32| [CONV1, CONV3, POOL][(i % 3) as usize];
    let graphs: Vec<OwnedGraph> = (0..81)
        .map(|i| {
            let mut edges = vec![(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)];
            if i % 4 == 0 {
                edges.push((0, 3));
            }
            graph(&[operation(i), operation(i / 3), operation(i / 9), operation(i / 27)], &edges)
        })
        .collect();
    let worth = |graph: &OwnedGraph| {
        let convolutions = graph.0.iter().filter(|&&label| label == CONV3).count() as f64;
        convolutions + if graph.0[4] == POOL { 0.5 } else { 0.0 }
    };
    let targets = graphs.iter().map(worth).collect();
    (graphs, targets)
}

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<WlGp>();
}

#[test]
fn the_schema_gives_the_ranges_to_search() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["levels"]["x-tune"], json!({ "low": 1, "high": 5 }));
    assert_eq!(properties["kind"]["x-tune"]["choices"][0], "subtree");
}

// GraKeL and numpy agree on these.
#[test]
fn kernels_are_those_of_the_worked_example() {
    let order = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)];
    let subtree = [
        [8, 9, 3, 8, 11, 3, 11, 3, 3, 13],
        [14, 14, 5, 13, 18, 5, 16, 6, 5, 22],
        [20, 18, 7, 18, 25, 7, 21, 9, 7, 31],
        [26, 22, 9, 23, 32, 9, 26, 12, 9, 40],
    ];
    let assignment = [
        [6, 6, 3, 5, 7, 3, 6, 3, 3, 7],
        [12, 11, 5, 9, 14, 5, 10, 6, 5, 14],
        [18, 15, 7, 13, 21, 7, 14, 9, 7, 21],
        [24, 19, 9, 17, 28, 9, 18, 12, 9, 28],
    ];
    for (kind, expected) in [(Kind::Subtree, subtree), (Kind::Assignment, assignment)] {
        for (level, (kernel, expected)) in kernels(&cells(), kind, false, 3).iter().zip(expected).enumerate()
        {
            let have = order.map(|(one, other)| kernel[(other, one)] as i32);
            assert_eq!(have, expected, "{kind:?} {level}");
        }
    }
    let normalised = &kernels(&cells(), Kind::Assignment, true, 2)[2];
    let expected = [0.771517, 0.549972, 0.668648, 0.509175, 0.666667, 0.509175];
    for ((row, column), want) in [(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)].into_iter().zip(expected) {
        assert!((normalised[(row, column)] - want).abs() < 5e-7);
    }
}

#[test]
fn likelihoods_are_those_of_the_worked_example() {
    let targets = [-0.54344246, -0.84084158, 1.41309090, -0.02880687];
    let expected = [
        (Kind::Assignment, false, [-1.54520041, -1.90492432, -2.13048438, -2.28035316]),
        (Kind::Assignment, true, [-1.39106005, -1.33759698, -1.35328485, -1.35874307]),
        (Kind::Subtree, true, [-1.28520507, -1.29271847, -1.32619170, -1.34120922]),
    ];
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    for (kind, normalise, expected) in expected {
        for (kernel, want) in kernels(&cells(), kind, normalise, 3).iter().zip(expected) {
            let (value, _) = slope(kernel, &targets, &[0.0, 0.1f64.ln()], &cx).unwrap();
            assert!((-value / 4.0 - want).abs() < 2e-8, "{kind:?} {normalise}: {} {want}", -value / 4.0);
        }
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let services = LocalServices::new(0);
    let cx = Context::new(&services, &|_| None);
    let kernel = &kernels(&cells(), Kind::Subtree, true, 2)[2];
    let value = |v: f64, s: f64| slope(kernel, &[-0.5, -0.8, 1.4, -0.1], &[v, s], &cx).unwrap();
    let (at, step) = ((0.3, -1.7), 1e-5);
    let (_, gradient) = value(at.0, at.1);
    let by_variance = (value(at.0 + step, at.1).0 - value(at.0 - step, at.1).0) / (2.0 * step);
    let by_noise = (value(at.0, at.1 + step).0 - value(at.0, at.1 - step).0) / (2.0 * step);
    assert!((gradient[0] - by_variance).abs() < 1e-8 && (gradient[1] - by_noise).abs() < 1e-8);
}

#[test]
fn comparing_by_postings_is_comparing_one_by_one() {
    let (graphs, _) = chains();
    let (known, asked) = graphs.split_at(60);
    for (kind, normalise) in [(Kind::Subtree, true), (Kind::Assignment, false)] {
        let whole = &kernels(&graphs, kind, normalise, 2)[2];
        let data = data(&graphs);
        let view = data.view().unwrap();
        let read = view.graphs(GraphForm::Pruned).unwrap();
        let mut dictionary = Dictionary::new(2);
        let learnt: Vec<Vec<Histogram>> =
            (0..known.len()).map(|row| merge(dictionary.learn(&read.row(row), 1).unwrap(), 1)).collect();
        let postings = Postings::new(kind, normalise, &learnt, 1, dictionary.len());
        for row in known.len()..known.len() + asked.len() {
            let mut kernels = vec![0.0; known.len()];
            // Labels that no known graph has count in a graph's kernel with itself alone.
            let own = postings.compare(&dictionary.read(&read.row(row), 1).unwrap(), &mut kernels);
            assert!((own - whole[(row, row)]).abs() < 1e-12);
            for (column, kernel) in kernels.iter().enumerate() {
                assert!((kernel - whole[(row, column)]).abs() < 1e-12, "{row} {column}");
            }
        }
    }
}

#[test]
fn unseen_graphs_are_ranked_and_parallel_edges_count_once() {
    let (graphs, targets) = chains();
    let model = fit(&Params::default(), &data(&graphs[..60]).targets(targets[..60].to_vec())).unwrap();
    let predictions = predict(&model, &data(&graphs[60..]));
    for (have, want) in predictions.get("mean").unwrap().iter().zip(&targets[60..]) {
        assert!((have - want).abs() < 0.5, "{have} {want}");
    }
    let mut twice = graphs[61].clone();
    twice.2.push([0, 1, 1]);
    let twice = predict(&model, &data(&[twice]));
    assert_eq!(twice.get("mean").unwrap()[0], predictions.get("mean").unwrap()[1]);
}

#[test]
fn an_empty_graph_is_the_worst_target_and_does_not_train() {
    let (mut graphs, mut targets) = chains();
    let without = fit(&Params::default(), &data(&graphs).targets(targets.clone())).unwrap();
    graphs.push(OwnedGraph::default());
    targets.push(-7.0);
    let with = fit(&Params::default(), &data(&graphs).targets(targets)).unwrap();
    assert_eq!(with.noise, without.noise);
    let predictions = predict(&with, &data(&[OwnedGraph::default(), graphs[0].clone()]));
    assert_eq!(predictions.get("mean").unwrap()[0], -7.0);
    let deviation = with.scale.deviation(with.variance + with.noise);
    assert_eq!(predictions.get("std").unwrap()[0], deviation);
    let error =
        fit(&Params::default(), &data(&[graphs[0].clone(), OwnedGraph::default()]).targets(vec![1.0; 2]));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::TooFewRows);
}

#[test]
fn equal_targets_equal_graphs_and_broken_graphs_end_in_a_sound_answer() {
    let same = vec![cells()[0].clone(); 4];
    let model = fit(&Params::default(), &data(&same).targets(vec![3.0; 4])).unwrap();
    let predictions = predict(&model, &data(&same));
    assert_eq!((predictions.get("mean").unwrap()[0], predictions.get("std").unwrap()[0]), (3.0, 0.0));
    let model = fit(&Params::default(), &data(&same).targets(vec![1.0, 2.0, 3.0, 2.0])).unwrap();
    let broken = (vec![0, 1], vec![0, 0], vec![[0, 9, 0]]);
    let predictions = predict(&model, &data(&[same[0].clone(), broken]));
    assert!((predictions.get("mean").unwrap()[0] - 2.0).abs() < 0.1);
    assert!(predictions.reason(1).unwrap().contains("not there"));
}
