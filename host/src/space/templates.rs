//! The spaces that users start from, in `templates/spaces`.

use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{Genotype, Space};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/spaces")
}

fn open(file: &str) -> Space {
    Space::open(file, &folder()).unwrap()
}

#[test]
fn every_template_samples_and_reads_back_what_it_prints() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let mut checked = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".toml") {
            continue;
        }
        assert!(readme.contains(&format!("[`{file}`]({file})")), "{file} is not in the README");
        let space = open(&file);
        assert!(!space.summary().is_empty(), "{file}");
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..200 {
            let genotype = space.sample(&mut rng);
            let text = space.print(&genotype);
            assert_eq!(space.parse(&text).unwrap(), genotype, "{file}: {text}");
            let child = space.mutate(&genotype, &mut rng);
            assert!(space.contains(&child) && child != genotype, "{file}: {text}");
        }
        checked += 1;
    }
    assert_eq!(checked, 3);
}

#[test]
fn mobile_holds_as_many_architectures_as_by_hand() {
    // A stage: 36 for two blocks, 216 for three, 1,296 for four. The last block is there with depth 4 and swish.
    let first = 36 + 216 + 1_296;
    let second = (36 + 216 + 1_296) + (36 + 216 + 2 * 1_296);
    assert_eq!(open("mobile.toml").size(), Some(3 * 3 * (2 + 1) * first * second));
}

#[test]
fn cell_reads_all_its_forms() {
    let space = open("cell.toml");
    assert_eq!(space.size(), Some(256));
    let expected: Genotype = vec![2, 1, 0, 3];
    for text in ["2_10_3", "2103", "|sep_conv_3x3~0|+|skip~0|none~1|+|sep_conv_5x5~2|"] {
        assert_eq!(space.parse(text).unwrap(), expected);
    }
    assert_eq!(space.pruned_graph(&expected).labels, [0, 5, 1]);
}

#[test]
fn layers_reads_both_forms_and_keeps_its_limits() {
    let space = open("layers.toml");
    assert_eq!(space.parse("3sa/55"), space.parse("mbconv_3|skip|attention/mbconv_5|mbconv_5"));
    assert_eq!(
        space.parse("333/33").unwrap_err().to_string(),
        "it is invalid: 0 layers are `attention`; it needs 1 or more"
    );
    let networks = space.representatives().unwrap().count();
    assert!((networks as u128) < space.size().unwrap());
}
