//! Where networks come from: genotypes of a space, or files.

use archcast_architectures::Builder;
use archcast_sdk::{Error, Result, dataset::names, prelude::*};

use crate::{params::Params, proxy::Score};

/// Outputs of a network of a file, where the parameters name none.
const CLASSES: usize = 10;

/// Where networks come from.
#[derive(Debug)]
pub enum Source {
    /// Genotypes.
    Space(Builder),
    /// TorchScript files.
    Files {
        /// Width and height of an image.
        side: usize,
        /// Outputs.
        classes: usize,
    },
}

impl Source {
    /// The source of these data: files where they name any.
    ///
    /// # Errors
    /// A space without networks, scores that files cannot give, images that are not square and of three channels.
    pub fn of(data: &Dataset<'_>, params: &Params, scores: &[Score]) -> Result<Self> {
        if data.column(names::NETWORK).is_none() {
            return Builder::of(data, &params.network).map(Self::Space);
        }
        for score in scores {
            if let Some(lacking) = score.lacks_in_files() {
                return Err(Error::unsupported(format!(
                    "`{}` needs {lacking}, which a network file does not tell; a space does",
                    score.name()
                )));
            }
        }
        let shape = data.header()?.more.get("network_input");
        let shape: Option<Vec<usize>> = shape
            .and_then(|shape| shape.as_array())
            .map(|sizes| sizes.iter().filter_map(|size| size.as_u64()).map(|size| size as usize).collect());
        match shape.as_deref() {
            Some(&[3, height, width]) if height == width => {
                let classes = params.network.classes.map_or(CLASSES, |classes| classes as usize);
                Ok(Self::Files { side: height, classes })
            }
            _ => Err(Error::unsupported(format!(
                "the networks take inputs of {}, and images are 3 × height × width with equal sides; write `input = [3, 32, 32]`",
                shape.map_or("no known shape".to_owned(), |shape| format!("{shape:?}"))
            ))),
        }
    }

    /// Width and height of an image.
    pub fn side(&self) -> usize {
        match self {
            Self::Space(builder) => builder.image(),
            Self::Files { side, .. } => *side,
        }
    }

    /// Outputs of a network.
    pub fn classes(&self) -> usize {
        match self {
            Self::Space(builder) => builder.classes(),
            Self::Files { classes, .. } => *classes,
        }
    }
}
