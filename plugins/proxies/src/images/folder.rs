//! Folders: CIFAR's binary files, or a folder of pictures for each class.

use super::{Pictures, cifar};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Endings of the names of pictures.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// The first pictures: those of binary files by name, or of the classes in turn.
pub fn read(folder: &Path, count: usize) -> Result<Pictures, String> {
    let entries = listed(folder)?;
    let binary: Vec<PathBuf> = entries.iter().filter(|path| has_ending(path, &["bin"])).cloned().collect();
    if !binary.is_empty() {
        return cifar::read(&binary, count);
    }
    let mut classes = Vec::new();
    for class in entries.into_iter().filter(|path| path.is_dir()) {
        classes
            .push(listed(&class)?.into_iter().filter(|path| has_ending(path, &ENDINGS)).collect::<Vec<_>>());
    }
    let longest = classes.iter().map(Vec::len).max().unwrap_or(0);
    if longest == 0 {
        return Err(
            "no images were found; it holds neither `.bin` files of CIFAR nor a folder of `.png` or `.jpg` files for each class"
                .into(),
        );
    }
    let in_turn = (0..longest).flat_map(|place| {
        classes.iter().enumerate().filter_map(move |(label, files)| Some((label as u32, files.get(place)?)))
    });
    let mut pictures = Pictures { side: 0, labels: Vec::new(), pixels: Vec::new() };
    for (label, path) in in_turn.take(count) {
        let (side, pixels) = picture(path)?;
        if pictures.labels.is_empty() {
            pictures.side = side;
        } else if side != pictures.side {
            let first = pictures.side;
            return Err(format!(
                "`{}` is {side} × {side}, and the first picture is {first} × {first}; bring all to one size",
                path.display()
            ));
        }
        pictures.labels.push(label);
        pictures.pixels.extend(pixels);
    }
    Ok(pictures)
}

/// What a folder holds, by name.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("`{}` cannot be read: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(told)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(told)?;
    paths.sort();
    Ok(paths)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    path.is_file() && ending.is_some_and(|ending| endings.contains(&&ending[..]))
}

/// Width and pixels of a square picture, channel after channel.
fn picture(path: &Path) -> Result<(usize, Vec<u8>), String> {
    let read = image::open(path).map_err(|error| format!("`{}` is no picture: {error}", path.display()))?;
    let read = read.to_rgb8();
    let (width, height) = read.dimensions();
    if width != height {
        return Err(format!("`{}` is {width} × {height}; pictures are square", path.display()));
    }
    let channel = |channel: usize| read.pixels().map(move |pixel| pixel.0[channel]);
    Ok((width as usize, (0..3).flat_map(channel).collect()))
}
