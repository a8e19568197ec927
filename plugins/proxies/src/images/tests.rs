use super::*;
use archcast_sdk::rand::SeedableRng as _;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const ASKED: Asked = Asked { count: 4, side: 32, classes: 10 };

fn cifar(records: usize, label: impl Fn(usize) -> u8) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.bin");
    let record = |at: usize| [vec![label(at)], vec![at as u8; 3072]].concat();
    fs::write(&path, (0..records).flat_map(record).collect::<Vec<_>>()).unwrap();
    (folder, path)
}

fn refusal(path: &Path, asked: Asked) -> String {
    Images::read(Some(path), asked).unwrap_err().message().to_owned()
}

/// A folder with a picture of this size and grey in each class.
fn pictures(classes: &[(&str, u32)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (at, (name, side)) in classes.iter().enumerate() {
        fs::create_dir_all(folder.path().join(name)).unwrap();
        let grey = image::RgbImage::from_pixel(*side, *side, image::Rgb([at as u8, 100, 200]));
        grey.save(folder.path().join(name).join("a.png")).unwrap();
    }
    folder
}

#[test]
fn records_of_cifar_are_read_in_order_and_scaled() {
    let (_folder, path) = cifar(5, |at| at as u8);
    let images = Images::read(Some(&path), ASKED).unwrap();
    let batches = images.batches(ASKED, 2, Rng::seed_from_u64(0), (Kind::Double, Device::Cpu)).unwrap();
    assert_eq!(batches.len(), 2);
    assert_eq!(batches[1].images.size(), [2, 3, 32, 32]);
    assert_eq!(batches[1].labels.int64_value(&[0]), 2);
    let expected = (3.0 / 255.0 - 0.4822) / 0.2435;
    assert!((batches[1].images.double_value(&[1, 1, 31, 0]) - expected).abs() < 1e-12);
    assert!(images.told(Some(&path)).starts_with("the first 4 images of "));
}

#[test]
fn files_that_are_no_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "no pictures here").unwrap();
    assert!(
        refusal(&path, ASKED).contains("has 16 bytes, no multiple of the 3073"),
        "{}",
        refusal(&path, ASKED)
    );
    assert!(refusal(&folder.path().join("absent"), ASKED).contains("cannot be read"));
    assert!(refusal(folder.path(), ASKED).contains("no images were found"));
}

#[test]
fn a_picture_that_is_none_is_named() {
    let folder = pictures(&[("cat", 32), ("dog", 32)]);
    fs::write(folder.path().join("dog/a.png"), "not a picture").unwrap();
    assert!(
        refusal(folder.path(), ASKED).contains("dog/a.png` is no picture"),
        "{}",
        refusal(folder.path(), ASKED)
    );
}

#[test]
fn pictures_of_another_size_are_refused() {
    let folder = pictures(&[("cat", 16), ("dog", 16)]);
    let asked = Asked { count: 2, ..ASKED };
    assert!(refusal(folder.path(), asked).contains("are 16 × 16, and networks take 32 × 32"));
    let folder = pictures(&[("cat", 32), ("dog", 16)]);
    assert!(refusal(folder.path(), asked).contains("is 16 × 16, and the first picture is 32 × 32"));
}

#[test]
fn a_batch_larger_than_the_images_is_refused() {
    let (_folder, path) = cifar(3, |_| 0);
    assert!(refusal(&path, ASKED).contains("holds 3 pictures where 4 are needed"));
}

#[test]
fn labels_beyond_the_classes_are_refused() {
    let (_folder, path) = cifar(4, |at| 8 + at as u8);
    assert!(refusal(&path, ASKED).contains("picture 3 is of class 10, and networks have 10 classes"));
}

#[test]
fn classes_of_a_folder_come_in_turn() {
    let folder = pictures(&[("a", 32), ("b", 32), ("c", 32)]);
    let asked = Asked { count: 3, ..ASKED };
    let Images::Pictures(read) = Images::read(Some(folder.path()), asked).unwrap() else { panic!("noise") };
    assert_eq!(read.labels, [0, 1, 2]);
    assert_eq!((read.pixels[0], read.pixels[3072], read.pixels[3072 + 1024]), (0, 1, 100));
}

#[test]
fn noise_is_the_same_under_one_seed() {
    let draw = |seed| {
        let options = (Kind::Float, Device::Cpu);
        let batches = Images::Noise.batches(ASKED, 4, Rng::seed_from_u64(seed), options).unwrap();
        batches[0].images.double_value(&[3, 2, 31, 31])
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
