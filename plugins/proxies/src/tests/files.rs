//! Networks of TorchScript files. `fixtures/export.py` made them, and the values that are expected.

use super::*;
use crate::{params::Precision, torch::Initialisation};
use archcast_sdk::{ErrorKind, serde_json::json};
use std::path::PathBuf;

/// The scores that files give, and what plain PyTorch gives for them.
const EXPECTED: [(Score, f64); 10] = [
    (Score::Params, 1391.0),
    (Score::L2Norm, 10.599079984035463),
    (Score::Snip, 1.2487891043825505),
    (Score::GradNorm, 1.5574494960298633),
    (Score::Plain, 0.14198382307929724),
    (Score::Grasp, -0.12598352989043815),
    (Score::Zico, 51.696945631190886),
    (Score::JacobianCovariance, -8.08178299584712),
    (Score::EpeNas, 54.980487691456084),
    (Score::Synflow, 8.622798292909764),
];

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Rows with these files, and inputs of this shape.
fn files(names: &[Option<&str>], input: archcast_sdk::serde_json::Value) -> DatasetBuilder<'static> {
    let path = |name: &Option<&str>| name.map(|name| fixture(name).display().to_string());
    let paths: Vec<Option<String>> = names.iter().map(path).collect();
    DatasetBuilder::new(names.len())
        .networks(&paths)
        .identities((0..names.len() as u64).map(|row| [row, 7]))
        .header(|header| {
            header.more.insert("network_input".into(), input);
        })
}

fn asked_of_files(
    names: &[Option<&str>],
    scores: &[Score],
    change: impl FnOnce(&mut crate::params::Params),
) -> Result<Predictions> {
    asked_of_files_on(1, names, scores, change)
}

fn asked_of_files_on(
    threads: usize,
    names: &[Option<&str>],
    scores: &[Score],
    change: impl FnOnce(&mut crate::params::Params),
) -> Result<Predictions> {
    let mut options = crate::params::Params {
        images: Some(fixture("images.bin")),
        batch_size: 8,
        precision: Precision::F64,
        ..Default::default()
    };
    options.network.classes = Some(3);
    change(&mut options);
    let params = Params { scores: scores.to_vec(), options };
    asked_of::<ZeroCost>(&params, &files(names, json!([3, 32, 32])).view().unwrap(), threads)
}

#[test]
fn scores_of_a_residual_network_are_those_of_pytorch() {
    for (score, expected) in EXPECTED {
        let told = asked_of_files(&[Some("resnet.pt")], &[score], |_| {}).unwrap();
        assert_eq!(told.reason(0), None);
        let found = told.get(score.name()).unwrap()[0];
        assert!((found / expected - 1.0).abs() < 2e-5, "{} {found} {expected}", score.name());
    }
    let scores = EXPECTED.map(|(score, _)| score);
    let together = asked_of_files(&[Some("resnet.pt")], &scores, |_| {}).unwrap();
    for (score, expected) in EXPECTED {
        assert!((together.get(score.name()).unwrap()[0] / expected - 1.0).abs() < 2e-5, "{}", score.name());
    }
}

#[test]
fn weights_of_a_file_are_drawn_anew_where_that_is_asked() {
    let norm = |initialisation| {
        let change = |options: &mut crate::params::Params| options.initialisation = initialisation;
        asked_of_files(&[Some("resnet.pt")], &[Score::L2Norm], change).unwrap().get("l2-norm").unwrap()[0]
    };
    let [saved, plain, kaiming] =
        [Initialisation::Published, Initialisation::Default, Initialisation::KaimingFanIn].map(norm);
    assert!(saved != plain && (plain / saved - 1.0).abs() < 0.2, "{saved} {plain}");
    // Six times the variance.
    assert!((kaiming / plain / 6.0_f64.sqrt() - 1.0).abs() < 0.2, "{plain} {kaiming}");
}

#[test]
fn a_file_that_fails_is_a_missing_row_and_the_others_go_on() {
    let names = [Some("tuple.pt"), Some("resnet.pt"), None, Some("images.bin"), Some("absent.pt")];
    let told = asked_of_files(&names, &[Score::Snip], |_| {}).unwrap();
    assert!(told.reason(0).unwrap().contains("forward did not return a tensor"), "{:?}", told.reason(0));
    assert_eq!(told.reason(1), None);
    assert_eq!(told.reason(2), Some("it has no network file"));
    for row in [3, 4] {
        assert!(told.reason(row).unwrap().starts_with("libtorch: "), "{:?}", told.reason(row));
    }
}

#[test]
fn a_network_that_memory_does_not_hold_is_a_missing_row_and_the_others_go_on() {
    let names = [Some("vast.pt"), Some("resnet.pt"), Some("vast.pt"), Some("resnet.pt")];
    let sound = asked_of_files(&[Some("resnet.pt")], &[Score::Snip], |_| {}).unwrap();
    for threads in [1, 3] {
        let told = asked_of_files_on(threads, &names, &[Score::Snip], |_| {}).unwrap();
        for row in [0, 2] {
            let reason = told.reason(row).unwrap();
            assert!(reason.starts_with("out of memory; a smaller `batch_size` may fit ("), "{reason}");
        }
        assert_eq!((told.reason(1), told.reason(3)), (None, None));
        let snip = told.get("snip").unwrap();
        assert_eq!([snip[1], snip[3]], [sound.get("snip").unwrap()[0]; 2]);
    }
}

#[test]
fn images_that_memory_does_not_hold_are_told() {
    let data = files(&[Some("resnet.pt")], json!([3, 1 << 24, 1 << 24]));
    let params = Params { scores: vec![Score::Snip], options: Default::default() };
    let told = asked_of::<ZeroCost>(&params, &data.view().unwrap(), 1).unwrap();
    let reason = told.reason(0).unwrap();
    assert!(reason.starts_with("out of memory; a smaller `batch_size` may fit ("), "{reason}");
}

#[test]
fn labels_that_a_network_has_no_output_for_are_a_missing_row() {
    let told = asked_of_files(&[Some("resnet.pt")], &[Score::Snip], |options| {
        options.images = None;
        options.network.classes = Some(50);
    })
    .unwrap();
    assert_eq!(
        told.reason(0),
        Some(
            "the network has 3 outputs, and an image is of a higher class; `network = { classes = 3 }` fits it"
        )
    );
}

#[test]
fn scores_that_need_more_than_a_file_tells_are_refused() {
    for (score, lacking) in [(Score::Naswot, "activations"), (Score::Flops, "layers")] {
        let error = asked_of_files(&[Some("resnet.pt")], &[score], |_| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains(&format!("needs {lacking}")), "{error}");
    }
    let data = files(&[Some("resnet.pt")], json!([1, 28, 28]));
    let params = Params { scores: vec![Score::Snip], options: Default::default() };
    let error = asked_of::<ZeroCost>(&params, &data.view().unwrap(), 1).unwrap_err();
    assert!(error.message().contains("inputs of [1, 28, 28]"), "{error}");
}
