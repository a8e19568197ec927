//! From a genotype of a published search space to the layers of its network, without any tensor.
//!
//! A [`Builder`] knows a [`Space`] and the [`Settings`] around its cells (classes, channels, cells, size of the image;
//! published defaults). For a genotype it gives
//!
//! * [`Builder::network`]: the layers in a fixed order, live parts only; nothing where the input does not reach the
//!   output,
//! * [`Builder::whole`]: the same with its dead parts,
//! * [`Builder::count`]: trainable scalars and multiply-accumulates in closed form, dead parts included, as benchmarks
//!   publish them.
//!
//! ```
//! use archcast_architectures::{Builder, Settings, Space};
//! let builder = Builder::new(Space::NasBench201, &Settings::default())?;
//! let cell = [3, 3, 3, 1, 2, 3];
//! assert_eq!(builder.count(&cell)?.parameters, 1_073_466);
//! let network = builder.network(&cell)?.expect("its input reaches its output");
//! assert_eq!(network.count().multiply_adds, 153_272_960);
//! # Ok::<(), archcast_architectures::ArchitectureError>(())
//! ```

mod builder;
mod count;
mod draft;
mod handed;
mod live;
mod network;
mod settings;
mod space;

pub use builder::Builder;
pub use count::Count;
pub use draft::Draft;
pub use live::Parts;
pub use network::{Conv, Network, Node, Operation, Pool, Shape};
pub use settings::Settings;
pub use space::Space;

/// Why there is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchitectureError {
    /// A space that is none of those there are networks for.
    #[error("there are no networks for the space `{0}`, only for {known}", known = Space::known())]
    Space(String),
    /// A space that has a published name and other decisions.
    #[error(
        "the space `{space}` has a published name, but its decision {place} is {found} where the published one is {published}"
    )]
    Decision {
        /// Its name.
        space: &'static str,
        /// The number of the first decision that differs, from 1.
        place: usize,
        /// What it is.
        found: String,
        /// What it would be.
        published: String,
    },
    /// A setting that the space's networks cannot have.
    #[error("`{setting}` {sentence}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What is wrong, and what would be right.
        sentence: String,
    },
    /// A genotype that is not of the space.
    #[error("the genotype {0:?} is none of the space `{1}`")]
    Genotype(Vec<u16>, &'static str),
}
