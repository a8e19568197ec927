//! Made-up data with a planted signal, for predictors that bring no example.

use super::{
    graphs::{self, OPERATIONS},
    law::{Verdict, skip},
};
use crate::{
    DatasetBuilder, Rng,
    builder::OwnedGraph,
    dataset::GraphForm,
    header::{
        CurveInfo, DecisionInfo, FeatureInfo, FeatureKind, Goal, Role, SequenceInfo, SpaceInfo, TargetInfo,
    },
    manifest::{InputInfo, PredictorInfo},
};
use ndarray::ArrayView2;
use rand::{RngExt as _, SeedableRng as _};

/// Architectures of the made-up space: five choices at each of six decisions.
const SPACE: u32 = 5u32.pow(6);
/// How much each decision matters: the sum is 1, and no two architectures are worth the same at every noise.
const WEIGHTS: [f64; 6] = [0.3, 0.25, 0.15, 0.12, 0.1, 0.08];

/// One made-up architecture.
struct Row {
    index: u32,
    genotype: [u16; 6],
    /// What the architecture is worth, 0 to 1; every column follows it.
    worth: f64,
    /// Noise between -1 and 1, one for each feature and one for the target.
    noise: [f64; 7],
}

/// Rows with every column that the predictor asks for: `labelled` with a target, and then as many without as it wants.
pub fn make_up(info: &PredictorInfo, labelled: usize, seed: u64) -> Verdict<DatasetBuilder<'static>> {
    let inputs = makeable(info)?;
    let factor =
        inputs.iter().map(|input| if let InputInfo::Unlabelled { factor } = input { *factor } else { 0 });
    let total = labelled * (1 + factor.max().unwrap_or(0) as usize);
    if total > SPACE as usize {
        return skip(format!(
            "needs {total} rows, more than can be made up: give the predictor an `example`"
        ));
    }
    let rows = draw(total, seed);
    let identities = rows.iter().map(|row| [mix(u64::from(row.index)), mix(u64::from(row.index) ^ mix(1))]);
    let targets: Vec<f64> = rows.iter().map(|row| target(row, &info.target_transform)).collect();
    let data = DatasetBuilder::new(total).identities(identities).header(|header| {
        let name = "accuracy".into();
        header.target = Some(TargetInfo { name, unit: Some("percent".into()), goal: Goal::Maximize });
    });
    let data = if total == labelled {
        data.targets(targets)
    } else {
        let labels: Vec<Option<f64>> =
            targets.iter().enumerate().map(|(row, &target)| (row < labelled).then_some(target)).collect();
        data.labels(&labels)
    };
    Ok(inputs.iter().fold(data, |data, input| add(data, input, &rows)))
}

/// The inputs to make up, choices spread out.
fn makeable(info: &PredictorInfo) -> Verdict<Vec<InputInfo>> {
    let can = |input: &InputInfo| !matches!(input, InputInfo::Networks | InputInfo::Unknown);
    let mut inputs = Vec::new();
    for (input, needed) in info.needs.iter().map(|i| (i, true)).chain(info.may_use.iter().map(|i| (i, false)))
    {
        let choices = match input {
            InputInfo::AnyOf { of } => of.clone(),
            other => vec![other.clone()],
        };
        if needed && !choices.iter().any(can) {
            return skip(format!("needs {input}: give the predictor an `example`"));
        }
        inputs.extend(choices.into_iter().filter(can));
    }
    Ok(inputs)
}

fn draw(count: usize, seed: u64) -> Vec<Row> {
    let mut rng = Rng::seed_from_u64(seed);
    let mut indices: Vec<u32> = (0..SPACE).collect();
    for place in 0..count {
        let other = rng.random_range(place..indices.len());
        indices.swap(place, other);
    }
    indices[..count]
        .iter()
        .map(|&index| {
            let genotype = [0u32, 1, 2, 3, 4, 5].map(|decision| (index / 5u32.pow(decision) % 5) as u16);
            let worth =
                genotype.iter().zip(WEIGHTS).map(|(&choice, weight)| f64::from(choice) / 4.0 * weight).sum();
            let mut noise = [0.0; 7];
            noise.fill_with(|| rng.random_range(-1.0..1.0));
            Row { index, genotype, worth, noise }
        })
        .collect()
}

/// The target as the host would hand it over: already transformed as the predictor prefers.
fn target(row: &Row, transform: &str) -> f64 {
    let accuracy = 60.0 + 30.0 * row.worth + 0.5 * row.noise[6];
    match transform {
        "standard" | "normal-score" => (accuracy - 75.0) / 6.0,
        "log-error" => -(100.0 - accuracy).ln(),
        _ => accuracy,
    }
}

fn add(data: DatasetBuilder<'static>, input: &InputInfo, rows: &[Row]) -> DatasetBuilder<'static> {
    match input {
        InputInfo::Features => features(data, rows),
        InputInfo::Genotypes => genotypes(data, rows),
        InputInfo::Sequences => sequences(data, rows),
        InputInfo::FullGraph => graph(data, GraphForm::Full, graphs::full, rows),
        InputInfo::PrunedGraph => graph(data, GraphForm::Pruned, graphs::pruned, rows),
        InputInfo::Curve { metric, shortest } => curve(data, metric, *shortest, rows),
        InputInfo::Costs => {
            let seconds: Vec<Option<f64>> = rows.iter().map(|row| Some(100.0 + 500.0 * row.worth)).collect();
            data.cost("seconds", &seconds)
        }
        _ => data,
    }
}

fn features(data: DatasetBuilder<'static>, rows: &[Row]) -> DatasetBuilder<'static> {
    let infos = ["width", "depth", "params", "flops", "score", "stem"]
        .into_iter()
        .map(|name| FeatureInfo {
            name: name.into(),
            kind: if name == "stem" { FeatureKind::Categorical } else { FeatureKind::Number },
            role: Role::Column,
        })
        .collect();
    let values = rows.iter().flat_map(|Row { worth, noise, .. }| {
        let noisy = |feature: usize, amount: f64| worth + amount * noise[feature];
        [
            noisy(0, 0.03),
            16.0 * noisy(1, 0.1),
            noisy(2, 0.03).exp(),
            100.0 * worth * worth + noise[3],
            noisy(4, 0.3),
            (noisy(5, 0.1) * 4.0).floor().clamp(0.0, 3.0),
        ]
    });
    data.feature_matrix(infos, values.collect::<Vec<f64>>(), Vec::new())
}

fn genotypes(data: DatasetBuilder<'static>, rows: &[Row]) -> DatasetBuilder<'static> {
    let flat: Vec<u16> = rows.iter().flat_map(|row| row.genotype).collect();
    let choices: Vec<String> = OPERATIONS.iter().map(|&name| name.into()).collect();
    let decisions =
        (0..6).map(|d| DecisionInfo { name: format!("op{d}"), choices: choices.clone() }).collect();
    let space = SpaceInfo { name: "made-up".into(), digest: "0".repeat(64), decisions };
    let matrix = ArrayView2::from_shape((rows.len(), 6), &flat).expect("a genotype has six decisions");
    let borrowed = data.genotypes(matrix).header(|header| header.space = Some(space));
    // The builder borrows genotypes; a selection of all rows owns them.
    let all: Vec<usize> = (0..rows.len()).collect();
    borrowed.view().and_then(|view| view.select(&all)).expect("made-up columns fit together")
}

/// A token for each decision, and then one or two that say nothing, so that lengths differ.
fn sequences(data: DatasetBuilder<'static>, rows: &[Row]) -> DatasetBuilder<'static> {
    let tokens: Vec<Vec<u32>> = rows
        .iter()
        .map(|row| {
            let end = std::iter::repeat_n(6, 1 + row.index as usize % 2);
            row.genotype.iter().map(|&choice| 1 + u32::from(choice)).chain(end).collect()
        })
        .collect();
    data.sequences(&tokens).header(|header| {
        let vocabulary = ["pad"].into_iter().chain(OPERATIONS).chain(["end"]).map(str::to_owned).collect();
        header.sequences = Some(SequenceInfo { vocabulary, length: 8, padding: 0 });
    })
}

fn graph(
    data: DatasetBuilder<'static>,
    form: GraphForm,
    make: fn(&[u16; 6]) -> OwnedGraph,
    rows: &[Row],
) -> DatasetBuilder<'static> {
    let made: Vec<OwnedGraph> = rows.iter().map(|row| make(&row.genotype)).collect();
    data.graphs(form, &made).header(|header| header.graphs = Some(graphs::info()))
}

fn curve(
    data: DatasetBuilder<'static>,
    metric: &str,
    shortest: u32,
    rows: &[Row],
) -> DatasetBuilder<'static> {
    let falls = metric.contains("loss");
    let length = shortest.max(8) + 4;
    let curves: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| {
            let point = |epoch: u32| {
                let to_go = (-f64::from(epoch) / 4.0).exp();
                // A wiggle of its own for each row and epoch, so that no curve is exactly the formula.
                let wiggle = (row.noise[6] * 10.0 + f64::from(epoch) * 1.7).sin();
                if falls {
                    0.2 + 1.2 * (1.0 - row.worth) + 2.0 * to_go + 0.005 * wiggle
                } else {
                    (55.0 + 35.0 * row.worth) * (1.0 - 0.7 * to_go) + 0.1 * wiggle
                }
            };
            (1..=length).map(point).collect()
        })
        .collect();
    let goal = if falls { Goal::Minimize } else { Goal::Maximize };
    let unit = (!falls).then(|| "percent".to_owned());
    data.curve(metric, CurveInfo { goal, unit }, &curves).header(|header| {
        let seen = header.fidelity.unwrap_or(0).max(length);
        header.fidelity = Some(seen);
        header.horizon = Some((4 * seen).max(200));
    })
}

/// SplitMix64's finaliser.
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
