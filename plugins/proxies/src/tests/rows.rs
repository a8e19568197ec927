use super::*;
use crate::{proxy::snip::Snip, scoring::DISCONNECTED, torch::Device};
use archcast_sdk::ErrorKind;

/// A cell of convolutions, one of pools and skips, and one whose input does not reach its output.
const CELLS: [[u16; 6]; 3] = [[3, 3, 2, 1, 2, 3], [4, 1, 0, 1, 0, 4], [3, 3, 3, 0, 0, 0]];

#[test]
fn every_score_is_given_for_a_live_cell_and_the_least_for_a_disconnected_one() {
    let told = zero_cost(&ALL, &CELLS, |_| {}).unwrap();
    assert!(told.missing_rows().is_empty(), "{:?}", told.missing_rows());
    for (score, (name, values)) in ALL.iter().zip(told.outputs()) {
        assert_eq!(name, score.name());
        assert!(values.iter().all(|value| value.is_finite()), "{name} {values:?}");
        let last = if *score == Score::LiveParams { 0.0 } else { DISCONNECTED };
        if !matches!(score, Score::Params | Score::Flops) {
            assert_eq!(values[2], last, "{name}");
            assert!(values[0] > last && values[1] > last, "{name}");
        }
    }
}

#[test]
fn a_score_is_the_same_alone_and_among_all() {
    let all = zero_cost(&ALL, &CELLS, |_| {}).unwrap();
    for score in ALL {
        let alone = zero_cost(&[score], &CELLS, |_| {}).unwrap();
        for row in 0..CELLS.len() {
            let (one, among) = (alone.get(score.name()).unwrap()[row], all.get(score.name()).unwrap()[row]);
            // A gradient that is followed further is summed in another order.
            let close = (one - among).abs() <= 1e-4 * one.abs();
            assert!(close || score == Score::Plain, "{} {one} {among}", score.name());
        }
    }
}

#[test]
fn rows_do_not_depend_on_their_order_or_on_threads() {
    let params = Params { scores: ALL.to_vec(), options: example::params() };
    let turned = [CELLS[2], CELLS[1], CELLS[0], CELLS[1]];
    let straight = asked_of::<ZeroCost>(&params, &data(&CELLS).view().unwrap(), 1).unwrap();
    let turned = asked_of::<ZeroCost>(&params, &data(&turned).view().unwrap(), 3).unwrap();
    for ((name, one), (_, other)) in straight.outputs().zip(turned.outputs()) {
        assert_eq!([one[2], one[1], one[0], one[1]], other, "{name}");
    }
}

#[test]
fn double_precision_agrees_with_single() {
    let scores = [Score::Snip, Score::GradNorm, Score::Fisher, Score::L2Norm, Score::Synflow, Score::Meco];
    let single = zero_cost(&scores, &CELLS[..2], |_| {}).unwrap();
    let double = zero_cost(&scores, &CELLS[..2], |params| {
        params.options.precision = crate::params::Precision::F64;
    })
    .unwrap();
    for ((name, one), (_, other)) in single.outputs().zip(double.outputs()) {
        for (one, other) in one.iter().zip(other) {
            assert!((one / other - 1.0).abs() < 1e-3, "{name} {one} {other}");
        }
    }
}

#[test]
fn more_initialisations_are_averaged() {
    let of = |initialisations| {
        let change = |params: &mut Params| params.options.initialisations = initialisations;
        zero_cost(&[Score::L2Norm], &CELLS[..1], change).unwrap().get("l2-norm").unwrap()[0]
    };
    let (one, many) = (of(1), of(20));
    assert!(one != many && (one / many - 1.0).abs() < 0.1, "{one} {many}");
}

#[test]
fn weights_of_a_file_take_the_place_of_drawn_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let builder =
        archcast_architectures::Builder::new(Space::NasBench201, &example::params().network).unwrap();
    let network = builder.network(&CELLS[0]).unwrap().unwrap();
    let ones: Vec<(String, tch::Tensor)> = network
        .nodes()
        .iter()
        .filter_map(crate::torch::net::weight_shape)
        .enumerate()
        .map(|(place, shape)| {
            (format!("{place}.weight"), tch::Tensor::ones(shape, (tch::Kind::Float, tch::Device::Cpu)))
        })
        .collect();
    tch::Tensor::write_safetensors(&ones, &path).unwrap();
    let told =
        zero_cost(&[Score::L2Norm], &CELLS[..2], |params| params.options.weights = Some(path)).unwrap();
    let expected: f64 = ones.iter().map(|(_, ones)| (ones.numel() as f64).sqrt()).sum();
    assert!((told.get("l2-norm").unwrap()[0] - expected).abs() < 1e-6 * expected);
    // The other cell has other layers: it alone is missing.
    let reason = told.reason(1).unwrap();
    assert!(reason.starts_with("weight 1 of the network has the shape"), "{reason}");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_run() {
    let refused = |change: fn(&mut Params)| zero_cost(&[Score::Snip], &CELLS, change).unwrap_err();
    let error = refused(|params| params.options.device = Some(Device::Cuda(97)));
    assert_eq!(error.details().parameter.as_deref(), Some("device"));
    let error = refused(|params| params.options.network.image = Some(10));
    assert_eq!(error.message(), "`network.image` is 10; it is at least 8 and a multiple of 4");
    let error = refused(|params| params.options.images = Some("absent.bin".into()));
    assert!(error.message().contains("cannot be read"), "{error}");
    let error = refused(|params| params.options.weights = Some("absent.safetensors".into()));
    assert_eq!(error.details().parameter.as_deref(), Some("weights"));
    let error = refused(|params| params.scores.push(Score::Snip));
    assert_eq!(error.message(), "`scores` names `snip` twice; each score is given once");
    let nowhere = data(&CELLS).header(|header| header.space.as_mut().unwrap().name = "nas-bench-nlp".into());
    let params = example::params();
    let error = asked_of::<Snip>(&params, &nowhere.view().unwrap(), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("only for `nas-bench-101`, `nas-bench-201`"), "{error}");
}
