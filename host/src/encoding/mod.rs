//! Encodings: from genotypes to named columns of numbers.

mod adjacency;
mod feature;

pub use feature::{FeatureKind, FeatureSpec};

use ndarray::{Array2, ArrayView2};

use crate::space::Space;
use crate::space::nearest::{clip, suggest};

/// A way to write genotypes as rows of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// For each decision one indicator for each choice: for linear models, kernels and trees.
    AdjacencyOneHot,
    /// The genotype as it is, one categorical column for each decision: for distances between choices made, embeddings
    /// and trees that know categories, never for linear models or kernels.
    AdjacencyCategorical,
}

/// No encoding has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding `{name}`; {suggestion}")]
pub struct UnknownEncoding {
    /// The name asked for.
    pub name: String,
    /// The nearest name, or all names.
    pub suggestion: String,
}

impl Encoding {
    /// Every encoding there is.
    pub const ALL: [Encoding; 2] = [Encoding::AdjacencyOneHot, Encoding::AdjacencyCategorical];

    /// The encoding of that name.
    ///
    /// # Errors
    /// [`UnknownEncoding`] with the nearest name.
    pub fn named(name: &str) -> Result<Encoding, UnknownEncoding> {
        let found = Encoding::ALL.into_iter().find(|encoding| encoding.name() == name);
        found
            .ok_or_else(|| UnknownEncoding { name: clip(name), suggestion: suggest(name, Encoding::names()) })
    }

    /// Its name, as compositions and descriptors write it.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::AdjacencyOneHot => "adjacency-one-hot",
            Encoding::AdjacencyCategorical => "adjacency-categorical",
        }
    }

    /// Names of all encodings.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Encoding::ALL.into_iter().map(Encoding::name)
    }

    /// The columns that it makes of a space, in order.
    pub fn features(self, space: &Space) -> Vec<FeatureSpec> {
        match self {
            Encoding::AdjacencyOneHot => space.one_hot_features(),
            Encoding::AdjacencyCategorical => space.categorical_features(),
        }
    }

    /// Encodes a pool (n × g): n × d numbers in row-major order, d the length of [`features`](Self::features).
    ///
    /// # Panics
    /// If a row is not of the space ([`Space::contains`]).
    pub fn encode(self, space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
        match self {
            Encoding::AdjacencyOneHot => adjacency::one_hot(space, pool),
            Encoding::AdjacencyCategorical => adjacency::categorical(space, pool),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_name() {
        for name in Encoding::names() {
            assert_eq!(Encoding::named(name).unwrap().name(), name);
        }
    }

    #[test]
    fn an_unknown_encoding_brings_the_nearest_name() {
        assert_eq!(
            Encoding::named("adjacency-onehot").unwrap_err().to_string(),
            "unknown encoding `adjacency-onehot`; did you mean `adjacency-one-hot`?"
        );
    }
}
