//! The images and labels that networks are run on: CIFAR's binary files, folders of pictures, or noise.
//!
//! Images are taken in a fixed order, so that every network sees the same: that of the file, or the classes of a folder in
//! turn. They are not augmented.

mod cifar;
mod folder;

use archcast_sdk::{Error, Result, Rng, rand::RngExt as _};
use serde::{Deserialize, Serialize};
use std::path::Path;
use tch::{Device, Kind, Tensor};

use crate::{fault::Outcome, torch::initialise::standard_normal};

/// Mean of each channel over CIFAR-10, of pixels between 0 and 1.
const MEANS: [f64; 3] = [0.4914, 0.4822, 0.4465];
/// Standard deviation of each channel over CIFAR-10.
const DEVIATIONS: [f64; 3] = [0.2470, 0.2435, 0.2616];

/// Pictures with a class each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictures {
    /// Width and height.
    side: usize,
    /// Class of each.
    labels: Vec<u32>,
    /// Channel after channel and row after row, one picture after another.
    pixels: Vec<u8>,
}

/// What networks are run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Images {
    /// Pictures of a file or folder.
    Pictures(Pictures),
    /// Standard normal numbers, and labels without any meaning.
    Noise,
}

/// What is asked of images.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// How many.
    pub count: usize,
    /// Width and height.
    pub side: usize,
    /// Labels are below this number.
    pub classes: usize,
}

/// A batch as tensors.
#[derive(Debug)]
pub struct Batch {
    /// Images × channels × rows × columns.
    pub images: Tensor,
    /// The class of each image.
    pub labels: Tensor,
    /// The same, on the processor.
    pub classes: Vec<i64>,
}

impl Batch {
    /// Another handle of the same tensors.
    pub fn handle(&self) -> Self {
        Self {
            images: self.images.shallow_clone(),
            labels: self.labels.shallow_clone(),
            classes: self.classes.clone(),
        }
    }
}

impl Images {
    /// The images of a file or folder; noise where none is named.
    ///
    /// # Errors
    /// `bad_parameter` for `images` that cannot be read, are of another size, too few, or of a class too many.
    pub fn read(path: Option<&Path>, asked: Asked) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::Noise) };
        let wrong =
            |what: String| Error::bad_parameter("images", format!("names `{}`{what}", path.display()));
        let pictures = match path.is_dir() {
            true => folder::read(path, asked.count),
            false => cifar::read(&[path.to_owned()], asked.count),
        }
        .map_err(|what| wrong(format!(": {what}")))?;
        if pictures.side != asked.side {
            let (found, side) = (pictures.side, asked.side);
            return Err(wrong(format!(
                ", whose pictures are {found} × {found}, and networks take {side} × {side}; write `network = {{ image = {found} }}`"
            )));
        }
        if pictures.labels.len() < asked.count {
            return Err(wrong(format!(
                ", which holds {} pictures where {} are needed; give more of them, or a smaller `batch_size`",
                pictures.labels.len(),
                asked.count
            )));
        }
        if let Some(place) = pictures.labels.iter().position(|&label| label as usize >= asked.classes) {
            return Err(wrong(format!(
                ", whose picture {} is of class {}, and networks have {} classes; write `network = {{ classes = … }}`",
                place + 1,
                pictures.labels[place],
                asked.classes
            )));
        }
        Ok(Self::Pictures(pictures))
    }

    /// What they are, in words.
    pub fn told(&self, path: Option<&Path>) -> String {
        match (self, path) {
            (Self::Pictures(pictures), Some(path)) => {
                format!("the first {} images of {}", pictures.labels.len(), path.display())
            }
            _ => "noise in place of images; the parameter `images` names a file or folder".to_owned(),
        }
    }

    /// Batches one after another. `rng` draws noise.
    pub fn batches(
        &self,
        asked: Asked,
        size: usize,
        mut rng: Rng,
        (kind, device): (Kind, Device),
    ) -> Outcome<Vec<Batch>> {
        let side = asked.side as i64;
        let of = |images: Tensor, classes: Vec<i64>| -> Outcome<Batch> {
            let images = images.f_to_kind(kind)?.f_to_device(device)?;
            Ok(Batch { images, labels: Tensor::f_from_slice(&classes)?.f_to_device(device)?, classes })
        };
        let shape = [size as i64, 3, side, side];
        let pixels = size * 3 * asked.side * asked.side;
        (0..asked.count / size)
            .map(|batch| match self {
                // Batch after batch: the first one is the same whether others follow or not.
                Self::Noise => {
                    let labels: Vec<i64> =
                        (0..size).map(|_| rng.random_range(0..asked.classes as i64)).collect();
                    of(standard_normal(&shape, &mut rng, (kind, device))?, labels)
                }
                Self::Pictures(pictures) => {
                    let labels = pictures.labels.iter().skip(batch * size).take(size);
                    let labels: Vec<i64> = labels.map(|&label| i64::from(label)).collect();
                    let bytes: Vec<u8> =
                        pictures.pixels.iter().skip(batch * pixels).take(pixels).copied().collect();
                    of(scaled(&bytes, &shape)?, labels)
                }
            })
            .collect()
    }
}

/// Pixels as networks take them, in double precision.
fn scaled(bytes: &[u8], shape: &[i64]) -> Outcome<Tensor> {
    let channel = |values: [f64; 3]| Tensor::f_from_slice(&values)?.f_reshape([1, 3, 1, 1]);
    let pixels = Tensor::f_from_slice(bytes)?.f_reshape(shape)?.f_to_kind(Kind::Double)?;
    Ok(pixels.f_div_scalar(255.0)?.f_sub(&channel(MEANS)?)?.f_div(&channel(DEVIATIONS)?)?)
}

#[cfg(test)]
mod tests;
